//! The languages that people are spoken to in.
//!
//! Protects paths and formats: a language is a short tag of plain letters, whoever wrote it. It does not promise that
//! anybody here speaks it: a source may have chosen one that a drop's operator added.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bytes of a tag, at most.
const LONGEST: usize = 12;

/// A language of pages, letters and codenames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// Swedish, the first user's.
    Sv,
    /// English.
    En,
    /// Any other, which an operator added.
    Other(Tag),
}

/// A tag that is neither `sv` nor `en`; only [`Lang::parse`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag([u8; LONGEST]);

impl Lang {
    /// The languages that this program speaks of itself, in the order in which pages offer them.
    pub const ALL: [Self; 2] = [Self::Sv, Self::En];

    /// The BCP 47 tag in small letters, which is also the first segment of a page's path.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sv => "sv",
            Self::En => "en",
            Self::Other(Tag(bytes)) => {
                let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(LONGEST);
                bytes.get(..end).and_then(|tag| std::str::from_utf8(tag).ok()).unwrap_or_default()
            }
        }
    }

    /// The language of this tag, if this program speaks it of itself.
    pub fn own(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == tag)
    }

    /// The program's own other language, where only its own are spoken.
    pub fn other(self) -> Self {
        if self == Self::Sv { Self::En } else { Self::Sv }
    }

    /// The language of a tag in small letters, such as `fi` or `zh-hant`; `None` for what is no tag.
    pub fn parse(tag: &str) -> Option<Self> {
        if let Some(own) = Self::own(tag) {
            return Some(own);
        }
        let mut parts = tag.split('-');
        let language =
            parts.next().is_some_and(|it| matches!(it.len(), 2 | 3) && it.bytes().all(|b| b.is_ascii_lowercase()));
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let rest = parts.all(|it| (2..=8).contains(&it.len()) && it.bytes().all(plain));
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..tag.len()).filter(|_| language && rest)?.copy_from_slice(tag.as_bytes());
        Some(Self::Other(Tag(bytes)))
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// As records hold it, where a language is a number.
#[derive(Serialize, Deserialize)]
enum Numbered {
    Sv,
    En,
    Other(String),
}

impl Serialize for Lang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.serialize_str(self.as_str());
        }
        match self {
            Self::Sv => Numbered::Sv,
            Self::En => Numbered::En,
            Self::Other(_) => Numbered::Other(self.to_string()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = if deserializer.is_human_readable() {
            String::deserialize(deserializer)?
        } else {
            match Numbered::deserialize(deserializer)? {
                Numbered::Sv => return Ok(Self::Sv),
                Numbered::En => return Ok(Self::En),
                Numbered::Other(tag) => tag,
            }
        };
        Self::parse(&tag).ok_or_else(|| de::Error::custom("no language's tag"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_itself_in_every_format() {
        for (tag, json) in [("sv", "\"sv\""), ("en", "\"en\""), ("fi", "\"fi\""), ("zh-hant-tw", "\"zh-hant-tw\"")] {
            let lang = Lang::parse(tag).unwrap();
            assert_eq!((lang.as_str(), serde_json::to_string(&lang).unwrap().as_str()), (tag, json));
            assert_eq!(serde_json::from_str::<Lang>(json).unwrap(), lang);
        }
        assert_eq!([Lang::parse("sv"), Lang::parse("en")], [Some(Lang::Sv), Some(Lang::En)]);
    }

    #[test]
    fn what_is_no_tag_is_no_language() {
        for word in ["", "s", "SV", "svenska", "fi-", "-fi", "fi-x", "f1", "fi/..", "åå", "zh-hant-hongk"] {
            assert_eq!(Lang::parse(word), None, "{word}");
        }
    }
}

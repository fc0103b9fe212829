//! The languages that people are spoken to in.
//!
//! Protects nothing; a type here so that no page, letter or word list can ask for a language that does not exist.

use serde::{Deserialize, Serialize};

/// A language of pages, letters and codenames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Swedish, the first user's.
    Sv,
    /// English.
    En,
}

impl Lang {
    /// Every language, in the order in which pages offer them.
    pub const ALL: [Self; 2] = [Self::Sv, Self::En];

    /// The BCP 47 tag, which is also the first segment of a page's path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sv => "sv",
            Self::En => "en",
        }
    }

    /// The language of a path segment; `None` for any other word.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == tag)
    }

    /// The other language, for the link that switches.
    pub fn other(self) -> Self {
        match self {
            Self::Sv => Self::En,
            Self::En => Self::Sv,
        }
    }
}

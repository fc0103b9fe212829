//! What lies inside a sealed submission: its members, its manifest and its names.
//!
//! Protects the desk from names that climb out of a folder, lie about themselves or collide.
//! It does not judge what a file contains.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::cert::Fingerprint;
use crate::day::Day;
use crate::digest::Digest;
use crate::lang::Lang;
use crate::limits;
use crate::secret::Secret;

/// The format this program writes.
pub const FORMAT: u32 = 1;

/// The text that the source typed, for people.
pub const REPORT: &str = "report.txt";
/// The folder of the source's files.
pub const FILES: &str = "files/";
/// The source's cert, armored.
pub const SOURCE: &str = "source.asc";
/// The [`Manifest`].
pub const MANIFEST: &str = "sluss.json";
/// The source's detached signature of the manifest, from their second submission on.
pub const SIGNATURE: &str = "sluss.sig";
/// Zeros up to the step.
pub const PADDING: &str = "padding";

/// Whether it is a source's first submission or a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubmissionKind {
    /// The first.
    Report,
    /// Every later one.
    Message,
}

/// What the drop knows of a submission when sealing begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 for the report, then one more each time.
    pub sequence: u32,
    /// The day of receipt.
    pub day: Day,
    /// Whether the source was told of its receipt at once: the legal acknowledgement.
    pub acknowledged: bool,
    /// The language in which the source wants answers.
    pub language: Lang,
}

impl Heading {
    /// The kind that the sequence makes it.
    pub fn kind(&self) -> SubmissionKind {
        if self.sequence == 1 { SubmissionKind::Report } else { SubmissionKind::Message }
    }
}

/// What a source typed.
#[derive(Clone, Default)]
pub struct Report {
    /// The text, as [`REPORT`] will hold it.
    pub text: Secret<String>,
    /// Coded answers to the form's questions.
    pub answers: BTreeMap<String, String>,
}

/// One member of the zip.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name, [`FILES`] included.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Their digest.
    pub sha256: Digest,
}

/// `sluss.json`. Optional fields that a reader does not know are passed over; a required new one is a new format.
#[derive(Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The drop's id.
    pub drop: Digest,
    /// The organisation's id.
    pub organisation: String,
    /// The digest of the roster it was sealed by.
    pub roster: Digest,
    /// 1 for the report, then one more each time.
    pub sequence: u32,
    /// Report or message.
    pub kind: SubmissionKind,
    /// The day of receipt.
    pub day: Day,
    /// Whether the source was told of its receipt at once.
    pub acknowledged: bool,
    /// The language in which the source wants answers.
    pub language: Lang,
    /// Those who can open it.
    pub audience: Vec<Fingerprint>,
    /// Coded answers to the form's questions.
    pub answers: BTreeMap<String, String>,
    /// 32 random bytes that only somebody who opened it knows; the server keeps their digest.
    pub token: Token,
    /// The members before the manifest, in order.
    pub members: Vec<Member>,
}

/// What a receipt reveals: 32 random bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(Digest);

impl Token {
    /// The token with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Digest::from_bytes(bytes))
    }

    /// What the server keeps of it.
    pub fn hash(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

impl fmt::Debug for Report {
    /// Shows nothing: what was typed, and how questions were answered, is the source's own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Report(…)")
    }
}

impl fmt::Debug for Member {
    /// Shows nothing: a file's name can tell who sent it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Member(…)")
    }
}

impl fmt::Debug for Manifest {
    /// Shows nothing: it holds the token, the answers and the files' names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Manifest(…)")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A file's name as kept: the last part of a path, without what hides or misleads, at most [`limits::FILE_NAME`]
/// characters, and unlike every name in `taken`, which it joins.
pub fn file_name(given: &str, taken: &mut BTreeSet<String>) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String =
        last.nfc().filter(|c| !misleads(*c)).map(|c| if FORBIDDEN.contains(&c) { '_' } else { c }).collect();
    let trimmed = cleaned.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, extension) = match trimmed.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.chars().count() <= 16 => {
            (stem, format!(".{extension}"))
        }
        _ => (trimmed, String::new()),
    };
    let reserved = RESERVED.contains(&stem.to_ascii_uppercase().as_str());
    let stem = if stem.is_empty() {
        "file".to_owned()
    } else if reserved {
        format!("_{stem}")
    } else {
        stem.to_owned()
    };
    let stem: String = stem.chars().take(limits::FILE_NAME - 24).collect();
    let mut name = format!("{stem}{extension}");
    let mut copy = 2;
    // Compared without case: Windows and macOS would write one over the other.
    while !taken.insert(name.to_lowercase()) {
        name = format!("{stem} ({copy}){extension}");
        copy += 1;
    }
    name
}

/// Whether a name is one that [`file_name`] would leave alone.
pub fn is_plain_name(name: &str) -> bool {
    file_name(name, &mut BTreeSet::new()) == name
}

const FORBIDDEN: [char; 7] = ['<', '>', ':', '"', '|', '?', '*'];

const RESERVED: [&str; 10] = ["CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "LPT1", "LPT2", "LPT3"];

/// Whether it is a control, has no width or turns the direction of writing: `invoice\u{202e}fdp.exe` reads as a PDF.
pub fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(name: &str) -> String {
        file_name(name, &mut BTreeSet::new())
    }

    #[test]
    fn hostile_names_become_plain() {
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\anna\\avtal.pdf", "avtal.pdf"),
            ("a\0b\nc.txt", "abc.txt"),
            ("faktura\u{202e}fdp.exe", "fakturafdp.exe"),
            ("..", "file"),
            ("", "file"),
            ("...dold. ", "dold"),
            ("nul.txt", "_nul.txt"),
            ("e\u{301}t\u{e9}.odt", "\u{e9}t\u{e9}.odt"),
            ("vad? <är> det.docx", "vad_ _är_ det.docx"),
        ] {
            assert_eq!(alone(given), kept);
        }
        assert!(alone(&format!("{}.pdf", "å".repeat(1_000))).chars().count() <= limits::FILE_NAME);
    }

    #[test]
    fn names_never_collide() {
        let mut taken = BTreeSet::new();
        let names: Vec<String> = ["a.txt", "A.TXT", "x/a.txt"].iter().map(|name| file_name(name, &mut taken)).collect();
        assert_eq!(names, ["a.txt", "A (2).TXT", "a (3).txt"]);
    }

    #[test]
    fn plain_names_stay() {
        for name in ["avtal.pdf", "Års rapport 2026.odt", "a.tar.gz", "x (2).txt"] {
            assert!(is_plain_name(name), "{name}");
        }
        assert!(!is_plain_name("../x") && !is_plain_name("a\u{202e}b"));
    }

    #[test]
    fn debug_shows_nothing_of_a_source() {
        let answers = BTreeMap::from([("relation".to_owned(), "canary".to_owned())]);
        let report = Report { text: Secret::new("canary".to_owned()), answers };
        let member = Member { name: "files/canary.pdf".to_owned(), size: 1, sha256: Digest::of(b"") };
        assert!(!format!("{report:?}{member:?}").contains("canary"));
    }
}

//! What one edition of the roster says, as people sign it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cert::Fingerprint;
use crate::codename::Kdf;
use crate::day::{Day, Deadlines};
use crate::digest::Digest;
use crate::lang::Lang;

/// A text in each language.
pub type LocalText = BTreeMap<Lang, String>;

/// The text in `lang`, else in any language there is.
pub fn in_lang(text: &LocalText, lang: Lang) -> &str {
    text.get(&lang).or_else(|| text.values().next()).map_or("", String::as_str)
}

/// What a drop tells its investigators before there is a roster; `init` writes it as `keys/drop.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropCard {
    /// [`FORMAT`](super::FORMAT).
    pub format: u32,
    /// The addresses of the onion service, `….onion`.
    pub onion: Vec<String>,
    /// The drop's cert, armored.
    pub cert: String,
    /// How codenames become keys.
    pub kdf: Kdf,
    /// Whether it is a drop for trying out.
    pub demo: bool,
}

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads and answers; a source may leave them out.
    Investigator,
    /// The cert in a safe: opens what others lost, can never be left out.
    Reserve,
}

/// One recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The short name by which commands and organisations call them, `[a-z0-9-]`.
    pub id: String,
    /// The name that pages show.
    pub name: String,
    /// The firm that employs them.
    pub firm: String,
    /// What they do.
    pub role: Role,
    /// Their firm's other assignments for the organisations, said before a report.
    #[serde(default)]
    pub assignments: LocalText,
    /// Their cert, armored.
    pub cert: String,
    /// Fingerprints of earlier certs of theirs whose keys they still hold: what was sealed to those goes out to them, and
    /// waits for their receipt. One that was lost is left out, and nothing waits for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Fingerprint>,
}

/// One organisation that the drop serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// The last segment of its path, `[a-z0-9-]`, never a word that is a route.
    pub id: String,
    /// Its name.
    pub name: LocalText,
    /// The ids of those who read its reports.
    pub recipients: Vec<String>,
    /// How soon it answers: the law's longest, unless it promises less.
    #[serde(default, skip_serializing_if = "Deadlines::is_the_law")]
    pub deadlines: Deadlines,
}

/// One version of the roster, as signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// [`FORMAT`](super::FORMAT).
    pub format: u32,
    /// 1 for the first, then one more each time.
    pub version: u32,
    /// The day on which it was drawn up.
    pub day: Day,
    /// The digest of the edition before.
    pub previous: Option<Digest>,
    /// Whether it is for trying out.
    pub demo: bool,
    /// The day on which every source's cert is created; frozen.
    pub birthday: Day,
    /// How codenames become keys; frozen.
    pub kdf: Kdf,
    /// The addresses of the onion service.
    pub onion: Vec<String>,
    /// The drop's cert, armored.
    pub drop: String,
    /// The recipients.
    pub people: Vec<Person>,
    /// The organisations.
    pub organisations: Vec<Organisation>,
}

//! The file that travels: every edition from the first, with its signatures.

use serde::{Deserialize, Serialize};

use super::{Edition, FORMAT, Roster, RosterError};
use crate::cert::Tsk;
use crate::day::Day;
use crate::digest::Digest;
use crate::envelope;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Link {
    /// The edition's JSON, byte for byte as signed.
    pub(super) edition: String,
    /// Detached signatures, armored.
    pub(super) signatures: Vec<String>,
}

/// The file that travels: every edition from the first, with its signatures. Not yet judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RosterFile {
    format: u32,
    chain: Vec<Link>,
}

impl RosterFile {
    /// Reads the file's JSON without judging it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RosterError> {
        let file: Self = serde_json::from_slice(bytes).map_err(|_| RosterError::Malformed)?;
        if file.format == FORMAT { Ok(file) } else { Err(RosterError::Malformed) }
    }

    /// The file's JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Starts a chain.
    pub fn first(edition: &Edition) -> Result<Self, RosterError> {
        Self { format: FORMAT, chain: Vec::new() }.followed_by(edition)
    }

    /// The chain with one more edition, which nobody has signed yet.
    pub fn followed_by(mut self, edition: &Edition) -> Result<Self, RosterError> {
        let edition = serde_json::to_string_pretty(edition).map_err(|_| RosterError::Malformed)?;
        self.chain.push(Link { edition, signatures: Vec::new() });
        Ok(self)
    }

    /// The newest edition, unjudged: for showing it to whoever is to sign it.
    pub fn newest(&self) -> Result<Edition, RosterError> {
        let link = self.chain.last().ok_or(RosterError::Malformed)?;
        serde_json::from_str(&link.edition).map_err(|_| RosterError::Malformed)
    }

    /// Every edition from the first, unjudged: whose certs once counted.
    pub fn editions(&self) -> Result<Vec<Edition>, RosterError> {
        self.chain.iter().map(|link| serde_json::from_str(&link.edition).map_err(|_| RosterError::Malformed)).collect()
    }

    /// The newest edition's digest: what signers compare by telephone.
    pub fn digest(&self) -> Result<Digest, RosterError> {
        self.chain.last().map(|link| Digest::of(link.edition.as_bytes())).ok_or(RosterError::Malformed)
    }

    /// Signs the newest edition.
    pub fn sign(&mut self, tsk: &Tsk, day: Day) -> Result<(), RosterError> {
        let link = self.chain.last_mut().ok_or(RosterError::Malformed)?;
        let signature = envelope::sign_detached(link.edition.as_bytes(), tsk, day)?;
        link.signatures.push(String::from_utf8_lossy(&signature).into_owned());
        Ok(())
    }

    /// Judges the whole chain: forms, names, certs, links and signatures.
    pub fn verify(&self) -> Result<Roster, RosterError> {
        let mut roster: Option<Roster> = None;
        for link in &self.chain {
            let edition: Edition = serde_json::from_str(&link.edition).map_err(|_| RosterError::Malformed)?;
            let digest = Digest::of(link.edition.as_bytes());
            let mut next = Roster::new(edition, digest, self)?;
            match roster {
                None => next.begins(link)?,
                Some(before) => next.follows(before, link)?,
            }
            roster = Some(next);
        }
        roster.ok_or(RosterError::Malformed)
    }
}

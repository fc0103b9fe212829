//! Every limit in one place, each with its reason. Configuration may lower them, never raise them.
//!
//! Protects against a stranger who fills memory or disk, and against sizes that tell one visitor from another.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Files in one submission; more would be an archive's work.
pub const FILES: usize = 20;
/// Bytes of all files of one submission together: 500 MB, about an hour over a slow circuit.
pub const UPLOAD: u64 = 500_000_000;
/// Bytes of all typed fields together: 100 kB, some forty pages; what a form without files can hold must fit [`SEALED_FLOOR`].
pub const TEXT: usize = 100_000;
/// Bytes of text that a page still gives back to be shortened (1 MB); beyond it the text cannot be saved by us.
pub const TEXT_GIVEN_BACK: usize = 1_000_000;
/// Bytes that what a source sealed themselves may unfold to: as many as files may have that come as they are, so that
/// sealing and compressing first leads round no limit.
pub const UNSEALED: u64 = UPLOAD;
/// Bytes of a text sealed by its source that are shown on a page (400 kB): four times [`TEXT`], for a full text field of
/// armor holds 75 kB, and prose compresses to a third or less; all of it, escaped, still fits [`PAGE_LARGE`].
pub const UNSEALED_TEXT: u64 = 4 * TEXT as u64;
/// Bytes of the smallest sealed submission: 128 KiB, so that every text-only one has this size.
pub const SEALED_FLOOR: u64 = 128 * 1024;
/// Bytes of a bundle's size step: 64 MiB, so that a stick's file tells little about what is new.
pub const BUNDLE_STEP: u64 = 64 * 1024 * 1024;
/// Bytes above which a bundle takes no further submission: 1 GiB, a quarter of what FAT32 can hold; the rest goes into the next number.
pub const BUNDLE_FULL: u64 = 1024 * 1024 * 1024;
/// Bytes above which nothing sealed is made: 4 GiB less one step (zip without its 64-bit extension, FAT32).
pub const SEALED_MAX: u64 = 4 * 1024 * 1024 * 1024 - BUNDLE_STEP;
/// Bytes of a letter's plaintext: one size for all of them.
pub const LETTER: usize = 60 * 1024;
/// Bytes of a sealed letter, to whatever kinds of certs, at most.
pub const LETTER_SEALED: u64 = 4 * LETTER as u64;
/// Bytes of text in one letter; JSON may need two bytes for one, and the letter's frame needs room too.
pub const LETTER_TEXT: usize = 24 * 1024;
/// Recipients of one organisation, those left out included: each costs up to 1.2 kB of every submission.
pub const RECIPIENTS: usize = 16;
/// Bytes of the vault: 20 GiB.
pub const VAULT: u64 = 20 * 1024 * 1024 * 1024;
/// Bytes of a demo's vault: 512 MiB.
pub const VAULT_DEMO: u64 = 512 * 1024 * 1024;
/// Bytes of every page: 64 KiB, so that its length tells nothing.
pub const PAGE: usize = 64 * 1024;
/// Bytes of the one larger page, which gives people their own long text back: escaping may make five bytes of one.
pub const PAGE_LARGE: usize = 6 * 1024 * 1024;
/// Characters of a file's name as kept.
pub const FILE_NAME: usize = 120;
/// How long a session lives after its last request.
pub const SESSION_IDLE: Duration = Duration::from_secs(600);
/// How long a request's head may take.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long what is typed may take to come, files aside: a megabyte at 2 kB/s.
pub const TYPED: Duration = Duration::from_secs(600);
/// How long a request's body may stand still.
pub const BODY_IDLE: Duration = Duration::from_secs(60);

/// The limits that an operator may lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Files in one submission.
    pub files: usize,
    /// Bytes of all files of one submission together.
    pub upload: u64,
    /// Bytes of all typed fields together.
    pub text: usize,
    /// Seconds that a session lives after its last request.
    pub session: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { files: FILES, upload: UPLOAD, text: TEXT, session: SESSION_IDLE.as_secs() }
    }
}

impl Limits {
    /// The same limits, none above what this build allows.
    pub fn lowered(self) -> Self {
        let most = Self::default();
        Self {
            files: self.files.min(most.files),
            upload: self.upload.min(most.upload),
            text: self.text.min(most.text),
            session: self.session.min(most.session),
        }
    }

    /// How long a session lives after its last request.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.session)
    }
}

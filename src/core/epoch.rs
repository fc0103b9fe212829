//! The key of an epoch: of the time between two moments at which something was destroyed.
//!
//! Protects what was destroyed against whoever gets the disk's stale blocks later: its key is 32 bytes in a file of its
//! own that is overwritten in place. It protects nothing against a copy of the disk that holds the key, nor where a disk
//! writes elsewhere than where it was told to, as flash does, and somebody reads its cells.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::chance::Chance;
use crate::secret::Secret;

/// Bytes that sealing adds: the nonce before, the tag after.
pub const SEAL: usize = NONCE + 16;
const NONCE: usize = 24;
/// Each half begins a disk block of its own, so that a torn write of one leaves the other whole.
const HALF: u64 = 4096;

/// The key file: two halves, one the live epoch's key, the other noise (while an epoch passes, the next one's key).
#[derive(Debug)]
pub struct KeyFile(File);

impl KeyFile {
    /// Lays two random halves into an empty file; the first one will be the first epoch's.
    pub fn lay(file: File, chance: &Chance) -> io::Result<Self> {
        file.set_len(2 * HALF)?;
        let keys = Self(file);
        keys.renew(0, chance)?;
        keys.renew(1, chance)?;
        Ok(keys)
    }

    /// The one that was laid into this file, which can be read and written.
    pub fn of(file: File) -> Self {
        Self(file)
    }

    /// The key that the given half (0 or 1) holds.
    pub fn key(&self, half: u8) -> io::Result<Secret<[u8; 32]>> {
        let mut key = Secret::new([0; 32]);
        self.0.read_exact_at(key.expose_mut(), u64::from(half) * HALF)?;
        Ok(key)
    }

    /// Overwrites a half in place, durably: what it held is gone, what it holds now is a fresh key.
    pub fn renew(&self, half: u8, chance: &Chance) -> io::Result<()> {
        let key = Secret::new(chance.bytes::<32>());
        self.0.write_all_at(key.expose(), u64::from(half) * HALF)?;
        self.0.sync_all()
    }
}

/// Seals small things under one key (XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03).
pub struct Sealing(XChaCha20Poly1305);

impl Sealing {
    /// Under this key.
    pub fn new(key: &Secret<[u8; 32]>) -> Self {
        Self(XChaCha20Poly1305::new(key.expose().into()))
    }

    /// Nonce and sealed bytes, [`SEAL`] more than `plain`; `bound` has to be the same again to open them. Nothing above
    /// 256 GiB.
    pub fn seal(&self, plain: &[u8], bound: &[u8], chance: &Chance) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE] = chance.bytes();
        let sealed = self.0.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound }).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed, or nothing when it is damaged, foreign or moved.
    pub fn open(&self, sealed: &[u8], bound: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        self.0.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: bound }).ok().map(Zeroizing::new)
    }
}

//! The store's key of the current epoch, and what is derived from it.
//!
//! Protects records against whoever gets the disk's stale blocks once the epoch has passed: its key is 32 bytes in a
//! file of its own that is overwritten in place. It protects nothing against a copy of the disk that holds the key.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sluss_core::secret::Secret;
use zeroize::Zeroizing;

use super::chance::Chance;

/// Bytes that sealing adds: the nonce before, the tag after.
pub(super) const SEAL: usize = NONCE + 16;
const NONCE: usize = 24;
/// Each half begins a disk block of its own, so that a torn write of one leaves the other whole.
const HALF: u64 = 4096;

/// A key that was good once and opens nothing else: what one epoch's records are sealed and found under.
pub(super) struct Epoch {
    /// The half of the key file that holds its key.
    pub(super) half: u8,
    cipher: XChaCha20Poly1305,
    index: Secret<[u8; 32]>,
}

impl Epoch {
    fn derive(root: &Secret<[u8; 32]>, half: u8) -> Self {
        let sealing = Secret::new(keyed(root, &[b"sluss store 1: seal"]));
        Self {
            half,
            cipher: XChaCha20Poly1305::new(sealing.expose().into()),
            index: Secret::new(keyed(root, &[b"sluss store 1: index"])),
        }
    }

    /// Where a record of this kind and identity lies: tells nothing without the epoch's key.
    pub(super) fn index(&self, kind: u8, id: &[u8]) -> [u8; 32] {
        keyed(&self.index, &[&[kind], id])
    }

    /// Where a new dummy lies: without the epoch's key a place like every other.
    pub(super) fn dummy(&self, chance: &Chance) -> [u8; 32] {
        let nonce = chance.bytes::<16>();
        let mut index = [0; 32];
        let halves = nonce.into_iter().chain(self.dummy_tag(&nonce));
        index.iter_mut().zip(halves).for_each(|(to, from)| *to = from);
        index
    }

    /// Whether a dummy lies here.
    pub(super) fn is_dummy(&self, index: &[u8]) -> bool {
        index.split_first_chunk::<16>().is_some_and(|(nonce, tag)| self.dummy_tag(nonce).starts_with(tag))
    }

    fn dummy_tag(&self, nonce: &[u8; 16]) -> [u8; 32] {
        // 0 is no kind's tag.
        keyed(&self.index, &[&[0], nonce])
    }

    /// Nonce and sealed bytes; `bound` has to be the same again to open them.
    pub(super) fn seal(&self, plain: &[u8], bound: &[u8], chance: &Chance) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE] = chance.bytes();
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound }).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed, or nothing when it is damaged, foreign or moved.
    pub(super) fn open(&self, sealed: &[u8], bound: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        self.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: bound }).ok().map(Zeroizing::new)
    }
}

/// The key file: two halves, one the live epoch's key, the other noise (while a sweep runs, the next epoch's key).
pub(super) struct KeyFile(File);

impl KeyFile {
    /// Lays a key file with two random halves; the first one will be the first epoch's.
    pub(super) fn create(path: &Path, chance: &Chance) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).read(true).create_new(true).mode(0o600).open(path)?;
        file.set_len(2 * HALF)?;
        let keys = Self(file);
        keys.renew(0, chance)?;
        keys.renew(1, chance)?;
        Ok(keys)
    }

    pub(super) fn open(path: &Path) -> io::Result<Self> {
        OpenOptions::new().write(true).read(true).open(path).map(Self)
    }

    /// The epoch whose key the given half (0 or 1) holds.
    pub(super) fn epoch(&self, half: u8) -> io::Result<Epoch> {
        let mut root = Secret::new([0; 32]);
        self.0.read_exact_at(root.expose_mut(), u64::from(half) * HALF)?;
        Ok(Epoch::derive(&root, half))
    }

    /// Overwrites a half in place, durably: what it held is gone, what it holds now is a fresh key.
    pub(super) fn renew(&self, half: u8, chance: &Chance) -> io::Result<()> {
        let root = Secret::new(chance.bytes::<32>());
        self.0.write_all_at(root.expose(), u64::from(half) * HALF)?;
        self.0.sync_all()
    }
}

/// HMAC-SHA256 of the parts, which the caller keeps unambiguous.
fn keyed(key: &Secret<[u8; 32]>, parts: &[&[u8]]) -> [u8; 32] {
    // A key of one whole block, zero-padded, is what HMAC makes of a shorter one itself.
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key.expose()).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

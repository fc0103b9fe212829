//! What the records of the current epoch are sealed and found under.
//!
//! Protects records against whoever gets the disk's stale blocks once the epoch has passed, as [`sluss_core::epoch`] says.

use std::io;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sluss_core::chance::Chance;
use sluss_core::epoch::{KeyFile, Sealing};
use sluss_core::secret::Secret;
use zeroize::Zeroizing;

/// A key that was good once and opens nothing else: what one epoch's records are sealed and found under.
pub(super) struct Epoch {
    /// The half of the key file that holds its key.
    pub(super) half: u8,
    sealing: Sealing,
    index: Secret<[u8; 32]>,
}

impl Epoch {
    /// The epoch whose key the given half (0 or 1) of the file holds.
    pub(super) fn of(keys: &KeyFile, half: u8) -> io::Result<Self> {
        let root = keys.key(half)?;
        let derived = |purpose| Secret::new(keyed(&root, &[purpose]));
        Ok(Self {
            half,
            sealing: Sealing::new(&derived(b"sluss store 1: seal".as_slice())),
            index: derived(b"sluss store 1: index".as_slice()),
        })
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
        self.sealing.seal(plain, bound, chance)
    }

    /// What was sealed, or nothing when it is damaged, foreign or moved.
    pub(super) fn open(&self, sealed: &[u8], bound: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.sealing.open(sealed, bound)
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

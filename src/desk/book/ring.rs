//! The key ring: each thing in the book lies under a key of its own, and all these keys lie in one file, sealed under the
//! key of the epoch.
//!
//! Protects what was taken out: whenever something is, an epoch ends and its key is destroyed. From then on no stale block
//! of the disk can be opened any more, not even with the owner's TSK. It does not protect from a copy of the whole book
//! that was made before, nor from whoever has the book as it is and its keys: that is what sealing is for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sluss_core::chance::Chance;
use sluss_core::digest::Digest;
use sluss_core::epoch::{KeyFile, Sealing};
use sluss_core::veil::VeilKey;
use zeroize::Zeroizing;

use super::present;
use crate::durable;

/// The file of the epoch's key.
const KEY: &str = "epoch.key";
/// The file of all other keys.
const RING: &str = "ring";
/// What the ring is bound to: its format.
const FORMAT: &[u8] = b"sluss desk ring 1";
/// Bytes of a digest, and of a key.
const WORD: usize = 32;

/// The keys of what lies in the book.
#[derive(Debug)]
pub(super) struct Ring {
    path: PathBuf,
    epoch: KeyFile,
    /// The half of the key file under which it is sealed.
    half: u8,
    keys: BTreeMap<Digest, VeilKey>,
}

impl Ring {
    /// Lays an empty ring in `folder`, in place of what is there of one.
    pub(super) fn lay(folder: &Path, chance: &Chance) -> io::Result<Self> {
        let options = File::options().read(true).write(true).create(true).truncate(true).mode(0o600).to_owned();
        let epoch = KeyFile::lay(options.open(folder.join(KEY))?, chance)?;
        let mut ring = Self { path: folder.join(RING), epoch, half: 0, keys: BTreeMap::new() };
        ring.write(0, chance)?;
        Ok(ring)
    }

    /// Opens the ring in `folder`, and ends the epoch that a crash did not let end; `None` where one of its two files is
    /// missing or damaged.
    pub(super) fn open(folder: &Path, chance: &Chance) -> io::Result<Option<Self>> {
        let path = folder.join(RING);
        let sealed = present(fs::read(&path))?;
        let key = present(File::options().read(true).write(true).open(folder.join(KEY)))?;
        let (Some(sealed), Some(key)) = (sealed, key) else { return Ok(None) };
        let epoch = KeyFile::of(key);
        for half in [0, 1] {
            if let Some(plain) = Sealing::new(&epoch.key(half)?).open(&sealed, FORMAT) {
                epoch.renew(1 - half, chance)?;
                return Ok(Some(Self { path, epoch, half, keys: parse(&plain) }));
            }
        }
        Ok(None)
    }

    /// The key of one thing.
    pub(super) fn key(&self, digest: Digest) -> Option<&VeilKey> {
        self.keys.get(&digest)
    }

    /// Takes in keys of things that are about to be put into the book; on return they lie safely on the disk.
    pub(super) fn add(&mut self, new: impl IntoIterator<Item = (Digest, VeilKey)>, chance: &Chance) -> io::Result<()> {
        self.keys.extend(new);
        self.write(self.half, chance)
    }

    /// Forgets keys, and ends the epoch: on return nothing opens what they opened.
    pub(super) fn remove(&mut self, gone: &BTreeSet<Digest>, chance: &Chance) -> io::Result<()> {
        self.keys.retain(|digest, _| !gone.contains(digest));
        let next = 1 - self.half;
        self.epoch.renew(next, chance)?;
        self.write(next, chance)?;
        self.epoch.renew(1 - next, chance)
    }

    /// Seals it under the given half of the key file.
    fn write(&mut self, half: u8, chance: &Chance) -> io::Result<()> {
        let mut plain = Zeroizing::new(Vec::with_capacity(self.keys.len() * 2 * WORD));
        for (digest, key) in &self.keys {
            plain.extend_from_slice(digest.as_bytes());
            plain.extend_from_slice(key.expose());
        }
        let sealed = Sealing::new(&self.epoch.key(half)?).seal(&plain, FORMAT, chance);
        let sealed = sealed.ok_or(io::ErrorKind::FileTooLarge)?;
        durable::write(&self.path, |file| file.write_all(&sealed))?;
        self.half = half;
        Ok(())
    }
}

fn parse(plain: &[u8]) -> BTreeMap<Digest, VeilKey> {
    let (words, _) = plain.as_chunks::<WORD>();
    let (pairs, _) = words.as_chunks::<2>();
    pairs.iter().map(|[digest, key]| (Digest::from_bytes(*digest), VeilKey::new(*key))).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    fn digest(of: u8) -> Digest {
        Digest::of(&[of])
    }

    fn ring(folder: &Path, chance: &Chance) -> Ring {
        let mut ring = Ring::lay(folder, chance).unwrap();
        ring.add([1, 2].map(|of| (digest(of), VeilKey::new([of; 32]))), chance).unwrap();
        ring
    }

    #[test]
    fn what_was_added_comes_back_and_what_was_removed_does_not() {
        let (folder, chance) = (tempfile::tempdir().unwrap(), Chance::new(&mut StdRng::seed_from_u64(1)));
        ring(folder.path(), &chance).remove(&BTreeSet::from([digest(1)]), &chance).unwrap();
        let ring = Ring::open(folder.path(), &chance).unwrap().unwrap();
        assert!(ring.key(digest(1)).is_none());
        assert_eq!(ring.key(digest(2)).unwrap().expose(), &[2; 32]);
    }

    /// What lies on the disk before a removal opens with nothing that lies there afterwards, wherever a crash came between.
    #[test]
    fn a_removal_is_final_wherever_it_is_cut_short() {
        let (folder, chance) = (tempfile::tempdir().unwrap(), Chance::new(&mut StdRng::seed_from_u64(2)));
        let files = || [KEY, RING].map(|name| fs::read(folder.path().join(name)).unwrap());
        let put = |names: [&[u8]; 2]| {
            [KEY, RING]
                .into_iter()
                .zip(names)
                .for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
        };
        let opened = || Ring::open(folder.path(), &chance).unwrap().map(|ring| ring.keys.len());
        let mut ring = ring(folder.path(), &chance);
        let [old_key, old_ring] = files();
        ring.remove(&BTreeSet::from([digest(1)]), &chance).unwrap();
        let [new_key, new_ring] = files();
        // The first half was the old epoch's, the second is the new one's.
        let both = [&old_key[..old_key.len() / 2], &new_key[new_key.len() / 2..]].concat();

        put([&both, &old_ring]);
        assert_eq!(opened(), Some(2), "the next epoch has not begun");
        put([&both, &new_ring]);
        assert_eq!(opened(), Some(1), "the last epoch has not ended");
        let [ended, _] = files();
        put([&ended, &old_ring]);
        assert_eq!(opened(), None, "opening did not end the last epoch");
        put([&new_key, &old_ring]);
        assert_eq!(opened(), None);
    }
}

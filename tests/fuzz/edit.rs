//! Changes to bytes that were whole.

use arbitrary::Arbitrary;

use super::few::Bytes;

/// Where a change lies: heads and ends tell a parser more than the noise between.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Place {
    /// So many bytes from the start.
    Head(u16),
    /// So many bytes from the end.
    Tail(u16),
    /// Anywhere.
    Any(u32),
}

/// One change.
#[derive(Debug, Clone, Arbitrary)]
pub enum Edit {
    /// Turns one bit.
    Flip(Place, u8),
    /// Writes over what is there.
    Put(Place, Bytes),
    /// Puts something in between.
    Insert(Place, Bytes),
    /// Takes something out.
    Remove(Place, u16),
    /// Copies a stretch to another place, over what is there.
    Copy(Place, Place, u16),
    /// Ends it early.
    Cut(Place),
}

impl Place {
    /// The place in `length` bytes, the end included.
    fn within(self, length: usize) -> usize {
        match self {
            Self::Head(at) => usize::from(at) % (length + 1),
            Self::Tail(at) => length - usize::from(at) % (length + 1),
            Self::Any(at) => at as usize % (length + 1),
        }
    }
}

/// `original` after all of `edits`, one upon the other.
pub fn edited(original: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for edit in edits {
        edit.apply(&mut bytes);
    }
    bytes
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Flip(at, bit) => {
                let at = at.within(bytes.len());
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (bit % 8));
            }
            Self::Put(at, new) => put(bytes, *at, new),
            Self::Insert(at, new) => {
                let at = at.within(bytes.len());
                bytes.splice(at..at, new.iter().copied());
            }
            Self::Remove(at, length) => {
                let at = at.within(bytes.len());
                bytes.drain(at..bytes.len().min(at + usize::from(*length)));
            }
            Self::Copy(from, to, length) => {
                let from = from.within(bytes.len());
                let copied = bytes[from..bytes.len().min(from + usize::from(*length))].to_vec();
                put(bytes, *to, &copied);
            }
            Self::Cut(at) => bytes.truncate(at.within(bytes.len())),
        }
    }
}

fn put(bytes: &mut [u8], at: Place, new: &[u8]) {
    let at = at.within(bytes.len());
    for (old, new) in bytes.iter_mut().skip(at).zip(new) {
        *old = *new;
    }
}

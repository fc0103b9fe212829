//! A length-preserving cipher over anything that can seek.
//!
//! Protects stored bytes from being recognised: OpenPGP headers, zip headers and sizes inside become noise.
//! It does not authenticate; whoever reads compares a digest kept elsewhere. A key serves one object, once.

use std::io::{self, Read, Seek, SeekFrom, Write};

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use zeroize::Zeroize;

use crate::secret::Secret;

/// The key of one object: 32 random bytes, never used for another.
pub type VeilKey = Secret<[u8; 32]>;

const CHUNK: usize = 16 * 1024;

/// ChaCha20 (RFC 8439, zero nonce: the key is used once) over `inner`, at most 256 GiB.
pub struct Veil<T> {
    inner: T,
    cipher: ChaCha20,
}

impl<T> Veil<T> {
    /// Veils `inner`, whose first byte is the object's first byte.
    pub fn new(inner: T, key: &VeilKey) -> Self {
        Self { inner, cipher: ChaCha20::new(key.expose().into(), &[0; 12].into()) }
    }

    /// What lies beneath.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T: Read> Read for Veil<T> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        if let Some(read) = buf.get_mut(..n) {
            self.cipher.try_apply_keystream(read).map_err(io::Error::other)?;
        }
        Ok(n)
    }
}

impl<T: Write> Write for Veil<T> {
    /// Writes all of `buf` or fails: half a write would leave keystream and bytes apart.
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let mut veiled = [0; CHUNK];
        for chunk in buf.chunks(CHUNK) {
            let Some(out) = veiled.get_mut(..chunk.len()) else { break };
            out.copy_from_slice(chunk);
            self.cipher.try_apply_keystream(out).map_err(io::Error::other)?;
            self.inner.write_all(out)?;
        }
        veiled.zeroize();
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Seek> Seek for Veil<T> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = self.inner.seek(to)?;
        self.cipher.try_seek(position).map_err(io::Error::other)?;
        Ok(position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn reads_back_from_anywhere_and_shows_nothing() {
        let key = VeilKey::new([7; 32]);
        let plain: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let mut veil = Veil::new(Cursor::new(Vec::new()), &key);
        veil.write_all(&plain).unwrap();
        let stored = veil.into_inner().into_inner();
        assert_eq!(stored.len(), plain.len());
        assert!(!stored.windows(32).any(|w| w == &plain[..32]));

        let mut veil = Veil::new(Cursor::new(stored), &key);
        veil.seek(SeekFrom::Start(70_001)).unwrap();
        let mut back = Vec::new();
        veil.read_to_end(&mut back).unwrap();
        assert_eq!(back, plain[70_001..]);
    }
}

//! A store's own randomness, seeded once from the caller's generator.
//!
//! Protects object keys, nonces and the places of bodies from being guessed, as far as the seed cannot be.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use chacha20::ChaCha20Rng;
use rand::{CryptoRng, Rng, SeedableRng};

/// One generator for all threads of a store.
pub struct Chance(Mutex<ChaCha20Rng>);

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance(…)")
    }
}

impl Chance {
    /// Seeds it.
    pub fn new(rng: &mut impl CryptoRng) -> Self {
        Self(Mutex::new(ChaCha20Rng::from_rng(rng)))
    }

    /// Fresh bytes: a key or a nonce.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.with(|rng| rng.fill_bytes(&mut bytes));
        bytes
    }

    /// A number below `end` (0 where `end` is 0); its bias, below 2⁻³², places bodies and nothing else.
    pub fn below(&self, end: u32) -> u32 {
        let wide = self.with(Rng::next_u64);
        u32::try_from(wide % u64::from(end.max(1))).unwrap_or(0)
    }

    /// A keystream of its own for filling slots: random bytes at the speed of the cipher.
    pub fn noise(&self) -> ChaCha20Rng {
        self.with(SeedableRng::from_rng)
    }

    fn with<T>(&self, draw: impl FnOnce(&mut ChaCha20Rng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

//! Values that wipe themselves and show nothing.
//!
//! Protects against a secret that stays in freed memory or reaches a log through `Debug`.
//! It does not protect the copies that somebody makes of what `expose` lends, nor registers and stacks.

use std::fmt;

use zeroize::Zeroize;

/// A secret: overwritten when dropped, `Debug` shows only that it is one. It lies in one place of the heap, so that no copy
/// stays behind where it is moved: on stacks, in tables, in tasks.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret<T: Zeroize>(Box<T>);

impl<T: Zeroize> Secret<T> {
    /// Takes the value into keeping.
    pub fn new(value: T) -> Self {
        Self(Box::new(value))
    }

    /// Lends the value; whoever copies it owns the copy's wiping.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// Lends the value to be changed in place.
    pub fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Zeroize + Default> Secret<T> {
    /// Hands the value out of keeping: the caller wipes it.
    pub fn into_inner(mut self) -> T {
        std::mem::take(&mut *self.0)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new(String::from("canary"));
        assert!(!format!("{secret:?}").contains("canary"));
    }
}

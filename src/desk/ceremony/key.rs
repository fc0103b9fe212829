//! Making, loading and exporting an investigator's TSK.

use rand::CryptoRng;
use sluss_core::cert::{Cert, CertError, Kind, Tsk};
use sluss_core::day::Clock;
use sluss_core::secret::Secret;

use crate::book::{Book, BookError};

/// Characters that a passphrase has at least: six words of a diceware list have more, and 77 bits.
pub const PASSPHRASE_MIN: usize = 12;
/// Characters of a name at most.
const NAME_MAX: usize = 100;

/// Why there is no key, or no export of it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No name, or one that does not fit into a user id.
    #[error("the name is empty, too long, or holds characters that no name has")]
    Name,
    /// The passphrase is too short.
    #[error("the passphrase is shorter than {PASSPHRASE_MIN} characters")]
    Short,
    /// A post-quantum key is of no use to GnuPG.
    #[error("GnuPG cannot use a post-quantum key")]
    NotClassic,
    /// The key cannot be used.
    #[error(transparent)]
    Cert(#[from] CertError),
    /// The book refused.
    #[error(transparent)]
    Book(#[from] BookError),
}

/// Makes a TSK for the person called `name` and puts it into the book, locked.
pub fn make(
    book: &Book,
    name: &str,
    kind: Kind,
    passphrase: &Secret<String>,
    clock: Clock,
    rng: &mut impl CryptoRng,
) -> Result<Cert, KeyError> {
    let user_id = user_id(name)?;
    long_enough(passphrase)?;
    keep(book, &Tsk::generate(kind, Some(&user_id), clock.today())?, passphrase, rng)
}

/// Makes a new TSK for the book's owner, locked with the passphrase of the one in use, which stays in use until a roster
/// names the new one, and goes on opening what was sealed to it after that.
pub fn renew(
    book: &Book,
    kind: Kind,
    passphrase: &Secret<String>,
    clock: Clock,
    rng: &mut impl CryptoRng,
) -> Result<Cert, KeyError> {
    let in_use = Tsk::unlock_with_passphrase(&book.locked_tsk()?, passphrase)?.cert();
    let tsk = Tsk::generate(kind, in_use.label().as_deref(), clock.today())?;
    let cert = tsk.cert();
    book.renew_tsk(&cert, &tsk.lock_with_passphrase(passphrase, rng)?)?;
    Ok(cert)
}

/// Takes in a TSK that was made elsewhere, also by GnuPG, locked with `passphrase`.
pub fn load(
    book: &Book,
    bytes: &[u8],
    passphrase: &Secret<String>,
    clock: Clock,
    rng: &mut impl CryptoRng,
) -> Result<Cert, KeyError> {
    let tsk = Tsk::unlock_with_passphrase(bytes, passphrase)?;
    tsk.cert().usable(clock)?;
    keep(book, &tsk, passphrase, rng)
}

fn keep(book: &Book, tsk: &Tsk, passphrase: &Secret<String>, rng: &mut impl CryptoRng) -> Result<Cert, KeyError> {
    let cert = tsk.cert();
    book.put_tsk(&cert, &tsk.lock_with_passphrase(passphrase, rng)?)?;
    Ok(cert)
}

/// A classic TSK, locked so that GnuPG imports it.
pub fn export_for_gpg(book: &Book, passphrase: &Secret<String>) -> Result<Vec<u8>, KeyError> {
    let tsk = Tsk::unlock_with_passphrase(&book.locked_tsk()?, passphrase)?;
    if tsk.cert().kind() != Kind::Classic {
        return Err(KeyError::NotClassic);
    }
    Ok(tsk.lock_for_gpg(passphrase)?)
}

fn long_enough(passphrase: &Secret<String>) -> Result<(), KeyError> {
    if passphrase.expose().chars().count() < PASSPHRASE_MIN { Err(KeyError::Short) } else { Ok(()) }
}

/// `Name <name@sluss.invalid>`: GnuPG imports no cert without a user id, and takes those that look like an address.
fn user_id(name: &str) -> Result<String, KeyError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let odd = |c: char| c.is_control() || matches!(c, '<' | '>' | '(' | ')' | '@' | '"');
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(odd) {
        return Err(KeyError::Name);
    }
    let plain: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let local = plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let local = if local.is_empty() { "name" } else { &local };
    Ok(format!("{name} <{local}@sluss.invalid>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_user_ids() {
        assert_eq!(user_id(" Åsa  Öberg-Ek ").unwrap(), "Åsa Öberg-Ek <sa-berg-ek@sluss.invalid>");
        assert_eq!(user_id("李").unwrap(), "李 <name@sluss.invalid>");
        for odd in ["", "  ", "a <b>", "a\u{7}b", "x@y", &"n".repeat(101)] {
            assert!(matches!(user_id(odd), Err(KeyError::Name)), "{odd:?}");
        }
    }
}

//! The frozen vectors' people, and sealing as somebody would who keeps to no format of ours.

use std::io::Write;
use std::sync::LazyLock;
use std::time::Duration;

use openpgp::parse::Parse;
use openpgp::policy::StandardPolicy;
use openpgp::serialize::stream::{Encryptor, LiteralWriter, Message};
use sequoia_openpgp as openpgp;
use sluss_core::cert::{Cert, Tsk};
use sluss_core::day::{Clock, Day};
use sluss_core::envelope;
use sluss_core::roster::Roster;
use sluss_core::secret::Secret;

/// A file of `tests/vectors`.
macro_rules! vector {
    ($name:literal) => {
        include_bytes!(concat!("../vectors/", $name)).as_slice()
    };
}
pub(super) use vector;

/// Everybody who has a TSK in the vectors, and their roster.
pub struct People {
    /// An investigator; post-quantum.
    pub anna: Tsk,
    /// An investigator; classic.
    pub bertil: Tsk,
    /// The reserve.
    pub reserve: Tsk,
    /// A source.
    pub source: Tsk,
    /// The second edition.
    pub roster: Roster,
}

/// The people, unlocked once.
pub static PEOPLE: LazyLock<People> = LazyLock::new(|| {
    let unlock = |bytes: &[u8]| Tsk::unlock(bytes, &Secret::new([1; 32])).unwrap();
    People {
        anna: unlock(vector!("anna.tsk.pgp")),
        bertil: unlock(vector!("bertil.tsk.pgp")),
        reserve: unlock(vector!("reserv.tsk.pgp")),
        source: unlock(vector!("source.tsk.pgp")),
        roster: Roster::from_bytes(vector!("roster.json")).unwrap(),
    }
});

/// A day on which all of their certs are good.
pub fn day() -> Day {
    PEOPLE.roster.edition().day
}

/// That day's noon.
pub fn clock() -> Clock {
    Clock::new(day().instant() + Duration::from_secs(12 * 3600)).unwrap()
}

/// `content`, signed by `signer` for `reader` and sealed to them: a bundle or letter in all but what it holds.
pub fn signed(content: &[u8], signer: &Tsk, reader: &Cert) -> Vec<u8> {
    envelope::seal_bytes(content, signer, &[reader], day(), clock()).unwrap()
}

/// `content`, sealed to `reader` and signed by nobody: a submission in all but what it holds.
pub fn sealed(content: &[u8], reader: &Cert) -> Vec<u8> {
    static POLICY: StandardPolicy<'_> = StandardPolicy::new();
    let cert = openpgp::Cert::from_bytes(reader.armored().as_bytes()).unwrap();
    let keys = cert.keys().with_policy(&POLICY, clock().latest()).supported().for_transport_encryption();
    let mut sealed = Vec::new();
    let message = Encryptor::for_recipients(Message::new(&mut sealed), keys).build().unwrap();
    let mut message = LiteralWriter::new(message).build().unwrap();
    message.write_all(content).unwrap();
    message.finalize().unwrap();
    sealed
}

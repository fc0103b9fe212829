//! Keys and rosters: how an investigator gets a TSK, and how several of them agree who reads what.
//!
//! Protects: a TSK lies on the disk locked by a passphrase and nowhere else; nobody signs a roster that does not continue
//! the one in use, and what is signed is shown before. It does not know whether a cert is really that person's: people
//! compare fingerprints by telephone.

mod backup;
mod expiry;
mod key;
mod roster;

pub use backup::{Code, DrillError, Paper, drill, from_paper};
pub use expiry::{Ending, Whose, ending};
pub use key::{KeyError, PASSPHRASE_MIN, export_for_gpg, load, make, renew};
pub use roster::{
    DescriptionError, DrawError, SignError, Standing, draw_up, read_roster, sign, standing, take_into_use,
};

#[cfg(test)]
mod tests;

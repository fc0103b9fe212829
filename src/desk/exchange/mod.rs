//! What is carried on a stick: outbound bundles in from the drop, return bundles out to it, desk bundles between colleagues.
//!
//! Protects: a bundle that is damaged, foreign or for somebody else is refused whole; a receipt is made only of what lies
//! safely on the desk's disk; what was sent goes out again until the drop has named it. It cannot see whether a stick
//! that never comes back was lost or taken.

mod colleagues;
mod incoming;
mod outgoing;

use std::io;

use sluss_core::bundle::{OpenError, SealError};

pub use colleagues::{Heard, Shared, share};
pub use incoming::{Intake, MISSING, Opened, Refused, Why, open};
pub use outgoing::{Made, make_return};

use crate::desk::DeskError;

/// Why an exchange was not done.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The bundle could not be read from where it lies.
    #[error("the bundle could not be read: {0}")]
    Read(#[source] io::Error),
    /// The bundle was refused; nothing in it was acted upon.
    #[error(transparent)]
    Refused(OpenError),
    /// The return bundle could not be written to where it was to lie.
    #[error("the bundle could not be written: {0}")]
    Write(#[source] io::Error),
    /// Sealing the return bundle failed.
    #[error(transparent)]
    Seal(SealError),
    /// It was asked to stop. What had been opened is kept; taking the bundle in again goes on where it stopped.
    #[error("stopped: what had been opened is kept, the rest comes when the bundle is opened again")]
    Stopped,
    /// There is nothing to send.
    #[error("there is nothing to send")]
    Nothing,
    /// There is no note that the colleague may read.
    #[error("there is no note that they may read")]
    NothingToShare,
    /// There is no colleague of this name.
    #[error("there is no colleague of this name")]
    NoColleague,
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

#[cfg(test)]
mod tests;

//! What can go wrong beneath every operation of the store.
//!
//! Protects a source from an answer that says more than it should: a fault names its kind, never a record.

use std::io;

/// A failure of disk or data, not of what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No room on the file system.
    #[error("the disk is full")]
    DiskFull,
    /// Others' files have used up the day's budget meanwhile.
    #[error("the day's budget for files is used up")]
    OverBudget,
    /// The disk or the file system failed.
    #[error("the disk failed: {0}")]
    Disk(io::Error),
    /// A record, or a body against its record, is not what was written.
    #[error("a record or a body on the disk is damaged")]
    Damaged,
    /// A record would grow beyond its kind's size.
    #[error("a record would grow beyond its fixed size")]
    TooLarge,
    /// A write failed, this one or one before: nothing is kept until the disk works again, which is tried at each beat.
    #[error("the disk does not take writes, and nothing is kept until it does again")]
    Stopped,
}

/// [`Fault::OverBudget`], where only an [`io::Error`] can be told.
#[derive(Debug, thiserror::Error)]
#[error("the day's budget for files is used up")]
pub(super) struct OverBudget;

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            _ if error.get_ref().is_some_and(|cause| cause.is::<OverBudget>()) => Self::OverBudget,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::DiskFull,
            _ => Self::Disk(error),
        }
    }
}

impl From<rustix::io::Errno> for Fault {
    fn from(error: rustix::io::Errno) -> Self {
        io::Error::from(error).into()
    }
}

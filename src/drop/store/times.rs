//! Times of the files that change with what sources do, kept running.
//!
//! Protects: when a large file came in, when something was overwritten and when somebody read, which a file's times would
//! tell, and their old copies in a file system's journal for hours more. A touch every 5 ms leaves nothing between two
//! of them to be told: the kernel's own clock for files goes in steps of 1 to 10 ms.
//! It does not protect against a file system that stamps more than its inodes, nor once the store is closed.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_NOW};

const INTERVAL: Duration = Duration::from_millis(5);

/// Sets the times of the vault and of sled's log to now, again and again, until told to stop. What a disk that fails
/// refuses is left: the commits tell of it.
pub(super) fn keep_running(folder: &Path, stop: &AtomicBool) {
    let now = || Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
    // By their names: a sweep puts another log in the place of the last one.
    let files = ["vault", "sled/db"].map(|name| folder.join(name));
    while !stop.load(Ordering::SeqCst) {
        for file in &files {
            let times = Timestamps { last_access: now(), last_modification: now() };
            let _ = rustix::fs::utimensat(CWD, file, &times, AtFlags::SYMLINK_NOFOLLOW);
        }
        std::thread::sleep(INTERVAL);
    }
}

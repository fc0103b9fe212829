//! How far a long piece of work has come, and whether it is still wanted: shared by who does it and who waits.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Work that can be watched and stopped.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    whole: AtomicU64,
    stopped: AtomicBool,
}

impl Progress {
    /// Says how much there is to do, in whatever unit the work counts.
    pub fn expect(&self, whole: u64) {
        self.whole.store(whole, Ordering::Relaxed);
    }

    /// So much more is done.
    pub fn advance(&self, by: u64) {
        self.done.fetch_add(by, Ordering::Relaxed);
    }

    /// How far it has come, of 100.
    pub fn percent(&self) -> u64 {
        let (done, whole) = (self.done.load(Ordering::Relaxed), self.whole.load(Ordering::Relaxed));
        (done.saturating_mul(100) / whole.max(1)).min(100)
    }

    /// Asks for the work to end soon, undone.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether that was asked for.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// A reader whose bytes are counted as done, and which fails once it is to stop.
    pub fn watch<R>(&self, inner: R) -> Watched<'_, R> {
        Watched { inner, progress: self }
    }
}

/// See [`Progress::watch`].
#[derive(Debug)]
pub struct Watched<'a, R> {
    inner: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.progress.is_stopped() {
            return Err(io::Error::other("stopped"));
        }
        let n = self.inner.read(buf)?;
        self.progress.advance(n as u64);
        Ok(n)
    }
}

impl<R: Seek> Seek for Watched<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

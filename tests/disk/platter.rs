//! The one file under a [`Disk`](super::Disk): served by FUSE, and every write and flush of it is logged in order.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::Result;
use fuser::{
    Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation, INodeNo, LockOwner, OpenFlags,
    ReplyAttr, ReplyData, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyWrite, Request, WriteFlags,
};

use super::Image;

/// The file's name.
pub(super) const FILE: &str = "disk";
const INODE: INodeNo = INodeNo(2);
/// What a disk writes whole or not at all.
const BLOCK: usize = 4096;
/// Nothing here changes but the content.
const FOR_EVER: Duration = Duration::from_secs(24 * 3600);

/// What a failing disk answers with an I/O error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Reads that no cache answers.
    Reads,
    /// Writes.
    Writes,
    /// Flushes.
    Flushes,
}

/// The file and its log; clones are the same one.
#[derive(Clone)]
pub(super) struct Platter(Arc<Shared>);

struct Shared {
    /// What it was when the log began.
    base: Image,
    live: Image,
    bytes: u64,
    log: Mutex<Log>,
}

struct Log {
    events: Vec<Event>,
    /// What was written, one write after the other: unlinked, so that it costs disk rather than memory.
    content: File,
    length: u64,
    failing: Vec<Failure>,
}

#[derive(Clone, Copy)]
enum Event {
    Flush,
    /// So many bytes of the log's content from `at` on were written to `offset`.
    Write {
        offset: u64,
        at: u64,
        length: usize,
    },
}

impl Platter {
    pub(super) fn new(base: Image) -> Result<Self> {
        let (live, bytes) = (base.copy()?, base.file().metadata()?.len());
        let log = Log { events: Vec::new(), content: tempfile::tempfile()?, length: 0, failing: Vec::new() };
        Ok(Self(Arc::new(Shared { base, live, bytes, log: Mutex::new(log) })))
    }

    pub(super) fn moment(&self) -> u64 {
        self.log().events.len() as u64
    }

    pub(super) fn fail(&self, failures: &[Failure]) {
        self.log().failing = failures.to_vec();
    }

    /// The base, all writes before the last flush before `moment`, and those later blocks for which `keep` says so.
    pub(super) fn cut(&self, moment: u64, keep: &mut dyn FnMut() -> bool) -> Result<Image> {
        let (events, content) = {
            let log = self.log();
            let until = usize::try_from(moment)?.min(log.events.len());
            (log.events.get(..until).unwrap_or_default().to_vec(), log.content.try_clone()?)
        };
        let flushed = events.iter().rposition(|event| matches!(event, Event::Flush)).unwrap_or(0);
        let image = self.0.base.copy()?;
        let mut bytes = Vec::new();
        for (index, event) in events.into_iter().enumerate() {
            let Event::Write { offset, at, length } = event else { continue };
            bytes.resize(length, 0);
            content.read_exact_at(&mut bytes, at)?;
            if index < flushed {
                image.file().write_all_at(&bytes, offset)?;
                continue;
            }
            for (number, block) in bytes.chunks(BLOCK).enumerate() {
                if keep() {
                    image.file().write_all_at(block, offset + (number * BLOCK) as u64)?;
                }
            }
        }
        Ok(image)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_down(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut log = self.log();
        log.works(Failure::Writes)?;
        let at = log.length;
        log.content.write_all_at(data, at)?;
        self.0.live.file().write_all_at(data, offset)?;
        log.length += data.len() as u64;
        log.events.push(Event::Write { offset, at, length: data.len() });
        Ok(())
    }

    fn read_out(&self, offset: u64, size: u32) -> io::Result<Vec<u8>> {
        self.log().works(Failure::Reads)?;
        let left = self.0.bytes.saturating_sub(offset).min(u64::from(size));
        let mut data = vec![0; usize::try_from(left).unwrap_or_default()];
        self.0.live.file().read_exact_at(&mut data, offset)?;
        Ok(data)
    }

    fn flush_out(&self) -> io::Result<()> {
        let mut log = self.log();
        log.works(Failure::Flushes)?;
        log.events.push(Event::Flush);
        Ok(())
    }

    fn attributes(&self, inode: INodeNo) -> FileAttr {
        let file = inode == INODE;
        let size = if file { self.0.bytes } else { 0 };
        FileAttr {
            ino: inode,
            size,
            blocks: size / 512,
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind: if file { FileType::RegularFile } else { FileType::Directory },
            perm: if file { 0o600 } else { 0o700 },
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        }
    }
}

impl Log {
    fn works(&self, what: Failure) -> io::Result<()> {
        if self.failing.contains(&what) { Err(io::ErrorKind::Other.into()) } else { Ok(()) }
    }
}

impl Filesystem for Platter {
    fn lookup(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        if name == FILE {
            reply.entry(&FOR_EVER, &self.attributes(INODE), Generation(0));
        } else {
            reply.error(Errno::ENOENT);
        }
    }

    fn getattr(&self, _: &Request, inode: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        reply.attr(&FOR_EVER, &self.attributes(inode));
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        // No cache between the loop device and the log.
        reply.opened(FileHandle(0), FopenFlags::FOPEN_DIRECT_IO);
    }

    fn read(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self.read_out(offset, size) {
            Ok(data) => reply.data(&data),
            Err(_) => reply.error(Errno::EIO),
        }
    }

    fn write(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.write_down(offset, data) {
            Ok(()) => reply.written(u32::try_from(data.len()).unwrap_or_default()),
            Err(_) => reply.error(Errno::EIO),
        }
    }

    fn fsync(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        match self.flush_out() {
            Ok(()) => reply.ok(),
            Err(_) => reply.error(Errno::EIO),
        }
    }

    /// Closing makes nothing durable.
    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }
}

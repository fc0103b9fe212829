//! Looking for a source's words in the memory of a running process, as root can: every window of eight bytes, in
//! everything that the process may write to.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;

use anyhow::{Context, Result};

/// Bytes of a window: shorter ones turn up by chance.
const WINDOW: usize = 8;
/// Bytes that are read at a time.
const CHUNK: usize = 1024 * 1024;
/// Bytes of a page: as much is there or is not.
const PAGE: usize = 4096;
/// Bits that tell of most windows that they are none of ours: 2 to this power.
const SIEVE: u32 = 26;

/// Bytes of somebody's secret that were found.
pub struct Trace {
    whose: String,
    part: String,
    at: u64,
    bytes: Vec<u8>,
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { whose, part, at, bytes } = self;
        write!(f, "{} bytes of {whose} in {part} at {at:x}: {:?}", bytes.len(), String::from_utf8_lossy(bytes))
    }
}

/// What must not be found: the windows of some secrets.
pub struct Windows {
    /// Each with the name of its secret.
    known: HashMap<u64, String>,
    sieve: Vec<u64>,
}

impl Windows {
    /// The windows of each secret, under its name; none of one that is shorter than a window.
    pub fn of<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let windows = secrets.into_iter().flat_map(|(name, secret)| {
            secret.windows(WINDOW).filter_map(number).map(move |window| (window, name.to_owned()))
        });
        let mut all = Self { known: windows.collect(), sieve: vec![0; 1 << (SIEVE - 6)] };
        for window in all.known.keys() {
            let (word, bit) = place(*window);
            if let Some(bits) = all.sieve.get_mut(word) {
                *bits |= bit;
            }
        }
        all
    }

    /// The same without some: what was in the memory before, or belongs there.
    pub fn without(mut self, others: &HashSet<u64>) -> Self {
        self.known.retain(|window, _| !others.contains(window));
        self
    }

    /// Each as a number.
    pub fn all(&self) -> HashSet<u64> {
        self.known.keys().copied().collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.known.len()
    }

    /// What of them is in the memory that the process with this pid may write to, windows that overlap told as one.
    pub fn found_in(&self, pid: u32) -> Result<Vec<Trace>> {
        let mut found: Vec<Trace> = Vec::new();
        look_through(pid, |part, at, window| {
            let Some(whose) = self.whose(window) else { return };
            match found.last_mut() {
                Some(last) if at > last.at && at <= last.at + last.bytes.len() as u64 => {
                    let seen = last.at + last.bytes.len() as u64 - at;
                    last.bytes.extend(window.iter().skip(usize::try_from(seen).unwrap_or(WINDOW)));
                }
                _ => found.push(Trace { whose: whose.to_owned(), part: part.to_owned(), at, bytes: window.to_vec() }),
            }
        })?;
        Ok(found)
    }

    fn whose(&self, window: &[u8]) -> Option<&str> {
        let window = number(window)?;
        let (word, bit) = place(window);
        let maybe = self.sieve.get(word).is_some_and(|bits| bits & bit != 0);
        if maybe { self.known.get(&window).map(String::as_str) } else { None }
    }
}

/// Every window in the memory of the process with this pid that may be part of words or of armor: texts and certs have them
/// too.
pub fn words_in(pid: u32) -> Result<HashSet<u64>> {
    let mut words = HashSet::new();
    look_through(pid, |_, _, window| words.extend(wordlike(window)))?;
    Ok(words)
}

/// The same of what somebody saw or sent.
pub fn words_of(seen: &[u8]) -> HashSet<u64> {
    seen.windows(WINDOW).filter_map(wordlike).collect()
}

fn wordlike(window: &[u8]) -> Option<u64> {
    let may_be = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b" -+,%\n</>=".contains(byte);
    if window.iter().all(may_be) { number(window) } else { None }
}

/// Shows `look` every window of the memory that the process with this pid may write to, with its part and its place.
fn look_through(pid: u32, mut look: impl FnMut(&str, u64, &[u8])) -> Result<()> {
    let memory = File::open(format!("/proc/{pid}/mem")).context("the memory of another process is for root")?;
    let mut chunk = vec![0; CHUNK + WINDOW - 1];
    for line in fs::read_to_string(format!("/proc/{pid}/maps"))?.lines() {
        // proc_pid_maps(5): range, permissions, offset, device, inode, path.
        let mut fields = line.split_whitespace();
        let (range, may) = (fields.next().context("no range")?, fields.next().context("no permissions")?);
        if !may.starts_with("rw") {
            continue;
        }
        let part = fields.nth(3).unwrap_or("unnamed");
        let (from, to) = range.split_once('-').context("no range")?;
        let (mut at, end) = (u64::from_str_radix(from, 16)?, u64::from_str_radix(to, 16)?);
        while at < end {
            let wanted = chunk.len().min(usize::try_from(end - at)?);
            // What is reserved and not there, or was given back meanwhile, cannot be read: the search goes on behind it.
            let read = memory.read_at(chunk.get_mut(..wanted).unwrap_or_default(), at).unwrap_or(0);
            for (offset, window) in chunk.get(..read).unwrap_or_default().windows(WINDOW).enumerate() {
                look(part, at + offset as u64, window);
            }
            at += if read == wanted { CHUNK } else { (read + 1).next_multiple_of(PAGE) } as u64;
        }
    }
    Ok(())
}

fn number(window: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(window.try_into().ok()?))
}

fn place(window: u64) -> (usize, u64) {
    let hash = window.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SIEVE);
    (usize::try_from(hash >> 6).unwrap_or(0), 1 << (hash & 63))
}

//! Leaving nothing behind in memory, and reaching no further than needed: the parts that no type can do.
//!
//! Protects against a watcher who reads the memory a second after a response: worker threads wipe the stack below them
//! whenever they come to rest, other threads when they have dealt with what somebody typed. Measured: 128 KiB are not
//! enough, remnants lay 234 KB below a parked worker.
//! Protects against whoever makes the drop run code of theirs: it reaches its own folders and Tor's relays, and no other
//! file, program or socket of the machine. What the drop itself knows it does not protect from them.
//! And keeping the memory small: what is not held can neither be read nor run out.

use std::hint::black_box;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, NetPort, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    Scope, path_beneath_rules,
};
use tokio::task::{JoinError, spawn_blocking};

/// What Landlock is asked for; an older kernel gives what it has.
const LANDLOCK: ABI = ABI::V6;

/// Words of stack that are wiped: 512 KiB. A thread that calls this needs a stack of at least 1 MiB.
const WORDS: usize = 512 * 1024 / 8;

/// What a drop reaches.
pub struct Reach<'a> {
    /// Folders in which it reads and writes.
    pub own: &'a [&'a Path],
    /// Files that it reads.
    pub read: &'a [&'a Path],
    /// The ports to which it connects; any, if it is said of none.
    pub ports: &'a [u16],
}

/// Gives up every file beyond `reach`, every TCP port but its own, and listening on any; for the calling thread and all
/// that it starts, so call it before there are others. Tells whether the kernel knows how (Landlock, Linux 5.13; ports
/// 6.7); [`sluss_core::confine`] does its part in any case.
///
/// # Errors
/// If the kernel knows how and refuses.
pub fn keep_to(reach: &Reach<'_>) -> Result<bool, RulesetError> {
    let special =
        AccessFs::Execute | AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::MakeFifo | AccessFs::IoctlDev;
    let everything = AccessFs::from_all(LANDLOCK);
    let mut rules = Ruleset::default().handle_access(everything)?.handle_access(AccessNet::BindTcp)?;
    if !reach.ports.is_empty() {
        rules = rules.handle_access(AccessNet::ConnectTcp)?;
    }
    let status = rules
        .scope(Scope::from_all(LANDLOCK))?
        .create()?
        .add_rules(path_beneath_rules(reach.own, everything & !special))?
        .add_rules(path_beneath_rules(reach.read, AccessFs::ReadFile))?
        .add_rules(reach.ports.iter().map(|port| Ok::<_, RulesetError>(NetPort::new(*port, AccessNet::ConnectTcp))))?
        .restrict_self()?;
    Ok(matches!(status.landlock, LandlockStatus::Available { .. }))
}

/// Lets all threads take memory from two places. By default each waiting thread gets one of its own, which keeps what it
/// once needed: measured, 514 instead of 116 MB after 40 reports. Call it before there are threads.
pub fn share_memory() {
    #[cfg(target_env = "gnu")]
    #[allow(unsafe_code, reason = "mallopt(3) takes two numbers, and has no safe binding")]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}

/// Gives the system back the memory that the allocator holds free: after everything was looked through, that is most of
/// it (measured: 170 of 200 MB with 100,000 records).
pub fn let_go_of_memory() {
    #[cfg(target_env = "gnu")]
    #[allow(
        unsafe_code,
        reason = "malloc_trim(3) takes no pointer, may be called at any time, and has no safe binding"
    )]
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Works with what somebody typed, then wipes the stack that this took: for threads that do not come to rest soon, and
/// whose stacks the next thread inherits as they are.
pub fn wiping<T>(work: impl FnOnce() -> T) -> T {
    let done = apart(work);
    wipe_stack();
    done
}

/// Keeps the work's frames below the caller's, where they are wiped.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// Does what blocks on a thread for such work, and wipes that thread's stack before the answer is there.
///
/// # Errors
/// If the work panicked.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    spawn_blocking(move || wiping(work)).await
}

/// Overwrites 512 KiB of stack below the caller.
#[inline(never)]
pub fn wipe_stack() {
    let below = [0_u64; WORDS];
    // As if somebody read it: else the compiler would leave the writing out.
    black_box(&below);
}

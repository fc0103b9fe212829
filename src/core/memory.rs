//! Keeping what a process holds in memory off the disk.
//!
//! Protects keys and open texts from a crash that would write memory to a file or quote it in a log, from other processes of
//! the same user, and, where the system allows as much, from being swapped out. It does not protect from root, nor from a computer that sleeps
//! to its disk.

use std::io::{self, Write as _};
use std::{fs, panic};

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
use rustix::thread::{CapabilitySet, capabilities};

/// What the kernel may put into a core dump, as bits (core(5)).
const CORE_DUMP: &str = "/proc/self/coredump_filter";

/// Keeps the memory of this process from core dumps, from other processes of its user, and from what is said of a panic.
/// Where the kernel refuses one of these, the others still hold.
pub fn keep_private() {
    tell_panics_by_place();
    // Nothing, wherever a dump may go: a limit of no bytes does not bind a program that the kernel pipes dumps to.
    let _ = fs::write(CORE_DUMP, "0");
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // Last: from here on the kernel gives this process's files to root.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Tells where in the program a panic was, and nothing else: its message may quote what somebody wrote.
fn tell_panics_by_place() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // Nobody is left to tell if standard error is closed.
        let _ = writeln!(io::stderr(), "panicked at {place}");
    }));
}

/// Keeps all memory of this process, and all that it will take, from being swapped out; tells whether it does. Beneath a
/// limit of locked memory it does nothing, for memory would run out there: `LimitMEMLOCK=infinity` or `ulimit -l` takes it
/// away, and `CAP_IPC_LOCK` goes beyond any.
pub fn keep_from_swap() -> bool {
    // What was only reserved, as thread stacks are, is locked once it is used.
    let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
    may_lock_everything() && mlockall(all).is_ok()
}

fn may_lock_everything() -> bool {
    let unlimited = || {
        let most = getrlimit(Resource::Memlock).maximum;
        most.is_none() && setrlimit(Resource::Memlock, Rlimit { current: None, maximum: None }).is_ok()
    };
    capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK)) || unlimited()
}

//! What a process gives up once it has opened what it needs: all system calls but the ones listed here.
//!
//! Protects against whoever makes this program run code of theirs: it starts no other program, looks into none, opens no
//! raw socket, listens on nothing more and runs nothing that it wrote itself. It does not protect what this process
//! itself can read and send, and it cannot be undone.

use std::collections::BTreeMap;
use std::env::consts::ARCH;

use seccompiler::SeccompCmpArgLen::{Dword, Qword};
use seccompiler::SeccompCmpOp::{Eq, MaskedEq};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCondition, SeccompFilter, SeccompRule, apply_filter_all_threads,
};

/// Which new sockets there may be; those that are open stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sockets {
    /// None, but for what a listener accepts.
    Accepted,
    /// Also TCP connections that this process makes.
    Outgoing,
}

/// Why the process cannot give anything up.
#[derive(Debug, thiserror::Error)]
pub enum ConfineError {
    /// This kind of processor has no list here.
    #[error("system calls cannot be limited on this processor")]
    Processor(#[from] BackendError),
    /// The kernel refuses.
    #[error("the kernel does not limit system calls")]
    Kernel(#[from] seccompiler::Error),
}

/// Which calls a rule lets through: any, or those whose arguments are as one of the rules says.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Gives up, in all threads and for good, every system call that is not listed here: it fails with `EPERM`. No program
/// that this process could start gains rights by it (`no_new_privs`).
///
/// # Errors
/// If the kernel has no seccomp, or this processor no list; then nothing was given up.
pub fn confine(sockets: Sockets) -> Result<(), ConfineError> {
    let mut listed: Rules = FREELY.iter().chain(OF_OLD).map(|call| (*call, Vec::new())).collect();
    listed.extend(by_argument(sockets)?);
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    apply(SeccompFilter::new(listed, refused, SeccompAction::Allow, ARCH.try_into()?)?)?;
    // What clone3 is to do lies in memory, where no filter can look: told that there is no such call, the C library
    // takes clone.
    let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let newer = [(libc::SYS_clone3, Vec::new())].into();
    apply(SeccompFilter::new(newer, SeccompAction::Allow, unknown, ARCH.try_into()?)?)
}

fn apply(filter: SeccompFilter) -> Result<(), ConfineError> {
    let program: BpfProgram = filter.try_into()?;
    Ok(apply_filter_all_threads(&program)?)
}

/// Calls that are let through by what they are asked to do.
fn by_argument(sockets: Sockets) -> Result<Rules, BackendError> {
    let mut rules = Rules::from([
        // Another thread of this process, never another process or name space.
        (libc::SYS_clone, vec![rule(&[has(0, libc::CLONE_THREAD, NAMESPACES)])?]),
        // Memory is written or run, and what runs was there at the start.
        (libc::SYS_mmap, vec![rule(&[has(2, 0, libc::PROT_EXEC)])?]),
        (libc::SYS_mprotect, vec![rule(&[has(2, 0, libc::PROT_EXEC)])?]),
        // Limits are read; a second argument would set them.
        (libc::SYS_prlimit64, vec![rule(&[(2, Qword, Eq, 0)])?]),
        // Two ends in this process: signals wake the runtime through them.
        (libc::SYS_socketpair, vec![rule(&[is(0, libc::AF_UNIX)])?]),
    ]);
    rules.insert(libc::SYS_ioctl, REQUESTS.iter().map(|it| rule(&[(1, Dword, Eq, *it)])).collect::<Result<_, _>>()?);
    rules.insert(libc::SYS_prctl, OPTIONS.iter().map(|it| rule(&[is(0, *it)])).collect::<Result<_, _>>()?);
    if sockets == Sockets::Outgoing {
        let of = |family| rule(&[is(0, family), has(1, libc::SOCK_STREAM, libc::SOCK_DGRAM | libc::SOCK_RAW)]);
        rules.insert(libc::SYS_socket, vec![of(libc::AF_INET)?, of(libc::AF_INET6)?]);
        rules.insert(libc::SYS_connect, Vec::new());
    }
    Ok(rules)
}

/// An argument, how long it is, how it is compared, and with what.
type Wanted = (u8, seccompiler::SeccompCmpArgLen, seccompiler::SeccompCmpOp, u64);

fn rule(wanted: &[Wanted]) -> Result<SeccompRule, BackendError> {
    let conditions =
        wanted.iter().map(|(at, length, how, what)| SeccompCondition::new(*at, length.clone(), how.clone(), *what));
    SeccompRule::new(conditions.collect::<Result<_, _>>()?)
}

/// The argument is this.
fn is(at: u8, what: i32) -> Wanted {
    (at, Dword, Eq, u64::from(what.unsigned_abs()))
}

/// The argument has these bits and none of those.
fn has(at: u8, these: i32, none_of: i32) -> Wanted {
    let bits = |of: i32| u64::from(of.cast_unsigned());
    (at, Dword, MaskedEq(bits(these) | bits(none_of)), bits(these))
}

const NAMESPACES: i32 = libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWUTS;

/// What a descriptor may be asked: whether it waits, whether it is a terminal and how wide; never to type into one.
const REQUESTS: [u64; 5] = [libc::FIONBIO, libc::FIONREAD, libc::FIOCLEX, libc::TCGETS, libc::TIOCGWINSZ];

/// What a thread may set of itself: a name, its memory's names, that it gains nothing, and a further filter.
const OPTIONS: [i32; 6] = [
    libc::PR_SET_NAME,
    libc::PR_GET_NAME,
    libc::PR_SET_VMA,
    libc::PR_SET_NO_NEW_PRIVS,
    libc::PR_GET_DUMPABLE,
    libc::PR_GET_SECCOMP,
];

/// Calls that are let through whatever they are asked: files, memory, threads, time, and sockets that are open.
const FREELY: &[i64] = &[
    // Files.
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_copy_file_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fadvise64,
    libc::SYS_fallocate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fcntl,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_fstat,
    libc::SYS_fstatfs,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_linkat,
    libc::SYS_lseek,
    libc::SYS_mkdirat,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_pipe2,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_read,
    libc::SYS_readlinkat,
    libc::SYS_readv,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_sendfile,
    libc::SYS_splice,
    libc::SYS_statfs,
    libc::SYS_statx,
    libc::SYS_symlinkat,
    libc::SYS_sync_file_range,
    libc::SYS_syncfs,
    libc::SYS_umask,
    libc::SYS_unlinkat,
    libc::SYS_utimensat,
    libc::SYS_write,
    libc::SYS_writev,
    // Memory.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mlock,
    libc::SYS_mlock2,
    libc::SYS_mremap,
    libc::SYS_msync,
    libc::SYS_munlock,
    libc::SYS_munmap,
    // Threads, signals, and who this is.
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_get_robust_list,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getgroups,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getrandom,
    libc::SYS_getresgid,
    libc::SYS_getresuid,
    libc::SYS_getrusage,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_seccomp,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    libc::SYS_sysinfo,
    libc::SYS_tgkill,
    libc::SYS_uname,
    // Time, and waiting.
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_gettimeofday,
    libc::SYS_nanosleep,
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
    // Sockets that are open.
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_getpeername,
    libc::SYS_getsockname,
    libc::SYS_getsockopt,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_sendto,
    libc::SYS_setsockopt,
    libc::SYS_shutdown,
];

/// The same calls under their older names, where a processor still has them.
#[cfg(target_arch = "x86_64")]
const OF_OLD: &[i64] = &[
    libc::SYS_access,
    libc::SYS_chmod,
    libc::SYS_dup2,
    libc::SYS_epoll_wait,
    libc::SYS_getdents,
    libc::SYS_lstat,
    libc::SYS_mkdir,
    libc::SYS_open,
    libc::SYS_poll,
    libc::SYS_readlink,
    libc::SYS_rename,
    libc::SYS_rmdir,
    libc::SYS_select,
    libc::SYS_stat,
    libc::SYS_symlink,
    libc::SYS_time,
    libc::SYS_unlink,
];
#[cfg(not(target_arch = "x86_64"))]
const OF_OLD: &[i64] = &[];

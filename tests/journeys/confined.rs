//! What a confined process is refused, tried from inside: this very program, started again, gives up what the drop or the
//! desk gives up and tries everything.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Resource, getrlimit};
use rustix::thread::{CapabilitySet, capabilities};
use sluss_core::confine::{Sockets, confine};
use sluss_core::memory::keep_private;
use sluss_drop::harden::{Reach, keep_to};
use sluss_tests::process::{Process, shipped};

use crate::operator::rig::Rig;

/// Where the program that was started again reads what it is to do: a folder.
const INSIDE: &str = "SLUSS_INSIDE";

/// Something that is tried, and whether it worked.
type Try<'a> = (&'static str, Box<dyn Fn() -> bool + 'a>);

fn call(number: i64, arguments: [i64; 6]) -> bool {
    let [a, b, c, d, e, f] = arguments;
    // Whatever it answers, only a refusal is one: without the filter most of these complain of their arguments.
    let answered = unsafe { libc::syscall(number, a, b, c, d, e, f) };
    answered != -1 || std::io::Error::last_os_error().raw_os_error() != Some(libc::EPERM)
}

fn socket(family: i32, kind: i32) -> bool {
    call(libc::SYS_socket, [family.into(), kind.into(), 0, 0, 0, 0])
}

/// Whether there is another process now, which ends at once.
fn another_process() -> bool {
    match unsafe { libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) } {
        0 => unsafe { libc::_exit(0) },
        pid => pid > 0,
    }
}

fn mapped(protection: i32) -> bool {
    let anonymous = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    call(libc::SYS_mmap, [0, 4096, protection.into(), anonymous.into(), -1, 0])
}

/// What neither drop nor desk may do.
fn forbidden() -> Vec<Try<'static>> {
    let by_number = [
        ("read another's memory", libc::SYS_process_vm_readv),
        ("write another's memory", libc::SYS_process_vm_writev),
        ("take another's descriptor", libc::SYS_pidfd_getfd),
        ("a name space", libc::SYS_unshare),
        ("enter a name space", libc::SYS_setns),
        ("mount", libc::SYS_mount),
        ("change the root", libc::SYS_chroot),
        ("a queue beside the filter", libc::SYS_io_uring_setup),
        ("a program in the kernel", libc::SYS_bpf),
        ("measure", libc::SYS_perf_event_open),
        ("a kernel module", libc::SYS_init_module),
        ("another kernel", libc::SYS_kexec_load),
        ("a key ring", libc::SYS_keyctl),
        ("faults of its own", libc::SYS_userfaultfd),
        ("another user", libc::SYS_setuid),
        ("give a file away", libc::SYS_fchownat),
        ("the clock", libc::SYS_clock_settime),
        ("listen", libc::SYS_listen),
    ];
    let mut tries: Vec<Try<'_>> =
        by_number.into_iter().map(|(name, number)| (name, Box::new(move || call(number, [0; 6])) as _)).collect();
    let more: [Try<'_>; 15] = [
        ("run a program", Box::new(|| Command::new("/bin/true").status().is_ok())),
        ("trace", Box::new(|| call(libc::SYS_ptrace, [libc::PTRACE_ATTACH.into(), 0, 0, 0, 0, 0]))),
        ("another process", Box::new(another_process)),
        (
            "a signal to the parent",
            Box::new(|| call(libc::SYS_kill, [unsafe { libc::getppid() }.into(), 0, 0, 0, 0, 0])),
        ),
        ("a raw socket", Box::new(|| socket(libc::AF_INET, libc::SOCK_RAW))),
        ("a packet socket", Box::new(|| socket(libc::AF_PACKET, libc::SOCK_RAW))),
        ("a datagram", Box::new(|| socket(libc::AF_INET, libc::SOCK_DGRAM))),
        ("a socket of this computer", Box::new(|| socket(libc::AF_UNIX, libc::SOCK_STREAM))),
        ("a socket of the kernel", Box::new(|| socket(libc::AF_NETLINK, libc::SOCK_DGRAM))),
        ("a listener", Box::new(|| TcpListener::bind("127.0.0.1:0").is_ok())),
        ("a datagram listener", Box::new(|| UdpSocket::bind("127.0.0.1:0").is_ok())),
        ("memory that is written and run", Box::new(|| mapped(libc::PROT_WRITE | libc::PROT_EXEC))),
        ("memory that is run", Box::new(|| mapped(libc::PROT_READ | libc::PROT_EXEC))),
        (
            "a higher limit",
            Box::new(|| call(libc::SYS_prlimit64, [0, libc::RLIMIT_CORE.into(), INSIDE.as_ptr() as i64, 0, 0, 0])),
        ),
        ("type into a terminal", Box::new(|| call(libc::SYS_ioctl, [0, libc::TIOCSTI as i64, 0, 0, 0, 0]))),
    ];
    tries.extend(more);
    tries
}

/// Tells a file what was tried, and how it went.
fn tell(folder: &Path, tries: &[Try<'_>]) -> Result<()> {
    let lines: String = tries.iter().map(|(name, what)| format!("{name}: {}\n", what())).collect();
    Ok(fs::write(folder.join("told"), lines)?)
}

/// Starts this program again to do what the test called `name` does inside, and reads what it tells.
fn inside(name: &str, folder: &Path) -> Result<String> {
    let own = std::env::current_exe()?;
    let output = Command::new(own).args([name, "--exact", "--test-threads=1"]).env(INSIDE, folder).output()?;
    fs::read_to_string(folder.join("told")).with_context(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn refuses_all_but(told: &str, allowed: &[&str]) -> Result<()> {
    ensure!(told.lines().count() > 30, "not everything was tried: {told}");
    for line in told.lines() {
        let (name, worked) = line.split_once(": ").context("no answer")?;
        ensure!((worked == "true") == allowed.contains(&name), "{line}");
    }
    Ok(())
}

#[test]
fn the_drop_reaches_its_own_folders_and_relays_alone() -> Result<()> {
    let name = "confined::the_drop_reaches_its_own_folders_and_relays_alone";
    let Some(folder) = std::env::var_os(INSIDE) else {
        let folder = tempfile::tempdir_in("/var/tmp")?;
        let (relay, other) = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
        let ports = [relay.local_addr()?.port(), other.local_addr()?.port()];
        fs::write(folder.path().join("ports"), format!("{} {}", ports[0], ports[1]))?;
        fs::create_dir(folder.path().join("own"))?;
        fs::write(folder.path().join("read"), "")?;
        let told = inside(name, folder.path())?;
        return refuses_all_but(&told, &["its own file", "a file it is to read", "a relay", "a thread"]);
    };
    let folder = Path::new(&folder);
    let (own, read) = (folder.join("own"), folder.join("read"));
    let ports = fs::read_to_string(folder.join("ports"))?;
    let ports = ports.split(' ').map(str::parse).collect::<Result<Vec<u16>, _>>()?;
    let told = fs::File::create(folder.join("told"))?;
    let reach = Reach { own: &[&own], read: &[&read], ports: &ports[..1] };
    ensure!(keep_to(&reach)?, "this kernel has no Landlock");
    confine(Sockets::Outgoing)?;
    let mut tries = forbidden();
    let more: [Try<'_>; 10] = [
        (
            "its own file",
            Box::new(|| fs::write(own.join("a"), "b").is_ok() && fs::rename(own.join("a"), own.join("c")).is_ok()),
        ),
        ("a file it is to read", Box::new(|| fs::read(&read).is_ok())),
        ("writing what it is to read", Box::new(|| fs::write(&read, "").is_ok())),
        ("the folder above", Box::new(|| fs::read_dir(folder).is_ok())),
        ("another's file", Box::new(|| fs::read("/etc/hostname").is_ok() || fs::read("/proc/1/status").is_ok())),
        ("a new file elsewhere", Box::new(|| fs::write(folder.join("new"), "").is_ok())),
        ("a relay", Box::new(|| TcpStream::connect(("127.0.0.1", ports[0])).is_ok())),
        ("another port", Box::new(|| TcpStream::connect(("127.0.0.1", ports[1])).is_ok())),
        ("a device", Box::new(|| fs::File::open("/dev/null").is_ok())),
        ("a thread", Box::new(|| thread::Builder::new().spawn(|| ()).is_ok_and(|it| it.join().is_ok()))),
    ];
    tries.extend(more);
    let lines: String = tries.iter().map(|(name, what)| format!("{name}: {}\n", what())).collect();
    (&told).write_all(lines.as_bytes())?;
    Ok(())
}

#[test]
fn the_desk_answers_its_page_and_opens_nothing_more() -> Result<()> {
    let name = "confined::the_desk_answers_its_page_and_opens_nothing_more";
    let Some(folder) = std::env::var_os(INSIDE) else {
        let folder = tempfile::tempdir()?;
        let told = inside(name, folder.path())?;
        return refuses_all_but(&told, &["a file", "its page", "a thread"]);
    };
    let folder = Path::new(&folder);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut browser = TcpStream::connect(address)?;
    browser.write_all(b"?")?;
    confine(Sockets::Accepted)?;
    let mut tries = forbidden();
    let more: [Try<'_>; 5] = [
        ("a file", Box::new(|| fs::read("/etc/hostname").is_ok() && fs::write(folder.join("a"), "").is_ok())),
        ("its page", Box::new(|| listener.accept().is_ok_and(|(mut it, _)| it.read_exact(&mut [0]).is_ok()))),
        ("a connection", Box::new(|| socket(libc::AF_INET, libc::SOCK_STREAM))),
        ("connecting what is open", Box::new(|| call(libc::SYS_connect, [browser.as_raw_fd().into(), 0, 0, 0, 0, 0]))),
        ("a thread", Box::new(|| thread::Builder::new().spawn(|| ()).is_ok_and(|it| it.join().is_ok()))),
    ];
    tries.extend(more);
    tell(folder, &tries)
}

/// Fails unless every thread of a process has given up its calls.
pub(crate) fn is_confined(pid: u32) -> Result<()> {
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let status = fs::read_to_string(thread?.path().join("status"))?;
        ensure!(status.contains("\nSeccomp:\t2\n") && status.contains("\nNoNewPrivs:\t1\n"), "{status}");
    }
    let limits = fs::read_to_string(format!("/proc/{pid}/limits"))?;
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).context("no limit")?;
    ensure!(core.split_whitespace().nth(4) == Some("0"), "{core}");
    let dumped = fs::read_to_string(format!("/proc/{pid}/coredump_filter"))?;
    ensure!(dumped.trim().bytes().all(|digit| digit == b'0'), "a core dump would hold {dumped}");
    Ok(())
}

/// Fails unless a process has locked all its memory, where whoever runs this may.
fn keeps_from_swap(pid: u32) -> Result<()> {
    let unlimited = getrlimit(Resource::Memlock).maximum.is_none();
    let may = unlimited || capabilities(None)?.effective.contains(CapabilitySet::IPC_LOCK);
    let (held, locked) = held_and_locked(pid)?;
    // What the kernel itself maps is not the process's to lock.
    ensure!(if may { locked + 1024 >= held } else { locked == 0 }, "of {held} kB {locked} are locked");
    Ok(())
}

/// Kilobytes of a process's memory: that it holds, and that cannot be swapped out.
fn held_and_locked(pid: u32) -> Result<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let number = |name: &str| -> Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    };
    Ok((number("VmRSS:")?, number("VmLck:")?))
}

#[test]
fn the_shipped_programs_confine_themselves() -> Result<()> {
    let rig = Rig::with_roster()?;
    let serving = rig.serve()?;
    is_confined(serving.pid())?;
    keeps_from_swap(serving.pid())?;
    ensure!(serving.end()?.success());

    // What lies elsewhere is not its own, whatever leads there.
    let (roster, elsewhere) = (rig.dir().join("keys/roster.json"), rig.scratch("roster"));
    fs::rename(&roster, &elsewhere)?;
    symlink(&elsewhere, &roster)?;
    ensure!(rig.run(&["status"])?.code == 0, "a command is not confined");
    let refused = rig.run(&["serve", "--also-without-tor", "127.0.0.1:0"])?;
    ensure!(refused.code == 1 && refused.err.contains("roster.json"), "{refused:?}");

    let mut desk = Command::new(shipped("sluss-desk")?);
    desk.arg("--book").arg(rig.scratch("book")).arg("--no-browser");
    let mut desk = Process::start("sluss-desk", &mut desk, &rig.scratch("desk"))?;
    desk.wait_for_line("an address", Duration::from_secs(30), |line| line.contains("http://").then_some(()))?;
    desk.wait_for("a confined desk", Duration::from_secs(30), |desk| Ok(is_confined(desk.pid()).ok()))?;
    keeps_from_swap(desk.pid())?;
    Ok(())
}

#[test]
fn a_panic_is_told_by_its_place_alone() -> Result<()> {
    if std::env::var_os(INSIDE).is_some() {
        keep_private();
        let parsing = thread::spawn(|| std::panic::panic_any("the source wrote Zyxomma"));
        ensure!(parsing.join().is_err());
        return Ok(());
    }
    let name = "confined::a_panic_is_told_by_its_place_alone";
    let mut inside = Command::new(std::env::current_exe()?);
    let output = inside.args([name, "--exact", "--nocapture"]).env(INSIDE, "").output()?;
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && said.contains("panicked at ") && said.contains("confined.rs:"), "{said}");
    ensure!(!said.contains("Zyxomma"), "{said}");
    Ok(())
}

#[test]
fn a_socket_of_this_computer_can_be_opened_outside() -> Result<()> {
    // Else the refusals above would show nothing.
    ensure!(UnixStream::pair().is_ok() && socket(libc::AF_UNIX, libc::SOCK_STREAM));
    ensure!(mapped(libc::PROT_READ | libc::PROT_EXEC) && Command::new("/bin/true").status()?.success());
    Ok(())
}

//! Child processes: their output goes to a file, and each is ended by the pid that was started.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

/// How long a process may take to end after it was asked to, before it is killed.
const GRACE: Duration = Duration::from_secs(20);
/// How often a condition is looked at again.
const GLANCE: Duration = Duration::from_millis(40);

/// Whether everybody who waits is to give up.
static GIVEN_UP: AtomicBool = AtomicBool::new(false);

/// Makes every [`wait_for`] of this process fail from now on, so that an interrupted program ends at once and in order.
pub fn give_up_waiting() {
    GIVEN_UP.store(true, Ordering::Relaxed);
}

/// Whether somebody called [`give_up_waiting`].
pub fn gave_up_waiting() -> bool {
    GIVEN_UP.load(Ordering::Relaxed)
}

/// Asks `probe` until it answers, or fails once `patience` is over. `what` names what never came.
pub fn wait_for<T>(what: &str, patience: Duration, mut probe: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let found = poll(patience, || {
        ensure!(!gave_up_waiting(), "interrupted while waiting for {what}");
        probe()
    })?;
    found.with_context(|| format!("{what} did not come within {} s", patience.as_secs()))
}

/// Asks `probe` until it answers; `None` once `patience` is over.
fn poll<T>(patience: Duration, mut probe: impl FnMut() -> Result<Option<T>>) -> Result<Option<T>> {
    let end = Instant::now() + patience;
    loop {
        let found = probe()?;
        if found.is_some() || Instant::now() > end {
            return Ok(found);
        }
        thread::sleep(GLANCE);
    }
}

/// Where cargo put a binary of the workspace. `name` is `sluss` or `sluss-desk`.
///
/// # Errors
/// When it was not built: cargo does not build other packages' binaries for a test.
pub fn shipped(name: &str) -> Result<PathBuf> {
    let here = std::env::current_exe()?;
    here.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .ok_or_else(|| anyhow!("{name} is not built; run tests/run, or build it first"))
}

/// A folder in cargo's target folder, for what several runs share or what people look at afterwards.
pub fn kept(name: &str) -> Result<PathBuf> {
    let here = std::env::current_exe()?;
    // Tests lie in release/deps of it.
    let tests = here.ancestors().find(|folder| folder.ends_with("deps"));
    let target = tests.and_then(|folder| folder.ancestors().nth(2)).context("this is no test")?;
    Ok(target.join(name))
}

/// A running child. Dropping it ends it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command`, its output and errors in the file `log`, in a process group of its own:
    /// so a Ctrl-C in the terminal reaches the parent alone, which ends its children in order.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        let out = File::create(log).with_context(|| log.display().to_string())?;
        let child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .process_group(0)
            .spawn()
            .with_context(|| format!("{name} does not start"))?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned() })
    }

    /// All that it has written so far.
    pub fn output(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.log)?).into_owned())
    }

    /// The file that all of it goes to.
    pub fn log(&self) -> PathBuf {
        self.log.clone()
    }

    /// Its pid.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The loopback address on which it listens, if it does: for a process that is to choose a free one itself.
    pub fn address(&self) -> Result<Option<SocketAddr>> {
        let own = PathBuf::from(format!("/proc/{}", self.pid()));
        let sockets: Vec<_> =
            fs::read_dir(own.join("fd"))?.filter_map(|fd| fs::read_link(fd.ok()?.path()).ok()).collect();
        let table = fs::read_to_string(own.join("net/tcp"))?;
        // proc_net(5): number, local address, remote address, state (0A listens), four more, inode.
        let port = table.lines().find_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let socket = PathBuf::from(format!("socket:[{}]", fields.get(9)?));
            let (_, port) = fields.get(1)?.split_once(':')?;
            let listens = *fields.get(3)? == "0A" && sockets.contains(&socket);
            listens.then(|| u16::from_str_radix(port, 16).ok()).flatten()
        });
        Ok(port.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))))
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("no pid")?, signal)?;
        Ok(())
    }

    /// Like [`wait_for`], but fails at once, with what it wrote, when the process has ended.
    pub fn wait_for<T>(
        &mut self,
        what: &str,
        patience: Duration,
        mut probe: impl FnMut(&Self) -> Result<Option<T>>,
    ) -> Result<T> {
        let what = format!("{what} of {}", self.name);
        let outcome = wait_for(&what, patience, || {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended ({status}) before {what}", self.name);
            }
            probe(self)
        });
        outcome.with_context(|| self.output().unwrap_or_default())
    }

    /// Waits for a line of its output that `pick` finds something in.
    pub fn wait_for_line<T>(&mut self, what: &str, patience: Duration, pick: impl Fn(&str) -> Option<T>) -> Result<T> {
        self.wait_for(what, patience, |process| Ok(process.output()?.lines().find_map(&pick)))
    }

    /// Asks it to end (SIGTERM) and tells how it ended; kills it when it does not.
    pub fn end(mut self) -> Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        self.reap(GRACE)
    }

    /// Waits until it ends by itself and tells how; kills it when it does not.
    pub fn ended(mut self) -> Result<ExitStatus> {
        self.reap(GRACE)
    }

    /// Ends it as a power cut would (SIGKILL).
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn reap(&mut self, patience: Duration) -> Result<ExitStatus> {
        if let Some(status) = poll(patience, || Ok(self.child.try_wait()?))? {
            return Ok(status);
        }
        self.child.kill()?;
        self.child.wait()?;
        bail!("{} had to be killed: {}", self.name, self.output()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) && self.signal(Signal::INT).is_ok() {
            // Nobody is left to tell how it ended.
            let _ = self.reap(Duration::from_secs(5));
        }
    }
}

/// Runs a command to its end and returns what it wrote, standard output first.
///
/// # Errors
/// With all of its output, when its exit code is not 0.
pub fn run(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{command:?} ended with {}: {text}", output.status);
    }
    Ok(text.into_owned())
}

//! A disk that remembers every write and flush in order, and can lose power or fail.
//!
//! It is ext4 on a loop device over one file that this process serves by FUSE, so whatever a program does to its
//! files arrives here as a disk would see it. [`Disk::cut`] gives the image that a power cut leaves: all before the last
//! flush, and of what came later any part.
//!
//! It does not imitate disks that lie about flushes, and tears no block of 4 KiB.

mod image;
mod platter;

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use fuser::BackgroundSession;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tempfile::TempDir;

pub use image::{Image, Mounted};
pub use platter::Failure;
use platter::Platter;

use crate::process::{run, wait_for};

/// How long a file system may be busy with a process that was just ended.
const PATIENCE: Duration = Duration::from_secs(20);
/// What share of the blocks that no flush followed may outlive a cut: a disk with any order of its own.
const SHARES: [f64; 4] = [0.0, 0.3, 0.7, 1.0];
/// The bit of CAP_SYS_ADMIN in `/proc/self/status`: capabilities(7).
const SYS_ADMIN: u32 = 21;

/// Whether a disk can be had here.
///
/// # Errors
/// What is missing, as a phrase.
pub fn possible() -> Result<(), String> {
    let status = fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let capabilities = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap_or_default();
    let capabilities = u64::from_str_radix(capabilities.trim(), 16).unwrap_or(0);
    if capabilities >> SYS_ADMIN & 1 == 0 {
        return Err("only root may mount".to_owned());
    }
    for device in ["/dev/fuse", "/dev/loop-control"] {
        let opened = OpenOptions::new().read(true).write(true).open(device);
        opened.map_err(|error| format!("{device} cannot be opened: {error}"))?;
    }
    image::formatter().map(drop).map_err(|error| error.to_string())
}

/// [`possible`], for a test: says on the terminal that `test` is passed over, and why, when no disk can be had.
pub fn is_possible(test: &str) -> bool {
    match possible() {
        Ok(()) => true,
        Err(why) => {
            // Not by eprintln!, which the test harness hides.
            let _ = writeln!(std::io::stderr(), "passed over: {test}: {why}");
            false
        }
    }
}

/// A mounted disk that remembers. Dropping it unmounts and removes all of it.
pub struct Disk {
    // In the order in which they have to go.
    mounted: Option<Mounted>,
    session: Option<BackgroundSession>,
    folder: TempDir,
    platter: Platter,
}

impl Disk {
    /// Formats and mounts one of `bytes`.
    pub fn new(bytes: u64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let platter = Platter::new(Image::format(bytes)?)?;
        let point = folder.path().join("platter");
        fs::create_dir(&point)?;
        let session = fuser::Session::new(platter.clone(), &point, &fuser::Config::default())?.spawn()?;
        let mut disk = Self { mounted: None, session: Some(session), folder, platter };
        disk.mounted = Some(Mounted::new(&disk.device())?);
        Ok(disk)
    }

    /// The folder where it is mounted.
    pub fn path(&self) -> &Path {
        self.mounted.as_ref().map_or(Path::new("/nowhere"), Mounted::path)
    }

    /// How many writes and flushes have arrived: what was made durable before now survives every cut from here on.
    pub fn moment(&self) -> u64 {
        self.platter.moment()
    }

    /// What the disk holds when the power goes at `moment`. The same seed gives the same image.
    pub fn cut(&self, moment: u64, seed: u64) -> Result<Image> {
        let mut rng = StdRng::seed_from_u64(seed);
        let share = SHARES.get(rng.random_range(0..SHARES.len())).copied().unwrap_or_default();
        self.platter.cut(moment, &mut || rng.random_bool(share))
    }

    /// From now on the disk answers these with an I/O error. An ext4 that meets one in its journal stays read-only until
    /// it is mounted again, also after [`Disk::mend`].
    pub fn fail(&self, failures: &[Failure]) {
        self.platter.fail(failures);
    }

    /// Everything works again.
    pub fn mend(&self) {
        self.platter.fail(&[]);
    }

    /// Unmounts and mounts, as an operator does after an I/O error. Nobody may have a file open on it.
    pub fn remount(&mut self) -> Result<()> {
        if let Some(mounted) = self.mounted.take() {
            mounted.unmount()?;
        }
        self.mounted = Some(Mounted::new(&self.device())?);
        Ok(())
    }

    fn device(&self) -> PathBuf {
        self.folder.path().join("platter").join(platter::FILE)
    }

    /// Unmounts the file that is served, and waits for the server.
    fn stop_serving(&mut self) -> Result<()> {
        let point = self.folder.path().join("platter");
        let session = self.session.take().context("it has ended")?;
        // The loop device lets go of its file a moment after the file system above it.
        let unmounted = wait_for("an idle loop device", PATIENCE, || {
            Ok(run(std::process::Command::new("umount").arg(&point)).ok().map(drop))
        });
        if unmounted.is_err() {
            run(std::process::Command::new("umount").arg("--lazy").arg(&point))?;
        }
        unmounted?;
        Ok(session.join()?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.mend();
        drop(self.mounted.take());
        if let Err(error) = self.stop_serving() {
            let _ = writeln!(std::io::stderr(), "a disk was not taken down: {error:#}");
        }
    }
}

//! What the disk would keep, lose or refuse.
//!
//! The kernel's tables come as texts, so that other computers' can be looked at too.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Finding, Scene};
use crate::office::problem::Problem;
use crate::store::room_for_files;

/// Bytes that have to be free on the state's file system: 256 MiB, four times what the store itself insists on.
const ROOM: u64 = 256 * 1024 * 1024;
/// Bytes that the system counts a file's blocks in.
const BLOCK: u64 = 512;
/// File systems of other computers, by the beginnings of their names.
const NETWORK: [&str; 9] = ["nfs", "cifs", "smb", "fuse.", "9p", "ceph", "gluster", "afs", "virtiofs"];
/// File systems that write elsewhere instead of over what was there.
const COPYING: [&str; 7] = ["btrfs", "zfs", "overlay", "bcachefs", "f2fs", "nilfs2", "aufs"];
/// File systems that are gone when the power is.
const MEMORY: [&str; 2] = ["tmpfs", "ramfs"];

/// This computer's tables.
#[derive(Debug, Clone, Default)]
pub struct Computer {
    /// `/proc/self/mountinfo`.
    pub mounts: String,
    /// `/proc/swaps`.
    pub swaps: String,
    /// `/sys`.
    pub sys: PathBuf,
}

impl Computer {
    /// The one that this runs on.
    pub fn this() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Self { mounts: read("/proc/self/mountinfo"), swaps: read("/proc/swaps"), sys: "/sys".into() }
    }

    /// Whether its kernel has this security module in use; none where it does not say.
    pub(super) fn knows(&self, module: &str) -> Option<bool> {
        let modules = fs::read_to_string(self.sys.join("kernel/security/lsm")).ok()?;
        Some(modules.trim().split(',').any(|it| it == module))
    }

    /// The file system that `path` lies on.
    fn mount(&self, path: &Path) -> Option<Mount<'_>> {
        let path = path.canonicalize().ok()?;
        let mounts = self.mounts.lines().filter_map(Mount::read).filter(|mount| path.starts_with(&mount.point));
        // Of several mounts on one point the last one is on top.
        mounts.max_by_key(|mount| mount.point.len())
    }

    /// Whether all that is written to a device, here its folder in `/sys`, is encrypted before; `None` where that
    /// cannot be seen.
    fn encrypts(&self, device: &Path) -> Option<bool> {
        if !device.exists() {
            return None;
        }
        let name = fs::read_to_string(device.join("dm/uuid")).unwrap_or_default();
        let below: Vec<PathBuf> =
            fs::read_dir(device.join("slaves")).into_iter().flatten().flatten().map(|it| it.path()).collect();
        let all = || !below.is_empty() && below.iter().all(|device| self.encrypts(device) == Some(true));
        Some(name.starts_with("CRYPT-") || all())
    }

    fn device(&self, number: &str) -> PathBuf {
        self.sys.join("dev/block").join(number)
    }
}

/// One line of `mountinfo`.
struct Mount<'a> {
    point: String,
    /// `major:minor`.
    device: &'a str,
    kind: &'a str,
    /// What holds for the file system.
    options: &'a str,
}

impl<'a> Mount<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (place, source) = line.split_once(" - ")?;
        let mut place = place.split(' ').skip(2);
        let device = place.next()?;
        let point = place.nth(1)?.replace("\\040", " ");
        let mut source = source.split(' ');
        let kind = source.next()?;
        Some(Self { point, device, kind, options: source.nth(1)? })
    }

    fn is(&self, kinds: &[&str]) -> bool {
        kinds.iter().any(|kind| self.kind.starts_with(kind))
    }
}

/// The store, and whether its vault is whole.
pub(super) fn vault(scene: &Scene<'_>) -> Vec<Finding> {
    let store = scene.config.store();
    let path = store.join("vault");
    if !store.join("format").exists() {
        return vec![Finding::wrong(Problem::new("no-store"))];
    }
    let Ok(metadata) = fs::metadata(&path) else {
        return vec![Finding::wrong(Problem::new("no-vault").with("path", path.display()))];
    };
    let mut findings = Vec::new();
    // A copy that left out holes takes the disk by surprise later.
    if metadata.blocks() * BLOCK < metadata.len() {
        findings.push(Finding::wrong(Problem::new("vault-has-holes").with("path", path.display())));
    }
    if room_for_files(metadata.len()) < scene.config.limits.upload && !scene.config.demo {
        let upload = scene.config.limits.upload;
        findings
            .push(Finding::look(Problem::new("vault-below-limit").with("path", path.display()).with("upload", upload)));
    }
    findings
}

/// What the file system does with what is overwritten.
pub(super) fn file_system(scene: &Scene<'_>) -> Vec<Finding> {
    let state = &scene.config.state;
    let Some(mount) = scene.computer.mount(state) else { return Vec::new() };
    let speak = |problem: Problem| problem.with("path", state.display()).with("kind", mount.kind);
    let mut findings = Vec::new();
    if mount.options.split(',').any(|option| option == "data=journal") {
        findings.push(Finding::wrong(speak(Problem::new("data-journal"))));
    }
    if mount.is(&NETWORK) {
        findings.push(Finding::look(speak(Problem::new("network-disk"))));
    }
    if mount.is(&COPYING) {
        findings.push(Finding::look(speak(Problem::new("copying-disk"))));
    }
    if mount.is(&MEMORY) {
        findings.push(Finding::look(speak(Problem::new("disk-in-memory"))));
    }
    findings
}

/// Whether the disk's times would tell when a report came.
pub(super) fn beat(scene: &Scene<'_>) -> Vec<Finding> {
    let none = scene.config.store.wait().is_zero() && !scene.config.demo;
    none.then(|| Finding::look(Problem::new("no-beat").with("path", scene.file.display()))).into_iter().collect()
}

/// Whether something can still be received.
pub(super) fn room(scene: &Scene<'_>) -> Vec<Finding> {
    let state = &scene.config.state;
    let free = rustix::fs::statvfs(state).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    let little = free.is_ok_and(|free| free < ROOM);
    little.then(|| Finding::wrong(Problem::new("little-room").with("path", state.display()))).into_iter().collect()
}

/// Whether what leaves the memory is readable to whoever takes the disk.
pub(super) fn encryption(scene: &Scene<'_>) -> Vec<Finding> {
    let (computer, state) = (scene.computer, &scene.config.state);
    let mut findings = Vec::new();
    let on = computer.mount(state).and_then(|mount| computer.encrypts(&computer.device(mount.device)));
    if on == Some(false) && !scene.config.demo {
        findings.push(Finding::look(Problem::new("disk-not-encrypted").with("path", state.display())));
    }
    // The first line names the columns: Filename, Type, and three numbers.
    for line in computer.swaps.lines().skip(1) {
        let mut columns = line.split_whitespace();
        let (Some(swap), Some(kind)) = (columns.next(), columns.next()) else { continue };
        let path = Path::new(swap);
        let name = path.file_name().unwrap_or_default();
        let device = if kind == "file" {
            computer.mount(path).map(|mount| computer.device(mount.device))
        } else {
            Some(computer.sys.join("class/block").join(name))
        };
        let in_memory = name.to_string_lossy().starts_with("zram");
        if !in_memory && device.and_then(|device| computer.encrypts(&device)) != Some(true) {
            findings.push(Finding::look(Problem::new("swap-not-encrypted").with("path", swap)));
        }
    }
    findings
}

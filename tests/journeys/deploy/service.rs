//! systemd's own judgement of what is in `deploy/systemd`: units, user, folders.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sluss_tests::process::run;

use super::deploy;

const UNITS: [&str; 2] = ["sluss.service", "sluss@.service"];
/// Tenths of exposure, at most.
const EXPOSURE: &str = "--threshold=15";

#[test]
fn the_units_are_sound_and_little_exposed() -> Result<()> {
    let root = tempfile::tempdir()?;
    let (units, programs) = (root.path().join("etc/systemd/system"), root.path().join("usr/bin"));
    fs::create_dir_all(&units)?;
    fs::create_dir_all(&programs)?;
    // Only that it is there and may be run is looked at.
    fs::write(programs.join("sluss"), "#!/bin/sh\n")?;
    fs::set_permissions(programs.join("sluss"), fs::Permissions::from_mode(0o755))?;
    for system in fs::read_dir("/lib/systemd/system")? {
        let system = system?;
        if system.path().is_file() {
            fs::copy(system.path(), units.join(system.file_name()))?;
        }
    }
    for unit in UNITS {
        // As `install` does: what stands in the place of a link is the file.
        fs::copy(deploy("systemd").join(unit), units.join(unit))?;
    }
    for unit in ["sluss.service", "sluss@lillaedet.service"] {
        let said = run(Command::new("systemd-analyze").arg("verify").arg("--root").arg(root.path()).arg(unit))?;
        ensure!(said.trim().is_empty(), "{unit}: {said}");
    }
    let unit = fs::read_to_string(units.join("sluss.service"))?;
    let set = |name: &str| -> Vec<&str> { unit.lines().filter_map(|line| line.strip_prefix(name)).collect() };
    ensure!(set("BindPaths=") == ["/var/lib/sluss/%i/state /var/lib/sluss/%i/keys"], "it may change more");
    ensure!(
        set("ReadWritePaths=").is_empty() && set("StateDirectory=").is_empty() && set("ProtectSystem=") == ["strict"]
    );
    ensure!(set("LimitCORE=") == ["0"] && set("MemorySwapMax=") == ["0"] && set("SocketBindDeny=") == ["any"]);
    // Else the drop could not give anything up, and would not start.
    let allowed = set("SystemCallFilter=");
    for call in ["seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"] {
        ensure!(allowed.iter().any(|line| !line.starts_with('~') && line.split(' ').any(|it| it == call)), "{call}");
    }
    ensure!(set("Type=") == ["notify"] && !set("WatchdogSec=").is_empty(), "nobody hears that it is stuck");
    for unit in UNITS {
        let judged = Command::new("systemd-analyze")
            .args(["security", "--no-pager", "--offline=true", EXPOSURE])
            .arg(units.join(unit))
            .output()?;
        let said = String::from_utf8_lossy(&judged.stdout) + String::from_utf8_lossy(&judged.stderr);
        ensure!(judged.status.success(), "{unit}: {said}");
    }
    Ok(())
}

#[test]
fn the_user_and_the_folders_are_the_drops_alone() -> Result<()> {
    let root = tempfile::tempdir()?;
    fs::create_dir_all(root.path().join("etc"))?;
    fs::create_dir_all(root.path().join("var/lib"))?;
    // Neither needs a right that only root has, except for giving the folder away.
    let at = format!("--root={}", root.path().display());
    run(Command::new("systemd-sysusers").arg(&at).arg(deploy("systemd/sluss.sysusers.conf")))?;
    let passwd = fs::read_to_string(root.path().join("etc/passwd"))?;
    let user = passwd.lines().find(|line| line.starts_with("sluss:")).context("no user sluss")?;
    ensure!(user.ends_with(":/var/lib/sluss:/usr/sbin/nologin"), "{user}");
    let uid: u32 = user.split(':').nth(2).context("no uid")?.parse()?;
    ensure!((100..1000).contains(&uid), "not a system user: {user}");

    let mut create = Command::new("systemd-tmpfiles");
    create.arg("--create").arg(&at).arg(deploy("systemd/sluss.tmpfiles.conf"));
    if !rustix::process::geteuid().is_root() {
        create = rootless(create);
    }
    run(&mut create)?;
    let folder = fs::metadata(root.path().join("var/lib/sluss"))?;
    ensure!(folder.permissions().mode() & 0o7777 == 0o700, "{:o}", folder.permissions().mode());
    ensure!(folder.uid() == uid || !rustix::process::geteuid().is_root(), "the folder is not the drop's");
    ensure!(fs::read_link(root.path().join("etc/sluss"))?.ends_with("var/lib/sluss"));
    Ok(())
}

/// In a user namespace, where this user may give files away.
fn rootless(command: Command) -> Command {
    let mut unshare = Command::new("unshare");
    unshare.args(["--map-auto", "--map-root-user"]).arg(command.get_program()).args(command.get_args());
    unshare
}

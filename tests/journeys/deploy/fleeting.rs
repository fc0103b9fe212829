//! A folder in memory in the place of one on the disk, whatever was there before.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use anyhow::{Result, ensure};
use sluss_drop::fleeting::{KNOCKS, lay, on_disk};

#[test]
fn what_must_not_be_on_a_disk_never_is() -> Result<()> {
    // /tmp may be in memory itself.
    let disk = tempfile::tempdir_in("/var/tmp")?;
    let place = disk.path().join("onion").join(KNOCKS);
    ensure!(!on_disk(&place), "nothing is there yet");
    let first = lay(&place)?;
    let behind = fs::read_link(&place)?;
    ensure!(!on_disk(&place) && fs::metadata(&place)?.permissions().mode() & 0o777 == 0o700);
    fs::write(place.join("notes"), "somebody")?;
    ensure!(behind.join("notes").is_file());

    // Whoever was killed leaves its folder behind: the next one removes it.
    std::mem::forget(first);
    let second = lay(&place)?;
    ensure!(!behind.exists() && fs::read_dir(&place)?.next().is_none(), "old notes stayed");
    drop(second);
    ensure!(!place.exists() && place.is_symlink(), "the folder stayed");

    // Another's folder is not removed, and what an earlier version left on the disk is.
    let anothers = tempfile::tempdir_in("/dev/shm")?;
    fs::remove_file(&place)?;
    symlink(anothers.path(), &place)?;
    drop(lay(&place)?);
    ensure!(anothers.path().is_dir());
    fs::remove_file(&place)?;
    fs::create_dir_all(place.join("sluss/iptreplay"))?;
    ensure!(on_disk(&place));
    let third = lay(&place)?;
    ensure!(!on_disk(&place) && !place.join("sluss").exists());
    drop(third);
    Ok(())
}

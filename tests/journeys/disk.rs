//! The disk that remembers does what a disk does: or nothing that is tried on it would prove anything.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Result, ensure};
use rustix::io::Errno;
use sluss_tests::disk::{Disk, Failure, Image, is_possible};

const MIB: u64 = 1024 * 1024;

#[test]
fn what_was_flushed_survives_every_cut_and_what_was_not_does_not() -> Result<()> {
    if !is_possible("what_was_flushed_survives_every_cut_and_what_was_not_does_not") {
        return Ok(());
    }
    let disk = Disk::new(32 * MIB)?;
    let from = disk.moment();
    let mut kept = Vec::new();
    for number in 0..20 {
        let name = format!("file-{number}");
        let mut file = File::create(disk.path().join(&name))?;
        file.write_all(name.repeat(1000).as_bytes())?;
        file.sync_all()?;
        kept.push((disk.moment(), name));
    }
    let to = disk.moment();
    ensure!(to > from + 40, "{} writes and flushes", to - from);
    let (mut due, mut missing) = (0, 0);
    for (cut, seed) in (from..=to).step_by(usize::try_from((to - from) / 16)?).zip(0..) {
        let image = disk.cut(cut, seed)?;
        let mounted = image.mount()?;
        for (moment, name) in &kept {
            let whole = fs::read_to_string(mounted.path().join(name)).is_ok_and(|found| found == name.repeat(1000));
            ensure!(whole || *moment > cut, "{name}, synced at {moment}, is lost by a cut at {cut}, seed {seed}");
            due += u32::from(*moment <= cut);
            missing += u32::from(!whole);
        }
    }
    ensure!(due > 20 && missing > 20, "{due} had to be there and {missing} were not: that shows nothing");
    Ok(())
}

#[test]
fn what_was_not_flushed_depends_on_the_seed_alone() -> Result<()> {
    if !is_possible("what_was_not_flushed_depends_on_the_seed_alone") {
        return Ok(());
    }
    let disk = Disk::new(16 * MIB)?;
    for number in 0..3 {
        File::create(disk.path().join(number.to_string()))?.sync_all()?;
    }
    let (mut one, mut several) = (0, 0);
    for moment in disk.moment() - 12..disk.moment() {
        let images: Vec<Vec<u8>> = (0..8).map(|seed| disk.cut(moment, seed)?.bytes()).collect::<Result<_>>()?;
        ensure!(images[5] == disk.cut(moment, 5)?.bytes()?, "a seed does not give the same image again");
        if images.iter().all(|image| *image == images[0]) {
            one += 1;
        } else {
            several += 1;
        }
    }
    ensure!(one > 0, "nothing is ever durable");
    ensure!(several > 0, "everything is durable at once");
    Ok(())
}

#[test]
fn a_failing_disk_fails_and_a_mended_one_works() -> Result<()> {
    if !is_possible("a_failing_disk_fails_and_a_mended_one_works") {
        return Ok(());
    }
    let put = |folder: &Path, name: &str| -> std::io::Result<()> {
        let mut file = File::create(folder.join(name))?;
        file.write_all(name.as_bytes())?;
        file.sync_all()
    };
    let mut disk = Disk::new(32 * MIB)?;
    put(disk.path(), "before")?;
    for failing in [&[Failure::Writes][..], &[Failure::Flushes], &[Failure::Writes, Failure::Flushes]] {
        disk.fail(failing);
        ensure!(put(disk.path(), "during").is_err(), "{failing:?} is not noticed");
        disk.mend();
        disk.remount()?;
        ensure!(fs::read_to_string(disk.path().join("before"))? == "before");
        put(disk.path(), "after")?;
    }
    disk.fail(&[Failure::Reads]);
    ensure!(disk.remount().is_err(), "a disk that cannot be read is mounted");
    disk.mend();
    disk.remount()?;
    ensure!(fs::read_to_string(disk.path().join("after"))? == "after");
    Ok(())
}

#[test]
fn a_plain_image_is_a_small_disk() -> Result<()> {
    if !is_possible("a_plain_image_is_a_small_disk") {
        return Ok(());
    }
    let image = Image::format(16 * MIB)?;
    let mounted = image.mount()?;
    fs::write(mounted.path().join("words"), "WORDS-ON-THE-DISK")?;
    let full = fs::write(mounted.path().join("much"), vec![7; 32 * MIB as usize]).unwrap_err();
    ensure!(Errno::from_io_error(&full) == Some(Errno::NOSPC), "{full}");
    let point = mounted.path().to_owned();
    mounted.unmount()?;
    ensure!(!point.exists());
    ensure!(image.bytes()?.windows(17).any(|window| window == b"WORDS-ON-THE-DISK"));
    let again = image.copy()?.mount()?;
    ensure!(fs::read_to_string(again.path().join("words"))? == "WORDS-ON-THE-DISK");
    Ok(())
}

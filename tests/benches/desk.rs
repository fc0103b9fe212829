//! The desk's figures: taking in a bundle against the bare sum of decryptions, unlocking, and what is to be done today.
//!
//! `cargo bench -p sluss-tests --no-default-features --bench desk`, with the names of single figures after `--`. Quote
//! ratios: times drift with the machine.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use sluss_core::cert::{Kind, Tsk};
use sluss_core::day::{Clock, Day};
use sluss_core::open;
use sluss_core::secret::Secret;
use sluss_core::submission::Report;
use sluss_desk::book::Book;
use sluss_desk::casebook::agenda::agenda;
use sluss_desk::desk::Desk;
use sluss_desk::exchange;
use sluss_desk::progress::Progress;
use sluss_tests::house::House;

/// Submissions in a bundle.
const BUNDLE: usize = 1_000;
/// Cases of a desk that has been in use for years.
const MANY: usize = 10_000;
const ROUNDS: usize = 3;
type Figure = fn() -> Result<()>;

fn main() -> Result<()> {
    let figures: [(&str, Figure); 2] = [("bundle", bundle), ("many", many)];
    // cargo adds an option of its own.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for (name, figure) in figures {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            figure()?;
        }
    }
    Ok(())
}

/// A drop's people, and a desk of one of them.
struct Stage {
    house: House,
    anna: Tsk,
    clock: Clock,
    folder: tempfile::TempDir,
}

impl Stage {
    fn set() -> Result<Self> {
        let clock = Clock::new(SystemTime::now())?;
        let people = [("anna", Kind::PostQuantum), ("bertil", Kind::PostQuantum), ("reserv", Kind::PostQuantum)];
        let house = House::new(&people, clock.today())?;
        let anna = house.people.get("anna").context("nobody")?.clone();
        Ok(Self { house, anna, clock, folder: tempfile::tempdir()? })
    }

    /// The desk with the book called `name`; opened anew, it reads what the last one left.
    fn desk(&self, name: &str) -> Result<Desk> {
        let book = Book::open(&self.folder.path().join(name), &mut rand::rng())?;
        book.put_roster(self.house.roster.file())?;
        Ok(Desk::with_tsks(Arc::new(book), self.anna.clone(), Vec::new())?)
    }

    /// Reports, each of a source of its own.
    fn reports(&self, count: usize) -> Result<Vec<Vec<u8>>> {
        let audience = self.house.audience(&[])?;
        let report = |number: usize| {
            let source = Tsk::generate(Kind::PostQuantum, None, self.house.roster.edition().birthday)?;
            let text = format!("rapport {number}\n{}", "Det som har hänt. ".repeat(100));
            let report = Report { text: Secret::new(text), ..Report::default() };
            self.house.seal_for(&audience, &report, 1, &[], &source)
        };
        (0..count).map(report).collect()
    }

    fn take_in(&self, desk: &mut Desk, number: u32, reports: &[Vec<u8>]) -> Result<f64> {
        let path = self.folder.path().join("out.sluss");
        fs::write(&path, self.house.outbound("anna", number, self.house.day, reports)?)?;
        let before = Instant::now();
        exchange::open(desk, &path, self.clock, &Progress::default())?;
        Ok(before.elapsed().as_secs_f64())
    }
}

/// A bundle, against opening what lies in it and nothing else.
fn bundle() -> Result<()> {
    let stage = Stage::set()?;
    let reports = stage.reports(BUNDLE)?;
    let (mut bare, mut taken, mut unlocked, mut read) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let before = Instant::now();
        for report in &reports {
            open::open(report.as_slice(), &stage.anna, Cursor::new(Vec::new()))?;
        }
        bare.push(before.elapsed().as_secs_f64());
        let name = format!("book {round}");
        taken.push(stage.take_in(&mut stage.desk(&name)?, 1, &reports)?);
        for times in [&mut unlocked, &mut read] {
            let before = Instant::now();
            let desk = stage.desk(&name)?;
            times.push(before.elapsed().as_secs_f64());
            ensure!(desk.office()?.casebook.cases().len() == BUNDLE, "cases are missing");
            fs::remove_dir_all(stage.folder.path().join(&name).join("snapshots"))?;
        }
    }
    let (bare, taken, unlocked, read) = (median(bare), median(taken), median(unlocked), median(read));
    println!("{BUNDLE} reports: opened alone {bare:.2} s, taken in {taken:.2} s, bare / taken in {:.2}", bare / taken);
    println!(
        "{BUNDLE} reports: unlocked, beside the passphrase's two seconds, {unlocked:.2} s; without a snapshot {read:.2} s"
    );
    println!("memory at the most: {} MiB", peak()? / 1024);
    Ok(())
}

/// A book of many cases.
fn many() -> Result<()> {
    let stage = Stage::set()?;
    let mut desk = stage.desk("book")?;
    for number in 1..=MANY / BUNDLE {
        stage.take_in(&mut desk, u32::try_from(number)?, &stage.reports(BUNDLE)?)?;
    }
    drop(desk);
    let before = Instant::now();
    let desk = stage.desk("book")?;
    println!("{MANY} cases: unlocked, beside the passphrase's two seconds, {:.2} s", before.elapsed().as_secs_f64());
    let office = desk.office()?;
    let today: Day = stage.clock.today();
    let (mut days, mut single) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let before = Instant::now();
        let agenda = agenda(office.casebook.cases(), today);
        days.push(before.elapsed().as_secs_f64());
        let one = agenda.values().flatten().nth(MANY / 2).context("no case")?.number();
        let before = Instant::now();
        ensure!(office.casebook.case(&one).is_ok(), "no case");
        single.push(before.elapsed().as_secs_f64());
    }
    println!("{MANY} cases: today in {:.0} ms, one case in {:.0} ms", 1e3 * median(days), 1e3 * median(single));
    println!("on the disk: {} MiB; memory at the most: {} MiB", size(stage.folder.path())? >> 20, peak()? / 1024);
    Ok(())
}

/// The most memory that this process has had, in KiB (proc_pid_status(5)).
fn peak() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}

//! What a desk and its browser leave outside memory once the desk is locked: nothing that can be read.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};
use rand::distr::{Alphabetic, SampleString as _};
use rustix::process::{Pid, Signal, kill_process};
use sluss_core::cert::{Kind, Tsk};
use sluss_core::day::Day;
use sluss_core::secret::Secret;
use sluss_core::submission::Report;
use sluss_desk::book::Book;
use sluss_desk::face::Profile;
use sluss_tests::browser::Browser;
use sluss_tests::house::House;
use sluss_tests::journey::desk::Desk;
use sluss_tests::journey::traces::Traces;

use super::PATIENCE;

/// Letters of each secret.
const LENGTH: usize = 40;

/// What is read and written at the desk in this journey.
struct Secrets {
    report: String,
    file: String,
    letter: String,
    begun: String,
    note: String,
}

impl Secrets {
    fn draw() -> Self {
        let letters = || Alphabetic.sample_string(&mut rand::rng(), LENGTH);
        Self { report: letters(), file: letters(), letter: letters(), begun: letters(), note: letters() }
    }

    fn all(&self) -> [&[u8]; 5] {
        [&self.report, &self.file, &self.letter, &self.begun, &self.note].map(|secret| secret.as_bytes())
    }
}

/// Anna's book, and a bundle for her.
fn lay(desk: &Desk, secrets: &Secrets, bundle: &Path) -> Result<()> {
    let today = Day::of(SystemTime::now())?;
    let people = [("anna", Kind::PostQuantum), ("bertil", Kind::PostQuantum), ("reserv", Kind::PostQuantum)];
    let house = House::new(&people, today)?;
    let tsk = house.people.get("anna").context("nobody")?;
    let book = Book::open(&desk.book, &mut rand::rng())?;
    book.put_tsk(&tsk.cert(), &tsk.lock_for_gpg(&Secret::new(desk.passphrase.clone()))?)?;
    book.put_roster(house.roster.file())?;
    let source = Tsk::generate(Kind::PostQuantum, None, house.roster.edition().birthday)?;
    let report = Report { text: Secret::new(secrets.report.clone()), answers: [].into() };
    let files = [(format!("{}.txt", secrets.file), secrets.file.as_bytes())];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let sealed = house.seal(&report, 1, &files, &source)?;
    Ok(fs::write(bundle, house.outbound("anna", 1, today, &[sealed])?)?)
}

#[test]
fn a_locked_desk_leaves_nothing_readable_outside_memory() -> Result<()> {
    let (folder, secrets) = (tempfile::tempdir()?, Secrets::draw());
    let desk = Desk::new(folder.path(), "anna", "Anna Ek")?;
    let bundle = folder.path().join("bundle.sluss");
    lay(&desk, &secrets, &bundle)?;
    let page = desk.open_page()?;
    let profile = Profile::lay()?;
    let mut browser = Browser::of_desk(&profile)?;

    browser.open(&page.address)?;
    browser.arrive("/en")?;
    browser.type_into("input[name=passphrase]", &desk.passphrase)?;
    browser.click("form[action$='/unlock'] button")?;
    let (site, _) = page.address.split_once("/start/").context("no one-time address")?;
    browser.see("There are no cases yet")?;
    browser.open(&format!("{site}/en/exchange"))?;
    browser.type_into("form[action$='/exchange/open'] input[name=path]", bundle.to_str().context("no text")?)?;
    browser.click("form[action$='/exchange/open'] button")?;
    browser.click("a[href*='/en/case/']")?;
    browser.see(&secrets.report)?;
    browser.see(&secrets.file)?;
    let case = browser.path()?;
    for (form, text) in [("note", &secrets.note), ("letter", &secrets.letter)] {
        browser.open(&format!("{site}{case}/{form}"))?;
        browser.type_into("textarea", text)?;
        browser.click("main form button")?;
        browser.arrive(&case)?;
        browser.see(text)?;
    }
    browser.open(&format!("{site}/en/cases"))?;
    browser.type_into("input[name=words]", &secrets.note)?;
    browser.click("form[action$='/cases/search'] button")?;
    browser.see("Cases found: 1")?;
    browser.open(&format!("{site}{case}/letter"))?;
    browser.type_into("textarea", &secrets.begun)?;
    browser.click("button[value=preview]")?;
    browser.see(&secrets.begun)?;
    browser.click("form[action$='/lock'] button")?;
    browser.arrive("/en")?;
    browser.see("Unlock")?;

    let traces = Traces::of(&secrets.all(), &[])?;
    let mut kept = 0;
    for searched in [folder.path(), profile.folder()] {
        let (found, read) = traces.find(searched)?;
        ensure!(found.is_empty(), "{found:?}");
        kept += read;
    }
    ensure!(kept > 1_000_000, "only {kept} bytes were searched");
    browser.back()?;
    ensure!(!browser.source()?.contains(&secrets.begun), "Back shows what was typed before the desk was locked");
    // The search finds what it looks for.
    fs::write(profile.folder().join("found"), &secrets.note)?;
    ensure!(traces.find(profile.folder())?.0.len() == 1, "the search finds nothing at all");
    Ok(())
}

/// Whoever started it from a desktop could neither end it nor start it again.
#[test]
fn a_desk_ends_when_its_window_is_closed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::new(folder.path(), "anna", "Anna Ek")?;
    let mut running = desk.open_window()?;
    let firefox = running.wait_for("a window", PATIENCE, |running| {
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", running.pid()))?;
        Ok(children.split_whitespace().next().and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw))
    })?;
    // Whoever comes first is let in: the window, or this.
    let address = running.output()?.split_whitespace().next().context("no address")?.to_owned();
    let (host, start) = address.trim_start_matches("http://").split_once('/').context("no one-time address")?;
    let mut asked = TcpStream::connect(host)?;
    write!(asked, "GET /{start} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    asked.read_to_end(&mut Vec::new())?;
    kill_process(firefox, Signal::TERM)?;
    let status = running.ended()?;
    ensure!(status.success(), "the desk went on, or failed: {status}");
    ensure!(Book::open(&desk.book, &mut rand::rng()).is_ok(), "the book is still held");
    Ok(())
}

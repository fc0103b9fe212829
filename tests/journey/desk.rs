//! The desks of the journey: one used through its page, the others by their commands.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process::{Process, run, shipped};
use crate::visitor::{Form, Page, Visitor};

/// How long a desk may take to open its page.
const PATIENCE: Duration = Duration::from_secs(60);

/// One person's desk: a book, and the passphrase of their TSK.
#[derive(Debug)]
pub struct Desk {
    /// The person's id in the roster.
    pub id: &'static str,
    /// Their name.
    pub name: &'static str,
    /// What they type.
    pub passphrase: String,
    /// Their book.
    pub book: PathBuf,
    passphrase_file: PathBuf,
    scratch: PathBuf,
}

impl Desk {
    /// A desk without a key, all of it under `dir`.
    pub fn new(dir: &Path, id: &'static str, name: &'static str) -> Result<Self> {
        let home = dir.join(id);
        let scratch = home.join("tmp");
        fs::create_dir_all(&scratch)?;
        let passphrase = format!("tre vita svanar {id}");
        let passphrase_file = home.join("passphrase");
        fs::write(&passphrase_file, &passphrase)?;
        Ok(Self { id, name, passphrase, book: home.join("book"), passphrase_file, scratch })
    }

    /// Gives a command that needs no key.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        run(self.command()?.args(arguments))
    }

    /// Gives a command that unlocks the TSK, and reads its answer.
    pub fn unlocked(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = self.command()?;
        command.arg("--passphrase-file").arg(&self.passphrase_file).arg("--json").args(arguments);
        let answer = run(&mut command)?;
        serde_json::from_str(&answer).with_context(|| format!("no JSON from {arguments:?}: {answer}"))
    }

    /// The file that holds the passphrase.
    pub fn passphrase_file(&self) -> &Path {
        &self.passphrase_file
    }

    /// Opens the page, which nobody has come to yet.
    pub fn open_page(&self) -> Result<DeskPage> {
        let mut command = self.command()?;
        command.args(["--lang", "en", "--no-browser"]);
        let mut process = Process::start("sluss-desk", &mut command, &self.scratch.join("page.log"))?;
        let address = process.wait_for_line("the address", PATIENCE, |line| {
            let start = line.find("http://127.0.0.1:")?;
            line.get(start..)?.split_whitespace().next().map(str::to_owned)
        })?;
        Ok(DeskPage { address, _process: process })
    }

    /// Starts it as a desktop does, but that its browser needs no screen: with a window of its own.
    pub fn open_window(&self) -> Result<Process> {
        let mut command = self.command()?;
        command.args(["--lang", "en"]).env("MOZ_HEADLESS", "1");
        Process::start("sluss-desk", &mut command, &self.scratch.join("window.log"))
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(shipped("sluss-desk")?);
        command.env("TMPDIR", &self.scratch).env("HOME", &self.scratch).env("LANG", "C.UTF-8");
        command.arg("--book").arg(&self.book);
        Ok(command)
    }
}

/// A desk whose page is open. Dropping it ends the desk.
#[derive(Debug)]
pub struct DeskPage {
    /// The address that works once.
    pub address: String,
    _process: Process,
}

impl DeskPage {
    /// Comes in by the one-time address.
    pub async fn come_in(&self) -> Result<Reader> {
        let rest = self.address.strip_prefix("http://").context("no address")?;
        let (host, start) = rest.split_once('/').context("no one-time address")?;
        let mut visitor = Visitor::direct(host.parse::<SocketAddr>()?);
        let page = visitor.open(&format!("/{start}")).await?;
        let mut reader = Reader { visitor, page };
        reader.go("/en").await?;
        Ok(reader)
    }
}

/// Somebody at the page of a desk, in English.
#[derive(Debug)]
pub struct Reader {
    visitor: Visitor,
    /// What they see.
    pub page: Page,
}

impl Reader {
    /// Goes to a page of the desk.
    pub async fn go(&mut self, path: &str) -> Result<()> {
        self.page = self.visitor.open(path).await?;
        self.content()
    }

    /// Fills in the form of the shown page that leads to `action`, and sends it.
    pub async fn send(&mut self, action: &str, fill: impl FnOnce(Form) -> Result<Form>) -> Result<()> {
        let form = fill(self.page.form(action)?)?;
        self.submit(&form).await
    }

    /// Sends a form of the shown page.
    pub async fn submit(&mut self, form: &Form) -> Result<()> {
        self.page = self.visitor.submit(form).await?;
        // What takes long is told of until it is done.
        if self.page.path.ends_with("/exchange/progress") {
            self.page = self.visitor.follow(&self.page, "").await?;
        }
        self.content().with_context(|| form.action.clone())
    }

    fn content(&self) -> Result<()> {
        ensure!(self.page.status.is_success(), "{}: {} {}", self.page.path, self.page.status, self.page.text());
        Ok(())
    }
}

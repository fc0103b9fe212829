//! The drop of the journey: the shipped program, as the operator uses it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process::{Process, run, shipped};

/// How long it may take until everybody can reach the onion service.
const PATIENCE: Duration = Duration::from_secs(180);

/// A drop that has been laid.
#[derive(Debug)]
pub struct Drop {
    /// Its folder: `sluss.toml`, `keys/`, `state/`.
    pub dir: PathBuf,
    scratch: PathBuf,
}

impl Drop {
    /// Lays a drop for trying out, with a vault of `vault` bytes, on a Tor network that the TOML file `network` describes.
    pub fn lay(dir: &Path, network: &Path, vault: u64) -> Result<Self> {
        let drop = Self { dir: dir.join("drop"), scratch: dir.join("drop-scratch") };
        fs::create_dir_all(&drop.scratch)?;
        let mut init = drop.command()?;
        run(init.args(["init", "--demo", "--vault", &vault.to_string()]).arg(&drop.dir))?;
        let laid = fs::read_to_string(drop.config())?;
        let mut edited = laid;
        // Another network, and a beat and a day's budget for people who are only trying.
        for (from, to) in [
            ("# network = \"network.toml\"", format!("network = {network:?}")),
            ("# tick = 5", "tick = 2".to_owned()),
            ("# files_a_day = ", "files_a_day = ".to_owned()),
        ] {
            ensure!(edited.contains(from), "the configuration has no line «{from}»: {edited}");
            edited = edited.replace(from, &to);
        }
        fs::write(drop.dir.join("crest.png"), super::organisations::CREST)?;
        fs::write(drop.config(), edited + super::organisations::CONFIG)?;
        Ok(drop)
    }

    /// Gives a command.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        let mut command = self.command()?;
        command.arg("--config").arg(self.config()).args(arguments);
        run(&mut command)
    }

    /// Its configuration.
    pub fn config(&self) -> PathBuf {
        self.dir.join("sluss.toml")
    }

    /// Its first onion address, as `init` told it to the investigators.
    pub fn onion(&self) -> Result<String> {
        let card: Value = serde_json::from_slice(&fs::read(self.card())?)?;
        let onion = card.pointer("/onion/0").and_then(Value::as_str);
        Ok(onion.context("no onion address")?.to_owned())
    }

    /// What the first roster is drawn up from.
    pub fn card(&self) -> PathBuf {
        self.dir.join("keys/drop.json")
    }

    /// Serves the onion service, and a loopback address for trying out without Tor.
    pub fn serve(&self) -> Result<Serving> {
        self.start(self.command()?)
    }

    /// The same, told to a socket at `systemd` as systemd would be (`sd_notify(3)`).
    pub fn serve_telling(&self, systemd: &Path) -> Result<Serving> {
        let mut command = self.command()?;
        command.env("NOTIFY_SOCKET", systemd);
        self.start(command)
    }

    fn start(&self, mut command: Command) -> Result<Serving> {
        command.arg("--config").arg(self.config()).args(["--json", "serve", "--also-without-tor", "127.0.0.1:0"]);
        let mut process = Process::start("sluss", &mut command, &self.scratch.join("serve.log"))?;
        let ready: Value = process.wait_for_line("a reachable onion service", PATIENCE, |line| {
            serde_json::from_str(line).ok().filter(|ready: &Value| ready.get("onion").is_some())
        })?;
        let without_tor = ready.get("without_tor").and_then(Value::as_str).context("no loopback address")?;
        Ok(Serving { without_tor: without_tor.parse()?, process })
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(shipped("sluss")?);
        command.env("TMPDIR", &self.scratch).env("HOME", &self.scratch).env("LANG", "C.UTF-8");
        Ok(command)
    }
}

/// A drop that serves. Dropping it ends it.
#[derive(Debug)]
pub struct Serving {
    /// Where it can be tried out without Tor.
    pub without_tor: SocketAddr,
    process: Process,
}

impl Serving {
    /// The process's pid.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Stops it as the system would, and looks that it ended well and quietly.
    pub fn stop(self) -> Result<()> {
        let log = self.process.output()?;
        let status = self.process.end()?;
        ensure!(status.success(), "serve ended with {status}: {log}");
        ensure!(!log.contains("panicked"), "serve panicked: {log}");
        Ok(())
    }
}

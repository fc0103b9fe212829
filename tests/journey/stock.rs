//! What an investigator with a classic cert can do without any program of ours: stock gpg, tar and unzip.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process::run;

/// A GnuPG home of its own. Dropping it ends the agent that gpg started in it.
#[derive(Debug)]
pub struct Gnupg {
    home: PathBuf,
    passphrase: PathBuf,
}

impl Gnupg {
    /// An empty home in the folder `home`; `passphrase` is a file that holds the one of all its keys.
    pub fn new(home: PathBuf, passphrase: &Path) -> Result<Self> {
        fs::create_dir_all(&home)?;
        fs::set_permissions(&home, fs::Permissions::from_mode(0o700))?;
        Ok(Self { home, passphrase: passphrase.to_owned() })
    }

    /// Takes a key in.
    pub fn import(&self, key: &Path) -> Result<()> {
        run(self.command().arg("--import").arg(key)).map(drop)
    }

    /// Opens a message, and finds that it is whole and that its signature, where it has one, is good.
    pub fn decrypt(&self, message: &Path, to: &Path) -> Result<()> {
        let output =
            self.command().args(["--status-fd", "1"]).arg("--output").arg(to).arg("--decrypt").arg(message).output()?;
        let told = String::from_utf8_lossy(&output.stdout);
        let whole = ["DECRYPTION_OKAY", "GOODMDC"].iter().all(|word| told.contains(word));
        ensure!(whole && output.status.success(), "gpg: {told} {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    fn command(&self) -> Command {
        let mut gpg = Command::new("gpg");
        gpg.arg("--homedir").arg(&self.home).args(["--batch", "--pinentry-mode", "loopback"]);
        gpg.arg("--passphrase-file").arg(&self.passphrase);
        gpg
    }
}

impl Drop for Gnupg {
    fn drop(&mut self) {
        let _ = run(Command::new("gpgconf").arg("--homedir").arg(&self.home).args(["--kill", "gpg-agent"]));
    }
}

/// Unpacks a tar and returns its members, its manifest left out.
pub fn untar(tar: &Path, to: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(to)?;
    run(Command::new("tar").arg("-xf").arg(tar).arg("-C").arg(to))?;
    let mut members = Vec::new();
    for entry in fs::read_dir(to)? {
        let path = entry?.path();
        if path.extension().is_none() {
            members.push(path);
        }
    }
    Ok(members)
}

/// Unpacks a zip and returns the member `name`.
pub fn unzip(zip: &Path, name: &str) -> Result<Vec<u8>> {
    let output = Command::new("unzip").arg("-p").arg(zip).arg(name).output().context("unzip is needed")?;
    ensure!(output.status.success(), "unzip: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

//! A browser of the page's own, whose profile lies in memory.
//!
//! Protects: what the page shows gets onto no disk through the browser. It cannot see what a desktop keeps by itself
//! (clipboards, pictures of the screen, input methods), nor what the system swaps out: the swap must be off or encrypted.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::statfs;
use tempfile::TempDir;
use tokio::net::unix::pipe;

use crate::durable;

/// What a file system that lies in memory is known by, statfs(2).
const TMPFS: u64 = 0x0102_1994;
/// Where there is one, beside the folder that the session has for itself.
const SHARED_MEMORY: &str = "/dev/shm";

/// What is switched off in a browser for pages without scripts: scripts, what it would keep, and what it does unasked when
/// it is opened for the first time.
pub const SETTINGS: &str = r#"
user_pref("javascript.enabled", false);
user_pref("browser.privatebrowsing.autostart", true);
user_pref("browser.cache.disk.enable", false);
user_pref("browser.sessionstore.privacy_level", 2);
user_pref("browser.sessionstore.resume_from_crash", false);
user_pref("browser.formfill.enable", false);
user_pref("signon.rememberSignons", false);
user_pref("network.trr.mode", 5);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.http.speculative-parallel-limit", 0);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.region.update.enabled", false);
user_pref("app.update.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("datareporting.healthreport.uploadEnabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("termsofuse.acceptedVersion", 999);
user_pref("termsofuse.acceptedDate", "1790000000000");
"#;

/// Why no browser was opened.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// No folder of this system lies in memory.
    #[error("no folder of this system lies in memory")]
    NoMemory,
    /// The profile could not be laid, or Firefox is not there.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The profile of a browser. Dropping it removes the profile, not the browser.
#[derive(Debug)]
pub struct Profile(TempDir);

impl Profile {
    /// Lays one in memory that nobody but its owner may look into.
    pub fn lay() -> Result<Self, BrowserError> {
        let own = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let in_memory = |folder: &PathBuf| statfs(folder).is_ok_and(|about| about.f_type.cast_unsigned() == TMPFS);
        let folder = own.into_iter().chain([PathBuf::from(SHARED_MEMORY)]).find(in_memory);
        let profile = durable::private_folder("sluss-desk-", &folder.ok_or(BrowserError::NoMemory)?)?;
        fs::write(profile.path().join("user.js"), SETTINGS)?;
        Ok(Self(profile))
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// A Firefox that keeps everything in it, whatever it believes to be its owner's.
    pub fn firefox(&self) -> Command {
        let mut firefox = Command::new("firefox-esr");
        let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let authority = env::var_os("XAUTHORITY").unwrap_or_else(|| OsString::from(home.join(".Xauthority")));
        firefox.args(["--no-remote", "--profile"]).arg(self.folder());
        firefox.env("HOME", self.folder()).env("TMPDIR", self.folder()).env("XAUTHORITY", authority);
        for kept_elsewhere in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
            firefox.env_remove(kept_elsewhere);
        }
        firefox
    }

    /// Opens the address in it.
    pub fn open(&self, address: &str) -> Result<Window, BrowserError> {
        let (ends, written) = io::pipe()?;
        let mut firefox = self.firefox();
        firefox.arg(address).stdin(Stdio::null()).stdout(written).stderr(Stdio::null());
        firefox.spawn()?;
        Ok(Window(ends.into()))
    }
}

/// A browser that was opened: what it writes, which ends with it. A confined desk may not wait for other programs.
#[derive(Debug)]
pub struct Window(OwnedFd);

impl Window {
    /// Returns once it was closed.
    ///
    /// # Errors
    /// If the system cannot tell.
    pub(super) async fn closed(self) -> io::Result<()> {
        let mut written = pipe::Receiver::from_owned_fd(self.0)?;
        tokio::io::copy(&mut written, &mut tokio::io::sink()).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_profile_lies_in_memory_and_goes_with_the_desk() {
        let profile = Profile::lay().unwrap();
        let folder = profile.folder().to_owned();
        assert_eq!(statfs(&folder).unwrap().f_type.cast_unsigned(), TMPFS);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(fs::read_to_string(folder.join("user.js")).unwrap().contains("privatebrowsing.autostart\", true"));
        drop(profile);
        assert!(!folder.exists());
    }
}

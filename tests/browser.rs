//! A Firefox prepared for looking at an onion service: no script, everything through one Tor client.
//! [`open`] shows it to a person, [`Browser`] is one without a window that a test drives.
//!
//! It is the nearest to Tor Browser at its level Safest that a plain Firefox can be told to be; it is not Tor Browser.

mod album;
mod driven;
mod gates;
mod keyboard;
mod marionette;

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process::Process;
use crate::visitor::ONION;

pub use album::Album;
pub use driven::Browser;
pub use gates::Exhibition;

/// What Safest forbids, and what a browser that is opened for the first time would do unasked.
const SETTINGS: &str = r#"
user_pref("javascript.enabled", false);
user_pref("svg.disabled", true);
user_pref("mathml.disabled", true);
user_pref("gfx.downloadable_fonts.enabled", false);
user_pref("media.peerconnection.enabled", false);
user_pref("webgl.disabled", true);
user_pref("browser.privatebrowsing.autostart", true);
user_pref("privacy.resistFingerprinting", true);
user_pref("network.dns.blockDotOnion", false);
user_pref("network.dns.disabled", true);
user_pref("network.trr.mode", 5);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.http.speculative-parallel-limit", 0);
user_pref("dom.security.https_only_mode", false);
user_pref("dom.security.https_first", false);
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

/// Everything through one proxy, names too.
const PROXY: &str = r#"
user_pref("network.proxy.type", 1);
user_pref("network.proxy.socks_version", 5);
user_pref("network.proxy.socks_remote_dns", true);
user_pref("network.proxy.socks5_remote_dns", true);
user_pref("network.proxy.failover_direct", false);
"#;

/// Lays a profile in the folder `profile` that goes through the Tor client at `socks`; without one, to addresses of
/// this machine alone, since no name is ever looked up but [`ONION`], which leads here.
pub fn lay_profile(profile: &Path, socks: impl Into<Option<SocketAddr>>) -> Result<()> {
    fs::create_dir_all(profile)?;
    let mut settings = SETTINGS.to_owned();
    if let Some(socks) = socks.into() {
        settings += PROXY;
        writeln!(settings, r#"user_pref("network.proxy.socks", "{}");"#, socks.ip())?;
        writeln!(settings, r#"user_pref("network.proxy.socks_port", {});"#, socks.port())?;
    } else {
        settings += "user_pref(\"network.proxy.type\", 0);\n";
        writeln!(settings, r#"user_pref("network.dns.localDomains", "{ONION}");"#)?;
    }
    fs::write(profile.join("user.js"), settings)?;
    Ok(())
}

/// Whether somebody can see a window.
pub fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Opens `address` in a window of its own. Dropping the process closes it.
pub fn open(profile: &Path, address: &str) -> Result<Process> {
    let mut firefox = Command::new("firefox-esr");
    firefox.arg("--no-remote").arg("--profile").arg(profile).arg(address);
    Process::start("firefox-esr", &mut firefox, &profile.join("log"))
}

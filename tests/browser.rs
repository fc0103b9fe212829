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
use sluss_desk::face::SETTINGS;

use crate::process::Process;
use crate::visitor::ONION;

pub use album::Album;
pub use driven::Browser;
pub use gates::Exhibition;

/// What Safest forbids besides.
const SAFEST: &str = r#"
user_pref("svg.disabled", true);
user_pref("mathml.disabled", true);
user_pref("gfx.downloadable_fonts.enabled", false);
user_pref("media.peerconnection.enabled", false);
user_pref("webgl.disabled", true);
user_pref("privacy.resistFingerprinting", true);
user_pref("network.dns.blockDotOnion", false);
user_pref("network.dns.disabled", true);
user_pref("dom.security.https_only_mode", false);
user_pref("dom.security.https_first", false);
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
    let mut settings = [SETTINGS, SAFEST].concat();
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

//! What a server and a website need: systemd's units, the web editor's kit, web servers set up by it.

mod fleeting;
mod kit;
mod service;
mod web;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::operator::rig::{ORGANISATION, Rig};

/// An address that stands for the onion's where the program was built without Tor.
const ADDRESS: &str = "sluss7oxbnhb2gvyhmqm5x6rqhyd4o5zxyz2pvxlb3r6tq3mhkqtm3id.onion";

/// A folder of the house.
fn deploy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name)
}

/// A drop with a roster, and an onion address in it.
fn drop_with_address() -> Result<(Rig, String)> {
    let rig = Rig::lay()?;
    let path = rig.dir().join("keys/drop.json");
    let mut card: Value = serde_json::from_slice(&fs::read(&path)?)?;
    if card["onion"] == json!([]) {
        card["onion"] = json!([ADDRESS]);
        fs::write(&path, card.to_string())?;
    }
    let address = card["onion"][0].as_str().unwrap_or_default().to_owned();
    let toml = fs::read_to_string(rig.config())?;
    let says = "\n[organisations.lillaedet]\n\
        other_ways = { sv = \"Ring 0123 & fråga efter <Bo>.\\n\\nEller kom hit.\", en = \"Call 0123.\" }\n";
    fs::write(rig.config(), toml + says)?;
    rig.add_roster(&rig.first_roster()?)?;
    Ok((rig, address))
}

/// Writes the kit by command; returns the organisation's folder in it.
fn write_kit(rig: &Rig) -> Result<PathBuf> {
    let folder = rig.scratch("kit");
    let written = rig.run(&["--json", "kit", &folder.display().to_string()])?;
    ensure!(written.code == 0, "{written:?}");
    let said: Value = serde_json::from_str(&written.out)?;
    ensure!(said["organisations"] == json!([ORGANISATION]), "{said}");
    Ok(folder.join(ORGANISATION))
}

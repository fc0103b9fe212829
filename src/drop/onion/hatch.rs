//! Onion services that nobody finds but the one person whom each is for.
//!
//! Protects: what the directories hold of such a service only its access key opens, so that nobody else can knock, nor
//! tell that anybody does. Each person has a service of their own, because a service never learns which of its keys
//! somebody came with, and because taking a key away would not shut out whoever knows the way already; the service's own
//! end does.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use arti_client::{KeystoreSelector, TorClient};
use tor_rtcompat::tokio::TokioRustlsRuntime;

use super::service::Service;
use super::{Onion, OnionError, address_of, settings};
use crate::config::Tor;

/// Where arti keeps services' keys, below its own folder.
const KEYS: &str = "state/keystore/hss";
/// Where arti keeps what else it knows of services.
const STATES: &str = "state/hss";

/// Draws the onion key of the hatch that arti calls `nickname` in the folder `dir`, without any network, and returns its
/// address. `client` is the public half of its access key, as C tor writes it: `descriptor:x25519:` and base32.
pub fn draw_hatch(dir: &Path, nickname: &str, client: &str) -> Result<String, OnionError> {
    let service = TorClient::<TokioRustlsRuntime>::create_onion_service(
        &settings::client(dir, &Tor::default())?,
        settings::hatch(nickname, client)?,
    )?;
    Ok(address_of(service.generate_identity_key(KeystoreSelector::Primary)?))
}

/// Overwrites and removes all keys of a hatch that does not run, and what arti knew of it.
pub fn forget_hatch(dir: &Path, nickname: &str) -> io::Result<()> {
    for folder in [KEYS, STATES].map(|place| dir.join(place).join(nickname)) {
        if folder.exists() {
            overwrite(&folder)?;
            fs::remove_dir_all(folder)?;
        }
    }
    match fs::remove_file(dir.join(STATES).join(format!("{nickname}.lock"))) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn overwrite(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let (path, data) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
        if data.is_dir() {
            overwrite(&path)?;
        } else {
            let mut file = File::options().write(true).open(&path)?;
            io::copy(&mut io::repeat(0).take(data.len()), &mut file)?;
            file.sync_all()?;
        }
    }
    Ok(())
}

impl Onion {
    /// Launches the hatch that arti calls `nickname`, for whoever holds the other half of `client`.
    pub fn launch_hatch(&self, nickname: &str, client: &str) -> Result<Service, OnionError> {
        Service::launch(&self.tor, settings::hatch(nickname, client)?)
    }
}

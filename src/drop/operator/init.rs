//! `sluss init`: lays a drop in a folder.
//!
//! Protects: keys are drawn here and nowhere else, readable by this user alone; the configuration is written last, so
//! that an interrupted one is finished by running it again. What was drawn before stays.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rand::{CryptoRng, RngExt};
use sluss_core::cert::{Kind, Tsk};
use sluss_core::codename::Kdf;
use sluss_core::day::Day;
use sluss_core::roster::{self, DropCard};
use sluss_core::secret::Secret;

use crate::config::{self, Config};
use crate::office::problem::Problem;
use crate::office::{read_card, unlock_tsk, write_durably};
use crate::store::{InitError, Store};

/// What was laid.
#[derive(Debug, serde::Serialize)]
pub struct Laid {
    /// The configuration.
    pub config: PathBuf,
    /// What the investigators' desk needs.
    pub card: PathBuf,
    /// The onion addresses.
    pub onion: Vec<String>,
}

/// Lays a drop in `folder`. `progress` hears how many of the vault's bytes are filled, and how many there are.
pub fn init(
    folder: &Path,
    demo: bool,
    vault: u64,
    today: Day,
    rng: &mut impl CryptoRng,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Laid, Problem> {
    let path = folder.join("sluss.toml");
    if path.exists() {
        return Err(Problem::new("drop-exists").with("path", path.display()));
    }
    let config = Config {
        state: folder.join("state"),
        keys: folder.join("keys"),
        demo,
        limits: Default::default(),
        store: Default::default(),
        tor: Default::default(),
        organisations: Default::default(),
        languages: Default::default(),
    };
    lay_folder(folder)?;
    lay_folder(&config.keys)?;
    lay_folder(&config.state)?;
    lay_folder(&config.onion())?;
    match Store::init(&config.store(), vault, rng, progress) {
        Ok(()) | Err(InitError::Exists) => {}
        Err(error) => return Err(error.into()),
    }
    let tsk = lay_tsk(&config, today, rng)?;
    let card = lay_card(&config, &tsk, demo, rng)?;
    write_durably(&path, config::template(demo).as_bytes())?;
    Ok(Laid { config: path, card: config.card(), onion: card.onion })
}

fn lay_folder(path: &Path) -> Result<(), Problem> {
    if path.is_dir() {
        return Ok(());
    }
    let laid =
        fs::create_dir_all(path.parent().unwrap_or(path)).and_then(|()| DirBuilder::new().mode(0o700).create(path));
    laid.map_err(|error| Problem::file(path, &error))
}

fn lay_tsk(config: &Config, today: Day, rng: &mut impl CryptoRng) -> Result<Tsk, Problem> {
    if config.tsk().exists() {
        return unlock_tsk(config);
    }
    let key = Secret::new(rng.random::<[u8; 32]>());
    // Named, since stock gpg takes in no cert without a user id, and could not verify a bundle.
    let tsk = Tsk::generate(Kind::PostQuantum, Some("Sluss <drop@sluss.invalid>"), today)?;
    write_durably(&config.tsk_key(), key.expose())?;
    write_durably(&config.tsk(), &tsk.lock(&key)?)?;
    Ok(tsk)
}

fn lay_card(config: &Config, tsk: &Tsk, demo: bool, rng: &mut impl CryptoRng) -> Result<DropCard, Problem> {
    if config.card().exists() {
        return read_card(config);
    }
    let card = DropCard {
        format: roster::FORMAT,
        onion: draw_onion(config)?,
        cert: tsk.cert().armored(),
        kdf: Kdf::draw(rng),
        demo,
    };
    let json = serde_json::to_vec_pretty(&card).map_err(|error| Problem::new("program").with("why", error))?;
    write_durably(&config.card(), &json)?;
    Ok(card)
}

#[cfg(feature = "tor")]
fn draw_onion(config: &Config) -> Result<Vec<String>, Problem> {
    let address = crate::onion::draw(&config.onion());
    Ok(vec![address.map_err(|error| Problem::new("tor").with("why", crate::office::chain(&error)))?])
}

#[cfg(not(feature = "tor"))]
fn draw_onion(_: &Config) -> Result<Vec<String>, Problem> {
    Ok(Vec::new())
}

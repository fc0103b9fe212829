//! Whether the keys are what they should be and fit each other: the drop's own, the roster's, the onion's.

use std::fs;
use std::time::Duration;

use sluss_core::cert::{Cert, CertError};
use sluss_core::day::Clock;
use sluss_core::roster::{DropCard, Roster};

use super::{Finding, Scene, with_inside};
use crate::config::Config;
use crate::office::hatches::read as read_hatches;
use crate::office::problem::Problem;
use crate::office::{belongs, closed, read_card, unlock_tsk};

/// How far ahead certs are looked at: a new roster takes people weeks.
const AHEAD: Duration = Duration::from_secs(60 * 24 * 3600);
/// What every armored secret key says of itself.
const SECRET: &[u8] = b"PRIVATE KEY BLOCK";

/// The roster in use, its chain verified, and for this drop.
pub(in crate::operator) fn roster(config: &Config) -> Result<Roster, Problem> {
    let (card, tsk, path) = (read_card(config)?, unlock_tsk(config)?, config.roster());
    if !path.exists() {
        return Err(Problem::new("no-roster").with("path", config.card().display()));
    }
    let bytes = fs::read(&path).map_err(|error| Problem::file(&path, &error))?;
    let roster = Roster::from_bytes(&bytes)?;
    belongs(&roster, config, &card, &tsk)?;
    Ok(roster)
}

/// `keys/` travels and is shown around: nothing secret belongs there.
pub(super) fn folder(scene: &Scene<'_>) -> Vec<Finding> {
    let secret = |bytes: &[u8]| {
        bytes.windows(SECRET.len()).any(|window| window == SECRET) || Cert::from_bytes(bytes) == Err(CertError::Secret)
    };
    let files = with_inside(&scene.config.keys).filter(|path| fs::read(path).is_ok_and(|bytes| secret(&bytes)));
    files.map(|path| Finding::wrong(Problem::new("tsk-in-keys").with("path", path.display()))).collect()
}

/// The drop's card, its TSK, the onion key and the roster, each against the others; and the roster against time.
pub(super) fn fit(scene: &Scene<'_>) -> Vec<Finding> {
    let config = scene.config;
    let clock = match Clock::new(scene.now) {
        Ok(clock) => clock,
        Err(error) => return vec![Finding::wrong(error.into())],
    };
    let mut findings = Vec::new();
    let card = read_card(config).ok();
    if let Some(card) = &card {
        findings.extend(own(config, card));
    }
    let roster = match roster(config) {
        Ok(roster) => roster,
        Err(problem) => {
            findings.push(Finding::wrong(problem));
            return findings;
        }
    };
    if card.is_some_and(|card| card.onion != roster.edition().onion) {
        findings.push(Finding::wrong(Problem::new("onion-not-on-roster").with("path", config.card().display())));
    }
    if clock.is_behind(roster.edition().day) {
        findings.push(Finding::look(Problem::new("clock-behind").with("day", roster.edition().day)));
    }
    for id in closed(&roster, clock) {
        findings.push(Finding::wrong(Problem::new("form-closed").with("id", id)));
    }
    let later = Clock::new(scene.now + AHEAD).unwrap_or(clock);
    if let Err(error) = roster.admit(clock, config.demo) {
        findings.push(Finding::wrong(error.into()));
    } else if let Err(error) = roster.admit(later, config.demo) {
        findings.push(Finding::look(Problem::new("soon-expired").with("why", error)));
    }
    for id in config.organisations.keys().filter(|id| roster.organisation(id).is_none()) {
        findings.push(Finding::look(Problem::new("unknown-organisation").with("id", id)));
    }
    findings
}

/// Who has a hatch and stands on the roster no more.
pub(super) fn hatches(scene: &Scene<'_>) -> Vec<Finding> {
    let (hatches, roster) = match (read_hatches(scene.config), roster(scene.config)) {
        (Ok(hatches), Ok(roster)) => (hatches, roster),
        (Err(problem), _) => return vec![Finding::wrong(problem)],
        // The keys' look says why.
        (_, Err(_)) => return Vec::new(),
    };
    let nobodys = hatches.into_iter().map(|hatch| hatch.name).filter(|name| roster.member(name).is_none());
    nobodys.map(|name| Finding::look(Problem::new("hatch-of-nobody").with("name", name))).collect()
}

/// What `init` drew, against what it told the investigators.
fn own(config: &Config, card: &DropCard) -> Vec<Finding> {
    let mut findings = Vec::new();
    let path = config.card();
    let told = Cert::from_bytes(card.cert.as_bytes()).map(|cert| cert.fingerprint());
    match unlock_tsk(config) {
        Ok(tsk) if told.as_ref() == Ok(&tsk.fingerprint()) => {}
        Ok(_) => findings.push(Finding::wrong(Problem::new("card-other-tsk").with("path", path.display()))),
        // The roster's judgement says so too, and once is enough.
        Err(_) => {}
    }
    match onion_address(config) {
        Ok(Some(address)) if !card.onion.contains(&address) => {
            let other = Problem::new("other-onion-key").with("path", path.display()).with("address", address);
            findings.push(Finding::wrong(other));
        }
        Ok(_) => {}
        Err(problem) => findings.push(Finding::wrong(problem)),
    }
    findings
}

/// The address of the onion key that would serve.
#[cfg(feature = "tor")]
fn onion_address(config: &Config) -> Result<Option<String>, Problem> {
    let missing = || Problem::new("no-onion-key").with("path", config.onion().display());
    // Looking must not lay what is missing.
    if !config.onion().join("state/keystore").is_dir() {
        return Err(missing());
    }
    crate::onion::address(&config.onion()).map(Some).map_err(|_| missing())
}

/// Built without Tor there is none.
#[cfg(not(feature = "tor"))]
fn onion_address(_: &Config) -> Result<Option<String>, Problem> {
    Ok(None)
}

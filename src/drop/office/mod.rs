//! An open drop: its store, its TSK and the roster in use, and the work that the operator's commands ask for.
//!
//! Protects: one piece of work at a time, and each either done durably or refused before anything changed. The same
//! work is done here whether a serving drop does it or a command does it alone.

pub mod export;
pub mod hatches;
pub mod import;
pub mod problem;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sluss_core::cert::{Fingerprint, Tsk};
use sluss_core::day::{Clock, Day};
use sluss_core::roster::{DropCard, Roster, RosterError};
use sluss_core::secret::Secret;
use tokio::sync::mpsc;

use crate::config::Config;
use crate::reachability::{Reachability, Record, Watch};
use crate::store::{Damage, Settings, Store};
use hatches::{Asked, Hatch};
use problem::Problem;

/// What hinders a piece of work, and what one led to, in Swedish.
pub const SV: &str = include_str!("sv.ftl");
/// The same in English.
pub const EN: &str = include_str!("en.ftl");

/// Where the time comes from.
pub type Now = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// An open drop.
pub struct Office {
    pub(crate) config: Config,
    pub(crate) store: Arc<Store>,
    pub(crate) tsk: Tsk,
    card: DropCard,
    now: Now,
    standing: RwLock<Option<Arc<Roster>>>,
    reception: OnceLock<Box<dyn Fn(Roster) + Send + Sync>>,
    onion: OnceLock<Watch>,
    looks: Mutex<Record>,
    hatches: Mutex<Vec<Hatch>>,
    orders: OnceLock<mpsc::UnboundedSender<Asked>>,
    turn: Mutex<()>,
}

/// A roster came into use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterAdded {
    /// Its version.
    pub version: u32,
    /// Whether it was in use already.
    pub already: bool,
    /// The organisations that cannot receive reports: fewer than two of their recipients' certs can be used.
    pub closed: Vec<String>,
}

/// How a drop stands. Never how many reports there are, nor when one came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether it serves.
    pub serving: bool,
    /// Whether sources get through; none where no onion service runs.
    #[serde(default)]
    pub reachability: Option<Reachability>,
    /// When the onion service was seen from outside, and when not.
    #[serde(default)]
    pub looks: Record,
    /// Its onion addresses.
    pub onion: Vec<String>,
    /// Whether it is for trying out.
    pub demo: bool,
    /// The version and the day of the roster in use.
    pub roster: Option<(u32, Day)>,
    /// Its organisations, and whether each can receive reports.
    pub organisations: BTreeMap<String, bool>,
}

impl Office {
    /// Opens everything and takes the roster in use, if there is one, that may still be used.
    ///
    /// Whoever serves says how the store is run; a command alone does everything at once.
    pub fn open(config: Config, now: Now, settings: Settings) -> Result<Self, Problem> {
        let card = read_card(&config)?;
        let tsk = unlock_tsk(&config)?;
        let store = Arc::new(Store::open(&config.store(), &mut rand::rng(), settings)?);
        // Lost, it begins anew: nothing depends on it.
        let looks = std::fs::read(config.looks()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let looks = looks.unwrap_or_default();
        let hatches = hatches::read(&config)?;
        let office = Self {
            config,
            store,
            tsk,
            card,
            now,
            standing: RwLock::new(None),
            reception: OnceLock::new(),
            onion: OnceLock::new(),
            looks: Mutex::new(looks),
            hatches: Mutex::new(hatches),
            orders: OnceLock::new(),
            turn: Mutex::new(()),
        };
        let path = office.config.roster();
        if path.exists() {
            let bytes = std::fs::read(&path).map_err(|error| Problem::file(&path, &error))?;
            // A cert that has expired meanwhile closes forms; it must not keep a better roster out.
            belongs(&Roster::from_bytes(&bytes)?, &office.config, &office.card, &office.tsk)?;
            office.take_into_use(&bytes)?;
        }
        Ok(office)
    }

    /// Whoever answers sources hears of every new roster.
    pub(crate) fn tell_reception(&self, take: Box<dyn Fn(Roster) + Send + Sync>) {
        // It is told once, by the one who serves.
        let _ = self.reception.set(take);
    }

    /// Whoever runs the onion service tells how it fares.
    #[cfg(feature = "tor")]
    pub(crate) fn watch_onion(&self, fares: Watch) {
        // There is one, from the start to the end.
        let _ = self.onion.set(fares);
    }

    /// Notes whether somebody who looked from outside got through today.
    #[cfg(feature = "tor")]
    pub(crate) fn note_look(&self, through: bool) -> Result<(), Problem> {
        let today = self.clock()?.today();
        let mut looks = self.looks();
        looks.note(today, through);
        let bytes = serde_json::to_vec(&*looks).map_err(|error| Problem::new("system").with("why", error))?;
        write_durably(&self.config.looks(), &bytes)
    }

    fn looks(&self) -> MutexGuard<'_, Record> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn of one piece of work.
    pub(crate) fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock that days and certs are judged by.
    pub(crate) fn clock(&self) -> Result<Clock, Problem> {
        Ok(Clock::new((self.now)())?)
    }

    /// The roster in use.
    pub(crate) fn roster(&self) -> Result<Arc<Roster>, Problem> {
        let standing = self.standing.read().unwrap_or_else(PoisonError::into_inner);
        standing.clone().ok_or_else(|| Problem::new("no-roster").with("path", self.config.card().display()))
    }

    /// The roster in use once more, for somebody to own.
    pub(crate) fn roster_copy(&self) -> Option<Roster> {
        self.roster().ok().and_then(|roster| roster.file().verify().ok())
    }

    /// Takes a roster into use: durable in `keys/`, then for every report from now on.
    pub fn add_roster(&self, bytes: &[u8]) -> Result<RosterAdded, Problem> {
        let _turn = self.turn();
        self.replace_roster(bytes)
    }

    pub(crate) fn replace_roster(&self, bytes: &[u8]) -> Result<RosterAdded, Problem> {
        let roster = judge(bytes, &self.config, &self.card, &self.tsk, self.clock()?)?;
        let current = self.roster().ok();
        let already = current.as_ref().is_some_and(|current| current.digest() == roster.digest());
        if let Some(current) = current {
            roster.may_replace(&current)?;
        }
        let added = RosterAdded { version: roster.edition().version, already, closed: closed(&roster, self.clock()?) };
        if !already {
            write_durably(&self.config.roster(), bytes)?;
            self.take_into_use(bytes)?;
            self.delete_receipted()?;
        }
        Ok(added)
    }

    /// How the drop stands.
    pub fn status(&self, serving: bool) -> Result<Status, Problem> {
        let roster = self.roster().ok();
        let clock = self.clock()?;
        let closed = roster.as_ref().map(|roster| closed(roster, clock)).unwrap_or_default();
        let organisations = roster.iter().flat_map(|roster| &roster.edition().organisations);
        Ok(Status {
            serving,
            reachability: self.onion.get().map(|onion| onion()),
            looks: self.looks().clone(),
            onion: self.card.onion.clone(),
            demo: self.config.demo,
            roster: roster.as_ref().map(|roster| (roster.edition().version, roster.edition().day)),
            organisations: organisations.map(|one| (one.id.clone(), !closed.contains(&one.id))).collect(),
        })
    }

    /// Deletes what is due, then sweeps.
    pub fn sweep(&self) -> Result<(), Problem> {
        let _turn = self.turn();
        self.delete_receipted()?;
        Ok(self.store.sweep()?)
    }

    /// Looks through the whole store.
    ///
    /// It may take long, and nothing else has to wait for it.
    pub fn fsck(&self, give_up: bool) -> Result<Damage, Problem> {
        Ok(self.store.fsck(give_up)?)
    }

    /// Deletes what everybody who counts has receipted: all of its addressees on the roster, the reserve aside; and what
    /// the operator's rule says.
    pub(crate) fn delete_receipted(&self) -> Result<(), Problem> {
        let Ok(roster) = self.roster() else { return Ok(()) };
        let since = self
            .config
            .store
            .days_after_receipt
            .map(|days| -> Result<Day, Problem> { Ok(self.clock()?.today().plus_days(-days.max(0))) });
        let counts = |fingerprint: &Fingerprint| roster.keeper(*fingerprint).is_some_and(|member| !member.is_reserve());
        self.store.delete_receipted(&counts, since.transpose()?)?;
        Ok(())
    }

    fn take_into_use(&self, bytes: &[u8]) -> Result<(), Problem> {
        let roster = Arc::new(Roster::from_bytes(bytes)?);
        *self.standing.write().unwrap_or_else(PoisonError::into_inner) = Some(roster);
        if let Some(take) = self.reception.get() {
            take(Roster::from_bytes(bytes)?);
        }
        Ok(())
    }
}

/// Judges a roster that is to come into use: its chain, its certs, and that it is for this drop.
pub(crate) fn judge(
    bytes: &[u8],
    config: &Config,
    card: &DropCard,
    tsk: &Tsk,
    clock: Clock,
) -> Result<Roster, Problem> {
    let roster = Roster::from_bytes(bytes)?;
    roster.admit(clock, config.demo)?;
    belongs(&roster, config, card, tsk)?;
    Ok(roster)
}

/// Whether a roster is for this drop.
pub(crate) fn belongs(roster: &Roster, config: &Config, card: &DropCard, tsk: &Tsk) -> Result<(), Problem> {
    if roster.edition().demo && !config.demo {
        return Err(RosterError::Demo.into());
    }
    if roster.drop_cert().fingerprint() != tsk.fingerprint() || roster.edition().kdf != card.kdf {
        return Err(Problem::new("roster-other-drop"));
    }
    Ok(())
}

/// An error and what led to it, in one line.
#[cfg(feature = "tor")]
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
}

/// The organisations whose form is closed: fewer than two of their recipients' certs can be used.
pub(crate) fn closed(roster: &Roster, clock: Clock) -> Vec<String> {
    let organisations = roster.edition().organisations.iter();
    let closed = organisations.filter(|one| roster.audience(&one.id, &Default::default(), clock).is_err());
    closed.map(|one| one.id.clone()).collect()
}

/// What `init` told the investigators.
pub(crate) fn read_card(config: &Config) -> Result<DropCard, Problem> {
    let path = config.card();
    let bytes = std::fs::read(&path).map_err(|error| Problem::file(&path, &error))?;
    serde_json::from_slice(&bytes).map_err(|_| Problem::new("bad-card").with("path", path.display()))
}

/// The drop's TSK. Its lock keeps it from being used by mistake, not from whoever has the disk: the key lies beside it.
pub(crate) fn unlock_tsk(config: &Config) -> Result<Tsk, Problem> {
    let (path, key_path) = (config.tsk(), config.tsk_key());
    let locked = std::fs::read(&path).map_err(|error| Problem::file(&path, &error))?;
    let key = std::fs::read(&key_path).map_err(|error| Problem::file(&key_path, &error))?;
    let key = <[u8; 32]>::try_from(Secret::new(key).expose().as_slice());
    let key = Secret::new(key.map_err(|_| Problem::new("bad-key").with("path", key_path.display()))?);
    Tsk::unlock(&locked, &key).map_err(|_| Problem::new("bad-key").with("path", path.display()))
}

/// Writes a file for this user alone: beside, then renamed, so that it is there whole or not at all.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let beside = path.with_extension("new");
    let written = || {
        let options = File::options().write(true).create(true).truncate(true).mode(0o600).to_owned();
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        File::open(path.parent().unwrap_or(path))?.sync_all()
    };
    written().map_err(|error| Problem::file(path, &error))
}

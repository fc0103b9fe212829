//! The configuration: one commented TOML file, laid by `sluss init`.
//!
//! Protects against settings that are mistyped or weaken a promise: an unknown word is refused, limits only go down.
//! It holds no secret; those lie in the folders that it names.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use sluss_core::codename;
use sluss_core::lang::Lang;
use sluss_core::limits::{self, Limits};
use sluss_core::roster::ROUTES;

use crate::crest::{self, CrestError};
use crate::language::{Language, LanguageError};
use crate::reception::House;
use crate::store::{Beat, Settings};

/// Where the configuration lies unless `--config` says otherwise.
pub const DEFAULT: &str = "/etc/sluss/sluss.toml";

/// What the configuration file says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of everything that changes while the drop runs.
    pub state: PathBuf,
    /// The folder of the roster and of what the desk needs to draw one up.
    pub keys: PathBuf,
    /// Whether this drop is for trying out.
    #[serde(default)]
    pub demo: bool,
    /// What the operator lowered.
    #[serde(default)]
    pub limits: Limits,
    /// How the store is kept.
    #[serde(default)]
    pub store: Upkeep,
    /// How Tor is reached.
    #[serde(default)]
    pub tor: Tor,
    /// What each organisation's pages say besides the roster, by its id.
    #[serde(default)]
    pub organisations: BTreeMap<String, House>,
    /// What the source's pages speak besides Swedish and English, by its tag.
    #[serde(default)]
    pub languages: BTreeMap<Lang, Language>,
}

/// How the store is kept while the drop serves.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Upkeep {
    /// Seconds from one beat to the next, at most [`LONGEST_TICK`]; 0 makes everything durable at once.
    pub tick: u64,
    /// Seconds from one sweep to the next.
    pub sweep: u64,
    /// Bytes of files that are taken in on one day; else a quarter of the vault.
    pub files_a_day: Option<u64>,
    /// Days after which a submission is deleted that one desk has kept and others have not; else they are waited for.
    pub days_after_receipt: Option<i32>,
}

/// Seconds that a source may be made to wait: longer, and browsers and circuits give up.
pub const LONGEST_TICK: u64 = 30;

impl Default for Upkeep {
    fn default() -> Self {
        Self { tick: 5, sweep: 3_600, files_a_day: None, days_after_receipt: None }
    }
}

impl Upkeep {
    /// How long the beat makes people wait, at most.
    pub fn wait(&self) -> Duration {
        Duration::from_secs(self.tick.min(LONGEST_TICK))
    }

    /// How the store is run by the one who serves.
    pub fn serving(&self) -> Settings {
        let beat = if self.wait().is_zero() { Beat::AtOnce } else { Beat::Every(self.wait()) };
        Settings { beat, files_a_day: self.files_a_day }
    }
}

/// How Tor is reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tor {
    /// A TOML file that points arti at another network than the public one.
    pub network: Option<PathBuf>,
    /// The only ports at which relays are reached, where a firewall lets nothing else out; any, if none is named.
    pub ports: Vec<u16>,
    /// Seconds from one look at the own onion address to the next.
    pub look: u64,
}

impl Default for Tor {
    fn default() -> Self {
        Self { network: None, ports: Vec::new(), look: 300 }
    }
}

impl Tor {
    /// How often the own onion address is looked at.
    pub fn every(&self) -> Duration {
        Duration::from_secs(self.look.max(1))
    }
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("cannot read {0}: {1}")]
    Read(PathBuf, #[source] io::Error),
    /// It is not TOML, or says what nobody understands.
    #[error("{0}: {1}")]
    Malformed(PathBuf, String),
    /// An organisation's id is a word that is a route.
    #[error("{0}: «{1}» is a word of the pages' addresses and cannot be an organisation's id")]
    Route(PathBuf, String),
    /// A language is not whole.
    #[error(transparent)]
    Language(#[from] LanguageError),
    /// An organisation's crest cannot be shown.
    #[error("the crest {0}: {1}")]
    Crest(PathBuf, #[source] CrestError),
}

impl Config {
    /// Reads a configuration, and the pictures and languages that it names. Relative paths in it count from its own folder.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Read(path.to_owned(), error))?;
        let mut config = Self::parse(&text, path)?;
        let beside = path.parent().unwrap_or(path);
        for (lang, language) in &mut config.languages {
            language.read(*lang, beside)?;
        }
        for crest in config.organisations.values_mut().filter_map(|house| house.crest.as_mut()) {
            let read = crest.read(beside);
            read.map_err(|error| ConfigError::Crest(crest.file().to_owned(), error))?;
        }
        Ok(config)
    }

    /// The configuration that `text` is, as if it lay at `path`; no other file is looked at.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let mut config: Self =
            toml::from_str(text).map_err(|error| ConfigError::Malformed(path.to_owned(), error.to_string()))?;
        if let Some(id) = config.organisations.keys().find(|id| {
            ROUTES.contains(&id.as_str()) || config.languages.keys().any(|lang| lang.as_str() == id.as_str())
        }) {
            return Err(ConfigError::Route(path.to_owned(), id.clone()));
        }
        let beside = path.parent().unwrap_or(path);
        config.state = beside.join(&config.state);
        config.keys = beside.join(&config.keys);
        config.tor.network = config.tor.network.map(|network| beside.join(network));
        config.limits = config.limits.lowered();
        Ok(config)
    }

    /// The roster in use.
    pub fn roster(&self) -> PathBuf {
        self.keys.join("roster.json")
    }

    /// What a desk needs to draw up the first roster.
    pub fn card(&self) -> PathBuf {
        self.keys.join("drop.json")
    }

    /// The store's folder.
    pub fn store(&self) -> PathBuf {
        self.state.join("store")
    }

    /// The folder of the onion service's key and of what Tor remembers.
    pub fn onion(&self) -> PathBuf {
        self.state.join("onion")
    }

    /// The drop's TSK, locked with the key in [`Config::tsk_key`].
    pub fn tsk(&self) -> PathBuf {
        self.state.join("drop.tsk")
    }

    /// 32 bytes that unlock the drop's TSK.
    pub fn tsk_key(&self) -> PathBuf {
        self.state.join("drop.key")
    }

    /// When the onion service was seen from outside, and when not.
    pub fn looks(&self) -> PathBuf {
        self.state.join("reachability.json")
    }

    /// Which investigators have a hatch.
    pub fn hatches(&self) -> PathBuf {
        self.state.join("hatches.json")
    }

    /// The socket on which a serving drop answers the operator's commands.
    pub fn control(&self) -> PathBuf {
        self.state.join("control")
    }
}

/// The file that `init` lays.
pub fn template(demo: bool) -> String {
    let demo_line = if demo { "demo = true" } else { "# demo = true" };
    format!(
        r#"# Configuration of a Sluss drop. Paths count from this file's folder.
# After a change: restart, and run `sluss check`.

# What changes while the drop runs: the store, the onion key, the drop's own TSK. Nobody but the drop's user may read it.
state = "state"

# The roster in use, and drop.json, from which the investigators' desk draws up the first roster.
keys = "keys"

# Only for trying out: every page then says so, and only a roster made for trying out is accepted.
{demo_line}

# Limits may be lowered, never raised.
[limits]
# Files in one submission.
# files = {files}
# Bytes of all files of one submission together.
# upload = {upload}
# Bytes of everything typed.
# text = {text}
# Seconds after which whoever asks for nothing is signed out.
# session = {session}

[store]
# Reports are made durable on a constant beat, written or not, so that a copy of the disk does not tell when one came.
# Seconds from one beat to the next, 30 at most: the source waits for it. 0 gives this protection up.
# tick = {tick}
# Seconds from one sweep to the next: what was deleted is beyond recovery after it, and nothing dates what was kept.
# sweep = {sweep}
# Bytes of files taken in on one day, so that nobody fills the vault at once. Without it: a quarter of the vault.
# files_a_day = 5_000_000_000
# A submission is deleted when every recipient's desk has kept it. With this: also so many days after the first one has.
# days_after_receipt = 90

[tor]
# The only ports at which Tor's relays are reached, where a firewall lets nothing else out.
# ports = [443, 9001]
# Seconds from one look at the own onion address, through Tor as a visitor would, to the next.
# look = 300
# Another Tor network than the public one: a TOML file for arti. Leave it out unless you test.
# network = "network.toml"

# What the pages speak besides Swedish and English, by its tag: a file that says all that src/drop/source/en.ftl does, and
# perhaps words for codenames, one a line, at least {least}, none of which begins another. Else they are English.
# [languages.fi]
# texts = "fi.ftl"
# words = "fi.txt"

# What an organisation's pages say besides its name, which stands in the roster. One table for each, by its id.
# [organisations.exempelkommun]
# # Whether a report is acknowledged at once, on the page that shows the codename.
# acknowledge = true
# # Its crest, beside its name: PNG or WebP, at most {crest} bytes.
# crest = "exempelkommun.png"
# # How to reach the organisation with anything that is no report.
# contact = {{ sv = "Kontaktcenter, 0123-456 00.", en = "Contact centre, +46 123 456 00." }}
# # How to report by voice or at a meeting.
# other_ways = {{ sv = "Ring 0123-456 78, vardagar 9–16.", en = "Call +46 123 456 78, weekdays 9–16." }}
# # Who is responsible for personal data, and the data protection officer.
# privacy = {{ sv = "Kommunstyrelsen, …", en = "The municipal executive board, …" }}
# # Anything more to be said before a report.
# more = {{ sv = "", en = "" }}
# # The day on which these texts were last changed.
# updated = "2026-11-28"
"#,
        tick = Upkeep::default().tick,
        sweep = Upkeep::default().sweep,
        files = limits::FILES,
        upload = limits::UPLOAD,
        text = limits::TEXT,
        session = limits::SESSION_IDLE.as_secs(),
        least = codename::LEAST,
        crest = crest::LARGEST,
    )
}

//! What the operator is told when something is refused: cause, then advice, in their language.
//!
//! Protects: a problem names files, people and versions, never anything that a source sent.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sluss_core::bundle::{OpenError as BundleError, SealError};
use sluss_core::cert::CertError;
use sluss_core::codename::{LEAST, WordListError};
use sluss_core::day::DayError;
use sluss_core::roster::RosterError;
use sluss_web::say::{SpeechError, Value, Voice};

use crate::config::ConfigError;
use crate::crest::{self, CrestError};
use crate::kit::KitError;
use crate::language::LanguageError;
use crate::store::{Fault, InitError, MarkError, OpenError, PermitError, ReadError, RemoveError, SettleError};

/// A refusal: the id of its cause among the texts (its advice has the same with `-advice`), and what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{id} {values:?}")]
pub struct Problem {
    id: Cow<'static, str>,
    values: BTreeMap<String, String>,
    /// Whether the command was typed wrongly.
    pub misused: bool,
}

impl Problem {
    /// The problem of this id.
    pub fn new(id: &'static str) -> Self {
        Self { id: Cow::Borrowed(id), values: BTreeMap::new(), misused: false }
    }

    /// The command was typed wrongly.
    pub fn misuse(id: &'static str) -> Self {
        Self { misused: true, ..Self::new(id) }
    }

    /// Gives a value to one of its text's variables.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.insert(name.to_owned(), value.to_string());
        self
    }

    /// A file or folder could not be read or written.
    pub fn file(path: &Path, error: &io::Error) -> Self {
        Self::new("file").with("path", path.display()).with("why", error)
    }

    /// Its id, for scripts.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Cause and advice.
    pub fn explain(&self, voice: Voice<'_>) -> (String, String) {
        let values: Vec<(&str, Value<'_>)> =
            self.values.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
        (voice.say_with(&self.id, &values), voice.say_with(&format!("{}-advice", self.id), &values))
    }
}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Read(path, error) if error.kind() == io::ErrorKind::NotFound => {
                Self::new("no-config").with("path", path.display())
            }
            ConfigError::Read(path, error) => Self::file(&path, &error),
            ConfigError::Malformed(path, why) => Self::new("bad-config").with("path", path.display()).with("why", why),
            ConfigError::Route(path, id) => Self::new("route-as-id").with("path", path.display()).with("id", id),
            ConfigError::Language(error) => error.into(),
            ConfigError::Crest(path, error) => match error {
                CrestError::Read(error) => Self::file(&path, &error),
                CrestError::Kind => Self::new("crest-kind").with("path", path.display()),
                CrestError::Large => {
                    Self::new("crest-large").with("path", path.display()).with("bytes", crest::LARGEST)
                }
            },
        }
    }
}

impl From<LanguageError> for Problem {
    fn from(error: LanguageError) -> Self {
        let about = |id, path: PathBuf| Self::new(id).with("path", path.display());
        match error {
            LanguageError::Read(path, error) => Self::file(&path, &error),
            LanguageError::Own(lang) => Self::new("language-own").with("lang", lang),
            LanguageError::Texts(path, error) => match error {
                SpeechError::Lacking(_, messages) => about("language-lacks", path).with("messages", messages),
                SpeechError::Variables(_, messages) => about("language-variables", path).with("messages", messages),
                SpeechError::Damaged(_, why) | SpeechError::Twice(_, why) => {
                    about("language-damaged", path).with("why", why)
                }
            },
            LanguageError::Words(path, error) => match error {
                WordListError::TooFew(words) => about("words-few", path).with("words", words).with("least", LEAST),
                WordListError::Begins(word, longer) => {
                    about("words-begin", path).with("word", word).with("longer", longer)
                }
            },
        }
    }
}

impl From<KitError> for Problem {
    fn from(error: KitError) -> Self {
        match error {
            KitError::Exists(path) => Self::new("kit-exists").with("path", path.display()),
            KitError::NoAddress => Self::new("no-address"),
            KitError::Speech(error) => error.into(),
            KitError::Write(path, error) => Self::file(&path, &error),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::DiskFull => Self::new("disk-full"),
            Fault::OverBudget => Self::new("vault-full"),
            Fault::Disk(why) => Self::new("disk-failed").with("why", why),
            Fault::Damaged => Self::new("store-damaged"),
            Fault::TooLarge => Self::new("too-large"),
            Fault::Stopped => Self::new("store-stopped"),
        }
    }
}

impl From<InitError> for Problem {
    fn from(error: InitError) -> Self {
        match error {
            InitError::Exists => Self::new("store-exists"),
            InitError::TooSmall => Self::new("vault-too-small"),
            InitError::Fault(fault) => fault.into(),
        }
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::InUse => Self::new("store-in-use"),
            OpenError::Missing => Self::new("no-store"),
            OpenError::Newer => Self::new("store-newer"),
            OpenError::Format => Self::new("store-format"),
            OpenError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Gone => Self::new("store-damaged"),
            ReadError::Fault(fault) => fault.into(),
        }
    }
}

impl From<MarkError> for Problem {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::Number => Self::new("two-exports"),
            MarkError::Fault(fault) => fault.into(),
        }
    }
}

impl From<PermitError> for Problem {
    fn from(error: PermitError) -> Self {
        match error {
            // Letters come as text: the first it is.
            PermitError::Full | PermitError::FilesFull | PermitError::FilesToday => Self::new("vault-full"),
            PermitError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SettleError> for Problem {
    fn from(SettleError::Fault(fault): SettleError) -> Self {
        fault.into()
    }
}

impl From<RemoveError> for Problem {
    fn from(RemoveError::Fault(fault): RemoveError) -> Self {
        fault.into()
    }
}

impl From<DayError> for Problem {
    fn from(_: DayError) -> Self {
        Self::new("clock")
    }
}

impl From<SpeechError> for Problem {
    fn from(error: SpeechError) -> Self {
        Self::new("program").with("why", error)
    }
}

impl From<CertError> for Problem {
    fn from(error: CertError) -> Self {
        Self::new("cert").with("why", error)
    }
}

impl From<SealError> for Problem {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Cert(error) => error.into(),
            SealError::Io(error) => Self::new("bundle-write").with("why", error),
            SealError::TooLarge | SealError::TooMany | SealError::Failed => Self::new("seal").with("why", error),
        }
    }
}

impl From<BundleError> for Problem {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::NotForUs => Self::new("bundle-not-for-us"),
            BundleError::Damaged | BundleError::Unusual => Self::new("bundle-damaged"),
            BundleError::Unsigned => Self::new("bundle-unsigned"),
            BundleError::ForeignSigner => Self::new("bundle-foreign-signer"),
            BundleError::NotAddressed => Self::new("bundle-not-addressed"),
            BundleError::Format(why) => Self::new("bundle-format").with("why", why),
            BundleError::OtherDrop => Self::new("bundle-other-drop"),
            BundleError::Newer => Self::new("bundle-newer"),
            BundleError::Io(why) => Self::new("bundle-read").with("why", why),
        }
    }
}

impl From<RosterError> for Problem {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::Malformed => Self::new("roster-malformed"),
            RosterError::Name(name) => Self::new("roster-name").with("name", name),
            RosterError::Deadlines(name) => Self::new("roster-deadlines").with("name", name),
            RosterError::Earlier(name) => Self::new("roster-earlier").with("name", name),
            RosterError::Recipients(name) => Self::new("roster-recipients").with("name", name),
            RosterError::Cert(name, why) => Self::new("roster-cert").with("name", name).with("why", why),
            RosterError::SharedCert(name) => Self::new("roster-shared-cert").with("name", name),
            RosterError::Frozen => Self::new("roster-frozen"),
            RosterError::Broken => Self::new("roster-broken"),
            RosterError::Signatures { version, have, need } => {
                Self::new("roster-signatures").with("version", version).with("have", have).with("need", need)
            }
            RosterError::Rollback => Self::new("roster-rollback"),
            RosterError::Demo => Self::new("roster-demo"),
            RosterError::Seal(error) => error.into(),
        }
    }
}

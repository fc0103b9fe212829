//! Every error as its cause and what to do.

use std::io;

use sluss_core::bundle::{OpenError, SealError};
use sluss_core::cert::CertError;
use sluss_core::codename::UnlockError;
use sluss_core::confine::ConfineError;
use sluss_core::day::DayError;
use sluss_core::nested::NestedError;
use sluss_core::roster::{AudienceError, RosterError};
use sluss_web::say::Voice;

use super::Explain;
use crate::answer::{ReplyError, SaveError};
use crate::book::BookError;
use crate::casebook::{NoCase, SetAside};
use crate::ceremony::{DescriptionError, DrawError, DrillError, KeyError, PASSPHRASE_MIN, SignError};
use crate::cleaning::CleanError;
use crate::desk::DeskError;
use crate::erasing::EraseError;
use crate::exchange::{ExchangeError, Why};
use crate::face::BrowserError;
use crate::metadata::MetadataError;
use crate::noting::NoteError;
use crate::noting::junk::{JunkError, Left};
use crate::oral::OralError;
use crate::template::TemplateError;

/// An error about a path that a person gave.
pub struct AtPath<'a, E>(pub &'a std::path::Path, pub E);

impl Explain for CertError {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::Malformed => "cert-malformed",
            Self::Secret => "cert-secret",
            Self::NoSecret => "cert-no-secret",
            Self::Unusable => "cert-unusable",
            Self::Passphrase => "cert-passphrase",
            Self::Failed => "cert-failed",
        })
    }
}

impl Explain for KeyError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Name => voice.say("key-name"),
            Self::Short => voice.say_with("key-short", &[("least", PASSPHRASE_MIN.into())]),
            Self::NotClassic => voice.say("key-not-classic"),
            Self::Cert(error) => error.explain(voice),
            Self::Book(error) => error.explain(voice),
        }
    }
}

impl Explain for DrillError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Cert(error) => error.explain(voice),
            Self::Another(cert) => {
                let values = [
                    ("fingerprint", cert.fingerprint().grouped().into()),
                    ("user", cert.label().unwrap_or_default().into()),
                ];
                voice.say_with("drill-another", &values)
            }
            Self::Incomplete => voice.say("drill-incomplete"),
            Self::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for ConfineError {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say_with("face-not-confined", &[("why", self.to_string().as_str().into())])
    }
}

impl Explain for BrowserError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::NoMemory => voice.say("browser-no-memory"),
            Self::Io(error) => voice.say_with("browser-not-opened", &[("why", error.to_string().into())]),
        }
    }
}

impl Explain for BookError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::InUse => voice.say("book-in-use"),
            Self::Ring => voice.say("book-ring"),
            Self::NoKey => voice.say("book-no-key"),
            Self::KeyExists => voice.say("book-key-exists"),
            Self::KeyPending => voice.say("book-key-pending"),
            Self::NoRoster => voice.say("book-no-roster"),
            Self::Roster(error) => error.explain(voice),
            Self::Cert(error) => error.explain(voice),
            Self::Io(error) => at(&voice.say("io-book"), error, voice),
        }
    }
}

impl Explain for DeskError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Book(error) => error.explain(voice),
            Self::Cert(error) => error.explain(voice),
            Self::Seal(error) => error.explain(voice),
            Self::NotInRoster => voice.say("desk-not-in-roster"),
        }
    }
}

impl Explain for DayError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Unbelievable => voice.say("day-unbelievable"),
        }
    }
}

impl Explain for SealError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Cert(error) => error.explain(voice),
            Self::Io(error) => at(&voice.say("io-book"), error, voice),
            Self::TooLarge | Self::TooMany => voice.say("seal-too-large"),
            Self::Failed => voice.say("seal-failed"),
        }
    }
}

impl Explain for OpenError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::NotForUs => voice.say("open-not-for-us"),
            Self::Damaged | Self::Unusual => voice.say("open-damaged"),
            Self::Unsigned => voice.say("open-unsigned"),
            Self::ForeignSigner => voice.say("open-foreign-signer"),
            Self::NotAddressed => voice.say("open-not-addressed"),
            Self::Format(_) => voice.say("open-format"),
            Self::OtherDrop => voice.say("open-other-drop"),
            Self::Newer => voice.say("open-newer"),
            Self::Io(error) => at(&voice.say("io-book"), error, voice),
        }
    }
}

impl Explain for RosterError {
    fn explain(&self, voice: Voice<'_>) -> String {
        let named = |id: &'static str, name: &String| voice.say_with(id, &[("name", name.as_str().into())]);
        match self {
            Self::Malformed => voice.say("roster-malformed"),
            Self::Name(name) => named("roster-name", name),
            Self::Recipients(name) => named("roster-recipients", name),
            Self::Deadlines(name) => named("roster-deadlines", name),
            Self::Earlier(name) => named("roster-earlier", name),
            Self::Cert(name, error) => {
                voice.say_with("roster-cert", &[("name", name.as_str().into()), ("why", error.explain(voice).into())])
            }
            Self::SharedCert(name) => named("roster-shared-cert", name),
            Self::Frozen => voice.say("roster-frozen"),
            Self::Broken => voice.say("roster-broken"),
            Self::Signatures { version, have, need } => voice.say_with(
                "roster-signatures",
                &[("version", (*version).into()), ("have", (*have).into()), ("need", (*need).into())],
            ),
            Self::Rollback => voice.say("roster-rollback"),
            Self::Demo => voice.say("roster-demo"),
            Self::Seal(error) => error.explain(voice),
        }
    }
}

impl Explain for DescriptionError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Read(path, error) => at(path, error, voice),
            Self::Toml(why) => voice.say_with("roster-description", &[("why", why.trim().into())]),
            Self::Card => voice.say("roster-card"),
        }
    }
}

impl Explain for DrawError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Description(error) => error.explain(voice),
            Self::NoCard => voice.say("roster-no-card"),
            Self::Roster(error) => error.explain(voice),
        }
    }
}

impl Explain for SignError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Foreign => voice.say("roster-foreign"),
            Self::NoGain => voice.say("roster-no-gain"),
            Self::NotInIt => voice.say("roster-not-in-it"),
            Self::Roster(error) => error.explain(voice),
            Self::Book(error) => error.explain(voice),
        }
    }
}

impl Explain for AtPath<'_, &ExchangeError> {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self.1 {
            ExchangeError::Read(error) | ExchangeError::Write(error) => at(&self.0.display().to_string(), error, voice),
            ExchangeError::Refused(error) => error.explain(voice),
            ExchangeError::Seal(error) => error.explain(voice),
            ExchangeError::Stopped => voice.say("exchange-stopped"),
            ExchangeError::Nothing => voice.say("exchange-nothing"),
            ExchangeError::NothingToShare => voice.say("exchange-nothing-to-share"),
            ExchangeError::NoColleague => voice.say("exchange-no-colleague"),
            ExchangeError::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for AtPath<'_, &SaveError> {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self.1 {
            SaveError::NoFile => voice.say("save-no-file"),
            SaveError::Several => voice.say("save-several"),
            SaveError::Write(error) => at(&self.0.display().to_string(), error, voice),
            SaveError::Open(error) => error.explain(voice),
            SaveError::Nested(error) => error.explain(voice),
            SaveError::NoCase(error) => error.explain(voice),
            SaveError::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for AtPath<'_, &CleanError> {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self.1 {
            CleanError::Save(error) => AtPath(self.0, error).explain(voice),
            CleanError::Metadata(MetadataError::NotThisKind) => voice.say("clean-not-this-kind"),
            CleanError::Metadata(MetadataError::Protected) => voice.say("clean-protected"),
            CleanError::Metadata(MetadataError::TooLarge) => voice.say("clean-too-large"),
            CleanError::Metadata(MetadataError::Malformed) => voice.say("clean-malformed"),
            CleanError::Metadata(MetadataError::NotClean) => voice.say("clean-not-clean"),
            CleanError::Metadata(MetadataError::Io(error)) => at(&voice.say("io-book"), error, voice),
        }
    }
}

impl Explain for NestedError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::SecretKey => voice.say("nested-secret-key"),
            Self::NotSealed => voice.say("nested-not-sealed"),
            Self::NotForUs => voice.say("nested-not-for-us"),
            Self::Unusual => voice.say("nested-unusual"),
            Self::Damaged => voice.say("nested-damaged"),
            Self::TooLarge { most } => voice.say_with("nested-too-large", &[("most", (*most).into())]),
            Self::Io(error) => at(&voice.say("io-book"), error, voice),
        }
    }
}

impl Explain for AtPath<'_, &io::Error> {
    fn explain(&self, voice: Voice<'_>) -> String {
        at(&self.0.display().to_string(), self.1, voice)
    }
}

impl Explain for ReplyError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Empty => voice.say("reply-empty"),
            Self::TooLong { over } => voice.say_with("reply-too-long", &[("over", (*over).into())]),
            Self::Settled => voice.say("reply-settled"),
            Self::NoCase(error) => error.explain(voice),
            Self::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for NoteError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Empty => voice.say("note-empty"),
            Self::TooLong { over } => voice.say_with("note-too-long", &[("over", (*over).into())]),
            Self::NotAReader => voice.say("note-not-a-reader"),
            Self::NotDone => voice.say("note-not-done"),
            Self::NoCase(error) => error.explain(voice),
            Self::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for OralError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Empty => voice.say("oral-empty"),
            Self::TooLong { over } => voice.say_with("oral-too-long", &[("over", (*over).into())]),
            Self::Way => voice.say("oral-no-way"),
            Self::Day => voice.say("oral-no-day"),
            Self::Audience(AudienceError::UnknownOrganisation) => voice.say("oral-no-organisation"),
            Self::Audience(AudienceError::Closed) => voice.say("oral-closed"),
            Self::Audience(AudienceError::TooFew | AudienceError::Reserve) => voice.say("oral-too-few"),
            Self::NotAReader => voice.say("oral-not-a-reader"),
            Self::Codename(UnlockError::Memory) => voice.say("oral-no-memory"),
            Self::Codename(UnlockError::Kdf) => voice.say("roster-malformed"),
            Self::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for JunkError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::NoneChosen => voice.say("junk-none-chosen"),
            Self::NoReason => voice.say("junk-no-reason"),
            Self::TooLong { over } => voice.say_with("note-too-long", &[("over", (*over).into())]),
            Self::Cut { marked, all, why } => {
                let values = [("marked", (*marked).into()), ("all", (*all).into()), ("why", why.explain(voice).into())];
                voice.say_with("junk-cut", &values)
            }
            Self::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for Left {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Touched => voice.say("junk-touched"),
            Self::Shown => voice.say("junk-not-hidden"),
            Self::Stopped => voice.say("junk-stopped"),
            Self::Note(error) => error.explain(voice),
        }
    }
}

impl Explain for EraseError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Undecided => voice.say("erase-undecided"),
            Self::LetterUnderWay => voice.say("erase-letter-under-way"),
            Self::InboxUnderWay => voice.say("erase-inbox-under-way"),
            Self::NoCase(error) => error.explain(voice),
            Self::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for TemplateError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::TooLong { over } => voice.say_with("template-too-long", &[("over", (*over).into())]),
            Self::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for NoCase {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::Unknown => "case-unknown",
            Self::Several => "case-several",
        })
    }
}

impl Explain for SetAside {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::OtherDrop => "aside-other-drop",
            Self::OtherCert => "aside-other-cert",
            Self::OtherOrganisation => "aside-other-organisation",
            Self::NoCase => "aside-no-case",
            Self::NotAReader => "aside-not-a-reader",
        })
    }
}

impl Explain for Why {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Unreadable => voice.say("aside-unreadable"),
            Self::SetAside(reason) => reason.explain(voice),
        }
    }
}

/// An error of the disk at `what`.
fn at(what: &str, error: &io::Error, voice: Voice<'_>) -> String {
    let id = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "io-not-found",
        io::ErrorKind::PermissionDenied => "io-permission",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => "io-full",
        io::ErrorKind::AlreadyExists => "io-exists",
        io::ErrorKind::IsADirectory => "io-folder",
        io::ErrorKind::ReadOnlyFilesystem => "io-read-only",
        io::ErrorKind::InvalidData => "io-text",
        _ => "io-other",
    };
    voice.say_with(id, &[("what", what.into()), ("why", error.to_string().into())])
}

//! The words of the desk: every error as its cause and what to do, in the reader's language.
//!
//! Protects people from errors that only a programmer understands. What a source wrote never passes through here.

use std::io;

use sluss_core::bundle::{OpenError, SealError, SkipReason};
use sluss_core::cert::{CertError, Fingerprint, Kind};
use sluss_core::confine::ConfineError;
use sluss_core::day::{Day, DayError, Deadlines};
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::letter::LetterKind;
use sluss_core::nested::{NestedError, Unsealed, Voucher};
use sluss_core::note::{Fate, Matter};
use sluss_core::roster::{Role, RosterError};
use sluss_web::say::{Speech, SpeechError, Voice};

use crate::answer::{ReplyError, SaveError, Saved};
use crate::attachment::{Attachment, Caution};
use crate::book::BookError;
use crate::casebook::case::{Case, LetterState, State, Task};
use crate::casebook::{NoCase, SetAside, Unsent};
use crate::ceremony::{DescriptionError, DrawError, KeyError, PASSPHRASE_MIN, SignError};
use crate::desk::{DeskError, Office};
use crate::erasing::EraseError;
use crate::exchange::{ExchangeError, Heard, Intake, Made, Opened, Shared, Why};
use crate::noting::NoteError;
use crate::template::TemplateError;

const SV: &str = include_str!("words/sv.ftl");
const EN: &str = include_str!("words/en.ftl");

/// The desk's texts in every language.
pub fn speech() -> Result<Speech, SpeechError> {
    Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)])
}

/// What a source's pages say, in every language: for showing a letter as its source will see it.
pub fn seen_by_sources() -> Result<Speech, SpeechError> {
    const SV: &str = include_str!("../drop/source/sv.ftl");
    const EN: &str = include_str!("../drop/source/en.ftl");
    Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)])
}

/// Something that can be said in a language: an error as cause and advice, or a word of the trade.
pub trait Explain {
    /// Says it.
    fn explain(&self, voice: Voice<'_>) -> String;
}

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

impl Explain for ConfineError {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say_with("face-not-confined", &[("why", self.to_string().as_str().into())])
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

impl Explain for Deadlines {
    fn explain(&self, voice: Voice<'_>) -> String {
        let values = [("days", self.acknowledge_days.into()), ("months", self.feedback_months.into())];
        voice.say_with("roster-sooner", &values)
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

/// An error about a path that a person gave.
pub struct AtPath<'a, E>(pub &'a std::path::Path, pub E);

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

impl Explain for Voucher {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::Unsigned => "voucher-unsigned",
            Self::Stranger => "voucher-stranger",
            Self::Source => "voucher-source",
        })
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

impl Explain for EraseError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Undecided => voice.say("erase-undecided"),
            Self::LetterUnderWay => voice.say("erase-letter-under-way"),
            Self::NoCase(error) => error.explain(voice),
            Self::Desk(error) => error.explain(voice),
        }
    }
}

impl Explain for TemplateError {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::TooLong { over } => voice.say_with("reply-too-long", &[("over", (*over).into())]),
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

impl Explain for SkipReason {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::ThreadGone => "skip-thread-gone",
            Self::NotAddressee => "skip-not-addressee",
            Self::NumberTaken => "skip-number-taken",
        })
    }
}

impl Explain for Kind {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::PostQuantum => "kind-post-quantum",
            Self::Classic => "kind-classic",
        })
    }
}

impl Explain for Role {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::Investigator => "role-investigator",
            Self::Reserve => "role-reserve",
        })
    }
}

impl Explain for State {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::New => "state-new",
            Self::Open => "state-open",
            Self::Closed => "state-closed",
        })
    }
}

impl Explain for LetterKind {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::Acknowledgement => "letter-acknowledgement",
            Self::Question => "letter-question",
            Self::Feedback => "letter-feedback",
            Self::Closing => "letter-closing",
        })
    }
}

impl Explain for LetterState {
    fn explain(&self, voice: Voice<'_>) -> String {
        match self {
            Self::Theirs => voice.say("letter-theirs"),
            Self::Waiting => voice.say("letter-waiting"),
            Self::Carried => voice.say("letter-carried"),
            Self::Delivered(day) => voice.say_with("letter-delivered", &[("day", day.to_string().into())]),
            Self::Skipped(reason) => voice.say_with("letter-skipped", &[("why", reason.explain(voice).into())]),
        }
    }
}

/// What the law asks of a case next.
pub fn next_step(case: &Case<'_>, voice: Voice<'_>) -> String {
    match case.next() {
        Some((Task::Acknowledge, day)) => voice.say_with("next-acknowledge", &[("day", day.to_string().into())]),
        Some((Task::Feedback, day)) => voice.say_with("next-feedback", &[("day", day.to_string().into())]),
        Some((Task::Decide, day)) => voice.say_with("next-decide", &[("day", day.to_string().into())]),
        Some((Task::Erase, day)) => voice.say_with("next-erase", &[("day", day.to_string().into())]),
        None => voice.say("next-none"),
    }
}

/// What a bundle brought, a sentence each.
fn intake_lines(intake: &Intake, today: Day, voice: Voice<'_>) -> Vec<String> {
    let mut lines = vec![
        voice.say_with("intake-head", &[("number", intake.number.into()), ("day", intake.day.to_string().into())]),
        voice.say_with(
            "intake-new",
            &[("new", intake.new.into()), ("known", intake.known.into()), ("letters", intake.letters.into())],
        ),
    ];
    let mut also = |said: bool, line: &dyn Fn() -> String| {
        if said {
            lines.push(line());
        }
    };
    let missing: Vec<String> = intake.missing.iter().map(u32::to_string).collect();
    also(intake.more, &|| voice.say("intake-more"));
    also(!missing.is_empty(), &|| voice.say_with("intake-missing", &[("numbers", missing.join(", ").into())]));
    also(intake.restored, &|| voice.say("intake-restored"));
    also(intake.newer_roster, &|| voice.say("intake-newer-roster"));
    also(intake.clock_behind, &|| voice.say_with("intake-clock", &[("today", today.to_string().into())]));
    also(!intake.done.is_empty(), &|| voice.say_with("intake-done", &[("count", intake.done.len().into())]));
    for skipped in &intake.skipped {
        let values = [("digest", short(skipped.digest).into()), ("why", skipped.reason.explain(voice).into())];
        lines.push(voice.say_with("intake-skipped", &values));
    }
    for refused in &intake.refused {
        let values = [("digest", short(refused.digest).into()), ("why", refused.why.explain(voice).into())];
        lines.push(voice.say_with("intake-refused", &values));
    }
    lines
}

/// What came of a bundle, a sentence each.
pub fn opened_lines(opened: &Opened, today: Day, voice: Voice<'_>) -> Vec<String> {
    match opened {
        Opened::FromDrop(intake) => intake_lines(intake, today, voice),
        Opened::FromColleague(heard) => heard_lines(heard, voice),
    }
}

fn heard_lines(heard: &Heard, voice: Voice<'_>) -> Vec<String> {
    let counts = [("new", heard.new.into()), ("known", heard.known.into())];
    let mut lines = vec![
        voice.say_with("heard-head", &[("name", heard.name.as_str().into())]),
        voice.say_with("heard-what", &counts),
    ];
    if heard.closed > 0 {
        lines.push(voice.say_with("heard-closed", &[("count", heard.closed.into())]));
    }
    lines
}

/// What a desk bundle carries, a sentence each.
pub fn shared_lines(shared: &Shared, voice: Voice<'_>) -> Vec<String> {
    let file = shared.file.display().to_string();
    let values = [("file", file.into()), ("name", shared.name.as_str().into()), ("notes", shared.notes.into())];
    vec![voice.say_with("shared-head", &values), voice.say_with("shared-what", &values)]
}

/// What a note records, in words; a person by the name that the roster gives them.
pub fn matter(matter: &Matter, office: &Office, voice: Voice<'_>) -> String {
    match matter {
        Matter::Remark => voice.say("note-remark"),
        Matter::Scope { within: true } => voice.say("note-within"),
        Matter::Scope { within: false } => voice.say("note-outside"),
        Matter::Impartial { yes: true } => voice.say("note-impartial"),
        Matter::Impartial { yes: false } => voice.say("note-partial"),
        Matter::Assigned { to } => voice.say_with("note-assigned", &[("name", office.name_in_use(to).into())]),
        Matter::Disclosure => voice.say("note-disclosure"),
        Matter::Closed => voice.say("note-closed"),
        Matter::Reopened => voice.say("note-reopened"),
        Matter::Junk { yes: true } => voice.say("note-junk"),
        Matter::Junk { yes: false } => voice.say("note-no-junk"),
        Matter::Retention { fate: Fate::Kept } => voice.say("note-kept-on"),
        Matter::Retention { fate: Fate::Archived } => voice.say("note-archived"),
        Matter::Retention { fate: Fate::Erased } => voice.say("note-erased"),
    }
}

/// What was decided to become of a case, by whom and when.
pub fn decided(fate: Fate, by: Fingerprint, day: Day, office: &Office, voice: Voice<'_>) -> String {
    let name = office.name_of(by).map_or_else(|| voice.say("unknown-writer"), str::to_owned);
    let values = [
        ("matter", matter(&Matter::Retention { fate }, office, voice).into()),
        ("name", name.into()),
        ("day", day.to_string().into()),
    ];
    voice.say_with("erase-decided", &values)
}

/// What goes to the drop, counted: letters, receipts, and numbers of bundles.
fn parcel(letters: usize, receipts: usize, numbers: usize, voice: Voice<'_>) -> String {
    let counts = [("letters", letters.into()), ("receipts", receipts.into()), ("numbers", numbers.into())];
    voice.say_with("parcel", &counts)
}

impl Explain for Unsent {
    fn explain(&self, voice: Voice<'_>) -> String {
        let receipts = self.receipts.len() + self.receipts_of_erased.len();
        parcel(self.letters.len(), receipts, self.acknowledged.len(), voice)
    }
}

/// What a return bundle carries, a sentence each.
pub fn made_lines(made: &Made, voice: Voice<'_>) -> Vec<String> {
    let mut lines = vec![
        voice.say_with("made-head", &[("file", made.file.display().to_string().into())]),
        voice.say_with(
            "made-what",
            &[("parcel", parcel(made.letters, made.receipts, made.acknowledged.len(), voice).into())],
        ),
    ];
    if made.roster {
        lines.push(voice.say("made-roster"));
    }
    lines
}

impl Explain for Caution {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::Runs => "caution-runs",
            Self::Disguised => "caution-disguised",
            Self::TwoEndings => "caution-two-endings",
            Self::TwoKinds => "caution-two-kinds",
            Self::Macros => "caution-macros",
            Self::Scripts => "caution-scripts",
            Self::Holds => "caution-holds",
            Self::Fetches => "caution-fetches",
        })
    }
}

/// What kind of file a source's is, by how it begins.
pub fn kind_of(file: &Attachment, voice: Voice<'_>) -> String {
    match &file.kind {
        Some(kind) => voice.say_with("file-kind", &[("kind", kind.to_uppercase().into())]),
        None => voice.say("file-kind-unknown"),
    }
}

/// Where a saved file lies.
pub fn saved_line(saved: &Saved, voice: Voice<'_>) -> String {
    let values = [("size", saved.size.into()), ("file", saved.file.display().to_string().into())];
    voice.say_with("saved-head", &values)
}

/// What was saved out of what its source sealed, a sentence each.
pub fn unsealed_lines(saved: &Saved, unsealed: &Unsealed, voice: Voice<'_>) -> Vec<String> {
    let mut lines = vec![saved_line(saved, voice), unsealed.voucher.explain(voice)];
    if unsealed.again {
        lines.push(voice.say("nested-again"));
    }
    lines
}

/// The first digits of a digest, enough to tell it from others by eye.
pub fn short(digest: Digest) -> String {
    digest.to_string().chars().take(12).collect()
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

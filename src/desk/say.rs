//! The words of the desk: every error as its cause and what to do, in the reader's language.
//!
//! Protects people from errors that only a programmer understands. What a source wrote never passes through here.

mod errors;

use std::collections::BTreeSet;

use std::collections::BTreeMap;

use sluss_core::bundle::SkipReason;
use sluss_core::cert::{Fingerprint, Kind};
use sluss_core::day::{Day, Deadlines, Law};
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::letter::LetterKind;
use sluss_core::nested::{Unsealed, Voucher};
use sluss_core::note::{Fate, Matter};
use sluss_core::roster::Role;
use sluss_web::say::{Speech, SpeechError, Voice};

use crate::answer::Saved;
use crate::attachment::{Attachment, Caution};
use crate::casebook::Unsent;
use crate::casebook::case::{Case, LetterState, State, Task};
use crate::ceremony::{Ending, Whose};
use crate::desk::Office;
use crate::exchange::{Heard, Intake, Made, Opened, Shared};
use crate::metadata::{Remains, What};
use crate::noting::junk::Marked;

pub use errors::AtPath;

/// Cases that one sentence names by their numbers.
const NAMED: usize = 10;

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

/// The words of a fingerprint, and how many they are: a codename has fewer.
pub fn spoken(fingerprint: Fingerprint, voice: Voice<'_>) -> String {
    let words = fingerprint.words(voice.lang());
    let values = [("count", words.len().into()), ("words", words.join(" ").into())];
    voice.say_with("fingerprint-words", &values)
}

/// That a cert ends, when, and what to do.
pub fn ending_line(ending: &Ending, voice: Voice<'_>) -> String {
    let day = ("day", ending.last.to_string().into());
    match &ending.whose {
        Whose::Own => voice.say_with("ending-own", &[day]),
        Whose::Person(name) => voice.say_with("ending-person", &[day, ("name", name.as_str().into())]),
        Whose::Drop => voice.say_with("ending-drop", &[day]),
    }
}

/// Something that can be said in a language: an error as cause and advice, or a word of the trade.
pub trait Explain {
    /// Says it.
    fn explain(&self, voice: Voice<'_>) -> String;
}

impl Explain for Deadlines {
    fn explain(&self, voice: Voice<'_>) -> String {
        let values = [("days", self.acknowledge_days.into()), ("months", self.feedback_months.into())];
        let sooner = voice.say_with("roster-sooner", &values);
        if self.law.is_swedish() {
            return sooner;
        }
        let rules = self.law.rules();
        let law = [("law", self.law.explain(voice).into()), ("months", rules.kept_months.into())];
        let working = if rules.counts_working_days() { voice.say("roster-working-days") } else { String::new() };
        [voice.say_with("roster-law", &law), sooner, working].join(" ").trim().to_owned()
    }
}

impl Explain for Law {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::Sweden => "law-sweden",
            Self::Tyrol => "law-tyrol",
            Self::Germany => "law-germany",
            Self::Spain => "law-spain",
            Self::Finland => "law-finland",
            Self::France => "law-france",
            Self::Italy => "law-italy",
        })
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
            Self::Again(day) => voice.say_with("letter-again", &[("day", day.to_string().into())]),
            Self::Skipped(reason) => voice.say_with("letter-skipped", &[("why", reason.explain(voice).into())]),
        }
    }
}

/// What the law asks of a case next.
pub fn next_step(case: &Case<'_>, voice: Voice<'_>) -> String {
    let step = match case.next() {
        Some((Task::Acknowledge, day)) => voice.say_with("next-acknowledge", &[("day", day.to_string().into())]),
        Some((Task::Feedback, day)) => voice.say_with("next-feedback", &[("day", day.to_string().into())]),
        Some((Task::Decide, day)) => voice.say_with("next-decide", &[("day", day.to_string().into())]),
        Some((Task::Erase, day)) => voice.say_with("next-erase", &[("day", day.to_string().into())]),
        None => voice.say("next-none"),
    };
    match case.under_way() {
        Some(state) => voice.say_with("next-written", &[("step", step.into()), ("where", state.explain(voice).into())]),
        None => step,
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

/// What came of marking many cases as junk, or as none, a sentence each.
pub fn marked_lines(marked: &Marked, junk: bool, voice: Voice<'_>) -> Vec<String> {
    let done = if junk { "marked-junk" } else { "marked-shown" };
    let mut lines = vec![voice.say_with(done, &[("count", marked.marked.into())])];
    if junk {
        lines.push(voice.say("marked-undo"));
    }
    let mut left: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (number, why) in &marked.left {
        left.entry(why.explain(voice)).or_default().push(number);
    }
    for (why, numbers) in left {
        let named = numbers.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let named = if numbers.len() > NAMED { format!("{named} …") } else { named };
        let values = [("count", numbers.len().into()), ("numbers", named.into()), ("why", why.into())];
        lines.push(voice.say_with("marked-left", &values));
    }
    lines
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
        Matter::Record { approved: true } => voice.say("note-approved"),
        Matter::Record { approved: false } => voice.say("note-disputed"),
        Matter::Tags => voice.say("note-tags"),
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
    if made.enrolments > 0 {
        lines.push(voice.say_with("made-inboxes", &[("count", made.enrolments.into())]));
    }
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

/// What was saved as a copy that tells less, and what is still in it.
pub fn cleaned_lines(saved: &Saved, remains: &BTreeSet<Remains>, voice: Voice<'_>) -> Vec<String> {
    let still: Vec<String> = remains.iter().map(|remains| remains.explain(voice)).collect();
    vec![saved_line(saved, voice), voice.say_with("clean-remains", &[("what", still.join("; ").into())])]
}

impl Explain for Remains {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::Text => "remains-text",
            Self::Pictures => "remains-pictures",
            Self::PictureMetadata => "remains-picture-metadata",
            Self::ColourProfile => "remains-colour-profile",
            Self::TrackedChanges => "remains-tracked-changes",
            Self::Comments => "remains-comments",
            Self::Embedded => "remains-embedded",
            Self::Macros => "remains-macros",
            Self::Links => "remains-links",
            Self::Forms => "remains-forms",
            Self::Hidden => "remains-hidden",
        })
    }
}

impl Explain for What {
    fn explain(&self, voice: Voice<'_>) -> String {
        voice.say(match self {
            Self::Author => "tells-author",
            Self::Editor => "tells-editor",
            Self::Organisation => "tells-organisation",
            Self::Created => "tells-created",
            Self::Changed => "tells-changed",
            Self::Program => "tells-program",
            Self::Device => "tells-device",
            Self::SerialNumber => "tells-serial-number",
            Self::Place => "tells-place",
            Self::Path => "tells-path",
            Self::Title => "tells-title",
            Self::Comment => "tells-comment",
            Self::TrackedChange => "tells-tracked-change",
            Self::EditingSession => "tells-editing-session",
            Self::Identifier => "tells-identifier",
            Self::Thumbnail => "tells-thumbnail",
            Self::EarlierRevision => "tells-earlier-revision",
            Self::EmbeddedFile => "tells-embedded-file",
            Self::Leftover => "tells-leftover",
            Self::Other => "tells-other",
        })
    }
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

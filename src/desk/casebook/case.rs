//! One case: everything between one source and the investigators, in order, and what the law asks of it next.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sluss_core::bundle::{Receipt, SkipReason};
use sluss_core::cert::{Cert, Fingerprint};
use sluss_core::day::{Acknowledgement, Day, Deadlines, Due};
use sluss_core::digest::Digest;
use sluss_core::letter::{Letter, LetterKind, Text};
use sluss_core::note::{Fate, Matter, Note};
use sluss_core::submission::Manifest;

use super::Thread;
use super::order::{Thing, in_order};
use crate::asked::{DECLINED, TOLD, URGENT, YES};
use crate::attachment::Attachment;

/// Where a piece stands in its thread among those of whom neither writer had seen the other's: the message it follows, and
/// whether it only follows; its day; whether it is a letter; its writer's number.
type Rank = (u32, bool, Day, bool, u32, Digest);

/// Months after which a case that is kept for the time being is looked at again.
const YEAR: i32 = 12;

/// Digests that one letter names as seen: with the longest text of a letter they still fit in its one size.
const SEEN: usize = 150;

/// A submission that was opened, found sound, and lies sealed in the book.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Received {
    /// The digest of its sealed bytes.
    pub digest: Digest,
    /// What it says of itself.
    pub manifest: Manifest,
    /// What the source typed.
    pub text: Text,
    /// The source's cert that lay in it.
    pub source: Cert,
    /// The source's files.
    pub files: Vec<Attachment>,
}

impl Received {
    /// What tells the drop that it is safely kept.
    pub fn receipt(&self) -> Receipt {
        Receipt { submission: self.digest, token: self.manifest.token.clone() }
    }
}

/// Where a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    /// Somebody else wrote it; it came from the drop.
    Theirs,
    /// Not in any return bundle yet.
    Waiting,
    /// In a return bundle of which the drop has not told that it is done.
    Carried,
    /// Handed to the drop, which told so in a bundle of this day. Whether the source read it nobody tells.
    Delivered(Day),
    /// The same, by a store of before the drop was restored: it goes out once more.
    Again(Day),
    /// The drop could not deliver it.
    Skipped(SkipReason),
}

impl LetterState {
    /// Whether the drop refused it although its source's inbox is open: another one can still be written.
    pub fn is_refused(self) -> bool {
        matches!(self, Self::Skipped(SkipReason::NotAddressee | SkipReason::NumberTaken))
    }

    /// Whether it is known to have got as far as it can, now or once. No letter reaches a source who has erased the inbox.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Theirs | Self::Delivered(_) | Self::Again(_) | Self::Skipped(SkipReason::ThreadGone))
    }
}

/// One piece of a thread.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// From the source.
    Submission(&'a Received),
    /// To the source.
    Letter {
        /// The digest of its sealed bytes.
        digest: Digest,
        /// The letter.
        letter: &'a Letter,
        /// Where it is.
        state: LetterState,
        /// Whether its writer's letter before it is missing here: the chain has a hole.
        hole: bool,
    },
    /// Between investigators.
    Note {
        /// The digest of its sealed bytes.
        digest: Digest,
        /// The note.
        note: &'a Note,
        /// Whether its writer's note before it is missing here.
        hole: bool,
    },
}

impl Piece<'_> {
    /// The digest of its sealed bytes.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Submission(submission) => submission.digest,
            Self::Letter { digest, .. } | Self::Note { digest, .. } => *digest,
        }
    }

    /// Its day and what its writer had seen, if it closes the case.
    fn closing(&self) -> Option<(Day, &[Digest])> {
        match self {
            Self::Letter { letter, .. } if letter.kind == LetterKind::Closing => Some((letter.day, &letter.seen)),
            Self::Note { note, .. } if note.matter == Matter::Closed => Some((note.day, &note.seen)),
            Self::Submission(_) | Self::Letter { .. } | Self::Note { .. } => None,
        }
    }

    fn reopens(&self) -> bool {
        matches!(self, Self::Note { note, .. } if note.matter == Matter::Reopened)
    }
}

/// How far a case has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody has written to the source.
    New,
    /// Under way.
    Open,
    /// A closing letter was written or its closing decided, and since then neither has the source written nor has it been
    /// decided to reopen it.
    Closed,
}

/// What the law asks next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// To confirm that the report was received.
    Acknowledge,
    /// To give feedback.
    Feedback,
    /// To decide whether a closed case is kept, archived or erased.
    Decide,
    /// To erase it, as was decided.
    Erase,
}

/// A case: a view of the casebook.
#[derive(Debug)]
pub struct Case<'a> {
    source: &'a Cert,
    organisation: &'a str,
    deadlines: Deadlines,
    received: Day,
    thread: Vec<Piece<'a>>,
}

/// What the casebook knows of each letter beside its content.
pub(super) struct Post<'a> {
    pub(super) own: &'a BTreeSet<Fingerprint>,
    pub(super) deadlines: &'a BTreeMap<String, Deadlines>,
    pub(super) settled: BTreeMap<Digest, Day>,
    pub(super) once_settled: BTreeMap<Digest, Day>,
    pub(super) skipped: BTreeMap<Digest, SkipReason>,
    pub(super) carried: BTreeSet<Digest>,
}

impl Post<'_> {
    fn state(&self, digest: Digest, letter: &Letter) -> LetterState {
        match (self.settled.get(&digest), self.skipped.get(&digest)) {
            _ if !self.own.contains(&letter.writer) => LetterState::Theirs,
            (_, Some(reason)) => LetterState::Skipped(*reason),
            (Some(day), None) => LetterState::Delivered(*day),
            (None, None) => match self.once_settled.get(&digest) {
                Some(day) => LetterState::Again(*day),
                None if self.carried.contains(&digest) => LetterState::Carried,
                None => LetterState::Waiting,
            },
        }
    }
}

impl<'a> Case<'a> {
    /// The case of a thread.
    pub(super) fn new(thread: &Thread<'a>, post: &Post<'_>) -> Self {
        let (submissions, letters, pinned) = (&thread.submissions, &thread.letters, thread.pinned);
        let places: BTreeMap<Digest, u32> =
            submissions.iter().map(|submission| (submission.digest, submission.manifest.sequence)).collect();
        // A letter or a note stands after the last message that its writer had seen.
        let after = |seen: &[Digest]| seen.iter().filter_map(|seen| places.get(seen)).max().copied().unwrap_or(0);
        let mut pieces: BTreeMap<Rank, Thing<'a, Piece<'a>>> = BTreeMap::new();
        let mut add = |rank, digest, seen, what| {
            pieces.insert(rank, Thing { digest, seen, what });
        };
        for &submission in submissions {
            let (number, digest) = (submission.manifest.sequence, submission.digest);
            let rank = (number, false, submission.manifest.day, false, number, digest);
            add(rank, digest, &[], Piece::Submission(submission));
        }
        for &(digest, letter) in letters {
            let hole = letter.previous.is_some_and(|previous| !letters.iter().any(|(other, _)| *other == previous));
            let rank = (after(&letter.seen), true, letter.day, true, letter.sequence, digest);
            let piece = Piece::Letter { digest, letter, state: post.state(digest, letter), hole };
            add(rank, digest, &letter.seen, piece);
        }
        // No letter names a note, since its source reads it: of two on one day that had seen the same, the note is first.
        for &(digest, note) in &thread.notes {
            let hole = note.previous.is_some_and(|previous| !thread.notes.iter().any(|(other, _)| *other == previous));
            let rank = (after(&note.seen), true, note.day, false, note.sequence, digest);
            add(rank, digest, &note.seen, Piece::Note { digest, note, hole });
        }
        let ordered = in_order(pieces);
        let received =
            submissions.iter().map(|submission| submission.manifest.day).min().unwrap_or(pinned.manifest.day);
        let organisation = &pinned.manifest.organisation;
        let deadlines = post.deadlines.get(organisation).copied().unwrap_or_default();
        Self { source: &pinned.source, organisation, deadlines, received, thread: ordered }
    }

    /// Its number: the first eight digits of the source's fingerprint.
    pub fn number(&self) -> String {
        number_of(self.source.fingerprint())
    }

    /// The source's cert, pinned at first sight.
    pub fn source(&self) -> &'a Cert {
        self.source
    }

    /// The organisation's id.
    pub fn organisation(&self) -> &'a str {
        self.organisation
    }

    /// Reports, messages, letters and notes, in order.
    pub fn thread(&self) -> &[Piece<'a>] {
        &self.thread
    }

    /// What the source sent, in order.
    pub fn submissions(&self) -> impl DoubleEndedIterator<Item = &'a Received> {
        self.thread.iter().filter_map(|piece| match piece {
            Piece::Submission(submission) => Some(*submission),
            Piece::Letter { .. } | Piece::Note { .. } => None,
        })
    }

    /// What was written to the source, in order.
    pub fn letters(&self) -> impl DoubleEndedIterator<Item = (Digest, &'a Letter)> {
        self.thread.iter().filter_map(|piece| match piece {
            Piece::Letter { digest, letter, .. } => Some((*digest, *letter)),
            Piece::Submission(_) | Piece::Note { .. } => None,
        })
    }

    /// The same, each with where it is.
    pub fn letters_with_states(&self) -> impl Iterator<Item = (Digest, &'a Letter, LetterState)> {
        self.thread.iter().filter_map(|piece| match piece {
            Piece::Letter { digest, letter, state, .. } => Some((*digest, *letter, *state)),
            Piece::Submission(_) | Piece::Note { .. } => None,
        })
    }

    /// What investigators noted, in order.
    pub fn notes(&self) -> impl DoubleEndedIterator<Item = (Digest, &'a Note)> {
        self.thread.iter().filter_map(|piece| match piece {
            Piece::Note { digest, note, .. } => Some((*digest, *note)),
            Piece::Submission(_) | Piece::Letter { .. } => None,
        })
    }

    /// Those who read the source's newest message, and so may read what is answered.
    pub fn audience(&self) -> &'a [Fingerprint] {
        self.submissions().next_back().map_or(&[], |newest| newest.manifest.audience.as_slice())
    }

    /// The day of the first submission.
    pub fn received(&self) -> Day {
        self.received
    }

    /// The day on which the source was told that the report was received, at once by the drop or by the first letter, as far
    /// as a letter to that end was written and not refused.
    pub fn acknowledged(&self) -> Option<Day> {
        self.acknowledged_at_once().or_else(|| self.first_letter(|_| true).map(|(day, _)| day))
    }

    /// The same, once the drop has told that it has the letter.
    pub fn surely_acknowledged(&self) -> Option<Day> {
        self.acknowledged_at_once().or_else(|| self.first_settled(|_| true))
    }

    /// The day on which the drop told the source at once that the report was received, if it did.
    pub fn acknowledged_at_once(&self) -> Option<Day> {
        self.submissions().next().filter(|first| first.manifest.acknowledged).map(|first| first.manifest.day)
    }

    /// The day of the first letter of some kinds that was not refused, and where that letter is.
    pub fn first_letter(&self, kinds: impl Fn(LetterKind) -> bool) -> Option<(Day, LetterState)> {
        self.posted(kinds).filter(|(_, state)| !state.is_refused()).min_by_key(|(day, _)| *day)
    }

    fn first_settled(&self, kinds: impl Fn(LetterKind) -> bool) -> Option<Day> {
        self.posted(kinds).filter(|(_, state)| state.is_settled()).map(|(day, _)| day).min()
    }

    /// The day of each letter of some kinds, and where it is.
    fn posted(&self, kinds: impl Fn(LetterKind) -> bool) -> impl Iterator<Item = (Day, LetterState)> {
        let posted = self.letters_with_states().filter(move |(_, letter, _)| kinds(letter.kind));
        posted.map(|(_, letter, state)| (letter.day, state))
    }

    /// Whether the source wants no acknowledgement.
    pub fn declined(&self) -> bool {
        self.submissions().any(|submission| ticked(submission, DECLINED))
    }

    /// Whether the source says that somebody is in danger.
    pub fn urgent(&self) -> bool {
        self.submissions().any(|submission| ticked(submission, URGENT))
    }

    /// The day of the first feedback or closing that was not refused, and where that letter is.
    pub fn feedback(&self) -> Option<(Day, LetterState)> {
        self.first_letter(tells_what_came_of_it)
    }

    /// The day of the first feedback or closing of which the drop has told that it has it.
    pub fn surely_fed_back(&self) -> Option<Day> {
        self.first_settled(tells_what_came_of_it)
    }

    /// How soon its organisation answers.
    pub fn deadlines(&self) -> Deadlines {
        self.deadlines
    }

    /// The due days, by the law or by what the organisation promises.
    pub fn due(&self) -> Due {
        let acknowledgement = match (self.declined(), self.acknowledged()) {
            (true, _) => Acknowledgement::Declined,
            (false, Some(day)) => Acknowledgement::Given(day),
            (false, None) => Acknowledgement::Owed,
        };
        self.deadlines.due(self.received(), acknowledgement)
    }

    /// How far it has come.
    pub fn state(&self) -> State {
        match self.closed() {
            Some(_) => State::Closed,
            None if self.letters().next().is_none() => State::New,
            None => State::Open,
        }
    }

    /// The day on which it was closed, if it is.
    pub fn closed(&self) -> Option<Day> {
        self.closing().map(|(_, day)| day)
    }

    /// The place in the thread of what closed it, and its day.
    fn closing(&self) -> Option<(usize, Day)> {
        let reopened = self.thread.iter().rposition(Piece::reopens).map_or(0, |at| at.saturating_add(1));
        let closings = self.thread.iter().enumerate().skip(reopened);
        let (at, (day, seen)) = closings.rev().find_map(|(at, piece)| Some((at, piece.closing()?)))?;
        self.submissions().all(|submission| self.saw(seen, submission)).then_some((at, day))
    }

    /// The day by which it is to be decided whether a closed case is archived or erased.
    pub fn kept_until(&self) -> Option<Day> {
        self.closed().map(|closed| self.deadlines.kept_until(closed))
    }

    /// Whether something from the source has been in nobody's sight who wrote a letter that was not refused.
    pub fn unanswered(&self) -> bool {
        let answers = || self.letters_with_states().filter(|(.., state)| !state.is_refused());
        self.submissions().any(|submission| !answers().any(|(_, letter, _)| self.saw(&letter.seen, submission)))
    }

    /// Who handles it: a person's id, as the newest note about that says.
    pub fn assigned(&self) -> Option<&'a str> {
        self.notes().rev().find_map(|(_, note)| match &note.matter {
            Matter::Assigned { to } => Some(to.as_str()),
            _ => None,
        })
    }

    /// The words by which it is told apart, as the newest note about that says.
    pub fn tags(&self) -> Vec<&'a str> {
        let newest = self.notes().rev().find(|(_, note)| note.matter == Matter::Tags);
        let tags = newest.map_or("", |(_, note)| note.text.expose()).split(',').map(str::trim);
        tags.filter(|tag| !tag.is_empty()).collect()
    }

    /// Whether each of these words, in whatever case of letters, stands somewhere in it: in its number, in what was
    /// written, in the name of a file, or in what is said `beside` that.
    pub fn has(&self, words: &str, beside: &[String]) -> bool {
        let mut texts = vec![self.number().to_lowercase()];
        texts.extend(beside.iter().map(|text| text.to_lowercase()));
        for piece in &self.thread {
            match piece {
                Piece::Submission(submission) => {
                    texts.push(submission.text.expose().to_lowercase());
                    texts.extend(submission.files.iter().map(|file| file.name().to_lowercase()));
                }
                Piece::Letter { letter, .. } => texts.push(letter.text.expose().to_lowercase()),
                Piece::Note { note, .. } => texts.push(note.text.expose().to_lowercase()),
            }
        }
        words.to_lowercase().split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
    }

    /// Whether the report is one that the channel is for, as the newest note about that says.
    pub fn within_scope(&self) -> Option<bool> {
        self.notes().rev().find_map(|(_, note)| match note.matter {
            Matter::Scope { within } => Some(within),
            _ => None,
        })
    }

    /// Whether its report was told, and written down by an investigator.
    pub fn is_oral(&self) -> bool {
        self.submissions().next().is_some_and(|report| report.manifest.answers.contains_key(TOLD))
    }

    /// Whether the source approves what was written down, as the newest note about that says.
    pub fn approved(&self) -> Option<bool> {
        self.notes().rev().find_map(|(_, note)| match note.matter {
            Matter::Record { approved } => Some(approved),
            _ => None,
        })
    }

    /// Whether it is junk, as the newest note about that says; until the source writes again.
    pub fn junk(&self) -> bool {
        let newest = self.notes().rev().find(|(_, note)| matches!(note.matter, Matter::Junk { .. }));
        newest.is_some_and(|(_, note)| {
            let all_seen = || self.submissions().all(|submission| self.saw(&note.seen, submission));
            note.matter == Matter::Junk { yes: true } && all_seen()
        })
    }

    /// Whether nobody has done anything in it yet: no letter was written, and nothing was noted but that it is junk.
    pub fn is_untouched(&self) -> bool {
        self.thread.iter().all(|piece| match piece {
            Piece::Submission(_) => true,
            Piece::Letter { .. } => false,
            Piece::Note { note, .. } => note.matter == Matter::Junk { yes: true },
        })
    }

    /// What was decided to become of the case, by the newest note about that. It holds until the source writes or the case
    /// is opened again; that it is kept for the time being, moreover, only if that was decided once it was closed.
    pub fn fate(&self) -> Option<(Fate, &'a Note)> {
        let mut reopened = false;
        for (at, piece) in self.thread.iter().enumerate().rev() {
            reopened |= piece.reopens();
            let Piece::Note { note, .. } = piece else { continue };
            let Matter::Retention { fate } = note.matter else { continue };
            let seen = || self.submissions().all(|submission| self.saw(&note.seen, submission));
            let closed = || fate != Fate::Kept || self.closing().is_some_and(|(closing, _)| closing < at);
            return (!reopened && seen() && closed()).then_some((fate, *note));
        }
        None
    }

    /// The decision by which it may be erased: one that it is archived or erased, of a case that is closed or junk.
    pub fn erasable(&self) -> Option<(Fate, &'a Note)> {
        self.fate().filter(|(fate, _)| *fate != Fate::Kept && self.is_done())
    }

    /// Whether it may be decided that it is archived or erased: it is closed, or junk.
    pub fn is_done(&self) -> bool {
        self.closed().is_some() || self.junk()
    }

    /// Whether a letter of this desk's owner is not known to have reached the drop's present store.
    pub fn has_letter_under_way(&self) -> bool {
        let under_way = |state| matches!(state, LetterState::Waiting | LetterState::Carried | LetterState::Again(_));
        self.letters_with_states().any(|(.., state)| under_way(state))
    }

    /// Whether each investigator who said so is impartial, as the newest note of each says.
    pub fn impartial(&self) -> BTreeMap<Fingerprint, bool> {
        let said = self.notes().filter_map(|(_, note)| match note.matter {
            Matter::Impartial { yes } => Some((note.writer, yes)),
            _ => None,
        });
        said.collect()
    }

    /// The digests that a letter written now names as seen: the newest 150 messages and letters. Its source reads it, so
    /// it says nothing of notes.
    pub fn seen(&self) -> Vec<Digest> {
        newest(self.thread.iter().filter(|piece| !matches!(piece, Piece::Note { .. })))
    }

    /// The digests that a note written now names as seen: the newest 150 pieces.
    pub fn seen_with_notes(&self) -> Vec<Digest> {
        newest(self.thread.iter())
    }

    /// Whether who had `seen` this had seen `submission`: by name, or because it is older than all of the many named.
    fn saw(&self, seen: &[Digest], submission: &Received) -> bool {
        let named = |other: &&Received| seen.contains(&other.digest);
        let oldest = self.submissions().filter(named).map(|other| other.manifest.sequence).min();
        let older = oldest.is_some_and(|oldest| submission.manifest.sequence < oldest);
        named(&submission) || (seen.len() >= SEEN && older)
    }

    /// What the law asks next, and by which day. A letter does it once the drop has told that it has it.
    pub fn next(&self) -> Option<(Task, Day)> {
        if let Some((_, decision)) = self.erasable() {
            return Some((Task::Erase, decision.day));
        }
        if self.junk() {
            return None;
        }
        // Closing a case by a note tells its source nothing; they are owed it unless the channel is not for their report.
        let owed = self.closed().is_none() || self.within_scope() != Some(false);
        if owed && !self.declined() && self.surely_acknowledged().is_none() {
            return Some((Task::Acknowledge, self.due().acknowledge));
        }
        if owed && self.surely_fed_back().is_none() {
            return Some((Task::Feedback, self.due().feedback));
        }
        // What is kept for the time being is looked at again a year later.
        let kept = self.fate().filter(|(fate, _)| *fate == Fate::Kept).map(|(_, note)| note.day.plus_months(YEAR));
        self.kept_until().map(|day| (Task::Decide, kept.map_or(day, |again| again.max(day))))
    }

    /// Where the letter is that does what is asked next, if one was written and the drop has not told that it has it.
    pub fn under_way(&self) -> Option<LetterState> {
        let written = match self.next()? {
            (Task::Acknowledge, _) => self.first_letter(|_| true),
            (Task::Feedback, _) => self.feedback(),
            (Task::Decide | Task::Erase, _) => None,
        };
        written.map(|(_, state)| state)
    }
}

fn tells_what_came_of_it(kind: LetterKind) -> bool {
    matches!(kind, LetterKind::Feedback | LetterKind::Closing)
}

/// The number of the case of the source with this cert.
pub fn number_of(source: Fingerprint) -> String {
    source.to_string().chars().take(8).collect()
}

fn newest<'a>(pieces: impl DoubleEndedIterator<Item = &'a Piece<'a>>) -> Vec<Digest> {
    let mut digests: Vec<Digest> = pieces.rev().take(SEEN).map(Piece::digest).collect();
    digests.reverse();
    digests
}

fn ticked(submission: &Received, question: &str) -> bool {
    submission.manifest.answers.get(question).is_some_and(|answer| answer == YES)
}

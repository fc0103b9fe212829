//! One case: everything between one source and the investigators, in order, and what the law asks of it next.

use std::collections::{BTreeMap, BTreeSet};

use sluss_core::bundle::SkipReason;
use sluss_core::cert::{Cert, Fingerprint};
use sluss_core::day::{Acknowledgement, Day, Deadlines, Due};
use sluss_core::digest::Digest;
use sluss_core::letter::{Letter, LetterKind};
use sluss_core::secret::Secret;
use sluss_core::submission::{Manifest, Member};

use crate::asked::{DECLINED, URGENT, YES};

/// Digests that one letter names as seen: with the longest text of a letter they still fit in its one size.
const SEEN: usize = 150;

/// A submission that was opened, found sound, and lies sealed in the book.
#[derive(Debug, Clone)]
pub struct Received {
    /// The digest of its sealed bytes.
    pub digest: Digest,
    /// What it says of itself.
    pub manifest: Manifest,
    /// What the source typed.
    pub text: Secret<String>,
    /// The source's cert that lay in it.
    pub source: Cert,
    /// The source's files, names included.
    pub files: Vec<Member>,
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
    /// The drop could not deliver it.
    Skipped(SkipReason),
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
}

/// How far a case has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody has written to the source.
    New,
    /// Under way.
    Open,
    /// A closing letter was written, and the source has not written since.
    Closed,
}

/// What the law asks next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// To confirm that the report was received.
    Acknowledge,
    /// To give feedback.
    Feedback,
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
    pub(super) skipped: BTreeMap<Digest, SkipReason>,
    pub(super) carried: BTreeSet<Digest>,
}

impl Post<'_> {
    fn state(&self, digest: Digest, letter: &Letter) -> LetterState {
        match (self.settled.get(&digest), self.skipped.get(&digest)) {
            _ if !self.own.contains(&letter.writer) => LetterState::Theirs,
            (_, Some(reason)) => LetterState::Skipped(*reason),
            (Some(day), None) => LetterState::Delivered(*day),
            (None, None) if self.carried.contains(&digest) => LetterState::Carried,
            (None, None) => LetterState::Waiting,
        }
    }
}

impl<'a> Case<'a> {
    /// The case of `submissions`, at least one, with its `letters`.
    pub(super) fn new(
        mut submissions: Vec<&'a Received>,
        letters: &[(Digest, &'a Letter)],
        pinned: &'a Received,
        post: &Post<'_>,
    ) -> Self {
        submissions.sort_by_key(|submission| (submission.manifest.sequence, submission.digest));
        let places: BTreeMap<Digest, u32> =
            submissions.iter().map(|submission| (submission.digest, submission.manifest.sequence)).collect();
        // A letter stands after the last message that its writer had seen.
        let anchor =
            |letter: &Letter| letter.seen.iter().filter_map(|seen| places.get(seen)).max().copied().unwrap_or(0);
        let mut ranked: Vec<_> = submissions
            .iter()
            .map(|submission| {
                (
                    (submission.manifest.sequence, 0, submission.manifest.day, 0, submission.digest),
                    Piece::Submission(submission),
                )
            })
            .collect();
        for &(digest, letter) in letters {
            let hole = letter.previous.is_some_and(|previous| !letters.iter().any(|(other, _)| *other == previous));
            let piece = Piece::Letter { digest, letter, state: post.state(digest, letter), hole };
            ranked.push(((anchor(letter), 1, letter.day, letter.sequence, digest), piece));
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        let thread = ranked.into_iter().map(|(_, piece)| piece).collect();
        let received =
            submissions.iter().map(|submission| submission.manifest.day).min().unwrap_or(pinned.manifest.day);
        let organisation = &pinned.manifest.organisation;
        let deadlines = post.deadlines.get(organisation).copied().unwrap_or_default();
        Self { source: &pinned.source, organisation, deadlines, received, thread }
    }

    /// Its number: the first eight digits of the source's fingerprint.
    pub fn number(&self) -> String {
        self.source.fingerprint().to_string().chars().take(8).collect()
    }

    /// The source's cert, pinned at first sight.
    pub fn source(&self) -> &'a Cert {
        self.source
    }

    /// The organisation's id.
    pub fn organisation(&self) -> &'a str {
        self.organisation
    }

    /// Reports, messages and letters, in order.
    pub fn thread(&self) -> &[Piece<'a>] {
        &self.thread
    }

    /// What the source sent, in order.
    pub fn submissions(&self) -> impl DoubleEndedIterator<Item = &'a Received> {
        self.thread.iter().filter_map(|piece| match piece {
            Piece::Submission(submission) => Some(*submission),
            Piece::Letter { .. } => None,
        })
    }

    /// What was written to the source, in order.
    pub fn letters(&self) -> impl DoubleEndedIterator<Item = (Digest, &'a Letter)> {
        self.thread.iter().filter_map(|piece| match piece {
            Piece::Letter { digest, letter, .. } => Some((*digest, *letter)),
            Piece::Submission(_) => None,
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

    /// The day on which the source was told that the report was received: at once by the drop, or by the first letter.
    pub fn acknowledged(&self) -> Option<Day> {
        let at_once =
            self.submissions().next().filter(|first| first.manifest.acknowledged).map(|first| first.manifest.day);
        at_once.or_else(|| self.letters().map(|(_, letter)| letter.day).min())
    }

    /// Whether the source wants no acknowledgement.
    pub fn declined(&self) -> bool {
        self.submissions().any(|submission| ticked(submission, DECLINED))
    }

    /// Whether the source says that somebody is in danger.
    pub fn urgent(&self) -> bool {
        self.submissions().any(|submission| ticked(submission, URGENT))
    }

    /// The day of the first feedback or closing.
    pub fn feedback(&self) -> Option<Day> {
        let tells = |kind| matches!(kind, LetterKind::Feedback | LetterKind::Closing);
        self.letters().filter(|(_, letter)| tells(letter.kind)).map(|(_, letter)| letter.day).min()
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
        let closing = self.letters().rfind(|(_, letter)| letter.kind == LetterKind::Closing);
        match closing {
            Some((_, closing)) if self.submissions().all(|submission| self.saw(closing, submission)) => State::Closed,
            _ if self.letters().next().is_none() => State::New,
            _ => State::Open,
        }
    }

    /// Whether something from the source has been in nobody's sight who wrote.
    pub fn unanswered(&self) -> bool {
        self.submissions().any(|submission| !self.letters().any(|(_, letter)| self.saw(letter, submission)))
    }

    /// The digests that a letter written now names as seen: the newest 150 pieces.
    pub fn seen(&self) -> Vec<Digest> {
        let digests = self.thread.iter().map(|piece| match piece {
            Piece::Submission(submission) => submission.digest,
            Piece::Letter { digest, .. } => *digest,
        });
        let passed_over = self.thread.len().saturating_sub(SEEN);
        digests.skip(passed_over).collect()
    }

    /// Whether the writer of `letter` had seen `submission`: by name, or because it is older than all of the many named.
    fn saw(&self, letter: &Letter, submission: &Received) -> bool {
        let named = |other: &&Received| letter.seen.contains(&other.digest);
        let oldest = self.submissions().filter(named).map(|other| other.manifest.sequence).min();
        let older = oldest.is_some_and(|oldest| submission.manifest.sequence < oldest);
        named(&submission) || (letter.seen.len() >= SEEN && older)
    }

    /// What the law asks next, and by which day.
    pub fn next(&self) -> Option<(Task, Day)> {
        match (self.state(), self.acknowledged(), self.feedback()) {
            (State::Closed, _, _) => None,
            (_, None, _) if !self.declined() => Some((Task::Acknowledge, self.due().acknowledge)),
            (_, _, None) => Some((Task::Feedback, self.due().feedback)),
            (_, _, Some(_)) => None,
        }
    }
}

fn ticked(submission: &Received, question: &str) -> bool {
    submission.manifest.answers.get(question).is_some_and(|answer| answer == YES)
}

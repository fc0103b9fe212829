//! The casebook: what the desk knows, as a fold over opened submissions, letters and the journal.
//!
//! Protects: a case is one source's, whose cert is pinned at first sight; what comes later under another cert, from
//! another drop or for another organisation is set aside. It is pure: no disk, no clock, no keys. Every view is a
//! function of it, and the order in which it was filled does not matter.

pub mod agenda;
pub mod case;
pub mod journal;
mod order;
pub mod register;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sluss_core::bundle::{Enrolment, Item, LetterItem, RandomId, Receipt};
use sluss_core::cert::Fingerprint;
use sluss_core::day::Deadlines;
use sluss_core::digest::Digest;
use sluss_core::letter::{Letter, LetterKind};
use sluss_core::note::Note;

use case::{Case, Post, Received, State};
use journal::{Entry, Journal};

/// Why something that opens belongs to no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetAside {
    /// It names another drop.
    OtherDrop,
    /// It carries another cert than the one that was pinned for this source.
    OtherCert,
    /// It names another organisation than the source's first.
    OtherOrganisation,
    /// A letter or a note about a source of whom there is nothing here.
    NoCase,
    /// A note by somebody who may not read the case.
    NotAReader,
}

/// Why no case was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCase {
    /// None has this number.
    #[error("no case has this number")]
    Unknown,
    /// Several numbers begin like this.
    #[error("several cases' numbers begin like this")]
    Several,
}

/// What the next return bundle carries.
#[derive(Debug, Default)]
pub struct Unsent {
    /// Own letters, in the order of their numbers.
    pub letters: Vec<LetterItem>,
    /// For everything that is safely here and in a case.
    pub receipts: Vec<Receipt>,
    /// For what was safely here until its case was erased.
    pub receipts_of_erased: Vec<Receipt>,
    /// Numbers of outbound bundles.
    pub acknowledged: Vec<u32>,
    /// Inboxes of those who told their reports, each with what they told.
    pub enrolments: Vec<Enrolment>,
    /// The drop's store that all this is for.
    pub incarnation: Option<RandomId>,
}

impl Unsent {
    /// Whether there is nothing to carry.
    pub fn is_empty(&self) -> bool {
        let receipts = self.receipts.len() + self.receipts_of_erased.len();
        self.letters.is_empty() && receipts == 0 && self.acknowledged.is_empty() && self.enrolments.is_empty()
    }
}

/// A letter with the length of its sealed bytes.
#[derive(Debug, Serialize, Deserialize)]
struct Filed {
    length: u64,
    letter: Letter,
}

/// What was opened, by the digests of the sealed bytes: every view is a function of it, of the roster and of whose desk
/// it is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Contents {
    submissions: BTreeMap<Digest, Received>,
    letters: BTreeMap<Digest, Filed>,
    notes: BTreeMap<Digest, Note>,
    journal: Journal,
}

impl Contents {
    /// The digests of everything in it.
    pub fn digests(&self) -> BTreeSet<Digest> {
        let opened = self.submissions.keys().chain(self.letters.keys()).chain(self.notes.keys());
        opened.copied().chain(self.journal.digests()).collect()
    }

    /// Forgets what is not among `kept`.
    pub fn retain(&mut self, kept: &BTreeSet<Digest>) {
        self.submissions.retain(|digest, _| kept.contains(digest));
        self.letters.retain(|digest, _| kept.contains(digest));
        self.notes.retain(|digest, _| kept.contains(digest));
        self.journal.retain(kept);
    }
}

/// All that one investigator's desk knows.
#[derive(Debug)]
pub struct Casebook {
    /// The investigator's certs.
    own: BTreeSet<Fingerprint>,
    drop: Digest,
    /// How soon each organisation answers.
    deadlines: BTreeMap<String, Deadlines>,
    /// Whose each cert is or was: a person's id.
    people: BTreeMap<Fingerprint, String>,
    contents: Contents,
}

impl Casebook {
    /// An empty one for the investigator with these certs, at the drop with this id, whose organisations and `people` the
    /// roster names: each cert's person, now or earlier.
    pub fn new(
        own: BTreeSet<Fingerprint>,
        drop: Digest,
        deadlines: BTreeMap<String, Deadlines>,
        people: BTreeMap<Fingerprint, String>,
    ) -> Self {
        Self { own, drop, deadlines, people, contents: Contents::default() }
    }

    /// Takes in, in place of everything, what was opened before.
    pub fn restore(&mut self, contents: Contents) {
        self.contents = contents;
    }

    /// Everything that was taken in.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Takes in a submission that was opened.
    pub fn receive(&mut self, submission: Received) {
        self.contents.submissions.insert(submission.digest, submission);
    }

    /// Takes in a letter that was opened; `item` names its sealed bytes.
    pub fn file(&mut self, item: Item, letter: Letter) {
        self.contents.letters.insert(item.digest, Filed { length: item.length, letter });
    }

    /// Takes in a note that was opened and lies in the book under `digest`.
    pub fn note(&mut self, digest: Digest, note: Note) {
        self.contents.notes.insert(digest, note);
    }

    /// Forgets what was taken out of the book.
    pub fn forget(&mut self, gone: &BTreeSet<Digest>) {
        let kept = self.contents.digests().difference(gone).copied().collect();
        self.contents.retain(&kept);
    }

    /// Takes in a journal entry that lies in the book under `digest`.
    pub fn enter(&mut self, digest: Digest, entry: Entry) {
        self.contents.journal.enter(digest, entry);
    }

    /// The journal.
    pub fn journal(&self) -> &Journal {
        &self.contents.journal
    }

    /// Whether this submission was opened.
    pub fn has_submission(&self, digest: Digest) -> bool {
        self.contents.submissions.contains_key(&digest)
    }

    /// What of erased cases is still here, because it came again or the desk was cut off: what was erased, and letters and
    /// notes about a source of whom there is nothing left.
    pub fn remains(&self) -> BTreeSet<Digest> {
        let erased = self.contents.journal.erased();
        if erased.is_empty() {
            return BTreeSet::new();
        }
        let mut remains: BTreeSet<Digest> = self.contents.digests().intersection(erased).copied().collect();
        let gone: BTreeSet<Fingerprint> = self.contents.journal.erasures().map(|(_, erasure)| erasure.source).collect();
        let about = |digest: &Digest| {
            let letter = self.contents.letters.get(digest).map(|filed| filed.letter.source);
            letter.or_else(|| self.contents.notes.get(digest).map(|note| note.source))
        };
        let aside = self.set_aside().into_iter().filter(|(_, why)| *why == SetAside::NoCase).map(|(digest, _)| digest);
        remains.extend(aside.filter(|digest| about(digest).is_some_and(|source| gone.contains(&source))));
        remains
    }

    /// Every case: those with a due day first, by that day, then the unanswered, the open, the closed by the day on which
    /// they are to be erased, and last what is junk.
    pub fn cases(&self) -> Vec<Case<'_>> {
        let mut cases = self.cases_of(|_| true);
        cases.sort_by_cached_key(|case| {
            let due = case.next().map(|(_, day)| day);
            let closed = case.state() == State::Closed;
            (case.junk(), closed, due.is_none(), due, !case.unanswered(), case.received(), case.source().fingerprint())
        });
        cases
    }

    /// The cases of those sources that are `wanted`, in no order that means anything.
    fn cases_of(&self, wanted: impl Fn(Fingerprint) -> bool) -> Vec<Case<'_>> {
        let fold = self.fold();
        let settled = self.contents.journal.settled();
        let post = Post {
            own: &self.own,
            deadlines: &self.deadlines,
            settled: settled.letters,
            once_settled: self.contents.journal.once_settled(),
            skipped: self.contents.journal.skipped(),
            carried: self.contents.journal.carried(),
        };
        let threads = fold.accepted.iter().filter(|(source, _)| wanted(**source));
        threads.map(|(_, thread)| Case::new(thread, &post)).collect()
    }

    /// The one case whose number, or whose source's fingerprint, begins with `number`.
    pub fn case(&self, number: &str) -> Result<Case<'_>, NoCase> {
        let number: String = number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
        let begins = |source: Fingerprint| !number.is_empty() && source.to_string().starts_with(&number);
        let mut found = self.cases_of(begins).into_iter();
        match (found.next(), found.next()) {
            (Some(case), None) => Ok(case),
            (None, _) => Err(NoCase::Unknown),
            (Some(_), Some(_)) => Err(NoCase::Several),
        }
    }

    /// What opens but belongs to no case, and why. Nothing is receipted of it, so the drop keeps it too.
    pub fn set_aside(&self) -> BTreeMap<Digest, SetAside> {
        self.fold().set_aside
    }

    /// What the next return bundle carries: everything that the drop has not said that it has.
    pub fn unsent(&self) -> Unsent {
        let settled = self.contents.journal.settled();
        let skipped = self.contents.journal.skipped();
        let fold = self.fold();
        let mut unsent = Unsent { incarnation: self.contents.journal.incarnation(), ..Unsent::default() };
        unsent.acknowledged = self.contents.journal.numbers().difference(&settled.numbers).copied().collect();
        let erased = self.contents.journal.erasures().flat_map(|(_, erasure)| &erasure.receipts);
        let pending = |receipt: &&Receipt| !settled.receipts.contains(&receipt.submission);
        unsent.receipts_of_erased = erased.filter(pending).cloned().collect();
        let enrolments = self.contents.journal.enrolments().map(|(_, enrolment)| enrolment);
        let pending = enrolments.filter(|enrolment| !settled.enrolled.contains(&enrolment.source));
        unsent.enrolments =
            pending.filter(|enrolment| fold.accepted.contains_key(&enrolment.source)).cloned().collect();
        for thread in fold.accepted.values() {
            let pending = thread.submissions.iter().filter(|submission| !settled.receipts.contains(&submission.digest));
            unsent.receipts.extend(pending.map(|submission| submission.receipt()));
            for (digest, letter) in &thread.letters {
                let own = self.own.contains(&letter.writer);
                if own && !settled.letters.contains_key(digest) && !skipped.contains_key(digest) {
                    unsent.letters.extend(self.letter_item(*digest));
                }
            }
        }
        unsent.letters.sort_by_key(|letter| (letter.source, letter.sequence, letter.item.digest));
        unsent
    }

    fn letter_item(&self, digest: Digest) -> Option<LetterItem> {
        let Filed { length, letter } = self.contents.letters.get(&digest)?;
        Some(LetterItem {
            item: Item { digest, length: *length },
            source: letter.source,
            writer: letter.writer,
            sequence: letter.sequence,
            closing: letter.kind == LetterKind::Closing,
        })
    }

    /// Sorts everything into threads, one a source.
    fn fold(&self) -> Fold<'_> {
        let order = self.contents.journal.arrival_order();
        let place = |submission: &Received| order.get(&submission.digest).copied().unwrap_or(usize::MAX);
        let erased = self.contents.journal.erased();
        let here = |digest: &Digest| !erased.contains(digest);
        let mut arrived: Vec<&Received> = self.contents.submissions.values().collect();
        arrived.retain(|submission| here(&submission.digest));
        arrived.sort_by_cached_key(|submission| (place(submission), submission.manifest.sequence, submission.digest));

        let mut fold = Fold::default();
        for submission in arrived {
            if submission.manifest.drop != self.drop {
                fold.set_aside.insert(submission.digest, SetAside::OtherDrop);
                continue;
            }
            let fresh =
                || Thread { pinned: submission, submissions: Vec::new(), letters: Vec::new(), notes: Vec::new() };
            let thread = fold.accepted.entry(submission.source.fingerprint()).or_insert_with(fresh);
            if thread.pinned.source != submission.source {
                fold.set_aside.insert(submission.digest, SetAside::OtherCert);
            } else if thread.pinned.manifest.organisation != submission.manifest.organisation {
                fold.set_aside.insert(submission.digest, SetAside::OtherOrganisation);
            } else {
                thread.submissions.push(submission);
            }
        }
        for (digest, Filed { letter, .. }) in self.contents.letters.iter().filter(|(digest, _)| here(digest)) {
            match fold.thread(self.drop, letter.drop, letter.source, &letter.organisation) {
                Ok(thread) => thread.letters.push((*digest, letter)),
                Err(why) => drop(fold.set_aside.insert(*digest, why)),
            }
        }
        for (digest, note) in self.contents.notes.iter().filter(|(digest, _)| here(digest)) {
            match fold.thread(self.drop, note.drop, note.source, &note.organisation) {
                Ok(thread) if !self.may_note(thread, note.writer) => {
                    fold.set_aside.insert(*digest, SetAside::NotAReader);
                }
                Ok(thread) => thread.notes.push((*digest, note)),
                Err(why) => drop(fold.set_aside.insert(*digest, why)),
            }
        }
        fold
    }

    /// Whether one of the thread's messages was sealed to the person with this cert, or to an earlier cert of theirs.
    fn may_note(&self, thread: &Thread<'_>, writer: Fingerprint) -> bool {
        let person = self.people.get(&writer);
        let mut readers = thread.submissions.iter().flat_map(|submission| &submission.manifest.audience);
        readers.any(|reader| *reader == writer || (person.is_some() && self.people.get(reader) == person))
    }
}

#[derive(Default)]
struct Fold<'a> {
    accepted: BTreeMap<Fingerprint, Thread<'a>>,
    set_aside: BTreeMap<Digest, SetAside>,
}

impl<'a> Fold<'a> {
    /// The thread of what an investigator wrote at the drop `at` about `source` of `organisation`.
    fn thread(
        &mut self,
        drop: Digest,
        at: Digest,
        source: Fingerprint,
        organisation: &str,
    ) -> Result<&mut Thread<'a>, SetAside> {
        if at != drop {
            return Err(SetAside::OtherDrop);
        }
        let thread = self.accepted.get_mut(&source).ok_or(SetAside::NoCase)?;
        if thread.pinned.manifest.organisation == organisation { Ok(thread) } else { Err(SetAside::OtherOrganisation) }
    }
}

/// What belongs to one source, in no order.
struct Thread<'a> {
    /// The first that showed the source's cert.
    pinned: &'a Received,
    submissions: Vec<&'a Received>,
    letters: Vec<(Digest, &'a Letter)>,
    notes: Vec<(Digest, &'a Note)>,
}

#[cfg(test)]
mod tests;

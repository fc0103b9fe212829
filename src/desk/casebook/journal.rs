//! The journal: what no submission, letter or note tells. What went in and out of the desk, inboxes of those who told
//! their reports, what was erased, templates, and when a backup was tried.
//!
//! Protects against receipts and letters that are lost on the way: each goes out again until the drop has named the
//! return bundle that carried it, and once more after the drop's store was restored.
//! What it keeps of an erased case tells nothing that was written, but for the reason why it was erased.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sluss_core::bundle::{Enrolment, RandomId, Receipt, SkipReason, Skipped};
use sluss_core::cert::Fingerprint;
use sluss_core::day::Day;
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::letter::{LetterKind, Text};
use sluss_core::note::Fate;

use super::register::Row;

/// The format this program writes.
pub const FORMAT: u32 = 1;

/// One entry, as it lies sealed in the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// [`FORMAT`].
    pub format: u32,
    /// Its place, from 1.
    pub number: u32,
    /// The day on which it was made, by this desk's clock.
    pub day: Day,
    /// What happened.
    pub event: Event,
}

/// What an entry tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// An outbound bundle was taken in.
    Arrived(Arrival),
    /// A return bundle was made.
    Returned(Departure),
    /// A report that was told was written down here, and its source got a codename.
    Oral(Enrolment),
    /// A case was erased from this desk.
    Erased(Erasure),
    /// A template was written.
    Template(Template),
    /// A backup of the owner's TSK was tried and would help.
    Drilled(Drill),
}

/// An outbound bundle whose content is safely in the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The drop's store that made it.
    pub incarnation: RandomId,
    /// Its number.
    pub number: u32,
    /// The day on which the drop made it.
    pub made: Day,
    /// Its submissions, in order.
    pub submissions: Vec<Digest>,
    /// Return bundles that the drop has done.
    pub done: Vec<RandomId>,
    /// Letters that the drop could not deliver.
    pub skipped: Vec<Skipped>,
}

/// What a return bundle carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Its id.
    pub id: RandomId,
    /// The drop's store that it was made for.
    pub incarnation: Option<RandomId>,
    /// Letters in it.
    pub letters: Vec<Digest>,
    /// Submissions that it has receipts for.
    pub receipts: Vec<Digest>,
    /// Numbers of outbound bundles in it.
    pub acknowledged: Vec<u32>,
    /// Sources that it opens inboxes for.
    pub enrolled: Vec<Fingerprint>,
}

/// What stays of a case that was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The source's cert: by it the case was found.
    pub source: Fingerprint,
    /// The organisation's id.
    pub organisation: String,
    /// What the register says of the report, unless it was junk.
    pub row: Option<Row>,
    /// What was decided.
    pub fate: Fate,
    /// Who decided it.
    pub decided_by: Fingerprint,
    /// The day of the decision.
    pub decided: Day,
    /// Its reason.
    pub reason: Text,
    /// For its messages: the drop may still wait for them, or have them once more.
    pub receipts: Vec<Receipt>,
    /// Its letters and notes, and the entry with its inbox.
    pub written: Vec<Digest>,
    /// The number of the last letter that each cert signed: the drop counts on from it.
    #[serde(default)]
    pub last_numbers: BTreeMap<Fingerprint, u32>,
}

impl Erasure {
    /// The digests of everything that was erased.
    pub fn pieces(&self) -> impl Iterator<Item = Digest> {
        self.receipts.iter().map(|receipt| receipt.submission).chain(self.written.iter().copied())
    }
}

/// How letters of one kind begin, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The kind of letter.
    pub kind: LetterKind,
    /// The language.
    pub language: Lang,
    /// The organisation's id; none for all of them.
    pub organisation: Option<String>,
    /// The text; nothing to make way for a wider one.
    pub text: Text,
}

/// Which TSK a backup was of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// The fingerprint of its cert.
    pub cert: Fingerprint,
}

/// All entries, in their order.
#[derive(Debug, Default)]
pub struct Journal {
    entries: BTreeMap<(u32, Digest), Entry>,
    /// The digests of what they say was erased.
    erased: BTreeSet<Digest>,
}

impl Serialize for Journal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.entries.iter().map(|((_, digest), entry)| (digest, entry)))
    }
}

impl<'de> Deserialize<'de> for Journal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut journal = Self::default();
        Vec::deserialize(deserializer)?.into_iter().for_each(|(digest, entry)| journal.enter(digest, entry));
        Ok(journal)
    }
}

/// What the drop's present store has told that it has.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Letters, and the day of the bundle that told.
    pub letters: BTreeMap<Digest, Day>,
    /// Receipts.
    pub receipts: BTreeSet<Digest>,
    /// Acknowledged numbers.
    pub numbers: BTreeSet<u32>,
    /// Sources whose inboxes are open.
    pub enrolled: BTreeSet<Fingerprint>,
}

impl Journal {
    /// Adds an entry that lies in the book under `digest`. The order of adding does not matter.
    pub fn enter(&mut self, digest: Digest, entry: Entry) {
        if let Event::Erased(erasure) = &entry.event {
            self.erased.extend(erasure.pieces());
        }
        self.entries.insert((entry.number, digest), entry);
    }

    /// The number of the next entry.
    pub fn next_number(&self) -> u32 {
        self.entries.last_key_value().map_or(1, |((number, _), _)| number.saturating_add(1))
    }

    /// The digests of all entries.
    pub fn digests(&self) -> impl Iterator<Item = Digest> {
        self.entries.keys().map(|(_, digest)| *digest)
    }

    /// Forgets the entries that are not among `kept`.
    pub fn retain(&mut self, kept: &BTreeSet<Digest>) {
        self.entries.retain(|(_, digest), _| kept.contains(digest));
        self.erased = self.erasures().flat_map(|(_, erasure)| erasure.pieces()).collect();
    }

    fn arrivals(&self) -> impl Iterator<Item = &Arrival> {
        self.entries.values().filter_map(|entry| match &entry.event {
            Event::Arrived(arrival) => Some(arrival),
            _ => None,
        })
    }

    fn departures(&self) -> impl Iterator<Item = &Departure> {
        self.entries.values().filter_map(|entry| match &entry.event {
            Event::Returned(departure) => Some(departure),
            _ => None,
        })
    }

    /// The inboxes of those who told their reports, with the digests of their entries.
    pub fn enrolments(&self) -> impl Iterator<Item = (Digest, &Enrolment)> {
        self.entries.iter().filter_map(|((_, digest), entry)| match &entry.event {
            Event::Oral(enrolment) => Some((*digest, enrolment)),
            _ => None,
        })
    }

    /// The cases that were erased, each with the day on which that was done.
    pub fn erasures(&self) -> impl Iterator<Item = (Day, &Erasure)> {
        self.entries.values().filter_map(|entry| match &entry.event {
            Event::Erased(erasure) => Some((entry.day, erasure)),
            _ => None,
        })
    }

    /// The number of the last letter to this source that a cert had signed when their case was erased here; 0 if none.
    pub fn last_number(&self, source: Fingerprint, writer: Fingerprint) -> u32 {
        let erased = self.erasures().filter(|(_, erasure)| erasure.source == source);
        erased.filter_map(|(_, erasure)| erasure.last_numbers.get(&writer).copied()).max().unwrap_or(0)
    }

    /// The digests of everything that was erased: if it comes again, it is not kept.
    pub fn erased(&self) -> &BTreeSet<Digest> {
        &self.erased
    }

    /// The template that was written last for exactly this, unless it was taken back.
    pub fn template(&self, kind: LetterKind, language: Lang, organisation: Option<&str>) -> Option<&Text> {
        let written = self.entries.values().rev().find_map(|entry| match &entry.event {
            Event::Template(template) => {
                let this = (template.kind, template.language, template.organisation.as_deref());
                (this == (kind, language, organisation)).then_some(&template.text)
            }
            _ => None,
        });
        written.filter(|text| !text.expose().is_empty())
    }

    /// The day on which a backup of the TSK with this fingerprint was last tried and would have helped.
    pub fn drilled(&self, cert: Fingerprint) -> Option<Day> {
        let days = self.entries.values().filter_map(|entry| match &entry.event {
            Event::Drilled(drill) => (drill.cert == cert).then_some(entry.day),
            _ => None,
        });
        days.max()
    }

    /// The drop's present store: the one that was first heard of last. An old stick that turns up does not bring an
    /// earlier store back.
    pub fn incarnation(&self) -> Option<RandomId> {
        let mut seen = BTreeSet::new();
        self.arrivals().map(|arrival| arrival.incarnation).filter(|incarnation| seen.insert(*incarnation)).last()
    }

    /// Arrivals from the drop's present store.
    fn present(&self) -> impl Iterator<Item = &Arrival> {
        let incarnation = self.incarnation();
        self.arrivals().filter(move |arrival| Some(arrival.incarnation) == incarnation)
    }

    /// Numbers of outbound bundles of the present store that are safely here.
    pub fn numbers(&self) -> BTreeSet<u32> {
        self.present().map(|arrival| arrival.number).collect()
    }

    /// Whether exactly this was taken in before.
    pub fn has(&self, arrival: &Arrival) -> bool {
        self.arrivals().any(|before| before == arrival)
    }

    /// What need not be sent again.
    pub fn settled(&self) -> Settled {
        let incarnation = self.incarnation();
        let mut done = BTreeMap::new();
        for arrival in self.present() {
            for id in &arrival.done {
                done.entry(*id).or_insert(arrival.made);
            }
        }
        let mut settled = Settled::default();
        for departure in self.departures().filter(|departure| departure.incarnation == incarnation) {
            let Some(day) = done.get(&departure.id) else { continue };
            departure.letters.iter().for_each(|letter| {
                settled.letters.entry(*letter).or_insert(*day);
            });
            settled.receipts.extend(&departure.receipts);
            settled.numbers.extend(&departure.acknowledged);
            settled.enrolled.extend(&departure.enrolled);
        }
        settled
    }

    /// Letters of which any store has told that it has them, each with the day of the first bundle that told so.
    pub fn once_settled(&self) -> BTreeMap<Digest, Day> {
        let mut done = BTreeMap::new();
        for arrival in self.arrivals() {
            arrival.done.iter().for_each(|id| {
                done.entry((arrival.incarnation, *id)).or_insert(arrival.made);
            });
        }
        let told = self
            .departures()
            .filter_map(|departure| Some((departure, done.get(&(departure.incarnation?, departure.id))?)));
        let mut settled = BTreeMap::new();
        for (departure, day) in told {
            departure.letters.iter().for_each(|letter| {
                settled.entry(*letter).or_insert(*day);
            });
        }
        settled
    }

    /// Letters that the present store could not deliver.
    pub fn skipped(&self) -> BTreeMap<Digest, SkipReason> {
        self.present().flat_map(|arrival| &arrival.skipped).map(|skipped| (skipped.digest, skipped.reason)).collect()
    }

    /// Letters that were put into a return bundle, whether or not it arrived.
    pub fn carried(&self) -> BTreeSet<Digest> {
        self.departures().flat_map(|departure| departure.letters.iter().copied()).collect()
    }

    /// The place of each submission in the order of arrival: the first that showed a source's cert pins it.
    pub fn arrival_order(&self) -> BTreeMap<Digest, usize> {
        let mut order = BTreeMap::new();
        for digest in self.arrivals().flat_map(|arrival| &arrival.submissions) {
            let next = order.len();
            order.entry(*digest).or_insert(next);
        }
        order
    }

    /// The day on which the newest bundle of the present store was made; not later than the one on which it was taken in,
    /// whatever it says of itself.
    pub fn newest(&self) -> Option<Day> {
        let incarnation = self.incarnation();
        let made = self.entries.values().filter_map(|entry| match &entry.event {
            Event::Arrived(arrival) if Some(arrival.incarnation) == incarnation => Some(arrival.made.min(entry.day)),
            _ => None,
        });
        made.max()
    }
}

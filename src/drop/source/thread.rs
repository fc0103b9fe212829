//! A source's thread: what was sent, what was answered, in pages that all fit the one length.

use std::io::Read as _;

use sluss_core::cert::{Cert, Tsk};
use sluss_core::codename::SourceKeys;
use sluss_core::day::Day;
use sluss_core::letter::{Letter, LetterKind, Text};
use sluss_core::limits;
use sluss_core::roster::Roster;

use super::trouble::Trouble;
use crate::store::{Object, ObjectId, Source, Store};

/// Bytes of entries on one page, escaped; the frame, the style and the form need the rest.
const FULL: usize = 36_000;
/// Characters of one piece of a letter: escaped they are at most [`FULL`] bytes.
const PIECE: usize = 6_000;
/// Bytes of an entry beside its text, at most.
const HEADING: usize = 1_000;
/// Bytes of a sealed letter that are read: its plaintext, its readers' slots and the frame, several times over.
const SEALED: u64 = 4 * limits::LETTER as u64;

/// One thing that happened.
pub(super) enum Entry {
    /// The source sent something; what, only the investigators can read.
    Sent { sequence: u32, day: Day },
    /// Its receipt was acknowledged at once.
    Acknowledged(Day),
    /// An investigator wrote: the message that names the kind, who, and what.
    Letter { kind: &'static str, day: Day, writer: String, text: Text },
    /// A letter is there that cannot be opened or believed.
    Unreadable(Day),
}

impl Entry {
    pub(super) fn day(&self) -> Day {
        match self {
            Self::Sent { day, .. } | Self::Acknowledged(day) | Self::Letter { day, .. } | Self::Unreadable(day) => *day,
        }
    }

    /// Within a day: what was sent, its acknowledgement, then answers.
    fn rank(&self) -> u8 {
        match self {
            Self::Sent { .. } => 0,
            Self::Acknowledged(_) => 1,
            Self::Letter { .. } | Self::Unreadable(_) => 2,
        }
    }
}

/// An entry, or a piece of a long one, as a page shows it.
pub(super) struct Shown<'a> {
    pub(super) entry: &'a Entry,
    pub(super) text: &'a str,
    /// The letter began in a piece before.
    pub(super) goes_on: bool,
    /// The letter has another piece.
    pub(super) goes_further: bool,
}

/// A source's thread, newest first.
pub(super) struct Thread {
    source: Source,
    entries: Vec<Entry>,
}

impl Thread {
    /// Reads the records and opens the letters. Blocks.
    pub(super) fn load(store: &Store, roster: &Roster, keys: &SourceKeys) -> Result<Self, Trouble> {
        let source = store.source(&keys.id)?.ok_or(Trouble::Erased)?;
        let tsk = Tsk::unlock(&source.locked_tsk, &keys.inbox_key).map_err(|_| Trouble::Fault)?;
        let writers = roster.writers();
        let mut entries: Vec<Entry> =
            source.sent.iter().map(|sent| Entry::Sent { sequence: sent.sequence, day: sent.day }).collect();
        entries.extend(source.acknowledged.map(Entry::Acknowledged));
        for object in store.letters(&source)? {
            entries.push(match open(store, &object, &tsk, &writers) {
                Some(letter) if belongs(&letter, &object, &source, roster) => read(letter, roster),
                _ => Entry::Unreadable(object.day),
            });
        }
        entries.sort_by_key(|entry| (entry.day(), entry.rank()));
        entries.reverse();
        Ok(Self { source, entries })
    }

    /// Whose it is.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// The organisation that the source writes to.
    pub(super) fn organisation(&self) -> &str {
        &self.source.organisation
    }

    /// Whether an investigator has closed the case.
    pub(super) fn closed(&self) -> bool {
        self.source.closed
    }

    /// The entries, page by page.
    pub(super) fn pages(&self) -> Vec<Vec<Shown<'_>>> {
        let mut pages = vec![Vec::new()];
        let mut filled = 0;
        for shown in self.entries.iter().flat_map(pieces) {
            let bytes = HEADING + escaped(shown.text);
            if filled > 0 && filled + bytes > FULL {
                pages.push(Vec::new());
                filled = 0;
            }
            filled += bytes;
            if let Some(page) = pages.last_mut() {
                page.push(shown);
            }
        }
        pages
    }
}

fn open(store: &Store, object: &Object, tsk: &Tsk, writers: &[&Cert]) -> Option<Letter> {
    let mut sealed = Vec::new();
    store.open_body(object).ok()?.take(SEALED).read_to_end(&mut sealed).ok()?;
    Letter::open(&sealed, tsk, writers).ok()
}

/// Whether a letter is the one that its place in the thread promises.
fn belongs(letter: &Letter, object: &Object, source: &Source, roster: &Roster) -> bool {
    let placed = ObjectId::Letter { source: source.key, writer: letter.writer, number: letter.sequence };
    letter.drop == roster.drop_id() && letter.source == source.fingerprint && object.id == placed
}

fn read(letter: Letter, roster: &Roster) -> Entry {
    let writer = roster.writer(letter.writer).map(|person| format!("{}, {}", person.name, person.firm));
    let kind = match letter.kind {
        LetterKind::Acknowledgement => "letter-acknowledgement",
        LetterKind::Question => "letter-question",
        LetterKind::Feedback => "letter-feedback",
        LetterKind::Closing => "letter-closing",
    };
    Entry::Letter { kind, day: letter.day, writer: writer.unwrap_or_default(), text: letter.text }
}

fn pieces(entry: &Entry) -> Vec<Shown<'_>> {
    let mut left = match entry {
        Entry::Letter { text, .. } => text.expose(),
        _ => "",
    };
    let mut pieces = Vec::new();
    loop {
        let end = left.char_indices().nth(PIECE).map_or(left.len(), |(at, _)| at);
        let (text, rest) = left.split_at(end);
        pieces.push(Shown { entry, text, goes_on: !pieces.is_empty(), goes_further: !rest.is_empty() });
        left = rest;
        if left.is_empty() {
            return pieces;
        }
    }
}

/// Bytes of a text as markup holds it, at most.
fn escaped(text: &str) -> usize {
    text.len() + 5 * text.bytes().filter(|byte| matches!(byte, b'"' | b'&' | b'<' | b'>')).count()
}

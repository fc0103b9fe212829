//! A source's thread: what was sent, what was answered, in pages that all fit the one length.

use std::io::Read as _;

use sluss_core::cert::Tsk;
use sluss_core::codename::SourceKeys;
use sluss_core::day::{Acknowledgement, Day};
use sluss_core::digest::Digest;
use sluss_core::letter::{Letter, LetterKind, Text};
use sluss_core::limits;
use sluss_core::roster::Roster;
use sluss_core::secret::Secret;

use super::trouble::Trouble;
use crate::store::{Object, ObjectId, Source, Store};

/// Bytes of entries on one page, escaped; the frame, the style and the form need the rest.
const FULL: usize = 36_000;
/// Characters of one piece of a letter: escaped they are at most [`FULL`] bytes.
const PIECE: usize = 6_000;
/// Bytes of an entry beside its text, at most.
const HEADING: usize = 1_000;

/// One thing that happened.
pub(super) enum Entry {
    /// The source sent something; what, only the investigators can read.
    Sent { sequence: u32, day: Day },
    /// Its receipt was acknowledged at once.
    Acknowledged(Day),
    /// An investigator wrote: what it is, who, the digest it is fetched by, and the text.
    Letter { kind: LetterKind, day: Day, writer: String, digest: Digest, text: Text },
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
        let (source, tsk) = unlock(store, keys)?;
        let writers = roster.writers();
        let mut entries: Vec<Entry> =
            source.sent.iter().map(|sent| Entry::Sent { sequence: sent.sequence, day: sent.day }).collect();
        entries.extend(source.acknowledged.map(Entry::Acknowledged));
        for object in store.letters(&source)? {
            let letter = fetch(store, &object).and_then(|sealed| Letter::open(&sealed, &tsk, &writers).ok());
            entries.push(match letter {
                Some(letter) if belongs(&letter, &object, &source, roster) => read(letter, object.digest, roster),
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

    /// The day its report came in.
    pub(super) fn received(&self) -> Day {
        self.source.received
    }

    /// Whether and how its receipt was acknowledged: at once, or by the first letter.
    pub(super) fn acknowledgement(&self) -> Acknowledgement {
        let first = self.source.acknowledged.or_else(|| self.letters().map(|(_, day)| day).min());
        match (self.source.declined, first) {
            (true, _) => Acknowledgement::Declined,
            (false, Some(day)) => Acknowledgement::Given(day),
            (false, None) => Acknowledgement::Owed,
        }
    }

    /// The day of the first feedback, a closing letter included.
    pub(super) fn feedback(&self) -> Option<Day> {
        let tells = |kind| matches!(kind, LetterKind::Feedback | LetterKind::Closing);
        self.letters().filter(|(kind, _)| tells(*kind)).map(|(_, day)| day).min()
    }

    /// Whether a question of an open case may still be unanswered: days do not tell which of two things came first on one of them.
    pub(super) fn is_asked(&self) -> bool {
        let sent = self.source.sent.iter().map(|sent| sent.day).max();
        !self.closed()
            && self.letters().any(|(kind, day)| kind == LetterKind::Question && sent.is_none_or(|sent| day >= sent))
    }

    fn letters(&self) -> impl Iterator<Item = (LetterKind, Day)> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Letter { kind, day, .. } => Some((*kind, *day)),
            _ => None,
        })
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

/// The letter with this digest as its writer signed it. Blocks.
pub(super) fn signed_letter(
    store: &Store,
    roster: &Roster,
    keys: &SourceKeys,
    digest: Digest,
) -> Result<Secret<Vec<u8>>, Trouble> {
    let (source, tsk) = unlock(store, keys)?;
    let letters = store.letters(&source)?;
    let wanted = letters.iter().find(|object| object.digest == digest).ok_or(Trouble::NotFound)?;
    let (sealed, writers) = (fetch(store, wanted).ok_or(Trouble::NotFound)?, roster.writers());
    // Nothing is handed out that the thread would not show.
    match Letter::open(&sealed, &tsk, &writers) {
        Ok(letter) if belongs(&letter, wanted, &source, roster) => {
            Letter::signed(&sealed, &tsk, &writers).map_err(|_| Trouble::Fault)
        }
        _ => Err(Trouble::NotFound),
    }
}

fn unlock(store: &Store, keys: &SourceKeys) -> Result<(Source, Tsk), Trouble> {
    let source = store.source(&keys.id)?.ok_or(Trouble::Erased)?;
    let tsk = Tsk::unlock(&source.locked_tsk, &keys.inbox_key).map_err(|_| Trouble::Fault)?;
    Ok((source, tsk))
}

fn fetch(store: &Store, object: &Object) -> Option<Vec<u8>> {
    let mut sealed = Vec::new();
    store.open_body(object).ok()?.take(limits::LETTER_SEALED).read_to_end(&mut sealed).ok()?;
    Some(sealed)
}

/// Whether a letter is the one that its place in the thread promises.
fn belongs(letter: &Letter, object: &Object, source: &Source, roster: &Roster) -> bool {
    let placed = ObjectId::Letter { source: source.key, writer: letter.writer, number: letter.sequence };
    letter.drop == roster.drop_id() && letter.source == source.fingerprint && object.id == placed
}

fn read(letter: Letter, digest: Digest, roster: &Roster) -> Entry {
    let writer = roster.writer(letter.writer).map(|person| format!("{}, {}", person.name, person.firm));
    Entry::Letter { kind: letter.kind, day: letter.day, writer: writer.unwrap_or_default(), digest, text: letter.text }
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

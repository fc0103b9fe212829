mod duties;

use std::collections::BTreeMap;

use data_encoding::BASE64;
use proptest::prelude::*;
use sluss_core::bundle::{SkipReason, Skipped};
use sluss_core::cert::{Cert, Kind, Tsk};
use sluss_core::day::Day;
use sluss_core::lang::Lang;
use sluss_core::letter::{self, Text};
use sluss_core::note::{Matter, Note};
use sluss_core::submission::{self, Manifest, SubmissionKind, Token};

use super::agenda::{When, agenda};
use super::case::{LetterState, Piece, State, Task};
use super::journal::{Arrival, Departure, Event};
use super::*;
use crate::testing::day;
use duties::delivered;

fn drop_id() -> Digest {
    digest(200)
}

fn digest(n: u8) -> Digest {
    // Digests whose order is not the order of numbers, so that no test leans on it.
    let mut bytes = [n; 32];
    bytes[0] = n.wrapping_mul(97);
    Digest::from_bytes(bytes)
}

fn casebook() -> Casebook {
    Casebook::new(BTreeSet::from([own()]), drop_id(), BTreeMap::new(), people())
}

/// Anna with her cert, Bertil with an earlier and a present one, Cilla.
fn people() -> BTreeMap<Fingerprint, String> {
    let of = |n, id: &str| (Fingerprint::from_bytes([n; 20]), id.to_owned());
    BTreeMap::from([of(1, "anna"), of(2, "bertil"), of(3, "bertil"), of(4, "cilla")])
}

fn own() -> Fingerprint {
    Fingerprint::from_bytes([1; 20])
}

fn source() -> Cert {
    Tsk::generate(Kind::Classic, None, day()).unwrap().cert()
}

fn received(n: u8, sequence: u32, source: &Cert, on: Day) -> Received {
    let kind = if sequence == 1 { SubmissionKind::Report } else { SubmissionKind::Message };
    Received {
        digest: digest(n),
        manifest: Manifest {
            format: submission::FORMAT,
            drop: drop_id(),
            organisation: "ale".to_owned(),
            roster: digest(201),
            sequence,
            kind,
            day: on,
            acknowledged: false,
            language: Lang::Sv,
            audience: vec![own(), Fingerprint::from_bytes([2; 20])],
            answers: BTreeMap::new(),
            token: Token::from_bytes([n; 32]),
            members: Vec::new(),
        },
        text: Text::new("text".to_owned()),
        source: source.clone(),
        files: Vec::new(),
    }
}

fn letter(sequence: u32, source: &Cert, kind: LetterKind, on: Day, seen: &[u8]) -> Letter {
    Letter {
        format: letter::FORMAT,
        drop: drop_id(),
        organisation: "ale".to_owned(),
        source: source.fingerprint(),
        writer: own(),
        sequence,
        previous: None,
        seen: seen.iter().map(|n| digest(*n)).collect(),
        answers: None,
        kind,
        day: on,
        text: Text::new("brev".to_owned()),
    }
}

fn note(sequence: u32, source: &Cert, matter: Matter, on: Day, seen: &[u8]) -> Note {
    Note {
        format: sluss_core::note::FORMAT,
        drop: drop_id(),
        organisation: "ale".to_owned(),
        source: source.fingerprint(),
        writer: own(),
        sequence,
        previous: None,
        seen: seen.iter().map(|n| digest(*n)).collect(),
        day: on,
        matter,
        text: Text::new("skäl".to_owned()),
    }
}

fn item(n: u8) -> Item {
    Item { digest: digest(n), length: 1 }
}

fn arrived(number: u32, submissions: &[u8]) -> Event {
    Event::Arrived(Arrival {
        incarnation: RandomId::from_bytes([1; 16]),
        number,
        made: day(),
        submissions: submissions.iter().map(|n| digest(*n)).collect(),
        done: Vec::new(),
        skipped: Vec::new(),
    })
}

fn entry(number: u32, event: Event) -> Entry {
    Entry { format: journal::FORMAT, number, day: day(), event }
}

/// The same primary key, without the encryption key that belongs to it: another cert of the same fingerprint.
fn shortened(cert: &Cert) -> Cert {
    let armored = cert.armored();
    let body: String = armored.lines().filter(|line| !line.starts_with(['-', '=']) && !line.contains(": ")).collect();
    let bytes = BASE64.decode(body.as_bytes()).unwrap();
    let mut at = 0;
    // Packets as in RFC 9580, 4.2: tag, length of one, two or five bytes, body. 14 is a subkey.
    while bytes[at] & 0x3f != 14 {
        let length = usize::from(bytes[at + 1]);
        at += match length {
            0..192 => 2 + length,
            192..224 => 3 + ((length - 192) << 8) + usize::from(bytes[at + 2]) + 192,
            _ => panic!("no short packet"),
        };
    }
    Cert::from_bytes(&bytes[..at]).unwrap()
}

#[test]
fn the_first_cert_is_pinned_whatever_came_later() {
    let cert = source();
    let other = shortened(&cert);
    assert!(other.fingerprint() == cert.fingerprint() && other != cert);
    for (first, second) in [(1, 2), (2, 1)] {
        let mut book = casebook();
        book.receive(received(1, 2, &cert, day()));
        book.receive(received(2, 1, &other, day()));
        book.enter(digest(50), entry(1, arrived(1, &[first])));
        book.enter(digest(51), entry(2, arrived(2, &[second])));
        assert_eq!(book.set_aside(), BTreeMap::from([(digest(second), SetAside::OtherCert)]));
        assert_eq!(book.cases()[0].submissions().next().unwrap().digest, digest(first));
        let receipts = book.unsent().receipts;
        assert_eq!(receipts.iter().map(|receipt| receipt.submission).collect::<Vec<_>>(), [digest(first)]);
    }
}

#[test]
fn what_contradicts_is_set_aside() {
    let cert = source();
    let mut book = casebook();
    book.receive(received(1, 1, &cert, day()));
    let mut elsewhere = received(2, 2, &cert, day());
    elsewhere.manifest.organisation = "bengtsfors".to_owned();
    book.receive(elsewhere);
    let mut foreign = received(3, 1, &source(), day());
    foreign.manifest.drop = digest(99);
    book.receive(foreign);
    book.file(item(4), letter(1, &source(), LetterKind::Question, day(), &[]));
    book.enter(digest(50), entry(1, arrived(1, &[1, 2, 3])));
    assert_eq!(
        book.set_aside(),
        BTreeMap::from([
            (digest(2), SetAside::OtherOrganisation),
            (digest(3), SetAside::OtherDrop),
            (digest(4), SetAside::NoCase),
        ])
    );
    assert_eq!((book.cases().len(), book.unsent().receipts.len(), book.unsent().letters.len()), (1, 1, 0));
}

#[test]
fn the_law_is_counted_from_the_first_day() {
    let cert = source();
    let mut book = casebook();
    book.receive(received(1, 1, &cert, "2026-11-23".parse().unwrap()));
    let next = |book: &Casebook| book.cases()[0].next().map(|(task, day)| (task, day.to_string()));
    assert_eq!(next(&book), Some((Task::Acknowledge, "2026-11-30".to_owned())));
    assert_eq!(book.cases()[0].state(), State::New);
    book.file(item(2), letter(1, &cert, LetterKind::Acknowledgement, "2026-11-25".parse().unwrap(), &[1]));
    delivered(&mut book, 1, &[2]);
    assert_eq!(next(&book), Some((Task::Feedback, "2027-02-25".to_owned())));
    book.file(item(3), letter(2, &cert, LetterKind::Feedback, "2027-01-10".parse().unwrap(), &[1, 2]));
    delivered(&mut book, 2, &[3]);
    assert_eq!((next(&book), book.cases()[0].state()), (None, State::Open));
    book.file(item(4), letter(3, &cert, LetterKind::Closing, "2027-01-11".parse().unwrap(), &[1, 2, 3]));
    assert_eq!(book.cases()[0].state(), State::Closed);
    let mut at_once = received(1, 1, &cert, "2026-11-23".parse().unwrap());
    at_once.manifest.acknowledged = true;
    let mut book = casebook();
    book.receive(at_once);
    assert_eq!(next(&book), Some((Task::Feedback, "2027-02-23".to_owned())));
    let mut declined = received(1, 1, &cert, "2026-11-23".parse().unwrap());
    declined.manifest.answers.insert("declined".to_owned(), "yes".to_owned());
    let mut book = casebook();
    book.receive(declined);
    assert_eq!(next(&book), Some((Task::Feedback, "2027-02-23".to_owned())));
    assert_eq!(book.cases()[0].acknowledged(), None);
}

#[test]
fn a_letter_stands_after_what_its_writer_had_seen() {
    let cert = source();
    let mut book = casebook();
    for (n, sequence) in [(1, 1), (2, 2), (3, 3)] {
        book.receive(received(n, sequence, &cert, day()));
    }
    book.file(item(4), letter(1, &cert, LetterKind::Question, day(), &[1]));
    book.file(item(5), letter(2, &cert, LetterKind::Question, day().plus_days(-300), &[1, 2, 4]));
    let cases = book.cases();
    let order: Vec<Digest> = cases[0].thread().iter().map(Piece::digest).collect();
    assert_eq!(order, [digest(1), digest(4), digest(2), digest(5), digest(3)]);
    assert!(cases[0].unanswered());
    assert_eq!(cases[0].seen().len(), 5);
}

#[test]
fn cases_are_found_by_the_beginning_of_their_number() {
    let mut book = casebook();
    for n in 1..=40 {
        book.receive(received(n, 1, &source(), day()));
    }
    let number = book.cases()[7].number();
    assert_eq!(book.case(&number.to_lowercase()).unwrap().number(), number);
    assert_eq!(book.case(&book.cases()[7].source().fingerprint().grouped()).unwrap().number(), number);
    assert_eq!(book.case("").unwrap_err(), NoCase::Unknown);
    assert_eq!(book.case("../x").unwrap_err(), NoCase::Unknown);
    // Sixteen first digits for forty cases: one of them begins several.
    let first = |case: &Case<'_>| case.number()[..1].to_owned();
    let several = book
        .cases()
        .iter()
        .map(first)
        .find(|digit| book.cases().iter().filter(|case| first(case) == *digit).count() > 1);
    assert_eq!(book.case(&several.unwrap()).unwrap_err(), NoCase::Several);
}

#[test]
fn the_register_tells_days_and_decisions_of_one_organisation() {
    let (first, second, elsewhere) = (source(), source(), source());
    let mut book = casebook();
    let on = |text: &str| -> Day { text.parse().unwrap() };
    book.receive(received(1, 1, &second, on("2027-03-01")));
    book.receive(received(2, 1, &first, on("2026-11-23")));
    let mut other = received(3, 1, &elsewhere, day());
    other.manifest.organisation = "bro".to_owned();
    book.receive(other);
    book.file(item(4), letter(1, &first, LetterKind::Acknowledgement, on("2026-12-01"), &[2]));
    delivered(&mut book, 1, &[4]);
    book.note(digest(41), note(1, &first, Matter::Scope { within: true }, day(), &[2]));
    book.note(digest(42), note(2, &first, Matter::Closed, on("2027-01-31"), &[2, 4, 41]));
    let rows = register::rows(&book, "ale", on("2027-03-02"));
    let row = &rows[0];
    assert_eq!((rows.len(), row.received, rows[1].received), (2, on("2026-11-23"), on("2027-03-01")));
    assert_eq!((row.acknowledged, row.feedback, row.within_scope), (Some(on("2026-12-01")), None, Some(true)));
    assert_eq!((row.closed, row.kept_until), (Some(on("2027-01-31")), Some(on("2029-01-31"))));
    assert_eq!(register::figures(&rows).iter().map(|figures| figures.year).collect::<Vec<_>>(), [2026, 2027]);
    // What is closed still asks for what is owed, after everything that is open.
    let cases = book.cases();
    assert_eq!(cases.last().unwrap().next(), Some((Task::Feedback, on("2027-02-28"))));
    drop(cases);
    book.note(digest(43), note(1, &second, Matter::Junk { yes: true }, day(), &[1]));
    assert_eq!(register::rows(&book, "ale", day()).len(), 1, "junk is registered");
}

#[test]
fn the_agenda_names_each_case_once_by_how_soon() {
    let mut book = casebook();
    // Received so many days ago: to be acknowledged within seven.
    let certs: Vec<Cert> = [9, 7, 3, 0]
        .into_iter()
        .enumerate()
        .map(|(n, ago)| {
            let cert = source();
            book.receive(received(n as u8 + 1, 1, &cert, day().plus_days(-ago)));
            cert
        })
        .collect();
    let (told, asked) = (source(), source());
    book.receive(received(11, 1, &told, day()));
    book.file(item(12), letter(1, &told, LetterKind::Feedback, day(), &[11]));
    book.receive(received(13, 1, &asked, day()));
    book.file(item(14), letter(1, &asked, LetterKind::Question, day(), &[13]));
    book.receive(received(15, 2, &asked, day()));
    delivered(&mut book, 1, &[12, 14]);
    let named = |book: &Casebook, today: Day| -> Vec<(When, Vec<String>)> {
        let agenda = agenda(book.cases(), today).into_iter();
        agenda.map(|(when, cases)| (when, cases.iter().map(Case::number).collect())).collect()
    };
    let number = |cert: &Cert| book.case(&cert.fingerprint().to_string()).unwrap().number();
    let [late, now, soon, later] = [0, 1, 2, 3].map(|place| number(&certs[place]));
    let (unanswered, done) = (vec![number(&asked)], vec![number(&told)]);
    assert_eq!(
        named(&book, day()),
        [
            (When::Late, vec![late]),
            (When::Today, vec![now]),
            (When::Week, vec![soon, later]),
            (When::Unanswered, unanswered),
            (When::Told, done),
        ]
    );
    // A closed case comes back when two years are nearly over.
    let mut book = casebook();
    book.receive(received(1, 1, &told, day()));
    book.file(item(2), letter(1, &told, LetterKind::Closing, day(), &[1]));
    delivered(&mut book, 1, &[2]);
    let at = |months: i32, days: i32| {
        named(&book, day().plus_months(months).plus_days(days)).into_iter().map(|(when, _)| when).collect::<Vec<_>>()
    };
    assert_eq!(
        (at(22, 0), at(23, 0), at(24, -7), at(24, 1)),
        (vec![], vec![When::Month], vec![When::Week], vec![When::Late])
    );
}

#[test]
fn a_decision_closes_until_another_or_the_source_reopens() {
    let cert = source();
    let mut book = casebook();
    book.receive(received(1, 1, &cert, day()));
    book.note(digest(41), note(1, &cert, Matter::Closed, day(), &[1]));
    let state = |book: &Casebook| book.cases()[0].state();
    assert_eq!(state(&book), State::Closed);
    book.note(digest(42), note(2, &cert, Matter::Reopened, day(), &[1, 41]));
    assert_eq!(state(&book), State::New);
    // Whoever closes again, by a letter, closes again.
    book.file(item(21), letter(1, &cert, LetterKind::Closing, day().plus_days(1), &[1]));
    assert_eq!(state(&book), State::Closed);
    book.receive(received(2, 2, &cert, day()));
    assert_eq!(state(&book), State::Open);
    book.note(digest(43), note(3, &cert, Matter::Closed, day().plus_days(2), &[1, 2, 21, 41, 42]));
    assert_eq!(state(&book), State::Closed);
}

#[test]
fn what_was_seen_stands_before_whatever_the_clock_said() {
    let cert = source();
    let other = Fingerprint::from_bytes([2; 20]);
    let mut book = casebook();
    book.receive(received(1, 1, &cert, day()));
    book.note(digest(41), note(3, &cert, Matter::Closed, day(), &[1]));
    // A colleague whose clock is a year late had seen that.
    let late = Note { writer: other, ..note(1, &cert, Matter::Reopened, day().plus_days(-365), &[1, 41]) };
    book.note(digest(42), late);
    let order: Vec<Digest> = book.cases()[0].thread().iter().map(Piece::digest).collect();
    assert_eq!((order, book.cases()[0].state()), (vec![digest(1), digest(41), digest(42)], State::New));
}

#[test]
fn the_newest_decision_counts_and_junk_stands_last() {
    let (cert, other) = (source(), source());
    let mut book = casebook();
    book.receive(received(1, 1, &cert, day()));
    book.receive(received(2, 1, &other, day().plus_days(1)));
    assert_eq!(book.cases()[0].source(), &cert);
    let decided = |matter, n, seen: &[u8]| (digest(n), note(u32::from(n), &cert, matter, day(), seen));
    for (at, one) in [
        decided(Matter::Scope { within: true }, 41, &[1]),
        decided(Matter::Scope { within: false }, 42, &[1, 41]),
        decided(Matter::Assigned { to: "anna".to_owned() }, 43, &[1]),
        decided(Matter::Assigned { to: "bertil".to_owned() }, 44, &[1, 43]),
        decided(Matter::Impartial { yes: true }, 45, &[1]),
        decided(Matter::Junk { yes: true }, 46, &[1]),
    ] {
        book.note(at, one);
    }
    let cases = book.cases();
    let case = &cases[1];
    assert_eq!(case.source(), &cert, "junk stands before what is none");
    assert_eq!((case.within_scope(), case.assigned(), case.junk()), (Some(false), Some("bertil"), true));
    assert_eq!((case.impartial(), case.next()), (BTreeMap::from([(own(), true)]), None));
}

#[test]
fn junk_is_shown_again_when_its_source_writes() {
    let cert = source();
    let mut book = casebook();
    book.receive(received(1, 1, &cert, day()));
    book.note(digest(41), note(1, &cert, Matter::Junk { yes: true }, day(), &[1]));
    assert!(book.cases()[0].junk());
    book.receive(received(2, 2, &cert, day()));
    assert!(!book.cases()[0].junk() && book.cases()[0].next().is_some());
}

#[test]
fn only_who_reads_a_case_decides_in_it() {
    let cert = source();
    let mut book = casebook();
    book.receive(received(1, 1, &cert, day()));
    let by = |n: u8, matter| Note { writer: Fingerprint::from_bytes([n; 20]), ..note(1, &cert, matter, day(), &[1]) };
    // Cilla's, nobody's, and Bertil's under the cert that came after the one that it was sealed to.
    book.note(digest(41), by(4, Matter::Closed));
    book.note(digest(42), by(9, Matter::Closed));
    book.note(digest(43), by(3, Matter::Impartial { yes: true }));
    let aside = [(digest(41), SetAside::NotAReader), (digest(42), SetAside::NotAReader)];
    assert_eq!(book.set_aside(), BTreeMap::from(aside));
    assert_eq!((book.cases()[0].state(), book.cases()[0].notes().count()), (State::New, 1));
}

#[test]
fn a_note_of_another_drop_or_of_nobody_here_is_set_aside() {
    let (cert, stranger) = (source(), source());
    let mut book = casebook();
    book.receive(received(1, 1, &cert, day()));
    book.note(digest(41), Note { drop: digest(9), ..note(1, &cert, Matter::Closed, day(), &[1]) });
    book.note(digest(42), note(1, &stranger, Matter::Closed, day(), &[1]));
    book.note(digest(43), Note { organisation: "b".to_owned(), ..note(1, &cert, Matter::Closed, day(), &[1]) });
    let why = [(41, SetAside::OtherDrop), (42, SetAside::NoCase), (43, SetAside::OtherOrganisation)];
    assert_eq!(book.set_aside(), why.into_iter().map(|(n, why)| (digest(n), why)).collect());
    assert_eq!(book.cases()[0].state(), State::New);
}

#[derive(Debug, Clone)]
enum Piled {
    Submission(u8, u32),
    Letter(u8, u32, Vec<u8>),
    Note(u8, u32, Vec<u8>, Matter),
    Entry(u8, Box<Entry>),
}

fn pile() -> impl Strategy<Value = Vec<Piled>> {
    let id = |n: u8| RandomId::from_bytes([n; 16]);
    let submission = (1..=20_u8, 1..5_u32).prop_map(|(n, sequence)| Piled::Submission(n, sequence));
    let letter = (21..=40_u8, 1..5_u32, proptest::collection::vec(1..=40_u8, 0..6))
        .prop_map(|(n, s, seen)| Piled::Letter(n, s, seen));
    let matter = prop_oneof![
        Just(Matter::Remark),
        Just(Matter::Closed),
        Just(Matter::Reopened),
        any::<bool>().prop_map(|yes| Matter::Junk { yes }),
        any::<bool>().prop_map(|within| Matter::Scope { within }),
        any::<bool>().prop_map(|yes| Matter::Impartial { yes }),
        "[ab]".prop_map(|to| Matter::Assigned { to }),
    ];
    let note = (41..=60_u8, 1..5_u32, proptest::collection::vec(1..=60_u8, 0..6), matter)
        .prop_map(|(n, s, seen, matter)| Piled::Note(n, s, seen, matter));
    let numbers = || proptest::collection::vec(1..=40_u8, 0..5);
    let arrival = (1..9_u32, 1..4_u8, 1..6_u32, numbers(), numbers(), numbers()).prop_map(
        move |(at, store, number, in_it, done, skipped)| {
            let skipped =
                skipped.into_iter().map(|n| Skipped { digest: digest(n), reason: SkipReason::ThreadGone }).collect();
            let done = done.into_iter().map(|n| id(n % 5)).collect();
            let submissions = in_it.into_iter().map(digest).collect();
            (at, Event::Arrived(Arrival { incarnation: id(store), number, made: day(), submissions, done, skipped }))
        },
    );
    let departure = (1..9_u32, 0..5_u8, proptest::option::of(1..4_u8), numbers(), numbers()).prop_map(
        move |(at, n, store, letters, receipts)| {
            let (letters, receipts) =
                (letters.into_iter().map(digest).collect(), receipts.into_iter().map(digest).collect());
            (
                at,
                Event::Returned(Departure {
                    enrolled: Vec::new(),
                    id: id(n),
                    incarnation: store.map(id),
                    letters,
                    receipts,
                    acknowledged: vec![at],
                }),
            )
        },
    );
    let entry = (100..140_u8, prop_oneof![arrival, departure])
        .prop_map(|(n, (at, event))| Piled::Entry(n, Box::new(super::tests::entry(at, event))));
    proptest::collection::vec(prop_oneof![submission, letter, note, entry], 0..40)
}

fn filled<'a>(pile: impl Iterator<Item = &'a Piled>, cert: &Cert) -> Casebook {
    let mut book = casebook();
    for piled in pile {
        match piled {
            Piled::Submission(n, sequence) => book.receive(received(*n, *sequence, cert, day())),
            Piled::Letter(n, sequence, seen) => {
                book.file(item(*n), letter(*sequence, cert, LetterKind::Question, day(), seen))
            }
            Piled::Note(n, sequence, seen, matter) => {
                book.note(digest(*n), note(*sequence, cert, matter.clone(), day(), seen))
            }
            Piled::Entry(n, entry) => book.enter(digest(*n), (**entry).clone()),
        }
    }
    book
}

/// Everything that anybody can see of it.
fn seen(book: &Casebook) -> String {
    let cases: Vec<_> = book
        .cases()
        .iter()
        .map(|case| {
            let told = (case.number(), case.state(), case.next(), case.unanswered(), format!("{:?}", case.thread()));
            let decided = (case.assigned().map(str::to_owned), case.within_scope(), case.impartial(), case.junk());
            (told, decided)
        })
        .collect();
    format!("{cases:?} {:?} {:?} {:?}", book.unsent(), book.set_aside(), book.journal().settled())
}

proptest! {
    #[test]
    fn the_order_of_filling_does_not_matter(mut pile in pile(), by in any::<u64>()) {
        thread_local! { static CERT: Cert = source(); }
        // One file has one content: later ones under the same digest do not exist.
        let mut taken = std::collections::BTreeSet::new();
        pile.retain(|piled| taken.insert(match piled {
            Piled::Submission(n, _) | Piled::Letter(n, ..) | Piled::Note(n, ..) | Piled::Entry(n, _) => *n,
        }));
        CERT.with(|cert| {
            let straight = seen(&filled(pile.iter(), cert));
            let mut shuffled = pile.clone();
            shuffled.sort_by_key(|piled| match piled {
                Piled::Submission(n, _) | Piled::Letter(n, ..) | Piled::Note(n, ..) | Piled::Entry(n, _) => {
                    u64::from(*n).wrapping_mul(by | 1)
                }
            });
            prop_assert_eq!(straight, seen(&filled(shuffled.iter(), cert)));
            Ok(())
        })?;
    }

    #[test]
    fn nothing_is_given_up_before_the_present_store_has_it(pile in pile()) {
        thread_local! { static CERT: Cert = source(); }
        CERT.with(|cert| {
            let book = filled(pile.iter(), cert);
            let settled = book.journal().settled();
            let skipped = book.journal().skipped();
            let unsent = book.unsent();
            for case in book.cases() {
                for submission in case.submissions() {
                    let pending = unsent.receipts.iter().any(|receipt| receipt.submission == submission.digest);
                    prop_assert!(pending != settled.receipts.contains(&submission.digest));
                }
                for piece in case.thread() {
                    let Piece::Letter { digest, state, .. } = piece else { continue };
                    let pending = unsent.letters.iter().any(|letter| letter.item.digest == *digest);
                    let lacks = matches!(state, LetterState::Waiting | LetterState::Carried | LetterState::Again(_));
                    prop_assert_eq!(pending, lacks);
                    prop_assert_eq!(matches!(state, LetterState::Skipped(_)), skipped.contains_key(digest));
                }
            }
            Ok(())
        })?;
    }
}

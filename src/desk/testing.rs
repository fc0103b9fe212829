//! A drop, its investigators and their desks, with real keys, for the tests of this crate.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use sluss_core::bundle::{self, Addresses, FORMAT, Item, LetterItem, Outbound, RandomId, Return, Skipped};
use sluss_core::cert::{Cert, Kind, Tsk, birthday_before};
use sluss_core::codename::Kdf;
use sluss_core::day::{Clock, Day, Deadlines};
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::roster::{self, Edition, Organisation, Person, Role, Roster, RosterFile};
use sluss_core::seal::Sealer;
use sluss_core::secret::Secret;
use sluss_core::submission::{Heading, Report};

use crate::book::Book;
use crate::desk::Desk;
use crate::exchange::{self, ExchangeError, Opened};
use crate::progress::Progress;

pub const IDS: [&str; 4] = ["anna", "bertil", "cilla", "reserv"];

pub fn day() -> Day {
    "2026-11-24".parse().unwrap()
}

pub fn clock() -> Clock {
    Clock::new(day().instant() + Duration::from_secs(12 * 3600)).unwrap()
}

pub fn rng() -> StdRng {
    StdRng::seed_from_u64(11)
}

/// Takes in the bundle at `path`.
pub fn carry_in(desk: &mut Desk, path: &Path) -> Result<Opened, ExchangeError> {
    exchange::open(desk, path, clock(), &Progress::default())
}

/// The drop's side of everything.
pub struct House {
    pub drop: Tsk,
    pub tsks: BTreeMap<&'static str, Tsk>,
    pub roster: Roster,
    /// The language in which sources want answers.
    pub language: Lang,
    pub folder: tempfile::TempDir,
}

impl House {
    pub fn new() -> Self {
        let made = |id: &&'static str| {
            (*id, Tsk::generate(Kind::PostQuantum, Some(&format!("{id} <{id}@sluss.invalid>")), day()).unwrap())
        };
        let tsks: BTreeMap<_, _> = IDS.iter().map(made).collect();
        let drop = Tsk::generate(Kind::PostQuantum, Some("Sluss"), day()).unwrap();
        let mut file = RosterFile::first(&edition(&drop.cert(), &tsks)).unwrap();
        tsks.values().for_each(|tsk| file.sign(tsk, day()).unwrap());
        Self { drop, tsks, roster: file.verify().unwrap(), language: Lang::Sv, folder: tempfile::tempdir().unwrap() }
    }

    pub fn tsk(&self, id: &str) -> &Tsk {
        &self.tsks[id]
    }

    /// The desk of one of them; opened anew, it reads what the last one left.
    pub fn desk(&self, id: &str) -> Desk {
        let book = Book::open(&self.folder.path().join(id), &mut rand::rng()).unwrap();
        if book.roster().is_err() {
            book.put_roster(self.roster.file()).unwrap();
        }
        Desk::with_tsks(Arc::new(book), self.tsk(id).clone(), Vec::new()).unwrap()
    }

    pub fn source(&self) -> Tsk {
        Tsk::generate(Kind::PostQuantum, None, self.roster.edition().birthday).unwrap()
    }

    /// Seals as the drop does, for all but `excluded`.
    pub fn seal(&self, excluded: &[&str], sequence: u32, text: &str, files: &[(&str, &[u8])], source: &Tsk) -> Vec<u8> {
        let excluded: BTreeSet<String> = excluded.iter().map(|id| (*id).to_owned()).collect();
        let audience = self.roster.audience("lillaedet", &excluded, clock()).unwrap();
        let heading = Heading { sequence, day: day(), acknowledged: false, language: self.language };
        let answers = BTreeMap::from([("relation".to_owned(), "employee".to_owned())]);
        let report = Report { text: Secret::new(text.to_owned()), answers };
        let mut sealer =
            Sealer::new(&audience, &heading, &report, Vec::new(), &mut StdRng::from_rng(&mut rand::rng())).unwrap();
        for (name, bytes) in files {
            sealer.file(name).unwrap();
            sealer.write_all(bytes).unwrap();
        }
        sealer.finish(source).unwrap().1
    }

    /// What a source does with an OpenPGP program of their own: signs as `signer` and seals to `id`; binary.
    pub fn seal_by_hand(&self, content: &[u8], signer: &Tsk, id: &str) -> Vec<u8> {
        sluss_core::envelope::seal_bytes(content, signer, &[&self.tsk(id).cert()], day(), clock()).unwrap()
    }

    /// An outbound bundle for `id`, as a file.
    pub fn outbound(&self, id: &str, out: &Out<'_>) -> PathBuf {
        self.outbound_by(&self.drop, id, out)
    }

    pub fn outbound_by(&self, signer: &Tsk, id: &str, out: &Out<'_>) -> PathBuf {
        let item = |body: &&[u8]| Item { digest: Digest::of(body), length: body.len() as u64 };
        let manifest = Outbound {
            format: FORMAT,
            drop: self.roster.drop_id(),
            roster: self.roster.digest(),
            incarnation: RandomId::from_bytes([out.incarnation; 16]),
            investigator: self.tsk(id).fingerprint(),
            number: out.number,
            more: false,
            day: day(),
            submissions: out.submissions.iter().map(item).collect(),
            echoes: out.echoes.iter().map(|(echo, _)| *echo).collect(),
            done: out.done.to_vec(),
            skipped: out.skipped.to_vec(),
        };
        let mut bodies: BTreeMap<Digest, &[u8]> =
            out.submissions.iter().map(|body| (Digest::of(body), *body)).collect();
        bodies.extend(out.echoes.iter().map(|(echo, body)| (echo.item.digest, *body)));
        let cert = self.tsk(id).cert();
        let addresses = Addresses { signer, readers: &[&cert], day: day(), clock: clock() };
        let name = format!("out-{id}-{}-{}-{}.sluss", out.incarnation, out.number, RandomId::draw(&mut rand::rng()));
        let path = self.folder.path().join(name);
        let file = std::fs::File::create(&path).unwrap();
        bundle::seal(&manifest, &addresses, file, |item| Ok(Cursor::new(bodies[&item.digest]))).unwrap();
        path
    }

    /// Reads a return bundle as the drop does, letters included.
    pub fn read_return(&self, path: &Path) -> (Return, Vec<Vec<u8>>) {
        let certs: Vec<&Cert> = self.roster.members().iter().map(|member| member.cert()).collect();
        let sealed = std::fs::read(path).unwrap();
        let verified = bundle::verify::<Return>(sealed.as_slice(), &self.drop, &certs, self.roster.drop_id()).unwrap();
        let mut letters = Vec::new();
        bundle::unpack::<Return>(Cursor::new(&sealed), &self.drop, &certs, |_, content| {
            let mut letter = Vec::new();
            content.read_to_end(&mut letter).unwrap();
            letters.push(letter);
            Ok(())
        })
        .unwrap();
        (verified.manifest, letters)
    }
}

/// What lies in an outbound bundle.
#[derive(Default)]
pub struct Out<'a> {
    pub incarnation: u8,
    pub number: u32,
    pub submissions: &'a [&'a [u8]],
    pub echoes: &'a [(LetterItem, &'a [u8])],
    pub done: &'a [RandomId],
    pub skipped: &'a [Skipped],
}

/// The armor of a sealed message, as a form sends it.
pub fn armored(sealed: &[u8]) -> String {
    let lines = data_encoding::BASE64.encode(sealed);
    let lines: Vec<&str> = lines.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PGP MESSAGE-----\r\n\r\n{}\r\n-----END PGP MESSAGE-----\r\n", lines.join("\r\n"))
}

/// A roster after `house`'s, of `day`, in which Cilla's cert and the drop's end on 2027-03-01 at noon.
pub fn with_ending_certs(house: &House, day: Day) -> Roster {
    let mut edition = house.roster.edition().clone();
    (edition.version, edition.day, edition.previous) = (2, day, Some(house.roster.digest()));
    edition.drop = include_str!("../../tests/vectors/primary-ends.asc").to_owned();
    let cilla = edition.people.iter_mut().find(|person| person.id == "cilla").unwrap();
    cilla.cert = include_str!("../../tests/vectors/subkey-ends.asc").to_owned();
    let mut file = house.roster.file().clone().followed_by(&edition).unwrap();
    for id in ["anna", "bertil"] {
        file.sign(house.tsk(id), day).unwrap();
    }
    file.verify().unwrap()
}

pub fn edition(drop: &Cert, tsks: &BTreeMap<&'static str, Tsk>) -> Edition {
    let people = tsks.iter().map(|(id, tsk)| Person {
        id: (*id).to_owned(),
        name: format!("{id} Ek"),
        firm: "Ek & Alm".to_owned(),
        role: if *id == "reserv" { Role::Reserve } else { Role::Investigator },
        assignments: BTreeMap::new(),
        earlier: Vec::new(),
        cert: tsk.cert().armored(),
    });
    Edition {
        format: roster::FORMAT,
        version: 1,
        day: day(),
        previous: None,
        demo: true,
        birthday: birthday_before(day()),
        kdf: Kdf::draw(&mut rng()),
        onion: vec!["example.onion".to_owned()],
        drop: drop.armored(),
        people: people.collect(),
        organisations: vec![Organisation {
            id: "lillaedet".to_owned(),
            name: BTreeMap::from([(Lang::Sv, "Lilla Edets kommun".to_owned())]),
            recipients: tsks.keys().map(|id| (*id).to_owned()).collect(),
            deadlines: Deadlines::default(),
        }],
    }
}

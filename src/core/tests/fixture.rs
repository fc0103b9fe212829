//! A drop with three investigators and a reserve, made anew with real keys.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write};
use std::time::SystemTime;

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::cert::{Cert, Kind, Tsk, birthday_before};
use crate::codename::Kdf;
use crate::day::{Clock, Day, Deadlines};
use crate::lang::Lang;
use crate::open::{self, OpenError};
use crate::roster::{self, Audience, Edition, Organisation, Person, Role, Roster, RosterFile};
use crate::seal::{Sealed, Sealer};
use crate::secret::Secret;
use crate::submission::{Heading, Report};

pub fn day() -> Day {
    "2026-11-24".parse().unwrap()
}

pub fn noon(day: Day) -> SystemTime {
    day.instant() + std::time::Duration::from_secs(12 * 3600)
}

pub fn clock() -> Clock {
    Clock::new(noon(day())).unwrap()
}

pub fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

pub struct House {
    pub drop: Tsk,
    pub tsks: BTreeMap<&'static str, Tsk>,
    pub file: RosterFile,
    pub roster: Roster,
}

impl House {
    /// Anna, Bertil and Cilla, of whom `classic` have classic keys, and the reserve.
    pub fn new(classic: &[&str]) -> Self {
        let ids = ["anna", "bertil", "cilla", "reserv"];
        let tsks = ids.into_iter().map(|id| {
            let kind = if classic.contains(&id) { Kind::Classic } else { Kind::PostQuantum };
            (id, Tsk::generate(kind, Some(&format!("{id} <{id}@sluss.invalid>")), day()).unwrap())
        });
        Self::with(tsks.collect())
    }

    pub fn with(tsks: BTreeMap<&'static str, Tsk>) -> Self {
        let drop = Tsk::generate(Kind::PostQuantum, Some("Sluss"), day()).unwrap();
        let edition = edition(&drop.cert(), &tsks);
        let mut file = RosterFile::first(&edition).unwrap();
        for tsk in tsks.values() {
            file.sign(tsk, day()).unwrap();
        }
        let roster = file.verify().unwrap();
        Self { drop, tsks, file, roster }
    }

    pub fn tsk(&self, id: &str) -> &Tsk {
        &self.tsks[id]
    }

    pub fn cert(&self, id: &str) -> Cert {
        self.tsks[id].cert()
    }

    pub fn audience(&self, excluded: &[&str]) -> Audience {
        let excluded: BTreeSet<String> = excluded.iter().map(|id| (*id).to_owned()).collect();
        self.roster.audience("lillaedet", &excluded, clock()).unwrap()
    }

    pub fn source(&self) -> Tsk {
        Tsk::generate(Kind::PostQuantum, None, self.roster.edition().birthday).unwrap()
    }

    /// Seals a report with `files`, as the drop does.
    pub fn seal(
        &self,
        audience: &Audience,
        sequence: u32,
        text: &str,
        files: &[(&str, &[u8])],
        source: &Tsk,
    ) -> (Sealed, Vec<u8>) {
        let heading = Heading { sequence, day: day(), acknowledged: true, language: Lang::Sv };
        let report = Report {
            text: Secret::new(text.to_owned()),
            answers: BTreeMap::from([("relation".to_owned(), "employee".to_owned())]),
        };
        let mut rng = StdRng::seed_from_u64(u64::from(sequence));
        let mut sealer = Sealer::new(audience, &heading, &report, Vec::new(), &mut rng).unwrap();
        for (name, bytes) in files {
            sealer.file(name).unwrap();
            sealer.write_all(bytes).unwrap();
        }
        sealer.finish(source).unwrap()
    }

    pub fn open(&self, id: &str, sealed: &[u8]) -> Result<open::Submission<Cursor<Vec<u8>>>, OpenError> {
        open::open(sealed, self.tsk(id), Cursor::new(Vec::new()))
    }
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
        demo: false,
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

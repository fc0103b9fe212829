//! A roster with real keys, made in memory: for what needs recipients but no desk.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use sluss_core::cert::{Kind, Tsk, birthday_before};
use sluss_core::codename::Kdf;
use sluss_core::day::{Clock, Day, Deadlines};
use sluss_core::lang::Lang;
use sluss_core::roster::{self, Audience, Edition, Organisation, Person, Role, Roster, RosterFile};

/// A drop's TSK, its people's, and the roster that they signed.
pub struct House {
    /// The drop's.
    pub drop: Tsk,
    /// Everybody's, by their id.
    pub people: BTreeMap<String, Tsk>,
    /// What they signed.
    pub roster: Roster,
    /// The day on which they did.
    pub day: Day,
}

impl House {
    /// People of these ids and kinds, the last of whom keeps the reserve; one organisation, `lillaedet`.
    pub fn new(people: &[(&str, Kind)], day: Day) -> Result<Self> {
        let drop = Tsk::generate(Kind::PostQuantum, Some("Sluss"), day)?;
        let mut tsks = BTreeMap::new();
        let mut persons = Vec::new();
        let (reserve, _) = people.last().context("nobody")?;
        for (id, kind) in people {
            let tsk = Tsk::generate(*kind, Some(&format!("{id} <{id}@sluss.invalid>")), day)?;
            persons.push(Person {
                id: (*id).to_owned(),
                name: format!("{id} Ek"),
                firm: "Ek & Alm".to_owned(),
                role: if id == reserve { Role::Reserve } else { Role::Investigator },
                assignments: BTreeMap::new(),
                earlier: Vec::new(),
                cert: tsk.cert().armored(),
            });
            tsks.insert((*id).to_owned(), tsk);
        }
        let edition = Edition {
            format: roster::FORMAT,
            version: 1,
            day,
            previous: None,
            demo: true,
            birthday: birthday_before(day),
            kdf: Kdf::draw(&mut rand::rng()),
            onion: Vec::new(),
            drop: drop.cert().armored(),
            organisations: vec![Organisation {
                id: "lillaedet".to_owned(),
                name: BTreeMap::from([(Lang::Sv, "Lilla Edets kommun".to_owned())]),
                recipients: persons.iter().map(|person| person.id.clone()).collect(),
                deadlines: Deadlines::default(),
            }],
            people: persons,
        };
        let mut file = RosterFile::first(&edition)?;
        for tsk in tsks.values() {
            file.sign(tsk, day)?;
        }
        Ok(Self { drop, people: tsks, roster: file.verify()?, day })
    }

    /// Everybody, as the audience of one report.
    pub fn audience(&self) -> Result<Audience> {
        let clock = Clock::new(self.day.instant())?;
        Ok(self.roster.audience("lillaedet", &BTreeSet::new(), clock)?)
    }
}

//! A roster with real keys, made in memory: for what needs recipients but no desk.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use sluss_core::cert::{Kind, Tsk, birthday_before};
use sluss_core::codename::Kdf;
use sluss_core::day::{Clock, Day, Deadlines};
use sluss_core::lang::Lang;
use sluss_core::roster::{self, Audience, DropCard, Edition, Organisation, Person, Role, Roster, RosterFile};

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
        let card = DropCard {
            format: roster::FORMAT,
            onion: Vec::new(),
            cert: drop.cert().armored(),
            kdf: Kdf::draw(&mut rand::rng()),
            demo: true,
        };
        let (file, people) = first_roster(&card, people, day)?;
        Ok(Self { drop, people, roster: file.verify()?, day })
    }

    /// The next edition, as `change` makes it, signed by everybody.
    pub fn amended(&self, change: impl FnOnce(&mut Edition)) -> Result<Roster> {
        let mut edition = self.roster.edition().clone();
        edition.version += 1;
        edition.previous = Some(self.roster.digest());
        change(&mut edition);
        let mut file = self.roster.file().clone().followed_by(&edition)?;
        for tsk in self.people.values() {
            file.sign(tsk, self.day)?;
        }
        Ok(file.verify()?)
    }

    /// Everybody, as the audience of one report.
    pub fn audience(&self) -> Result<Audience> {
        let clock = Clock::new(self.day.instant())?;
        Ok(self.roster.audience("lillaedet", &BTreeSet::new(), clock)?)
    }
}

/// The first roster of the drop with this card, signed by people of these ids and kinds, the last of whom keeps the
/// reserve; one organisation, `lillaedet`. Also everybody's TSK.
pub fn first_roster(card: &DropCard, people: &[(&str, Kind)], day: Day) -> Result<(RosterFile, BTreeMap<String, Tsk>)> {
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
        demo: card.demo,
        birthday: birthday_before(day),
        kdf: card.kdf.clone(),
        onion: card.onion.clone(),
        drop: card.cert.clone(),
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
    Ok((file, tsks))
}

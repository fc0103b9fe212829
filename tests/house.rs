//! A roster with real keys, made in memory: for what needs recipients but no desk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Write as _};
use std::time::Duration;

use anyhow::{Context, Result};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use sequoia_openpgp::Profile;
use sequoia_openpgp::cert::CertBuilder;
use sequoia_openpgp::serialize::MarshalInto as _;
use sequoia_openpgp::types::KeyFlags;
use sluss_core::bundle::{self, Addresses, Item, Outbound, RandomId};
use sluss_core::cert::{Kind, Tsk, birthday_before};
use sluss_core::codename::Kdf;
use sluss_core::day::{Clock, Day, Deadlines};
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::roster::{self, Audience, DropCard, Edition, Organisation, Person, Role, Roster, RosterFile};
use sluss_core::seal::Sealer;
use sluss_core::secret::Secret;
use sluss_core::submission::{Heading, Report};

/// A classic TSK that can be used for three days from the day before `day` on.
pub fn short_lived(day: Day) -> Result<Tsk> {
    let (one, passphrase) = (Duration::from_secs(24 * 3600), "correct horse battery");
    let (cert, _) = CertBuilder::new()
        .set_profile(Profile::RFC4880)?
        .set_validity_period(3 * one)
        .set_primary_key_flags(KeyFlags::empty().set_certification().set_signing())
        .set_creation_time(day.instant() - one)
        .add_transport_encryption_subkey()
        .set_password(Some(passphrase.into()))
        .generate()?;
    Ok(Tsk::unlock_with_passphrase(&cert.as_tsk().to_vec()?, &Secret::new(passphrase.to_owned()))?)
}

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
        Self::of(generated(people, day)?, day)
    }

    /// The same, of people who have TSKs already.
    pub fn of(people: Vec<(&str, Tsk)>, day: Day) -> Result<Self> {
        let drop = Tsk::generate(Kind::PostQuantum, Some("Sluss"), day)?;
        let card = DropCard {
            format: roster::FORMAT,
            onion: Vec::new(),
            cert: drop.cert().armored(),
            kdf: Kdf::draw(&mut rand::rng()),
            demo: true,
        };
        let (file, people) = signed_roster(&card, people, day)?;
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

    /// A submission for everybody, as the drop seals it.
    pub fn seal(&self, report: &Report, number: u32, files: &[(&str, &[u8])], source: &Tsk) -> Result<Vec<u8>> {
        self.seal_for(&self.audience(&[])?, report, number, files, source)
    }

    /// A submission for `audience`, as the drop seals it.
    pub fn seal_for(
        &self,
        audience: &Audience,
        report: &Report,
        number: u32,
        files: &[(&str, &[u8])],
        source: &Tsk,
    ) -> Result<Vec<u8>> {
        let heading = Heading { sequence: number, day: self.day, acknowledged: false, language: Lang::Sv };
        let mut rng = UnwrapErr(SysRng);
        let mut sealer = Sealer::new(audience, &heading, report, Vec::new(), &mut rng)?;
        for (name, content) in files {
            sealer.file(name)?;
            sealer.write_all(content)?;
        }
        let (_, sealed) = sealer.finish(source)?;
        Ok(sealed)
    }

    /// The outbound bundle `number` for `reader`, made on `day`.
    pub fn outbound(&self, reader: &str, number: u32, day: Day, submissions: &[Vec<u8>]) -> Result<Vec<u8>> {
        let cert = self.people.get(reader).context("nobody")?.cert();
        let item = |sealed: &Vec<u8>| Item { digest: Digest::of(sealed), length: sealed.len() as u64 };
        let manifest = Outbound {
            format: bundle::FORMAT,
            drop: self.roster.drop_id(),
            roster: self.roster.digest(),
            incarnation: RandomId::from_bytes([1; 16]),
            investigator: cert.fingerprint(),
            number,
            more: false,
            day,
            submissions: submissions.iter().map(item).collect(),
            echoes: Vec::new(),
            done: Vec::new(),
            skipped: Vec::new(),
        };
        let addresses = Addresses { signer: &self.drop, readers: &[&cert], day, clock: Clock::new(day.instant())? };
        let bodies: BTreeMap<Digest, &Vec<u8>> =
            manifest.submissions.iter().map(|item| item.digest).zip(submissions).collect();
        let mut sealed = Vec::new();
        bundle::seal(&manifest, &addresses, &mut sealed, |item| {
            Ok(Cursor::new(*bodies.get(&item.digest).ok_or(io::ErrorKind::NotFound)?))
        })?;
        Ok(sealed)
    }

    /// Everybody but those whom a source leaves out, as the audience of one report.
    pub fn audience(&self, left_out: &[&str]) -> Result<Audience> {
        let clock = Clock::new(self.day.instant())?;
        let left_out: BTreeSet<String> = left_out.iter().map(|id| (*id).to_owned()).collect();
        Ok(self.roster.audience("lillaedet", &left_out, clock)?)
    }
}

/// The first roster of the drop with this card, signed by people of these ids and kinds, the last of whom keeps the
/// reserve; one organisation, `lillaedet`. Also everybody's TSK.
pub fn first_roster(card: &DropCard, people: &[(&str, Kind)], day: Day) -> Result<(RosterFile, BTreeMap<String, Tsk>)> {
    signed_roster(card, generated(people, day)?, day)
}

fn generated<'a>(people: &[(&'a str, Kind)], day: Day) -> Result<Vec<(&'a str, Tsk)>> {
    let tsk = |id: &str, kind| Tsk::generate(kind, Some(&format!("{id} <{id}@sluss.invalid>")), day);
    people.iter().map(|(id, kind)| Ok((*id, tsk(id, *kind)?))).collect()
}

fn signed_roster(card: &DropCard, people: Vec<(&str, Tsk)>, day: Day) -> Result<(RosterFile, BTreeMap<String, Tsk>)> {
    let mut tsks = BTreeMap::new();
    let mut persons = Vec::new();
    let (reserve, _) = *people.last().context("nobody")?;
    for (id, tsk) in people {
        persons.push(Person {
            id: id.to_owned(),
            name: format!("{id} Ek"),
            firm: "Ek & Alm".to_owned(),
            role: if id == reserve { Role::Reserve } else { Role::Investigator },
            assignments: BTreeMap::from([(Lang::Sv, "ombud för Ale kommun".to_owned())]),
            earlier: Vec::new(),
            cert: tsk.cert().armored(),
        });
        tsks.insert(id.to_owned(), tsk);
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

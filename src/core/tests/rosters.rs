use std::collections::BTreeSet;

use proptest::prelude::*;

use super::fixture::{House, clock, day, edition};
use crate::cert::{Fingerprint, Kind, Tsk};
use crate::day::Deadlines;
use crate::roster::{AudienceError, Edition, Roster, RosterError, RosterFile};

fn next(house: &House) -> Edition {
    let mut edition = house.roster.edition().clone();
    edition.version += 1;
    edition.previous = Some(house.roster.digest());
    edition.day = day().plus_days(30);
    edition
}

fn signed(house: &House, edition: &Edition, by: &[&str]) -> Result<Roster, RosterError> {
    let mut file = house.file.clone().followed_by(edition).unwrap();
    for id in by {
        file.sign(house.tsk(id), edition.day).unwrap();
    }
    Roster::from_bytes(&file.to_bytes())
}

#[test]
fn two_of_the_previous_members_make_the_next() {
    let house = House::new(&[]);
    let mut edition = next(&house);
    edition.people.retain(|person| person.id != "cilla");
    edition.organisations[0].recipients.retain(|id| id != "cilla");
    let later = signed(&house, &edition, &["anna", "reserv"]).unwrap();
    assert_eq!(later.drop_id(), house.roster.digest());
    assert!(later.knows(house.roster.digest()) && later.knows(later.digest()));
    assert!(later.may_replace(&house.roster).is_ok());
    assert!(matches!(house.roster.may_replace(&later), Err(RosterError::Rollback)));
    assert!(matches!(signed(&house, &edition, &["anna"]), Err(RosterError::Signatures { have: 1, need: 2, .. })));
    assert!(matches!(signed(&house, &edition, &["anna", "anna"]), Err(RosterError::Signatures { have: 1, .. })));
}

#[test]
fn a_newcomer_cannot_sign_themselves_in() {
    let mut house = House::new(&[]);
    let dora = Tsk::generate(Kind::PostQuantum, Some("Dora"), day()).unwrap();
    let mut edition = next(&house);
    edition.people[2].cert = dora.cert().armored();
    house.tsks.insert("dora", dora);
    assert!(matches!(signed(&house, &edition, &["anna", "dora"]), Err(RosterError::Signatures { have: 1, .. })));
}

#[test]
fn a_chain_holds_or_is_refused() {
    let house = House::new(&[]);
    let by = ["anna", "bertil"];
    for broken in [
        Edition { previous: None, ..next(&house) },
        Edition { version: 3, ..next(&house) },
        Edition { day: day().plus_days(-1), ..next(&house) },
    ] {
        assert!(matches!(signed(&house, &broken, &by), Err(RosterError::Broken)));
    }
    let mut salted = next(&house);
    salted.kdf.salt = "00".repeat(16);
    assert!(matches!(signed(&house, &salted, &by), Err(RosterError::Frozen)));
    let younger = Edition { birthday: day(), ..next(&house) };
    assert!(matches!(signed(&house, &younger, &by), Err(RosterError::Frozen)));

    // One swapped byte anywhere in what was signed.
    let text = String::from_utf8(house.file.to_bytes()).unwrap().replacen("lillaedet", "lillaedat", 1);
    assert!(matches!(Roster::from_bytes(text.as_bytes()), Err(RosterError::Signatures { have: 0, .. })));
    // Another drop's roster, as good as it is.
    let other = House::new(&[]);
    assert!(matches!(other.roster.may_replace(&house.roster), Err(RosterError::Rollback)));
}

#[test]
fn the_first_is_signed_by_all() {
    let house = House::new(&[]);
    let mut file = RosterFile::first(house.roster.edition()).unwrap();
    for id in ["anna", "bertil", "cilla"] {
        file.sign(house.tsk(id), day()).unwrap();
    }
    assert!(matches!(file.verify(), Err(RosterError::Signatures { have: 3, need: 4, .. })));
}

#[test]
fn forms_that_harm_are_refused() {
    let house = House::new(&[]);
    let base = || edition(&house.drop.cert(), &house.tsks);
    let refused = |change: &dyn Fn(&mut Edition)| {
        let mut edition = base();
        change(&mut edition);
        let mut file = RosterFile::first(&edition).unwrap();
        for tsk in house.tsks.values() {
            file.sign(tsk, day()).unwrap();
        }
        file.verify().err()
    };
    assert!(refused(&|_| ()).is_none());
    let secret =
        String::from_utf8(house.tsk("anna").lock_for_gpg(&crate::secret::Secret::new("x".to_owned())).unwrap())
            .unwrap();
    assert!(matches!(refused(&|e| e.people[0].cert = secret.clone()), Some(RosterError::Cert(..))));
    assert!(matches!(refused(&|e| e.people[0].cert = e.people[1].cert.clone()), Some(RosterError::SharedCert(_))));
    assert!(matches!(refused(&|e| e.people[0].cert = e.drop.clone()), Some(RosterError::SharedCert(_))));
    for id in ["report", "../x", "", "Lilla"] {
        assert!(matches!(refused(&|e| e.organisations[0].id = id.to_owned()), Some(RosterError::Name(_))), "{id}");
    }
    assert!(matches!(refused(&|e| e.organisations[0].recipients.push("ingen".to_owned())), Some(RosterError::Name(_))));
    assert!(matches!(
        refused(&|e| e.organisations[0].recipients.retain(|id| id != "reserv")),
        Some(RosterError::Recipients(_))
    ));
    assert!(matches!(
        refused(&|e| e.organisations[0].recipients = vec!["reserv".to_owned()]),
        Some(RosterError::Recipients(_))
    ));
    assert!(matches!(refused(&|e| e.kdf.memory_kib = 8), Some(RosterError::Frozen)));
    assert!(matches!(refused(&|e| e.format = 2), Some(RosterError::Malformed)));
}

#[test]
fn admission_asks_for_life_and_for_earnest() {
    let mut house = House::new(&[]);
    assert!(house.roster.admit(clock(), false).is_ok());
    let mut trial = edition(&house.drop.cert(), &house.tsks);
    trial.demo = true;
    let mut file = RosterFile::first(&trial).unwrap();
    house.tsks.values().for_each(|tsk| file.sign(tsk, day()).unwrap());
    let trial = file.verify().unwrap();
    assert!(matches!(trial.admit(clock(), false), Err(RosterError::Demo)));
    assert!(trial.admit(clock(), true).is_ok());
    // A cert that begins after the roster's day is not usable yet on it.
    house.tsks.insert("anna", Tsk::generate(Kind::Classic, Some("anna"), day().plus_days(400)).unwrap());
    let mut file = RosterFile::first(&edition(&house.drop.cert(), &house.tsks)).unwrap();
    house.tsks.values().for_each(|tsk| file.sign(tsk, day().plus_days(400)).unwrap());
    assert!(matches!(file.verify().unwrap().admit(clock(), false), Err(RosterError::Cert(..))));
}

#[test]
fn an_audience_is_never_wrong() {
    let house = House::new(&[]);
    let ask = |organisation: &str, excluded: &[&str]| {
        let excluded: BTreeSet<String> = excluded.iter().map(|id| (*id).to_owned()).collect();
        house.roster.audience(organisation, &excluded, clock())
    };
    assert_eq!(ask("lillaedet", &[]).unwrap().readers().len(), 4);
    assert_eq!(ask("lillaedet", &["anna", "bertil"]).unwrap().readers().len(), 2);
    assert_eq!(ask("lillaedet", &["anna", "bertil", "cilla"]).unwrap_err(), AudienceError::TooFew);
    assert_eq!(ask("lillaedet", &["reserv"]).unwrap_err(), AudienceError::Reserve);
    assert_eq!(ask("annanstans", &[]).unwrap_err(), AudienceError::UnknownOrganisation);
    assert_eq!(ask("lillaedet", &["okänd"]).unwrap().readers().len(), 4);
}

#[test]
fn who_was_left_out_stays_so_under_a_new_cert() {
    let house = House::new(&[]);
    let old = house.tsk("cilla").fingerprint();
    let renewed = Tsk::generate(Kind::PostQuantum, Some("Cilla"), day().plus_days(20)).unwrap();
    let mut edition = next(&house);
    edition.people[2].cert = renewed.cert().armored();
    let later = signed(&house, &edition, &["anna", "bertil"]).unwrap();
    assert!(later.holder(old).is_none());
    let left_out = later.people_behind(&[old]);
    assert_eq!(left_out, BTreeSet::from(["cilla".to_owned()]));
    let audience = later.audience("lillaedet", &left_out, clock().not_before(edition.day)).unwrap();
    assert!(!audience.readers().contains(&renewed.fingerprint()));
}

/// The edition after `house`'s in which Cilla has a new cert, and that cert's TSK.
fn renewed(house: &House, earlier: Vec<Fingerprint>) -> (Edition, Tsk) {
    let tsk = Tsk::generate(Kind::PostQuantum, Some("Cilla"), day().plus_days(20)).unwrap();
    let mut edition = next(house);
    edition.people[2].cert = tsk.cert().armored();
    edition.people[2].earlier = earlier;
    (edition, tsk)
}

#[test]
fn who_renews_a_cert_still_opens_what_the_old_one_could_and_who_lost_it_does_not() {
    let house = House::new(&[]);
    let old = house.tsk("cilla").fingerprint();
    let (edition, tsk) = renewed(&house, vec![old]);
    let later = signed(&house, &edition, &["anna", "bertil"]).unwrap();
    let cilla = later.keeper(old).unwrap();
    assert_eq!((cilla.person().id.as_str(), cilla.fingerprints()), ("cilla", vec![tsk.fingerprint(), old]));
    assert!(later.holder(old).is_none());

    let (edition, _) = renewed(&house, Vec::new());
    let lost = signed(&house, &edition, &["anna", "reserv"]).unwrap();
    assert!(lost.keeper(old).is_none());
    for roster in [&later, &lost] {
        let letter = roster.writer(old).map(|person| person.name.as_str());
        assert_eq!(letter, Some("cilla Ek"), "letters of the old cert stay hers");
        assert!(roster.writers().contains(&&house.cert("cilla")));
    }
}

#[test]
fn nobody_takes_over_what_was_sealed_to_somebody_else() {
    let house = House::new(&[]);
    for foreign in [house.tsk("anna").fingerprint(), house.drop.fingerprint()] {
        let (edition, _) = renewed(&house, vec![foreign]);
        let refused = signed(&house, &edition, &["anna", "bertil"]);
        assert!(matches!(refused, Err(RosterError::Earlier(id)) if id == "cilla"));
    }
    let mut first = edition(&house.drop.cert(), &house.tsks);
    first.people[0].earlier = vec![house.tsk("bertil").fingerprint()];
    let mut file = RosterFile::first(&first).unwrap();
    house.tsks.values().for_each(|tsk| file.sign(tsk, day()).unwrap());
    assert!(matches!(file.verify(), Err(RosterError::Earlier(_))));
}

#[test]
fn the_drops_cert_may_be_replaced_and_the_old_one_is_remembered() {
    let house = House::new(&[]);
    let drop = Tsk::generate(Kind::PostQuantum, Some("Sluss"), day()).unwrap();
    let edition = Edition { drop: drop.cert().armored(), ..next(&house) };
    let later = signed(&house, &edition, &["anna", "bertil"]).unwrap();
    assert_eq!(later.drop_cert(), &drop.cert());
    assert_eq!(later.drop_certs(), [&drop.cert(), &house.drop.cert()]);
    assert_eq!(later.drop_id(), house.roster.drop_id());
}

#[test]
fn no_organisation_takes_longer_than_the_law() {
    let house = House::new(&[]);
    let mut edition = next(&house);
    edition.organisations[0].deadlines = Deadlines { acknowledge_days: 3, feedback_months: 2, ..Deadlines::default() };
    let sooner = signed(&house, &edition, &["anna", "bertil"]).unwrap();
    assert_eq!(sooner.organisation("lillaedet").unwrap().deadlines.acknowledge_days, 3);
    edition.organisations[0].deadlines.feedback_months = 4;
    assert!(matches!(signed(&house, &edition, &["anna", "bertil"]), Err(RosterError::Deadlines(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No byte of a signed edition can be another one; what lies around it (armor, indents) may.
    #[test]
    fn a_changed_edition_is_never_believed(at in 0.0..1.0_f64, byte in any::<u8>()) {
        thread_local! { static HOUSE: House = House::new(&[]); }
        HOUSE.with(|house| {
            let mut bytes = house.file.to_bytes();
            let place = (at * (bytes.len() - 1) as f64) as usize;
            bytes[place] = byte;
            if let Ok(roster) = Roster::from_bytes(&bytes) {
                assert_eq!((roster.digest(), roster.edition()), (house.roster.digest(), house.roster.edition()));
            }
        });
    }
}

//! Rosters: nobody but two of its signers can make a drop believe another one, and even they only a sound one.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use serde_json::{Value, json};
use sluss_core::roster::{AudienceError, Edition, Member, ROUTES, Roster, RosterFile};

use super::edit::{Edit, edited};
use super::few::Few;
use super::real::{PEOPLE, clock, day, vector};
use super::tweak::{Tweak, tweak};

static FILE: LazyLock<Value> = LazyLock::new(|| serde_json::from_slice(vector!("roster.json")).unwrap());
static EDITIONS: LazyLock<Vec<Edition>> = LazyLock::new(|| PEOPLE.roster.file().editions().unwrap());

/// A roster file that somebody offers.
#[derive(Debug, Arbitrary)]
pub enum Offered {
    /// The real one with other bytes.
    Bytes(Few<Edit>),
    /// The real one with other JSON, and with other bytes in what was signed and in signatures.
    Chain(Few<Tweak>, Few<Signed>),
    /// The real one with one more edition, signed by some of the three.
    Next(Few<Tweak>, [bool; 3]),
}

/// A change to what a link of the chain says, or to one of its signatures.
type Signed = (u8, Option<u8>, Few<Edit>);

/// Whatever was changed, a believed roster is one of the real editions. A further one is believed only if two members
/// signed it; then it is of the same drop, has the same derivation, and each organisation still has an audience that
/// cannot be emptied, or none, and nobody holds somebody else's cert.
pub fn holds(offered: &Offered) {
    match offered {
        Offered::Bytes(edits) => only_real(&edited(vector!("roster.json"), edits)),
        Offered::Chain(tweaks, edits) => only_real(&changed(tweaks, edits)),
        Offered::Next(tweaks, signers) => next_holds(tweaks, *signers),
    }
}

fn only_real(bytes: &[u8]) {
    let Ok(file) = RosterFile::from_bytes(bytes) else { return };
    let _ = (file.newest(), file.digest());
    let Ok(roster) = file.verify() else { return };
    let real = &PEOPLE.roster;
    assert_eq!(roster.drop_id(), real.drop_id());
    assert!(real.knows(roster.digest()) && EDITIONS.contains(roster.edition()));
    assert!(real.may_replace(&roster).is_ok());
    assert_eq!(roster.may_replace(real).is_ok(), roster.digest() == real.digest());
    assert_eq!(Roster::from_bytes(&file.to_bytes()).unwrap().digest(), roster.digest());
}

fn changed(tweaks: &[Tweak], edits: &[Signed]) -> Vec<u8> {
    let mut file = FILE.clone();
    tweak(&mut file, tweaks);
    for (link, signature, edits) in edits {
        let link = usize::from(*link) % 2;
        let path = match signature {
            Some(signature) => format!("/chain/{link}/signatures/{}", signature % 4),
            None => format!("/chain/{link}/edition"),
        };
        let Some(Value::String(text)) = file.pointer_mut(&path) else { continue };
        *text = String::from_utf8_lossy(&edited(text.as_bytes(), edits)).into_owned();
    }
    serde_json::to_vec(&file).unwrap()
}

fn next_holds(tweaks: &[Tweak], signers: [bool; 3]) {
    let real = &PEOPLE.roster;
    let mut edition = serde_json::to_value(real.edition()).unwrap();
    edition["version"] = json!(real.edition().version + 1);
    edition["previous"] = json!(real.digest());
    tweak(&mut edition, tweaks);
    let mut file = FILE.clone();
    let links = file["chain"].as_array_mut().unwrap();
    links.push(json!({"edition": edition.to_string(), "signatures": []}));
    let mut file = RosterFile::from_bytes(&serde_json::to_vec(&file).unwrap()).unwrap();
    for (tsk, _) in [&PEOPLE.anna, &PEOPLE.bertil, &PEOPLE.reserve].iter().zip(signers).filter(|(_, signs)| *signs) {
        file.sign(tsk, day()).unwrap();
    }
    let enough = signers.iter().filter(|signs| **signs).count() >= 2;
    match file.verify() {
        Ok(roster) => {
            assert!(enough, "one member's key made a roster");
            assert_eq!(roster.drop_id(), real.drop_id());
            assert_eq!(roster.edition().version, real.edition().version + 1);
            assert_eq!(roster.edition().kdf, real.edition().kdf);
            assert_eq!(roster.edition().birthday, real.edition().birthday);
            assert!(roster.may_replace(real).is_ok() && real.may_replace(&roster).is_err());
            people_hold(&roster);
            audiences_hold(&roster);
        }
        Err(error) => assert!(!(enough && tweaks.is_empty()), "a good edition was refused: {error}"),
    }
}

fn people_hold(roster: &Roster) {
    let certs: Vec<_> = roster.members().iter().flat_map(Member::fingerprints).collect();
    assert_eq!(certs.iter().collect::<BTreeSet<_>>().len(), certs.len(), "two people hold one cert");
}

fn audiences_hold(roster: &Roster) {
    for organisation in &roster.edition().organisations {
        assert!(!ROUTES.contains(&organisation.id.as_str()) && organisation.deadlines.are_lawful());
        let certs: BTreeSet<_> =
            roster.recipients(organisation).iter().map(|member| member.cert().fingerprint()).collect();
        assert_eq!(certs.len(), organisation.recipients.len(), "a cert or a person counts twice");
        let ask = |excluded: &BTreeSet<String>| roster.audience(&organisation.id, excluded, clock());
        let everybody: BTreeSet<String> = organisation.recipients.iter().cloned().collect();
        assert!(ask(&everybody).is_err(), "nobody is left");
        match ask(&BTreeSet::new()) {
            Ok(audience) => assert!(audience.readers().len() >= 2),
            Err(error) => assert_eq!(error, AudienceError::Closed),
        }
    }
}

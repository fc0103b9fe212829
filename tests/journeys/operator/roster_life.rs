//! How a roster lives: people renew, lose and steal keys, join and leave, with the shipped desk and the shipped drop.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sluss_core::lang::Lang;
use sluss_core::roster::RosterFile;
use sluss_tests::journey::desk::Desk;

use super::rig::{ORGANISATION, Rig, Said, Source};

/// A drop, desks with keys of their own, and what people write down about each other.
pub(super) struct Office {
    pub(super) rig: Rig,
    pub(super) desks: BTreeMap<&'static str, Desk>,
    people: Vec<(&'static str, &'static str)>,
}

impl Office {
    /// Anna, Bertil and the reserve, whose first roster the drop and all desks use.
    fn new() -> Result<Self> {
        Self::of(&["anna", "bertil"])
    }

    /// These investigators and the reserve, likewise.
    pub(super) fn of(investigators: &[&'static str]) -> Result<Self> {
        let rig = Rig::lay_for(BTreeMap::new())?;
        let mut office = Self { rig, desks: BTreeMap::new(), people: Vec::new() };
        for id in investigators {
            office.hire(id, id, "investigator")?;
        }
        office.hire("reserv", "reserv", "reserve")?;
        let everybody = [investigators, &["reserv"]].concat();
        let card = office.rig.dir().join("keys/drop.json");
        let roster = office.path("first.json");
        let drawn = ["roster", "new", &office.describe("")?, "--drop", text(&card)?, &roster];
        office.desks["anna"].unlocked(&drawn)?;
        office.sign(&roster, &everybody)?;
        office.use_roster(&roster, &everybody)?;
        let added = office.add(&roster)?;
        ensure!(added.code == 0, "{added:?}");
        Ok(office)
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.rig.scratch(name).display().to_string()
    }

    /// A desk with a new key, whose owner `id` is in every description from now on.
    pub(super) fn hire(&mut self, id: &'static str, desk: &'static str, role: &'static str) -> Result<()> {
        let made = Desk::new(&self.rig.scratch("desks"), desk, id)?;
        made.unlocked(&["tsk", "new", "--name", id])?;
        made.run(&["tsk", "export-cert", &self.path(&format!("{desk}.asc"))])?;
        self.desks.insert(desk, made);
        self.people.retain(|(other, _)| *other != id);
        self.people.push((id, role));
        Ok(())
    }

    /// Writes down who reads; `lost` has a new cert because the key was lost. Returns the file.
    fn describe(&self, lost: &str) -> Result<String> {
        let person = |(id, role): &(&str, &str)| {
            let cert = if lost == *id { format!("{id}-again") } else { (*id).to_owned() };
            format!(
                "[[people]]\nid = \"{id}\"\nname = \"{id} Ek\"\nfirm = \"Ek\"\nrole = \"{role}\"\ncert = \"{cert}.asc\"\nlost = {}\n",
                lost == *id
            )
        };
        let ids: Vec<&str> = self.people.iter().map(|(id, _)| *id).collect();
        let people: String = self.people.iter().map(person).collect();
        let path = self.path("people.toml");
        fs::write(
            &path,
            format!(
                "{people}[[organisations]]\nid = \"{ORGANISATION}\"\nname = {{ sv = \"Lilla Edet\" }}\nrecipients = {ids:?}\n"
            ),
        )?;
        Ok(path)
    }

    /// The edition after `previous`, signed by `signers`.
    pub(super) fn next(&self, previous: &str, name: &str, lost: &str, signers: &[&str]) -> Result<String> {
        let roster = self.path(name);
        self.desks[signers[0]].unlocked(&["roster", "new", &self.describe(lost)?, "--previous", previous, &roster])?;
        self.sign(&roster, signers)?;
        Ok(roster)
    }

    fn sign(&self, roster: &str, signers: &[&str]) -> Result<()> {
        signers.iter().try_for_each(|id| self.desks[*id].unlocked(&["roster", "sign", "--yes", roster]).map(drop))
    }

    pub(super) fn use_roster(&self, roster: &str, desks: &[&str]) -> Result<()> {
        desks.iter().try_for_each(|id| self.desks[*id].run(&["roster", "use", roster]).map(drop))
    }

    pub(super) fn add(&self, roster: &str) -> Result<Said> {
        self.rig.run(&["roster", "add", roster])
    }

    /// Carries `name`'s next bundle to `desk`; returns what the desk says of it.
    fn carry_out(&self, name: &str, desk: &str) -> Result<Value> {
        let bundle = self.rig.export(name, &[])?;
        self.desks[desk].unlocked(&["open", text(&bundle)?])
    }

    /// Makes a return bundle at `desk`.
    fn returning(&self, desk: &str, more: &[&str]) -> Result<PathBuf> {
        let to = self.path("");
        let made = self.desks[desk].unlocked(&[&["return", to.as_str()], more].concat())?;
        Ok(made["file"].as_str().context("no file")?.into())
    }

    /// Carries a return bundle of `desk` to the drop; returns what the drop says of it.
    fn carry_back(&self, desk: &str, more: &[&str]) -> Result<Value> {
        let said = self.rig.import(&self.returning(desk, more)?)?;
        ensure!(said.code == 0, "{said:?}");
        Ok(serde_json::from_str(&said.out)?)
    }

    /// What a desk shows of a source's case.
    fn case(&self, desk: &str, source: &Source) -> Result<Value> {
        self.desks[desk].unlocked(&["show", &number(source)])
    }

    fn reply(&self, desk: &str, source: &Source, words: &str) -> Result<()> {
        let path = self.path("letter.txt");
        fs::write(&path, words)?;
        self.desks[desk].unlocked(&["reply", &number(source), "--kind", "question", &path]).map(drop)
    }
}

/// A case's number: the first eight digits of its source's fingerprint.
pub(super) fn number(source: &Source) -> String {
    source.cert().fingerprint().to_string().chars().take(8).collect()
}

#[test]
fn a_renewed_key_reads_on_and_a_newcomer_reads_from_then_on() -> Result<()> {
    let mut office = Office::new()?;
    let first = office.rig.report("rapport ett")?;
    ensure!(office.carry_out("anna", "anna")?["new"] == 1);
    ensure!(office.carry_back("anna", &[])?["already"] == false);
    let second = office.rig.report("rapport två")?;

    // Anna renews her key, and Disa joins; the roster comes to the drop in Bertil's return bundle.
    office.desks["anna"].unlocked(&["tsk", "renew"])?;
    office.desks["anna"].run(&["tsk", "export-cert", &office.path("anna-new.asc")])?;
    fs::rename(office.path("anna-new.asc"), office.path("anna.asc"))?;
    office.hire("disa", "disa", "investigator")?;
    let roster = office.next(&office.path("first.json"), "second.json", "", &["bertil", "anna"])?;
    office.use_roster(&roster, &["bertil"])?;
    let brought = office.carry_back("bertil", &["--with-roster"])?;
    ensure!(brought["roster"] == 2 && brought["roster_refused"].is_null(), "{brought}");
    let third = office.rig.report("rapport tre")?;

    // The one bundle, to the new cert, holds what was sealed to the old one, and counts on.
    let before = office.desks["anna"].unlocked(&["roster", "show"])?;
    let intake = office.carry_out("anna", "anna")?;
    ensure!(intake["new"] == 2 && intake["number"] == 2 && intake["newer_roster"] == true, "{intake}");
    ensure!(intake["refused"] == json!([]) && intake["missing"] == json!([]), "{intake}");
    ensure!(office.case("anna", &third)?["foreign_roster"] == true, "a roster unknown to a desk must be told");
    office.use_roster(&roster, &["anna", "disa", "reserv"])?;
    let after = office.desks["anna"].unlocked(&["roster", "show"])?;
    let fingerprint = |roster: &Value| roster["people"][0]["fingerprint"].clone();
    ensure!(fingerprint(&before) != fingerprint(&after), "{after}");
    ensure!(after["people"][0]["earlier"] == json!([fingerprint(&before)]), "{after}");
    ensure!(office.case("anna", &third)?["foreign_roster"] == false);

    // Who has receipted is the person, whichever key it was sealed to.
    let kept = |source: &Source| office.rig.is_kept(source);
    ensure!(office.carry_out("bertil", "bertil")?["new"] == 3);
    office.carry_back("bertil", &[])?;
    ensure!(!kept(&first)?, "both have receipted the first");
    ensure!(kept(&second)? && kept(&third)?, "Anna has not receipted what only her old key opens");

    // Disa gets what came after her, and may read what Anna writes from now on.
    let intake = office.carry_out("disa", "disa")?;
    ensure!(intake["new"] == 1 && intake["refused"] == json!([]), "{intake}");
    office.reply("anna", &third, "När var det?")?;
    ensure!(office.carry_back("anna", &[])?["skipped"] == 0);
    ensure!(office.rig.inbox(&third)? == ["När var det?"]);
    ensure!(!kept(&second)? && kept(&third)?, "Disa has not receipted the third");
    ensure!(office.carry_out("disa", "disa")?["letters"] == 1);
    ensure!(office.case("disa", &third)?["thread"].to_string().contains("När var det?"));
    office.carry_back("disa", &[])?;
    ensure!(!kept(&third)?, "all three have receipted the third");
    Ok(())
}

#[test]
fn a_lost_key_holds_nothing_up_and_the_reserve_steps_in() -> Result<()> {
    let mut office = Office::new()?;
    let first = office.path("first.json");
    let report = office.rig.report("rapport ett")?;

    // A thief who has one key alone makes no roster, neither by command nor in a return bundle.
    let own = office.next(&first, "thief.json", "", &["anna"])?;
    let refused = office.add(&own)?;
    ensure!(refused.code == 1 && refused.err.contains("1 of the 2 signatures"), "{refused:?}");
    swapped_cert_is_refused(&office, &first)?;

    // Anna's key is lost. Bertil and the reserve sign; she begins anew at another desk.
    office.hire("anna", "anna-again", "investigator")?;
    let second = office.next(&first, "second.json", "anna", &["bertil", "reserv"])?;
    ensure!(office.add(&second)?.code == 0);
    office.use_roster(&second, &["anna-again", "bertil", "reserv"])?;
    let intake = office.carry_out("anna", "anna-again")?;
    ensure!(intake["new"] == 0 && intake["number"] == 1, "what she cannot open must not go out to her: {intake}");
    ensure!(office.carry_out("reserv", "reserv")?["new"] == 1);
    ensure!(office.case("reserv", &report)?["organisation"] == ORGANISATION);
    let bundle = office.rig.import(&office.returning("anna", &["--with-roster"])?)?;
    ensure!(bundle.code == 1, "the lost key signs nothing any more: {bundle:?}");

    // Bertil reads, and leaves; what he never receipted waits for nobody but Anna.
    ensure!(office.carry_out("bertil", "bertil")?["new"] == 1);
    office.carry_back("bertil", &[])?;
    ensure!(!office.rig.is_kept(&report)?, "nothing waits for a lost key");
    let late = office.rig.report("rapport två")?;
    ensure!(office.carry_out("anna", "anna-again")?["new"] == 1);
    office.carry_back("anna-again", &[])?;
    ensure!(office.rig.is_kept(&late)?, "Bertil has not receipted it");
    office.people.retain(|(id, _)| *id != "bertil");
    fs::rename(office.path("anna-again.asc"), office.path("anna.asc"))?;
    let third = office.next(&second, "third.json", "", &["anna-again", "reserv"])?;
    ensure!(office.add(&third)?.code == 0);
    ensure!(!office.rig.is_kept(&late)?, "a leaver who never receipts must not keep it");
    let gone = office.rig.run(&["export", "--for", "bertil", &office.path("b.sluss")])?;
    ensure!(gone.code == 1 && gone.err.contains("bertil"), "{gone:?}");
    ensure!(office.rig.import(&office.returning("bertil", &["--with-roster"])?)?.code == 1);
    Ok(())
}

/// Somebody at the server puts their own cert into the roster in use: no command works on it, and nothing is served.
fn swapped_cert_is_refused(office: &Office, first: &str) -> Result<()> {
    let in_use = office.rig.dir().join("keys/roster.json");
    let sound = fs::read(&in_use)?;
    let file = RosterFile::from_bytes(&fs::read(first)?)?;
    let anna = file.newest()?.people.first().context("nobody")?.cert.clone();
    let other = fs::read_to_string(office.rig.dir().join("keys/drop.json"))?;
    let other: Value = serde_json::from_str(&other)?;
    let swap = |cert: &str| serde_json::to_string(&serde_json::to_string(cert)?).map_err(anyhow::Error::from);
    let (from, to) = (swap(&anna)?, swap(other["cert"].as_str().context("no cert")?)?);
    let (from, to) = (from.trim_matches('"'), to.trim_matches('"'));
    let text = String::from_utf8(sound.clone())?;
    ensure!(text.contains(from), "the cert is not in the file");
    fs::write(&in_use, text.replacen(from, to, 1))?;
    for command in [&["check"][..], &["serve"], &["status"], &["export", "--for", "anna", &office.path("x.sluss")]] {
        let refused = office.rig.run(command)?;
        ensure!(refused.code == 1, "{command:?}: {refused:?}");
    }
    let swedish = office.rig.run(&["check", "--lang", Lang::Sv.as_str()])?;
    ensure!(swedish.code == 1 && swedish.out.contains("roster"), "{swedish:?}");
    fs::write(&in_use, sound)?;
    ensure!(office.rig.run(&["check"])?.code == 0);
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is no text")
}

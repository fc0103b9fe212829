//! The operator's commands, as the shipped program: laying a drop, rosters, bundles out and in, beside a serving drop and
//! without one, and every refusal with its cause and advice.

mod check;
mod oral;
pub(crate) mod rig;
mod roster_life;
mod whole_case;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use rig::{ORGANISATION, Rig};
use rustix::process::Signal;
use serde_json::{Value, json};
use sluss_core::bundle::{Receipt, SkipReason};
use sluss_core::day::Day;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_core::roster::RosterFile;
use sluss_core::submission::Token;
use sluss_drop::config::{Config, ConfigError};
use sluss_drop::hatch::EN as HATCH_EN;
use sluss_drop::office::EN as OFFICE_EN;
use sluss_drop::office::Office;
use sluss_drop::operator::EN;
use sluss_drop::operator::args::{Args, Command as Typed, lang_of, parse};
use sluss_drop::operator::check::{Computer, check};
use sluss_drop::store::Settings;
use sluss_tests::house::short_lived;
use sluss_tests::process::Process;

#[test]
fn init_lays_a_drop_that_nobody_else_can_read() -> Result<()> {
    let rig = Rig::lay()?;
    for (name, mode) in [
        ("sluss.toml", 0o600),
        ("keys", 0o700),
        ("keys/drop.json", 0o600),
        ("state", 0o700),
        ("state/drop.tsk", 0o600),
        ("state/drop.key", 0o600),
        ("state/store", 0o700),
    ] {
        let found = fs::metadata(rig.dir().join(name))?.permissions().mode() & 0o777;
        ensure!(found == mode, "{name} has mode {found:o}");
    }
    let config = Config::read(&rig.config())?;
    ensure!(config.demo && config.limits == limits::Limits::default(), "{config:?}");
    ensure!(fs::metadata(config.store().join("vault"))?.len() == rig::VAULT);

    let (before, vault) = (fs::read(config.card())?, fs::read(config.store().join("vault"))?);
    let again = rig.run(&["init", "--demo", &rig.dir().display().to_string()])?;
    ensure!(again.code == 1 && again.err.contains("sluss.toml exists already"), "{again:?}");
    // An interrupted one is finished, and keeps what was drawn.
    fs::remove_file(rig.config())?;
    let finished = rig.run(&["init", "--demo", &rig.dir().display().to_string()])?;
    ensure!(finished.code == 0, "{finished:?}");
    ensure!(fs::read(config.card())? == before && fs::read(config.store().join("vault"))? == vault);
    Ok(())
}

#[test]
fn rosters_come_into_use_only_by_the_rules() -> Result<()> {
    let rig = Rig::lay()?;
    let first = rig.first_roster()?;
    let add = |name: &str, bytes: &[u8]| -> Result<rig::Said> {
        let path = rig.scratch(name);
        fs::write(&path, bytes)?;
        rig.run(&["--json", "roster", "add", &path.display().to_string()])
    };
    ensure!(rig.run(&["check"])?.out.contains("There is no roster."));
    ensure!(add("rubbish", b"rubbish")?.err.contains("no roster that this version can read"));
    let unsigned = RosterFile::first(&first.newest()?)?;
    ensure!(add("unsigned", &unsigned.to_bytes())?.err.contains("0 of the 3 signatures"));
    let foreign = Rig::lay()?.first_roster()?;
    ensure!(add("foreign", &foreign.to_bytes())?.err.contains("is for another drop"));
    let added: Value = serde_json::from_str(&add("first", &first.to_bytes())?.out)?;
    ensure!(added == json!({ "version": 1, "already": false, "closed": [] }), "{added}");
    ensure!(add("again", &first.to_bytes())?.out.contains("\"already\":true"));

    let second = rig.next_roster(first.clone())?;
    ensure!(add("second", &second.to_bytes())?.code == 0);
    let back = add("back", &first.to_bytes())?;
    ensure!(back.code == 1 && back.err.contains("older than the one in use"), "{back:?}");
    let status: Value = serde_json::from_str(&rig.run(&["--json", "status"])?.out)?;
    ensure!(status.pointer("/roster/0") == Some(&json!(2)) && status["serving"] == json!(false), "{status}");
    ensure!(status["organisations"] == json!({ ORGANISATION: true }), "{status}");
    let sound = rig.run(&["check"])?;
    ensure!(sound.code == 0, "{sound:?}");

    // Real reports must never be sealed to a roster that is for trying out.
    let toml = fs::read_to_string(rig.config())?.replace("demo = true", "demo = false");
    fs::write(rig.config(), toml)?;
    let refused = rig.run(&["status"])?;
    ensure!(refused.code == 1 && refused.err.contains("for trying out"), "{refused:?}");
    Ok(())
}

#[test]
fn an_expired_cert_does_not_keep_a_better_roster_out() -> Result<()> {
    let day = Duration::from_secs(24 * 3600);
    let mut rig = Rig::lay_for(BTreeMap::from([("anna".to_owned(), short_lived(Day::of(SystemTime::now())?)?)]))?;
    rig.renew("bo")?;
    rig.renew("reserve")?;
    let first = rig.first_roster()?;
    rig.add_roster(&first)?;
    let findings = check(&rig.config(), SystemTime::now(), &Computer::default());
    ensure!(findings[0].problem.id() == "soon-expired" && !findings[0].serious, "{findings:?}");

    let in_ten_days = move || SystemTime::now() + 10 * day;
    let office = Office::open(Config::read(&rig.config())?, Box::new(in_ten_days), Settings::default())?;
    ensure!(office.status(false)?.organisations[ORGANISATION], "two are left");
    let again = office.add_roster(&first.to_bytes()).unwrap_err();
    ensure!(again.id() == "roster-cert", "{again:?}");
    rig.renew("anna")?;
    ensure!(office.add_roster(&rig.next_roster(first)?.to_bytes())?.version == 2);
    Ok(())
}

/// Out, opened, answered, in, receipted: by the commands alone, or all through the socket of a drop that serves.
fn there_and_back(beside: bool) -> Result<()> {
    let rig = Rig::with_roster()?;
    let report = rig.report("first words")?;
    let second = rig.report("other words")?;
    let serving = if beside { Some(rig.serve()?) } else { None };
    let status = rig.run(&["--json", "status"])?;
    ensure!(status.out.contains(&format!("\"serving\":{beside}")), "{status:?}");

    let anna = rig.export("anna", &[])?;
    let outbound = rig.open_outbound("anna", &anna)?;
    ensure!(outbound.manifest.number == 1 && !outbound.manifest.more);
    // Two signatures of one key differ by a few bytes in length, by chance.
    let off = fs::metadata(&anna)?.len().abs_diff(limits::BUNDLE_STEP);
    ensure!(off <= 4, "a bundle tells its size: {off} bytes off the step");
    let texts: Vec<&str> = outbound.opened.iter().map(|one| one.text.as_str()).collect();
    ensure!(outbound.opened.len() == 2 && texts.contains(&"first words") && texts.contains(&"other words"));
    let empty = rig.open_outbound("anna", &rig.export("anna", &[])?)?;
    ensure!(empty.manifest.number == 2 && empty.opened.is_empty());
    let repeated = rig.open_outbound("anna", &rig.export("anna", &["--from", "1"])?)?;
    ensure!(repeated.manifest.number == 3 && repeated.opened.len() == 2);
    let never = rig.run(&["export", "--for", "anna", "--from", "9", "/nowhere"])?;
    ensure!(never.code == 1 && never.err.contains("the last one is number 3"), "{never:?}");
    let nobody = rig.run(&["export", "--for", "nobody", &rig.scratch("x").display().to_string()])?;
    ensure!(nobody.code == 1 && nobody.err.contains("Nobody on the roster"), "{nobody:?}");
    ensure!(!rig.scratch("x").exists() && !rig.scratch("x.part").exists(), "a refused export leaves a file");

    let opened = outbound.of(&report);
    let letter = rig.letter("anna", &report, 1, "an answer")?;
    let mut back = rig.returning("anna");
    back.acknowledged = vec![1, 2, 3];
    back.incarnation = Some(outbound.manifest.incarnation);
    back.receipts = vec![Receipt { submission: opened.digest, token: opened.token.clone() }];
    let bundle = rig.seal_return("anna", back, std::slice::from_ref(&letter))?;
    let imported: Value = serde_json::from_str(&rig.import(&bundle)?.out)?;
    ensure!(imported["already"] == json!(false) && imported["skipped"] == json!(0), "{imported}");
    let again = rig.import(&bundle)?;
    ensure!(again.code == 0 && again.out.contains("\"already\":true"), "{again:?}");

    // Bo gets the report and an echo of the letter; once both have kept the report it is gone, the other one is not.
    let echoed = rig.open_outbound("bo", &rig.export("bo", &[])?)?;
    let echoes: Vec<u32> = echoed.manifest.echoes.iter().map(|echo| echo.sequence).collect();
    ensure!(echoes == [1] && echoed.opened.len() == 2, "{:?}", echoed.manifest);
    ensure!(echoed.manifest.echoes[0].source == report.cert().fingerprint());
    let mut back = rig.returning("bo");
    let (right, wrong) = (echoed.of(&report), echoed.of(&second));
    back.receipts = vec![
        Receipt { submission: right.digest, token: right.token.clone() },
        Receipt { submission: wrong.digest, token: Token::from_bytes([1; 32]) },
    ];
    let bundle = rig.seal_return("bo", back, &[])?;
    let imported: Value = serde_json::from_str(&rig.import(&bundle)?.out)?;
    ensure!(imported["wrong_receipts"] == json!(1), "{imported}");
    let rest = rig.open_outbound("reserve", &rig.export("reserve", &[])?)?;
    ensure!(rest.opened.len() == 1 && rest.opened[0].text == "other words", "the receipted one is still there");
    let told = rig.open_outbound("anna", &rig.export("anna", &[])?)?;
    ensure!(told.manifest.done.len() == 1 && told.manifest.skipped.is_empty(), "{:?}", told.manifest);

    if let Some(serving) = serving {
        serving.signal(Signal::TERM)?;
        let status = serving.end()?;
        ensure!(status.success(), "serve ended with {status}");
        ensure!(!rig.dir().join("state/control").exists());
    }
    ensure!(rig.inbox(&report)? == ["an answer"]);
    ensure!(rig.inbox(&second)?.is_empty());
    Ok(())
}

#[test]
fn bundles_go_out_and_come_back_without_a_serving_drop() -> Result<()> {
    there_and_back(false)
}

#[test]
fn bundles_go_out_and_come_back_beside_a_serving_drop() -> Result<()> {
    there_and_back(true)
}

#[test]
fn a_bad_bundle_is_refused_whole_and_says_why() -> Result<()> {
    let rig = Rig::with_roster()?;
    let report = rig.report("words")?;
    let other = Rig::with_roster()?;
    let letter = rig.letter("anna", &report, 1, "an answer")?;
    let good = fs::read(rig.seal_return("anna", rig.returning("anna"), std::slice::from_ref(&letter))?)?;
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    let foreign = fs::read(rig.seal_return_as(&other.people["anna"], "anna", std::slice::from_ref(&letter))?)?;
    let elsewhere = fs::read(other.seal_return("anna", other.returning("anna"), &[])?)?;
    let mut for_another = rig.returning("anna");
    for_another.drop = other.drop_id();
    let misdirected = fs::read(rig.seal_return("anna", for_another, &[])?)?;
    let outbound = fs::read(rig.export("anna", &[])?)?;
    let long = rig.letter("anna", &report, 1, "too long")?.with_bytes(vec![0; 300_000]);
    let long = fs::read(rig.seal_return("anna", rig.returning("anna"), &[long])?)?;
    for (name, bytes, said) in [
        ("flipped", flipped.as_slice(), "damaged, cut short or no bundle"),
        ("cut", &good[..good.len() - 1000], "damaged, cut short or no bundle"),
        ("empty", &[], "damaged, cut short or no bundle"),
        ("foreign", &foreign, "somebody who is not on the roster"),
        ("elsewhere", &elsewhere, "sealed to somebody other than this drop"),
        ("misdirected", &misdirected, "belongs to another drop"),
        ("outbound", &outbound, "sealed to somebody other than this drop"),
        ("long", &long, "longer than any that a desk makes"),
    ] {
        let path = rig.scratch(name);
        fs::write(&path, bytes)?;
        let refused = rig.import(&path)?;
        ensure!(refused.code == 1 && refused.err.contains(said), "{name}: {refused:?}");
        ensure!(refused.err.lines().count() == 2, "{name}: cause, then advice: {refused:?}");
        ensure!(rig.inbox(&report)?.is_empty(), "{name} did something");
    }
    fs::write(rig.scratch("good"), &good)?;
    ensure!(rig.import(&rig.scratch("good"))?.code == 0);
    ensure!(rig.inbox(&report)? == ["an answer"]);
    Ok(())
}

#[test]
fn a_letter_that_cannot_be_delivered_holds_nothing_else_up() -> Result<()> {
    let rig = Rig::with_roster()?;
    let report = rig.report_without("words", "bo")?;
    let stranger = rig.stranger()?;
    let bos = rig.letter("bo", &report, 1, "never seen")?;
    ensure!(
        rig.import(&rig.seal_return("bo", rig.returning("bo"), std::slice::from_ref(&bos))?)?
            .out
            .contains("\"skipped\":1")
    );
    let letters = [
        rig.letter("anna", &report, 1, "first")?,
        rig.letter("anna", &report, 1, "another first")?,
        rig.letter("anna", &stranger, 1, "to nobody")?,
        rig.letter("anna", &report, 2, "second")?,
    ];
    let imported = rig.import(&rig.seal_return("anna", rig.returning("anna"), &letters)?)?;
    ensure!(imported.code == 0 && imported.out.contains("\"skipped\":2"), "{imported:?}");
    ensure!(rig.inbox(&report)? == ["first", "second"]);
    let told = rig.open_outbound("anna", &rig.export("anna", &[])?)?.manifest;
    let mut skipped: Vec<_> = told.skipped.iter().map(|one| (one.digest, one.reason)).collect();
    skipped.sort_by_key(|(digest, _)| *digest);
    let mut wanted = vec![(letters[1].digest, SkipReason::NumberTaken), (letters[2].digest, SkipReason::ThreadGone)];
    wanted.sort_by_key(|(digest, _)| *digest);
    ensure!(skipped == wanted, "{skipped:?}");
    let to_bo = rig.open_outbound("bo", &rig.export("bo", &[])?)?;
    ensure!(to_bo.opened.is_empty() && to_bo.manifest.echoes.is_empty(), "the one left out got something");
    ensure!(to_bo.manifest.skipped[0].reason == SkipReason::NotAddressee);
    Ok(())
}

#[test]
fn a_bundle_brings_a_roster_and_an_inbox() -> Result<()> {
    let rig = Rig::with_roster()?;
    let mut back = rig.returning("anna");
    let caller = rig.stranger()?;
    back.enrolments = vec![rig.enrolment(&caller)?];
    back.roster = Some(String::from_utf8(rig.next_roster(rig.first_roster()?)?.to_bytes())?);
    let imported: Value = serde_json::from_str(&rig.import(&rig.seal_return("anna", back, &[])?)?.out)?;
    ensure!(imported["roster"] == json!(2) && imported["taken"] == json!(0), "{imported}");
    let letter = rig.letter("anna", &caller, 1, "you called us")?;
    ensure!(rig.import(&rig.seal_return("anna", rig.returning("anna"), &[letter])?)?.code == 0);
    ensure!(rig.inbox(&caller)? == ["you called us"]);
    let mut old = rig.returning("anna");
    old.roster = Some(String::from_utf8(rig.first_roster()?.to_bytes())?);
    let imported: Value = serde_json::from_str(&rig.import(&rig.seal_return("anna", old, &[])?)?.out)?;
    ensure!(imported.pointer("/roster_refused/id") == Some(&json!("roster-rollback")), "{imported}");
    Ok(())
}

#[test]
fn what_does_not_fit_into_one_bundle_goes_into_the_next() -> Result<()> {
    if std::env::var_os("SLUSS_LARGE").is_none() {
        eprintln!("what does not fit into one bundle: not tried, since it writes 6 GB; set SLUSS_LARGE");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let rig = Rig::lay_at(folder.path().join("drop"), 3 * limits::BUNDLE_FULL / 2)?;
    for _ in 0..3 {
        rig.report_spoilt(limits::BUNDLE_FULL / 5 * 2)?;
    }
    let mut exported = Vec::new();
    for from in [&[][..], &[], &["--from", "1"], &["--from", "2"]] {
        let file = rig.scratch("outbound").display().to_string();
        let said = rig.run(&[&["--json", "export", "--for", "anna", file.as_str()], from].concat())?;
        ensure!(said.code == 0, "{said:?}");
        let told: Value = serde_json::from_str(&said.out)?;
        exported.push((told["number"].clone(), told["more"].clone(), told["from"].clone(), fs::metadata(&file)?.len()));
        fs::remove_file(file)?;
    }
    let (two, one) = (exported[0].3, exported[1].3);
    ensure!(two > one);
    let wanted = [
        (1, true, Value::Null, two),
        (2, false, Value::Null, one),
        (3, true, json!(2), two),
        (4, false, Value::Null, one),
    ];
    ensure!(
        exported == wanted.map(|(number, more, from, length)| (json!(number), json!(more), from, length)),
        "{exported:?}"
    );
    Ok(())
}

#[test]
fn two_do_not_serve_one_drop() -> Result<()> {
    let rig = Rig::with_roster()?;
    let serving = rig.serve()?;
    let second = rig.run(&["serve", "--also-without-tor", "127.0.0.1:0"])?;
    ensure!(second.code == 1 && second.err.contains("Another process has the store"), "{second:?}");
    let check = rig.run(&["check"])?;
    ensure!(check.code == 0, "{check:?}");
    serving.kill()?;
    // A socket that was left behind is nobody's.
    ensure!(rig.dir().join("state/control").exists());
    ensure!(rig.run(&["status"])?.out.contains("The drop is not serving."));
    let third = rig.serve()?;
    ensure!(third.end()?.success());
    Ok(())
}

#[test]
fn systemd_hears_how_the_drop_fares() -> Result<()> {
    let rig = Rig::with_roster()?;
    let socket = UnixDatagram::bind(rig.scratch("notify"))?;
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    let hear = || -> Result<String> {
        let mut said = [0; 256];
        let length = socket.recv(&mut said)?;
        Ok(String::from_utf8_lossy(&said[..length]).into_owned())
    };
    let mut command = rig.command(&["serve", "--also-without-tor", "127.0.0.1:0"])?;
    command.env("NOTIFY_SOCKET", rig.scratch("notify")).env("WATCHDOG_USEC", "200000");
    let serving = Process::start("sluss", &mut command, &rig.scratch("heard"))?;
    ensure!(hear()? == "READY=1" && hear()? == "WATCHDOG=1" && hear()? == "WATCHDOG=1");
    ensure!(serving.end()?.success());
    while hear()? != "STOPPING=1" {}
    Ok(())
}

#[test]
fn what_the_commands_write_and_say_holds_nothing_of_a_source() -> Result<()> {
    let rig = Rig::with_roster()?;
    let before = rig.run(&["status"])?.out;
    let report = rig.report("CANARYWORDS")?;
    rig.export("anna", &[])?;
    let letter = rig.letter("anna", &report, 1, "CANARYANSWER")?;
    rig.import(&rig.seal_return("anna", rig.returning("anna"), &[letter])?)?;
    let after = rig.run(&["status"])?.out;
    ensure!(before == after, "the status tells that there is a report: {after}");
    let fingerprint = report.cert().fingerprint().to_string();
    let mut folders = vec![rig.dir(), rig.scratch("")];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path)?;
            looked_at += 1;
            for needle in ["CANARYWORDS", "CANARYANSWER", fingerprint.as_str(), rig::CODENAME] {
                let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
                ensure!(!found, "{} holds {needle}", path.display());
            }
        }
    }
    ensure!(looked_at > 10);
    Ok(())
}

#[test]
fn a_configuration_means_what_it_says_or_is_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("sluss.toml");
    let read = |text: &str| {
        fs::write(&path, text).unwrap();
        Config::read(&path)
    };
    let plain = "state = \"state\"\nkeys = \"/elsewhere\"\n";
    let config = read(&format!("{plain}[limits]\nfiles = 3\nupload = 999999999999\n[tor]\nnetwork = \"n.toml\"\n"))?;
    ensure!(config.state == folder.path().join("state") && config.keys == Path::new("/elsewhere") && !config.demo);
    ensure!(config.tor.network == Some(folder.path().join("n.toml")));
    ensure!((config.limits.files, config.limits.upload) == (3, limits::UPLOAD), "a limit went up");
    ensure!(matches!(read(&format!("{plain}dmeo = true\n")), Err(ConfigError::Malformed(..))));
    ensure!(matches!(read(&format!("{plain}[organisations.inbox]\n")), Err(ConfigError::Route(..))));
    ensure!(matches!(read(&format!("{plain}[organisations.a]\nacknowlege = true\n")), Err(ConfigError::Malformed(..))));
    ensure!(!read(&format!("{plain}[organisations.a]\nacknowledge = false\n"))?.organisations["a"].acknowledge);
    ensure!(matches!(Config::read(Path::new("/nowhere/sluss.toml")), Err(ConfigError::Read(..))));
    for demo in [true, false] {
        let template = sluss_drop::config::template(demo);
        ensure!(read(&template)?.demo == demo);
        // What is commented out can be used as it stands, where the files that it names are there.
        let file = |line: &str| line.contains("\"fi.") || line.contains("[languages.fi]") || line.contains(".png\"");
        let used: String = template.lines().filter(|line| !line.starts_with("# #") && !file(line)).fold(
            String::new(),
            |text, line| {
                let setting = line.strip_prefix("# ").filter(|rest| rest.contains(" = ") || rest.starts_with('['));
                text + setting.unwrap_or(line) + "\n"
            },
        );
        ensure!(read(&used)?.organisations["exempelkommun"].other_ways[&Lang::Sv].starts_with("Ring"));
    }
    Ok(())
}

#[test]
fn command_lines_are_read_strictly() -> Result<()> {
    let typed = |line: &str| {
        let mut lang = Lang::En;
        parse(lexopt::Parser::from_args(line.split_whitespace()), &mut lang)
    };
    let refused =
        |line: &str| typed(line).err().filter(|problem| problem.misused).map(|problem| problem.id().to_owned());
    let args = typed("--config /c export --for anna --from 3 /tmp/b --json --lang sv")?;
    let export = Typed::Export { name: "anna".to_owned(), from: Some(3), file: "/tmp/b".into() };
    ensure!(args == Args { config: "/c".into(), json: true, lang: Lang::Sv, command: export });
    ensure!(typed("serve")?.command == Typed::Serve { also_without_tor: None });
    ensure!(typed("serve")?.config == Path::new("/etc/sluss/sluss.toml"));
    for (line, id) in [
        ("", "usage-nothing"),
        ("frobnicate", "usage-command"),
        ("export /tmp/b", "usage-command"),
        ("import", "usage-command"),
        ("roster remove x", "usage-command"),
        ("serve --also-without-tor 192.0.2.1:80", "usage-loopback"),
        ("serve --also-without-tor nonsense", "usage-option"),
        ("status --from 3", "usage-misplaced"),
        ("check --demo", "usage-misplaced"),
        ("--lang de status", "usage-lang"),
        ("--frob", "usage-option"),
    ] {
        ensure!(refused(line).as_deref() == Some(id), "{line}: {:?}", typed(line));
    }
    let lang = |name: &'static str, value: &'static str| lang_of(move |asked| (asked == name).then(|| value.into()));
    ensure!(
        lang("LANG", "sv_SE.UTF-8") == Lang::Sv && lang("LC_ALL", "de_DE") == Lang::En && lang("X", "sv") == Lang::En
    );
    Ok(())
}

#[test]
fn every_problem_has_cause_and_advice_in_both_languages() -> Result<()> {
    // Who speaks, with which texts.
    let rooms: [(&[&str], &[&str]); 3] = [
        (&["office"], &[OFFICE_EN]),
        (&["operator", "operator/check"], &[OFFICE_EN, EN]),
        (&["hatch"], &[OFFICE_EN, HATCH_EN]),
    ];
    let mut found = 0;
    for (folders, texts) in rooms {
        let texts = texts.concat();
        for entry in folders.iter().flat_map(|folder| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/drop").join(folder);
            fs::read_dir(folder).into_iter().flatten()
        }) {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let code = fs::read_to_string(path)?;
            let calls =
                ["Problem::new(\"", "Self::new(\"", "misuse(\"", "Refusal::of(StatusCode::", "Self::of(StatusCode::"];
            for rest in calls.iter().flat_map(|call| code.split(call).skip(1)) {
                // A status stands before some.
                let id = rest
                    .split_once(", \"")
                    .filter(|(status, _)| status.chars().all(|it| it.is_ascii_uppercase() || it == '_'));
                let id = id.map_or(rest, |(_, id)| id).split('"').next().unwrap_or_default();
                found += 1;
                let explained = texts.contains(&format!("\n{id} = ")) && texts.contains(&format!("\n{id}-advice = "));
                ensure!(explained, "{id} is not explained");
            }
        }
    }
    ensure!(found > 80, "only {found} problems were found");
    Ok(())
}

#[test]
fn help_and_version_say_themselves() -> Result<()> {
    let program = sluss_tests::process::shipped("sluss")?;
    let said = |arguments: &[&str]| -> Result<String> {
        Ok(String::from_utf8(Command::new(&program).args(arguments).env("LANG", "C").output()?.stdout)?)
    };
    ensure!(said(&["--help"])?.contains("Exit codes") && said(&["--lang", "sv", "--help"])?.contains("Slutkoder"));
    ensure!(said(&["--version"])?.starts_with("sluss "));
    Ok(())
}

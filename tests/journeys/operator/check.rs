//! `sluss check`: each thing that can be wrong, found by its name, told in both languages.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use sequoia_openpgp::cert::CertBuilder;
use sequoia_openpgp::serialize::MarshalInto;
use sequoia_openpgp::types::KeyFlags;
use serde_json::{Value, json};
use sluss_core::cert::{Kind, Tsk};
use sluss_core::day::Day;
use sluss_core::lang::Lang;
use sluss_core::secret::Secret;
use sluss_drop::crest::LARGEST;
use sluss_drop::fleeting::KNOCKS;
use sluss_drop::office::{EN as OFFICE_EN, SV as OFFICE_SV};
use sluss_drop::operator::check::{Computer, Finding, check};
use sluss_drop::operator::{EN, SV};
use sluss_drop::source::EN as EN_PAGES;
use sluss_web::say::Speech;

use super::rig::{self, ORGANISATION, Rig};

const DAY: Duration = Duration::from_secs(24 * 3600);
const SOUND: &str = "20 1 8:1 / / rw - ext4 /dev/a rw\n";

/// A computer with one unencrypted disk and no swap.
fn plain() -> Computer {
    Computer { mounts: SOUND.to_owned(), ..Computer::default() }
}

fn found(findings: &[Finding]) -> Vec<(&str, bool)> {
    findings.iter().map(|finding| (finding.problem.id(), finding.serious)).collect()
}

/// A drop's file system of this kind and with these options.
fn on(kind: &str, options: &str) -> Computer {
    Computer {
        mounts: format!(
            "{SOUND}30 20 8:2 / /nowhere rw - btrfs /dev/b rw\n31 1 8:3 / / rw - {kind} /dev/c {options}\n"
        ),
        ..plain()
    }
}

fn mode(path: &Path, mode: u32) -> Result<()> {
    Ok(fs::set_permissions(path, Permissions::from_mode(mode))?)
}

fn edit(path: &Path, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(path)?;
    ensure!(text.contains(from), "{from} is not in {}", path.display());
    Ok(fs::write(path, text.replace(from, to))?)
}

fn edit_card(rig: &Rig, key: &str, value: Value) -> Result<()> {
    let path = rig.dir().join("keys/drop.json");
    let mut card: Value = serde_json::from_slice(&fs::read(&path)?)?;
    card[key] = value;
    Ok(fs::write(&path, card.to_string())?)
}

/// What Tor's directory would have said so many days from now, as arti keeps it.
fn consensus(rig: &Rig, days: i32) -> Result<()> {
    let folder = rig.dir().join("state/onion/cache/dir_blobs");
    fs::create_dir_all(&folder)?;
    for folder in [&folder, folder.parent().expect("a parent")] {
        mode(folder, 0o700)?;
    }
    let day = Day::of(SystemTime::now())?.plus_days(days);
    let head = format!("network-status-version 3 microdesc\nvote-status consensus\nvalid-after {day} 13:00:00\n");
    let path = folder.join("con_microdesc_sha3-256-00");
    fs::write(&path, head)?;
    mode(&path, 0o600)
}

/// These bytes as the organisation's crest.
fn crest(rig: &Rig, bytes: &[u8]) -> Result<()> {
    fs::write(rig.dir().join("crest"), bytes)?;
    edit(&rig.config(), "[limits]", &format!("[organisations.{ORGANISATION}]\ncrest = \"crest\"\n[limits]"))
}

/// A language that the operator adds, with these texts and, if there are any, these words.
fn language(rig: &Rig, tag: &str, texts: &str, words: &str) -> Result<()> {
    fs::write(rig.dir().join("added.ftl"), texts)?;
    fs::write(rig.dir().join("added.txt"), words)?;
    let list = if words.is_empty() { "" } else { "words = \"added.txt\"\n" };
    edit(&rig.config(), "[limits]", &format!("[languages.{tag}]\ntexts = \"added.ftl\"\n{list}[limits]"))
}

/// Something that goes wrong with a drop, and how `check` calls it.
type Row = (&'static str, bool, fn(&Rig) -> Result<()>);

const ROWS: &[Row] = &[
    ("open-to-others", true, |rig| mode(&rig.dir().join("state/drop.key"), 0o644)),
    ("open-to-others", true, |rig| mode(&rig.dir().join("state"), 0o750)),
    ("changed-by-others", true, |rig| mode(&rig.dir().join("keys/roster.json"), 0o664)),
    ("changed-by-others", true, |rig| mode(&rig.config(), 0o666)),
    ("no-config", true, |rig| Ok(fs::remove_file(rig.config())?)),
    ("bad-config", true, |rig| edit(&rig.config(), "demo = true", "dmeo = true")),
    ("route-as-id", true, |rig| edit(&rig.config(), "[limits]", "[organisations.inbox]\n[limits]")),
    ("crest-kind", true, |rig| crest(rig, b"<svg/>")),
    ("crest-large", true, |rig| crest(rig, &[b"\x89PNG\r\n\x1a\n".as_slice(), &[0; LARGEST]].concat())),
    ("language-own", true, |rig| language(rig, "en", EN_PAGES, "")),
    ("language-lacks", true, |rig| language(rig, "fi", &EN_PAGES.replace("\nfind-title =", "\nfinder ="), "")),
    ("language-variables", true, |rig| language(rig, "fi", &EN_PAGES.replace("$organisation", "$kunta"), "")),
    ("language-damaged", true, |rig| language(rig, "fi", "= Hei", "")),
    ("words-few", true, |rig| language(rig, "fi", EN_PAGES, "yksi\nkaksi\n")),
    ("words-begin", true, |rig| language(rig, "fi", EN_PAGES, "yksi\nyksin\n")),
    ("route-as-id", true, |rig| {
        language(rig, "fi", EN_PAGES, "")?;
        edit(&rig.config(), "[limits]", "[organisations.fi]\n[limits]")
    }),
    ("file", true, |rig| crest(rig, b"").and_then(|()| Ok(fs::remove_file(rig.dir().join("crest"))?))),
    ("unknown-organisation", false, |rig| edit(&rig.config(), "[limits]", "[organisations.elsewhere]\n[limits]")),
    ("no-store", true, |rig| Ok(fs::remove_file(rig.dir().join("state/store/format"))?)),
    ("no-vault", true, |rig| Ok(fs::remove_file(rig.dir().join("state/store/vault"))?)),
    ("vault-has-holes", true, |rig| Ok(File::create(rig.dir().join("state/store/vault"))?.set_len(rig::VAULT)?)),
    ("vault-below-limit", false, |rig| edit(&rig.config(), "demo = true", "demo = false")),
    ("no-beat", false, |rig| edit(&rig.config(), "demo = true", "demo = false")),
    ("clock-before-tor", true, |rig| consensus(rig, 3)),
    ("visitors-on-disk", false, |rig| {
        // The sources lie on a disk; /tmp may be in memory itself.
        let disk = env!("CARGO_MANIFEST_DIR");
        let place = rig.dir().join("state/onion").join(KNOCKS);
        fs::create_dir_all(place.parent().unwrap_or(&place))?;
        Ok(symlink(disk, place)?)
    }),
    ("tsk-in-keys", true, |rig| {
        let locked = rig.people["anna"].lock(&Secret::new([7; 32]))?;
        Ok(fs::write(rig.dir().join("keys/anna.asc"), locked)?)
    }),
    ("tsk-in-keys", true, |rig| {
        // Armored, inside another file: the throw-away TSK that the rig drew for this run.
        let armored = rig.people["anna"].lock_for_gpg(&Secret::new("tre vita svanar".to_owned()))?;
        let people = json!([{ "cert": String::from_utf8(armored)? }]);
        Ok(fs::write(rig.dir().join("keys/people.json"), serde_json::to_vec(&people)?)?)
    }),
    ("bad-card", true, |rig| Ok(fs::write(rig.dir().join("keys/drop.json"), "{}")?)),
    ("bad-key", true, |rig| Ok(fs::write(rig.dir().join("state/drop.key"), [1; 32])?)),
    ("card-other-tsk", true, |rig| edit_card(rig, "cert", json!(rig.people["anna"].cert().armored()))),
    ("onion-not-on-roster", true, |rig| edit_card(rig, "onion", json!(["another.onion"]))),
    ("roster-other-drop", true, |rig| {
        let today = Day::of(SystemTime::now())?;
        let key = Secret::new([7; 32]);
        fs::write(rig.dir().join("state/drop.key"), key.expose())?;
        Ok(fs::write(
            rig.dir().join("state/drop.tsk"),
            Tsk::generate(Kind::PostQuantum, Some("Sluss"), today)?.lock(&key)?,
        )?)
    }),
    ("no-roster", true, |rig| Ok(fs::remove_file(rig.dir().join("keys/roster.json"))?)),
    ("roster-malformed", true, |rig| Ok(fs::write(rig.dir().join("keys/roster.json"), "rubbish")?)),
    // A cert was swapped in the roster that is in use.
    ("roster-signatures", true, |rig| {
        let armored = |tsk: &Tsk| {
            serde_json::to_string(&tsk.cert().armored()).map(|text| text.trim_matches('"').replace('\\', "\\\\"))
        };
        let stranger = Tsk::generate(Kind::PostQuantum, Some("bo"), Day::of(SystemTime::now())?)?;
        edit(&rig.dir().join("keys/roster.json"), &armored(&rig.people["bo"])?, &armored(&stranger)?)
    }),
    ("roster-demo", true, |rig| edit(&rig.config(), "demo = true", "demo = false")),
    #[cfg(feature = "tor")]
    ("no-onion-key", true, |rig| Ok(fs::remove_dir_all(rig.dir().join("state/onion/state/keystore"))?)),
    #[cfg(feature = "tor")]
    ("other-onion-key", true, |rig| {
        fs::remove_dir_all(rig.dir().join("state/onion/state/keystore"))?;
        sluss_drop::onion::draw(&rig.dir().join("state/onion"))?;
        Ok(())
    }),
];

/// Cause and advice are there, in both languages, with every value filled in.
fn told(finding: &Finding) -> Result<()> {
    let texts = [(Lang::Sv, OFFICE_SV), (Lang::Sv, SV), (Lang::En, OFFICE_EN), (Lang::En, EN)];
    let speech = Speech::new(&texts)?;
    for lang in Lang::ALL {
        let (cause, advice) = finding.problem.explain(speech.voice(lang));
        for said in [&cause, &advice] {
            ensure!(said.contains(' ') && !said.contains(['{', '}']), "{lang:?}: {said}");
        }
    }
    Ok(())
}

#[test]
fn check_finds_each_thing_that_is_wrong() -> Result<()> {
    let now = SystemTime::now();
    let sound = Rig::with_roster()?;
    ensure!(found(&check(&sound.config(), now, &plain())) == [("not-serving", false)]);
    for (id, serious, spoil) in ROWS {
        let rig = Rig::with_roster()?;
        spoil(&rig)?;
        let findings = check(&rig.config(), now, &plain());
        ensure!(found(&findings).contains(&(id, *serious)), "{id}: {:?}", found(&findings));
        findings.iter().try_for_each(told)?;
    }
    Ok(())
}

#[test]
fn check_knows_what_disks_and_swap_keep() -> Result<()> {
    let rig = Rig::with_roster()?;
    let now = SystemTime::now();
    let sys = tempfile::tempdir()?;
    let block = sys.path().join("class/block");
    fs::create_dir_all(sys.path().join("dev/block"))?;
    // sda is a plain disk; dm-0 is encrypted; dm-1 lies on dm-0; dm-2 lies on both.
    for (device, uuid, below) in [
        ("sda", "", vec![]),
        ("dm-0", "CRYPT-LUKS2-1", vec!["sda"]),
        ("dm-1", "LVM-1", vec!["dm-0"]),
        ("dm-2", "LVM-2", vec!["dm-0", "sda"]),
    ] {
        fs::create_dir_all(block.join(device).join("dm"))?;
        fs::create_dir_all(block.join(device).join("slaves"))?;
        fs::write(block.join(device).join("dm/uuid"), uuid)?;
        for other in below {
            symlink(block.join(other), block.join(device).join("slaves").join(other))?;
        }
    }
    symlink(block.join("sda"), sys.path().join("dev/block/8:1"))?;
    symlink(block.join("dm-1"), sys.path().join("dev/block/8:3"))?;
    let swap = |line: &str, under: Computer| Computer {
        swaps: format!("Filename\tType\tSize\tUsed\tPriority\n{line}\n"),
        sys: sys.path().to_owned(),
        ..under
    };
    let modules = |list: &str| -> Result<Computer> {
        let folder = sys.path().join(list);
        fs::create_dir_all(folder.join("kernel/security"))?;
        fs::write(folder.join("kernel/security/lsm"), list)?;
        Ok(Computer { sys: folder, ..plain() })
    };
    for (computer, wanted) in [
        (on("ext4", "rw,data=ordered"), None),
        (on("ext4", "rw,data=journal"), Some(("data-journal", true))),
        (on("nfs4", "rw"), Some(("network-disk", false))),
        (on("fuse.sshfs", "rw"), Some(("network-disk", false))),
        (on("btrfs", "rw"), Some(("copying-disk", false))),
        (on("overlay", "rw"), Some(("copying-disk", false))),
        (on("tmpfs", "rw"), Some(("disk-in-memory", false))),
        (swap("/dev/sda partition 1 0 -2", plain()), Some(("swap-not-encrypted", false))),
        (swap("/dev/dm-0 partition 1 0 -2", plain()), None),
        (swap("/dev/dm-1 partition 1 0 -2", plain()), None),
        (swap("/dev/dm-2 partition 1 0 -2", plain()), Some(("swap-not-encrypted", false))),
        (swap("/dev/zram0 partition 1 0 -2", plain()), None),
        (swap("/etc/passwd file 1 0 -2", plain()), Some(("swap-not-encrypted", false))),
        (swap("/etc/passwd file 1 0 -2", on("ext4", "rw")), None),
        (modules("lockdown,capability,landlock,yama")?, None),
        (modules("lockdown,capability,yama")?, Some(("no-landlock", false))),
    ] {
        let findings = check(&rig.config(), now, &computer);
        let wanted: Vec<_> = wanted.into_iter().chain([("not-serving", false)]).collect();
        ensure!(found(&findings) == wanted, "{computer:?}: {:?}", found(&findings));
        findings.iter().try_for_each(told)?;
    }
    // Nobody encrypts a trial's disk; a real drop's should be.
    edit(&rig.config(), "demo = true", "demo = false")?;
    for (computer, bare) in [(swap("", plain()), true), (swap("", on("ext4", "rw")), false), (plain(), false)] {
        let findings = check(&rig.config(), now, &computer);
        ensure!(found(&findings).contains(&("disk-not-encrypted", false)) == bare, "{computer:?}");
        findings.iter().try_for_each(told)?;
    }
    Ok(())
}

/// A TSK whose cert can be used for three days.
fn short_lived(id: &str) -> Result<(String, Tsk)> {
    let passphrase = "correct horse battery";
    let (cert, _) = CertBuilder::new()
        .set_profile(sequoia_openpgp::Profile::RFC4880)?
        .set_validity_period(3 * DAY)
        .set_primary_key_flags(KeyFlags::empty().set_certification().set_signing())
        .set_creation_time(SystemTime::now() - DAY)
        .add_transport_encryption_subkey()
        .set_password(Some(passphrase.into()))
        .generate()?;
    let tsk = Tsk::unlock_with_passphrase(&cert.as_tsk().to_vec()?, &Secret::new(passphrase.to_owned()))?;
    Ok((id.to_owned(), tsk))
}

#[test]
fn check_sees_what_time_does() -> Result<()> {
    let mut rig = Rig::lay_for(BTreeMap::from([short_lived("anna")?, short_lived("bo")?]))?;
    rig.renew("reserve")?;
    rig.add_roster(&rig.first_roster()?)?;
    let now = SystemTime::now();
    for (at, wanted) in [
        (now, vec![("soon-expired", false)]),
        (now + 10 * DAY, vec![("form-closed", true), ("roster-cert", true)]),
        (now - 10 * DAY, vec![("clock-behind", false), ("soon-expired", false)]),
        (SystemTime::UNIX_EPOCH - 400 * DAY, vec![("clock", true)]),
    ] {
        let findings = check(&rig.config(), at, &plain());
        let wanted: Vec<_> = wanted.into_iter().chain([("not-serving", false)]).collect();
        ensure!(found(&findings) == wanted, "{:?}", found(&findings));
        findings.iter().try_for_each(told)?;
    }
    Ok(())
}

#[test]
fn check_answers_scripts_and_asks_whoever_serves() -> Result<()> {
    let rig = Rig::with_roster()?;
    let ids = || -> Result<(i32, Vec<Value>)> {
        let said = rig.run(&["--json", "check"])?;
        let answer: Value = serde_json::from_str(&said.out)?;
        ensure!(answer["sound"] == json!(said.code == 0), "{answer}");
        Ok((said.code, answer["findings"].as_array().cloned().unwrap_or_default()))
    };
    let named = |findings: &[Value], id: &str| findings.iter().any(|finding| finding["id"] == json!(id));
    let (code, findings) = ids()?;
    ensure!(code == 0 && named(&findings, "not-serving"), "remarks alone are no refusal: {findings:?}");
    let told = rig.run(&["--lang", "sv", "check"])?;
    ensure!(told.out.contains("[se över] Dropen tar inte emot.\n  Starta den"), "{told:?}");

    let serving = rig.serve()?;
    let (code, findings) = ids()?;
    ensure!(code == 0 && !named(&findings, "not-serving"), "{findings:?}");
    // The rig's Tor network answers nobody.
    let tor = cfg!(feature = "tor");
    ensure!(named(&findings, "not-yet-reachable") == tor, "{findings:?}");
    let status: Value = serde_json::from_str(&rig.run(&["--json", "status"])?.out)?;
    ensure!(status["reachability"] == if tor { json!("not-yet") } else { Value::Null }, "{status}");
    ensure!(!named(&findings, "clock-after-tor"), "{findings:?}");
    consensus(&rig, -2)?;
    let (code, findings) = ids()?;
    ensure!(code == 0 && named(&findings, "clock-after-tor"), "{findings:?}");
    mode(&rig.dir().join("state/drop.key"), 0o640)?;
    let (code, findings) = ids()?;
    ensure!(code == 1 && named(&findings, "open-to-others"), "{findings:?}");
    let status: Value = serde_json::from_str(&rig.run(&["--json", "status"])?.out)?;
    ensure!(status["organisations"] == json!({ ORGANISATION: true }), "{status}");
    ensure!(serving.end()?.success());
    Ok(())
}

#[test]
fn another_users_files_are_seen_and_their_commands_refused() -> Result<()> {
    let rig = Rig::with_roster()?;
    if !rustix::process::geteuid().is_root() {
        // Only root gives files away; for anybody else it is enough that their own drop is theirs.
        ensure!(rig.run(&["status"])?.code == 0);
        return Ok(());
    }
    chown(rig.dir().join("keys/roster.json"), Some(12_345), None)?;
    let findings = check(&rig.config(), SystemTime::now(), &plain());
    ensure!(found(&findings).contains(&("other-owner", true)), "{:?}", found(&findings));
    findings.iter().try_for_each(told)?;
    chown(rig.dir().join("state"), Some(12_345), None)?;
    let refused = rig.run(&["status"])?;
    ensure!(refused.code == 1 && refused.err.contains("sudo -u '#12345'"), "{refused:?}");
    Ok(())
}

/// What arti is given stands firm whatever the network's own file says.
#[cfg(feature = "tor")]
#[test]
fn check_shows_how_the_onion_service_is_defended() -> Result<()> {
    let rig = Rig::with_roster()?;
    let network = rig.dir().join("network.toml");
    let weaker = "[vanguards]\nmode = \"disabled\"\n[system]\nmemory.max = \"64 GiB\"\n";
    fs::write(&network, format!("{}{weaker}", fs::read_to_string(&network)?))?;
    edit(&rig.config(), "# ports = [443, 9001]", "ports = [443]")?;
    let said: Value = serde_json::from_str(&rig.run(&["--json", "check"])?.out)?;
    let wanted = json!({
        "vanguards": "full", "proof_of_work": true, "newcomers": 16, "introductions": 25, "streams": 16,
        "streams_at_most": 512, "memory": 256, "ports": [443],
    });
    ensure!(said["tor"] == wanted, "{said}");
    let told = rig.run(&["check"])?.out;
    ensure!(told.contains("Tor: full vanguards.") && told.contains("Ports of relays: 443."), "{told}");
    fs::write(&network, "tor_network = 1")?;
    ensure!(found(&check(&rig.config(), SystemTime::now(), &plain())).contains(&("tor", true)), "arti takes nonsense");
    Ok(())
}

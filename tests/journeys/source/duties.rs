//! The legal dates in the inbox, and letters that are taken out of it: every example of how the law counts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use sluss_core::cert::Cert;
use sluss_core::day::Deadlines;
use sluss_core::letter::LetterKind;
use sluss_drop::visitor::Way;
use sluss_tests::visitor::{Page, Visitor};

use super::rig::{ORGANISATION, Rig, report, report_form, sign_in, words};

/// A drop that acknowledges nothing at once.
async fn slow() -> Rig {
    let rig = Rig::bare(Way::Onion).await;
    rig.reception.take_roster(rig.house.roster.file().verify().unwrap());
    rig
}

/// Reports on `day` and opens the inbox.
async fn reported(rig: &Rig, day: &str) -> (Visitor, Page) {
    rig.turn_to(day);
    let mut visitor = rig.visitor();
    let page = report(&mut visitor, "t").await;
    let inbox = sign_in(&mut visitor, &words(&page).join(" ")).await;
    (visitor, inbox)
}

/// The cert of the only source.
fn source(rig: &Rig) -> Cert {
    rig.open("anna", &rig.objects("anna")[0]).unwrap().source().clone()
}

/// What the inbox says of acknowledgement and feedback.
fn duties(inbox: &Page) -> [String; 2] {
    let told = inbox.texts("main > dl > dd");
    assert_eq!(told.len(), 4, "{}", inbox.text());
    [told[1].clone(), told[2].clone()]
}

fn feedback_by(day: &str) -> String {
    format!("Utredarna ska berätta vad som har gjorts och varför, senast {day}.")
}

#[tokio::test(flavor = "multi_thread")]
async fn months_run_from_an_acknowledgement_at_once() {
    for (received, day) in [("2026-11-30", "28 februari 2027"), ("2027-11-30", "29 februari 2028")] {
        let rig = Rig::new().await;
        let (_, inbox) = reported(&rig, received).await;
        let [acknowledged, feedback] = duties(&inbox);
        assert!(acknowledged.starts_with("Du fick den 30 november"), "{acknowledged}");
        assert!(feedback.starts_with(&feedback_by(day)), "{feedback}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn first_seven_days_then_three_months() {
    let rig = slow().await;
    let (mut visitor, inbox) = reported(&rig, "2026-11-23").await;
    let [acknowledge, feedback] = duties(&inbox);
    assert_eq!(acknowledge, "Utredarna ska ge dig den senast 30 november 2026.");
    assert!(feedback.starts_with(&feedback_by("28 februari 2027")), "{feedback}");
    // A Sunday: what might be allowed is told beside it.
    assert!(feedback.ends_with("Det kan vara tillåtet att vänta till 1 mars 2027."), "{feedback}");

    // Nothing came.
    rig.turn_to("2026-12-01");
    let [acknowledge, feedback] = duties(&visitor.open("/sv/inbox").await.unwrap());
    assert!(acknowledge.contains("Dagen har gått.") && !feedback.contains("Dagen har gått."), "{acknowledge}");

    // A late acknowledgement moves nothing.
    rig.turn_to("2026-12-20");
    rig.answer(&source(&rig), "anna", 1, LetterKind::Acknowledgement, "Tack.");
    let [acknowledged, feedback] = duties(&visitor.open("/sv/inbox").await.unwrap());
    assert_eq!(acknowledged, "Du fick den 20 december 2026.");
    assert!(feedback.starts_with(&feedback_by("28 februari 2027")), "{feedback}");

    // The day may be moved over a Sunday; the one after is late in any case.
    for (day, late) in [("2027-03-01", false), ("2027-03-02", true)] {
        rig.turn_to(day);
        let [_, feedback] = duties(&visitor.open("/sv/inbox").await.unwrap());
        assert_eq!(feedback.contains("Dagen har gått."), late, "{day}: {feedback}");
    }
    rig.answer(&source(&rig), "anna", 2, LetterKind::Feedback, "Vi har utrett.");
    let [_, feedback] = duties(&visitor.open("/sv/inbox").await.unwrap());
    assert_eq!(feedback, "Du fick den 2 mars 2027.");
}

#[tokio::test(flavor = "multi_thread")]
async fn christmas_eve_may_become_the_monday_after() {
    let rig = slow().await;
    let [acknowledge, _] = duties(&reported(&rig, "2026-12-17").await.1);
    assert_eq!(
        acknowledge,
        "Utredarna ska ge dig den senast 24 december 2026. Den dagen är en lördag, söndag eller helgdag. Det kan vara \
         tillåtet att vänta till 28 december 2026."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_acknowledgement_waits_no_longer() {
    for rig in [Rig::new().await, slow().await] {
        rig.turn_to("2026-11-23");
        let mut visitor = rig.visitor();
        let form = report_form(&mut visitor, "sv").await.fill("text", "t").unwrap();
        let page = visitor.submit(&form.choose("declined", "yes").unwrap()).await.unwrap();
        let [acknowledge, feedback] = duties(&sign_in(&mut visitor, &words(&page).join(" ")).await);
        assert_eq!(acknowledge, "Du ville inte ha någon.");
        assert_eq!(feedback, feedback_by("23 februari 2027"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_promises_less_is_held_to_it() {
    for (rig, acknowledged) in [(Rig::new().await, true), (slow().await, false)] {
        let sooner = Deadlines { acknowledge_days: 3, feedback_months: 2, ..Deadlines::default() };
        let amended = rig.house.amended(|edition| edition.organisations[0].deadlines = sooner).unwrap();
        rig.reception.take_roster(amended);
        rig.turn_to("2026-11-24");
        let mut visitor = rig.visitor();
        let page = report(&mut visitor, "t").await;
        assert_eq!(page.text().contains("Återkoppling får du inom två månader."), acknowledged, "{}", page.text());
        let [acknowledge, feedback] = duties(&sign_in(&mut visitor, &words(&page).join(" ")).await);
        if acknowledged {
            assert!(feedback.starts_with(&feedback_by("24 januari 2027")), "{feedback}");
        } else {
            assert!(acknowledge.contains("27 november 2026"), "{acknowledge}");
            assert!(feedback.starts_with(&feedback_by("27 januari 2027")), "{feedback}");
        }
    }
}

fn gpg(home: &std::path::Path, arguments: &[&str]) -> Output {
    let mut gpg = Command::new("gpg");
    gpg.current_dir(home).arg("--homedir").arg(home).args(["--batch", "--status-fd", "2"]).args(arguments);
    gpg.output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_taken_out_and_checked_as_the_page_says() {
    let rig = Rig::new().await;
    let (mut visitor, inbox) = reported(&rig, "2026-11-24").await;
    assert!(inbox.link("Hämta brevet med underskrift").is_err());
    rig.answer(&source(&rig), "anna", 1, LetterKind::Feedback, "Vi har utrett saken.");
    let inbox = visitor.open("/sv/inbox").await.unwrap();
    let link = inbox.link("Hämta brevet med underskrift").unwrap();
    let letter = visitor.open(&link).await.unwrap();
    assert_eq!(letter.headers["content-disposition"], "attachment; filename=\"letter.asc\"");
    assert_eq!(letter.headers["cache-control"], "no-store");

    // The commands that the page gives.
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let certs = visitor.open(&inbox.link("Hämta certifikaten").unwrap()).await.unwrap();
    fs::write(home.path().join(format!("{ORGANISATION}-certs.asc")), &certs.body).unwrap();
    fs::write(home.path().join("letter.asc"), &letter.body).unwrap();
    let commands = inbox.texts("main details code");
    assert_eq!(commands, [format!("gpg --import {ORGANISATION}-certs.asc"), "gpg --decrypt letter.asc".to_owned()]);
    for (command, told) in commands.iter().zip(["IMPORT_OK", &format!("VALIDSIG {}", rig.fingerprint("anna"))]) {
        let out = gpg(home.path(), &command.split(' ').skip(1).collect::<Vec<_>>());
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(said.contains(told), "{command}: {said}");
        if command.contains("decrypt") {
            assert!(out.status.success() && said.contains("Good signature"), "{said}");
            assert!(String::from_utf8_lossy(&out.stdout).contains("\"text\":\"Vi har utrett saken.\""));
        }
    }

    // It is its source's alone: others come to the way in, or find nothing.
    let asked = rig.visitor().open(&link).await.unwrap();
    assert!(asked.form("/sv/inbox").is_ok() && !asked.text().contains("utrett"), "{}", asked.text());
    let mut other = rig.visitor();
    let page = report(&mut other, "t").await;
    sign_in(&mut other, &words(&page).join(" ")).await;
    for path in [link.as_str(), "/sv/inbox/letter", "/sv/inbox/letter?digest=00"] {
        assert_eq!(other.open(path).await.unwrap().status.as_u16(), 404, "{path}");
    }
}

//! Who reads is named before anything is sent, and whoever is left out learns of nothing.

use sequoia_openpgp::Packet;
use sequoia_openpgp::parse::{PacketParser, PacketParserResult, Parse as _};
use sequoia_openpgp::serialize::MarshalInto as _;
use sluss_core::bundle::OpenError;
use sluss_core::cert::{Kind, Tsk};
use sluss_core::lang::Lang;
use sluss_core::letter::LetterKind;
use sluss_core::roster::Person;
use sluss_drop::store::Object;
use sluss_tests::visitor::Page;

use super::rig::{ORGANISATION, Rig, report_form, sign_in, today, words};

/// The recipient and the length of each slot, in the message's order.
fn slots(sealed: &[u8]) -> Vec<(String, usize)> {
    let mut slots = Vec::new();
    let mut parsed = PacketParser::from_bytes(sealed).unwrap();
    while let PacketParserResult::Some(packet) = parsed {
        let Packet::PKESK(slot) = &packet.packet else { break };
        slots.push((format!("{:?}", slot.recipient()), slot.to_vec().unwrap().len()));
        parsed = packet.next().unwrap().1;
    }
    slots
}

async fn send(rig: &Rig, text: &str, without: &[&str]) -> (Page, Object) {
    let before: Vec<_> = rig.objects("anna").iter().map(|object| object.digest).collect();
    let mut source = rig.visitor();
    let mut form = report_form(&mut source, "sv").await.fill("text", text).unwrap();
    for id in without {
        form = form.choose("without", id).unwrap();
    }
    let page = source.submit(&form).await.unwrap();
    assert_eq!(page.path, "/sv/codename", "{}", page.text());
    let object = rig.objects("anna").into_iter().find(|object| !before.contains(&object.digest)).unwrap();
    (page, object)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_without_somebody_looks_like_any_other() {
    let rig = Rig::new().await;
    let (_, for_all) = send(&rig, "Så var det.", &[]).await;
    let (_, without) = send(&rig, "Så var det.", &["bertil"]).await;
    let (for_all_sealed, without_sealed) = (rig.sealed(&for_all), rig.sealed(&without));
    assert_eq!(for_all_sealed.len(), without_sealed.len());
    assert_eq!(slots(&for_all_sealed), slots(&without_sealed));
    assert_eq!(slots(&without_sealed).len(), 3);
    assert_ne!(for_all_sealed, without_sealed);

    // It opens for those who remain and for nobody else, and what they read names them alone.
    let opened = rig.open("anna", &without).unwrap();
    assert_eq!(opened.manifest().audience, ["anna", "reserv"].map(|id| rig.fingerprint(id)));
    assert!(rig.open("reserv", &without).is_ok() && rig.open("bertil", &for_all).is_ok());
    assert!(matches!(rig.open("bertil", &without), Err(OpenError::NotForUs)));
    let rows: Vec<_> = rig.objects("bertil").iter().map(|object| object.digest).collect();
    assert_eq!(rows, [for_all.digest], "the bundles of whoever is left out have no row of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_left_out_stays_so_and_more_may_be_left_out_later() {
    let mut rig = Rig::new().await;
    let dora = join(&mut rig);
    let (page, first) = send(&rig, "Så var det.", &["bertil"]).await;
    let words = words(&page).join(" ");
    let mut source = rig.visitor();
    let inbox = sign_in(&mut source, &words).await;
    assert!(inbox.text().contains("bertil Ek kan inte läsa: det har du valt tidigare."), "{}", inbox.text());

    let form = inbox.form("/sv/inbox/message").unwrap();
    assert!(form.clone().choose("without", "bertil").is_err(), "nobody can let somebody in again by a form");
    let sent = source.submit(&form.fill("text", "Mer.").unwrap().choose("without", "dora").unwrap()).await.unwrap();
    assert_eq!(sent.path, "/sv/inbox", "{}", sent.text());
    // Two remain: the page says so and leads to the other ways.
    assert!(sent.text().contains("Därför går ingen här att välja bort"), "{}", sent.text());
    assert!(sent.source().contains("href=\"/sv/lillaedet#other\""));
    let again = sent.form("/sv/inbox/message").unwrap().fill("text", "Ännu mer.").unwrap();
    assert_eq!(source.submit(&again).await.unwrap().path, "/sv/inbox");

    let read = |id: &str| rig.objects(id).len();
    assert_eq!((read("anna"), read("reserv"), read("bertil")), (3, 3, 0));
    let dora: Vec<_> = rig.store.objects_for(&dora.into(), Some(1)).unwrap().iter().map(|one| one.digest).collect();
    assert_eq!(dora, [first.digest], "Dora read the report and nothing after it");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_whom_the_form_did_not_name() {
    let mut rig = Rig::new().await;
    let mut source = rig.visitor();
    let form = report_form(&mut source, "sv").await.fill("text", "Så var det.").unwrap();
    let nonce = form.value("nonce").unwrap().to_owned();
    join(&mut rig);
    let page = source.submit(&form).await.unwrap();
    assert_eq!(page.status, 409);
    assert!(page.text().contains("Vilka som läser har ändrats") && page.text().contains("dora Ek"), "{}", page.text());
    assert_eq!(rig.objects("anna").len(), 0);
    let shown = page.form(&format!("/sv/{ORGANISATION}/report")).unwrap();
    assert_eq!((shown.value("text"), shown.value("nonce")), (Some("Så var det."), Some(nonce.as_str())));
    assert_eq!(source.submit(&shown).await.unwrap().path, "/sv/codename");
    assert_eq!(rig.objects("anna").len(), 1);

    // The same for what follows a report.
    let mut other = rig.visitor();
    let codename = super::rig::report(&mut other, "t").await;
    let inbox = sign_in(&mut other, &words(&codename).join(" ")).await;
    let form = inbox.form("/sv/inbox/message").unwrap().fill("text", "Mer.").unwrap();
    let roster = rig.house.amended(|edition| edition.organisations[0].recipients.retain(|id| id != "bertil")).unwrap();
    rig.reception.take_roster(roster);
    let page = other.submit(&form).await.unwrap();
    assert_eq!(page.status, 409);
    assert_eq!(page.form("/sv/inbox/message").unwrap().value("text"), Some("Mer."));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_names_everybody_and_what_else_they_do() {
    let rig = Rig::new().await;
    let roster = rig.house.amended(|edition| {
        let assignments = [(Lang::Sv, "Reviderar kommunen".to_owned()), (Lang::En, "Audits it".to_owned())];
        edition.people[1].assignments = assignments.into();
    });
    rig.reception.take_roster(roster.unwrap());
    for (lang, says) in [("sv", "Andra uppdrag: Reviderar kommunen"), ("en", "Other assignments: Audits it")] {
        for page in [format!("/{lang}/{ORGANISATION}"), format!("/{lang}/{ORGANISATION}/report")] {
            let page = rig.visitor().open(&page).await.unwrap();
            let text = page.text();
            for name in ["anna Ek", "bertil Ek", "reserv Ek", "Ek & Alm", says] {
                assert!(text.contains(name), "{name} on {}: {text}", page.path);
            }
        }
    }
    let form = report_form(&mut rig.visitor(), "sv").await;
    assert!(form.clone().choose("without", "bertil").is_ok() && form.choose("without", "reserv").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_two_read_nobody_can_be_left_out_and_the_page_says_so() {
    let rig = Rig::new().await;
    let two = rig.house.amended(|edition| edition.organisations[0].recipients.retain(|id| id != "bertil")).unwrap();
    rig.reception.take_roster(two);
    for (lang, says) in [("sv", "Därför går ingen här att välja bort"), ("en", "So nobody here can be left out")] {
        let page = rig.visitor().open(&format!("/{lang}/{ORGANISATION}/report")).await.unwrap();
        assert!(page.text().contains(says), "{}", page.text());
        assert!(page.form(&page.path).unwrap().choose("without", "anna").is_err());
        let home = rig.visitor().open(&format!("/{lang}/{ORGANISATION}")).await.unwrap();
        assert!(home.source().contains("id=\"other\""));
        assert!(page.source().contains(&format!("href=\"/{lang}/{ORGANISATION}#other\"")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_shows_its_writer_also_after_they_left() {
    let rig = Rig::new().await;
    let mut source = rig.visitor();
    let codename = super::rig::report(&mut source, "t").await;
    let cert = rig.open("anna", &rig.objects("anna")[0]).unwrap().source().clone();
    rig.answer(&cert, "bertil", 1, LetterKind::Question, "När var det?");
    let roster = rig.house.amended(|edition| {
        edition.organisations[0].recipients.retain(|id| id != "bertil");
        edition.people.retain(|person| person.id != "bertil");
    });
    rig.reception.take_roster(roster.unwrap());
    let inbox = sign_in(&mut source, &words(&codename).join(" ")).await;
    assert!(inbox.text().contains("När var det?") && inbox.text().contains("bertil Ek, Ek & Alm"), "{}", inbox.text());
}

/// Dora joins those who read; returns her cert's fingerprint.
fn join(rig: &mut Rig) -> sluss_core::cert::Fingerprint {
    let dora = Tsk::generate(Kind::PostQuantum, Some("Dora"), today()).unwrap();
    let roster = rig.house.amended(|edition| {
        edition.organisations[0].recipients.push("dora".to_owned());
        let anna = edition.people[0].clone();
        let cert = dora.cert().armored();
        edition.people.push(Person { id: "dora".to_owned(), name: "dora Ek".to_owned(), cert, ..anna });
    });
    let roster = roster.unwrap();
    rig.house.roster = roster.file().verify().unwrap();
    rig.reception.take_roster(roster);
    dora.fingerprint()
}

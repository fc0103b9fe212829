//! What a source does when all goes well.

use std::collections::BTreeSet;
use std::time::Duration;

use sluss_core::letter::LetterKind;
use sluss_core::limits;

use super::rig::{ORGANISATION, Rig, report, report_form, sign_in, today, words};

#[tokio::test(flavor = "multi_thread")]
async fn from_the_form_to_an_answer_and_back() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let start = visitor.open("/").await.unwrap();
    let home = visitor.follow(&start, "Lilla Edet").await.unwrap();
    assert!(home.text().contains("Ansvarig: kommunen") && home.text().contains("anna Ek"));
    let page = visitor.follow(&home, "Skriv en rapport").await.unwrap();
    let form = page.form(&page.path).unwrap().fill("text", "Börjat").unwrap();
    let form = visitor.add_files(form).await.unwrap();
    assert_eq!(form.value("text").unwrap().trim_start(), "Börjat", "the text has not come along");
    let names = form.clone();
    let names = names.names();
    let place = |name| names.iter().position(|it| *it == name).unwrap();
    assert!(place("without") < place("files"), "recusals come before files");
    assert_eq!(names.last(), Some(&"padding"));
    assert!(form.value("padding").unwrap().len() >= 2_000);
    let form = form
        .fill("text", "Chefen har tagit mutor.\nÅÄÖ <b>")
        .and_then(|form| form.fill("who", "Chefen"))
        .and_then(|form| form.choose("ongoing", "yes"))
        .and_then(|form| form.choose("language", "en"))
        .and_then(|form| form.attach("files", "../../kvitto\u{202e}.pdf", "application/pdf", &vec![7; 300_000]))
        .and_then(|form| form.attach("files", "tom.txt", "text/plain", b""))
        .unwrap();
    let sent = visitor.submit(&form).await.unwrap();
    assert_eq!((sent.path.as_str(), sent.hops.len()), ("/sv/sent", 2), "{}", sent.text());
    let page = visitor.follow(&sent, "Visa mitt kodnamn").await.unwrap();
    assert_eq!(page.path, "/sv/codename");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.text().contains("24 november 2026") && page.text().contains("bekräftelsen"));
    let source = page.source();
    let (words, last) = (words(&page), source.rfind("</ol>").unwrap());
    assert!(source.len() - last > 1_100, "markup must follow the words");

    // Shown again until it was typed once correctly; a wrong try changes nothing.
    let typing = visitor.follow(&page, "Jag har skrivit av orden").await.unwrap();
    assert_eq!(typing.path, "/sv/inbox");
    let wrong = sign_in(&mut visitor, "inte de orden alls").await;
    assert_eq!((wrong.path.as_str(), wrong.hops[0].as_u16()), ("/sv/inbox", 303));
    assert!(wrong.text().contains("Det finns ingen inkorg med det kodnamnet"), "{}", wrong.text());
    assert_eq!(super::rig::words(&visitor.follow(&wrong, "Visa orden igen").await.unwrap()), words);
    let typed = words.join("-").to_uppercase();
    let inbox = sign_in(&mut visitor, &typed).await;
    assert!(inbox.text().contains("Du skickade nummer 1, 24 november 2026"), "{}", inbox.text());
    assert!(!inbox.text().contains("mutor"), "what was sent is never shown");
    let gone = visitor.open("/sv/codename").await.unwrap();
    assert_eq!(gone.status.as_u16(), 410);
    assert!(!gone.text().contains(&words[0]));

    // What the investigators get.
    let objects = rig.objects("anna");
    assert_eq!(objects.len(), 1);
    let mut opened = rig.open("anna", &objects[0]).unwrap();
    assert_eq!(opened.text().expose(), "Chefen har tagit mutor.\r\nÅÄÖ <b>\n\n— Vilka är inblandade\nChefen\n");
    let files: Vec<(String, u64)> = opened.files().map(|file| (file.name.clone(), file.size)).collect();
    assert_eq!(files, [("files/kvitto.pdf".to_owned(), 300_000), ("files/tom.txt".to_owned(), 0)]);
    let mut saved = Vec::new();
    opened.save("files/kvitto.pdf", &mut saved).unwrap();
    assert_eq!(saved, vec![7; 300_000]);
    let manifest = opened.manifest();
    assert!(manifest.acknowledged && manifest.day == today() && manifest.organisation == ORGANISATION);
    assert_eq!(manifest.answers["ongoing"], "yes");
    assert_eq!(manifest.answers["language"], "en");

    // An answer, and more from the source.
    rig.answer(opened.source(), "anna", 1, LetterKind::Question, "När var det?\n<script>");
    let inbox = visitor.open("/sv/inbox").await.unwrap();
    assert!(inbox.text().contains("Fråga från utredarna, 24 november 2026"), "{}", inbox.text());
    assert!(inbox.text().contains("anna Ek, Ek & Alm") && inbox.source().contains("När var det?\n&lt;script&gt;"));
    let form = inbox.form("/sv/inbox/message").unwrap().fill("text", "I måndags.").unwrap();
    let sent = visitor.submit(&form).await.unwrap();
    assert_eq!(sent.path, "/sv/inbox");
    assert!(sent.text().contains("Meddelandet är förseglat och sparat som nummer 2"), "{}", sent.text());
    assert!(sent.form("/sv/inbox/message").unwrap().value("text").unwrap().trim().is_empty());
    let objects = rig.objects("bertil");
    let numbers: BTreeSet<u32> = objects.iter().map(|object| object.number).collect();
    assert_eq!(numbers, BTreeSet::from([1, 2]));
    let second = objects.iter().find(|object| object.number == 2).unwrap();
    assert_eq!(rig.open("bertil", second).unwrap().text().expose(), "I måndags.\n");

    // And out.
    let left = visitor.submit(&sent.form("/sv/inbox/leave").unwrap()).await.unwrap();
    assert!(left.text().contains("Du är utloggad"), "{}", left.text());
    assert!(visitor.cookies().is_empty());
    let inbox = visitor.open("/sv/inbox").await.unwrap();
    assert!(inbox.form("/sv/inbox").unwrap().names().contains(&"codename"));
}

#[tokio::test(flavor = "multi_thread")]
async fn text_only_reports_have_one_size() {
    let rig = Rig::new().await;
    report(&mut rig.visitor(), "a").await;
    report(&mut rig.visitor(), &"å".repeat(45_000)).await;
    let sizes: BTreeSet<u64> = rig.objects("anna").iter().map(|object| object.length).collect();
    assert_eq!(sizes, BTreeSet::from([limits::SEALED_FLOOR]));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_left_out_reads_nothing() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let form = report_form(&mut visitor, "sv").await;
    let form = form.fill("text", "Om Anna").unwrap().choose("without", "anna").unwrap();
    let page = visitor.submit(&form).await.unwrap();
    let inbox = sign_in(&mut visitor, &words(&page).join(" ")).await;
    let form = inbox.form("/sv/inbox/message").unwrap().fill("text", "Mer om Anna").unwrap();
    visitor.submit(&form).await.unwrap();
    assert!(rig.objects("anna").is_empty());
    let objects = rig.objects("bertil");
    assert_eq!(objects.len(), 2);
    for object in &objects {
        assert!(rig.open("anna", object).is_err());
        assert!(rig.open("bertil", object).is_ok() && rig.open("reserv", object).is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_acknowledgement_is_not_given() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let form = report_form(&mut visitor, "sv").await;
    let page = visitor.submit(&form.fill("text", "t").unwrap().choose("declined", "yes").unwrap()).await.unwrap();
    assert!(!page.text().contains("bekräftelsen"), "{}", page.text());
    let opened = rig.open("anna", &rig.objects("anna")[0]).unwrap();
    assert!(!opened.manifest().acknowledged);
    assert_eq!(opened.manifest().answers["declined"], "yes");
    let inbox = sign_in(&mut visitor, &words(&page).join(" ")).await;
    assert!(!inbox.text().contains("Bekräftelse, "), "{}", inbox.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn long_letters_are_paged_and_whole() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let page = report(&mut visitor, "t").await;
    let source = rig.open("anna", &rig.objects("anna")[0]).unwrap().source().clone();
    let letters: Vec<String> = (1..=3).map(|n| format!("B{n}{}S{n}", "\"å".repeat(8_000))).collect();
    for (letter, number) in letters.iter().zip(1..) {
        rig.answer(&source, "anna", number, LetterKind::Feedback, letter);
    }
    let mut page = sign_in(&mut visitor, &words(&page).join(" ")).await;
    let mut read = Vec::new();
    loop {
        assert_eq!(page.body.len(), limits::PAGE);
        read.extend(page.texts(".typed"));
        match page.link("Äldre") {
            Ok(path) => page = visitor.open(&path).await.unwrap(),
            Err(_) => break,
        }
    }
    let read = read.concat();
    for letter in letters {
        assert!(read.contains(&letter), "a letter lost a part");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_not_what_its_place_says_is_not_shown() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let page = report(&mut visitor, "t").await;
    let other = report(&mut rig.visitor(), "u").await;
    let objects = rig.objects("anna");
    let certs: Vec<_> = objects.iter().map(|object| rig.open("anna", object).unwrap()).collect();
    let theirs = |text: &str| certs.iter().find(|one| one.text().expose().starts_with(text)).unwrap().source().clone();
    // Numbered 2 inside and 1 outside; damaged; for somebody else.
    let (mine, elses) = (theirs("t"), theirs("u"));
    let clock = sluss_core::day::Clock::new(today().instant()).unwrap();
    let reserve = rig.house.people["reserv"].cert();
    let second = rig.letter(mine.fingerprint(), "anna", 2, LetterKind::Question, "FEL PLATS");
    let second = second.seal(&rig.house.people["anna"], &mine, &[&reserve], clock).unwrap().bytes;
    rig.deliver(mine.fingerprint(), "anna", 1, &second);
    let foreign = rig.letter(elses.fingerprint(), "bertil", 1, LetterKind::Question, "FEL KÄLLA");
    let foreign = foreign.seal(&rig.house.people["bertil"], &mine, &[&reserve], clock).unwrap().bytes;
    rig.deliver(mine.fingerprint(), "bertil", 1, &foreign);
    let inbox = sign_in(&mut visitor, &words(&page).join(" ")).await;
    assert_eq!(inbox.text().matches("Ett brev som inte går att öppna").count(), 2, "{}", inbox.text());
    assert!(!inbox.text().contains("FEL"), "{}", inbox.text());
    drop(other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_ten_minutes_after_its_last_request() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let page = report(&mut visitor, "t").await;
    let words = words(&page).join(" ");
    rig.pass(Duration::from_secs(599));
    assert_eq!(visitor.open("/sv/codename").await.unwrap().status.as_u16(), 200);
    rig.pass(Duration::from_secs(600));
    rig.reception.tidy();
    assert_eq!(visitor.open("/sv/codename").await.unwrap().status.as_u16(), 410);
    let inbox = sign_in(&mut visitor, &words).await;
    let form = inbox.form("/sv/inbox/message").unwrap().fill("text", "EJ SKICKAT Ö").unwrap();
    rig.pass(Duration::from_secs(600));
    let prompt = visitor.submit(&form).await.unwrap();
    assert_eq!(prompt.status.as_u16(), 403);
    assert!(prompt.text().contains("Du har varit borta för länge"), "{}", prompt.text());
    // Through a mistyped codename, and in.
    let form = prompt.form("/sv/inbox").unwrap();
    assert_eq!(form.value("draft").unwrap().trim(), "EJ SKICKAT Ö");
    let wrong = visitor.submit(&form.fill("codename", "fel ord").unwrap()).await.unwrap();
    assert!(wrong.text().contains("Det finns ingen inkorg"), "{}", wrong.text());
    let form = wrong.form("/sv/inbox").unwrap().fill("codename", &words).unwrap();
    let inbox = visitor.submit(&form).await.unwrap();
    let form = inbox.form("/sv/inbox/message").unwrap();
    assert_eq!(form.value("text").unwrap().trim(), "EJ SKICKAT Ö");
    visitor.submit(&form).await.unwrap();
    assert_eq!(rig.objects("anna").len(), 2);
}

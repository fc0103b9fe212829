//! The whole of what a source does, in both languages.

use sluss_core::lang::Lang;
use sluss_core::letter::LetterKind;
use sluss_tests::line::Line;

use super::{SEND, Seat, TEXT, person};
use crate::source::rig::{ORGANISATION, Rig};

const REPORT: &str = "Chefen byter fakturor i arkivet.\nÅÄÖ <b>&amp;";
const QUESTION: &str = "När såg du fakturorna?\nI vilket rum?";
const ANSWER: &str = "I måndags, i rum 12.";

#[tokio::test(flavor = "multi_thread")]
async fn a_source_reports_and_is_answered_in_swedish() {
    report_and_answer(Lang::Sv).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_reports_and_is_answered_in_english() {
    report_and_answer(Lang::En).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_one_request() {
    let rig = Rig::new().await;
    let line = Line::to(rig.address).await.unwrap();
    let mut seat = Seat::take("requests", Lang::Sv, line.address);
    seat.go("");
    let (home, form) = (seat.path(ORGANISATION), seat.path(&format!("{ORGANISATION}/report")));
    for link in [&home, &form] {
        seat.browser.click(&format!("main a[href='{link}']")).unwrap();
        seat.browser.arrive(link).unwrap();
    }
    seat.browser.type_into(TEXT, REPORT).unwrap();
    seat.send("codename");
    let words = seat.words().join(" ");
    let inbox = seat.path("inbox");
    seat.browser.click(&format!("main a.button[href='{inbox}']")).unwrap();
    seat.sign_in(&words);
    let asked = line.requests();
    let pages = ["GET /sv/", "GET /sv/lillaedet", "GET /sv/lillaedet/report", "POST /sv/lillaedet/report"];
    let inside = ["GET /sv/codename", "GET /sv/inbox", "POST /sv/inbox", "GET /sv/inbox"];
    assert_eq!(asked, [pages, inside].concat());
    eprintln!("from the first page into the inbox, text alone: {} requests, two of them forms", asked.len());
}

async fn report_and_answer(lang: Lang) {
    let rig = Rig::new().await;
    let mut seat = Seat::take("source", lang, rig.address);
    to_the_form(&mut seat);
    let words = to_the_codename(&mut seat);
    to_the_inbox(&mut seat, &words);

    // Whoever was left out gets nothing, the others all of it.
    assert!(rig.objects("anna").is_empty());
    let objects = rig.objects("bertil");
    assert_eq!(objects.len(), 1);
    let mut opened = rig.open("bertil", &objects[0]).unwrap();
    let text = opened.text().expose().replace("\r\n", "\n");
    assert!(text.starts_with(REPORT) && text.contains("Fakturorna"), "{text}");
    let names: Vec<String> = opened.files().map(|file| file.name.clone()).collect();
    assert_eq!(names, ["files/kvitto å.pdf", "files/anteckning.txt"]);
    let mut saved = Vec::new();
    opened.save("files/kvitto å.pdf", &mut saved).unwrap();
    assert_eq!(saved, vec![7; 300_000]);

    rig.answer(opened.source(), "bertil", 1, LetterKind::Question, QUESTION);
    seat.browser.reload().unwrap();
    seat.browser.see("bertil Ek").unwrap();
    assert_eq!(seat.browser.text(".typed").unwrap(), QUESTION);
    seat.picture("08-inbox-question");
    seat.browser.type_into(TEXT, ANSWER).unwrap();
    seat.send("inbox");
    seat.browser.see(&seat.said("box-done")).unwrap();
    assert_eq!(seat.browser.value(TEXT).unwrap().trim(), "", "what was sent stays in the form");
    seat.picture("09-inbox-sent");
    let objects = rig.objects("bertil");
    let second = objects.iter().find(|object| object.number == 2).unwrap();
    assert_eq!(rig.open("bertil", second).unwrap().text().expose(), &format!("{ANSWER}\n"));

    seat.browser.click("header form button").unwrap();
    seat.arrive("inbox/left");
    seat.picture("10-left");
    back_shows_nothing(&mut seat, &words);
    seat.go("nowhere");
    seat.picture("90-not-found");

    seat.go("inbox");
    seat.sign_in(&words.join(" "));
    let erase = seat.path("inbox/erase");
    seat.browser.click(&format!("main a[href='{erase}']")).unwrap();
    seat.browser.arrive(&erase).unwrap();
    seat.picture("11-erase");
    seat.browser.click("main button[value=all]").unwrap();
    seat.arrive("inbox/erased");
    seat.picture("12-erased");
    assert!(rig.objects("bertil").is_empty());
    seat.go("inbox");
    seat.sign_in(&words.join(" "));
    seat.browser.see(&seat.said("codename-unknown")).unwrap();
}

fn to_the_form(seat: &mut Seat) {
    seat.go("");
    seat.picture("01-find");
    let home = seat.path(ORGANISATION);
    seat.browser.click(&format!("main a[href='{home}']")).unwrap();
    seat.browser.arrive(&home).unwrap();
    assert!(seat.browser.title().unwrap().contains("Lilla Edets kommun"));
    seat.picture("02-home");
    seat.unfold();
    seat.picture("02-home-unfolded");
    seat.browser.click(&format!("main a[href='{home}/report']")).unwrap();
    seat.browser.arrive(&format!("{home}/report")).unwrap();
    seat.picture("03-form");
}

fn to_the_codename(seat: &mut Seat) -> Vec<String> {
    let (receipt, note) = (seat.file("kvitto å.pdf", &[7; 300_000]), seat.file("anteckning.txt", b"kort"));
    seat.unfold();
    seat.browser.click(&person("anna")).unwrap();
    seat.browser.type_into(TEXT, REPORT).unwrap();
    seat.browser.type_into("input[name=title]", "Fakturorna").unwrap();
    seat.picture("03-form-filled");
    seat.add_files(&[&receipt, &note]);
    seat.browser.press("main .box summary").unwrap();
    seat.picture("03-form-with-files");
    seat.browser.press(SEND).unwrap();
    seat.see_in("iframe.progress", "progress-kept");
    seat.see_in("iframe.sent", "sent-report");
    seat.picture("03-form-sent");
    seat.go_on("codename");
    let words = seat.words();
    for _ in 0..2 {
        seat.browser.reload().unwrap();
        assert_eq!(seat.words(), words, "reloading shows other words");
    }
    seat.picture("04-codename");
    let numbered: String = words.iter().zip(1..).map(|(word, number)| format!("{number}. {word} ")).collect();
    let printed = seat.browser.printed().unwrap();
    assert_eq!(printed.split_whitespace().collect::<Vec<_>>().join(" "), numbered.trim_end(), "paper shows more");
    words
}

fn to_the_inbox(seat: &mut Seat, words: &[String]) {
    let inbox = seat.path("inbox");
    seat.browser.click(&format!("main a.button[href='{inbox}']")).unwrap();
    seat.browser.arrive(&inbox).unwrap();
    seat.picture("05-type-the-words");
    seat.sign_in("dessa ord är nog fel");
    seat.browser.see(&seat.said("codename-unknown")).unwrap();
    seat.picture("06-wrong-words");
    seat.sign_in(&words.join("-").to_uppercase());
    assert_eq!(seat.browser.texts("ol.thread > li").unwrap().len(), 2, "{}", seat.browser.text("body").unwrap());
    seat.picture("07-inbox");
    // Typed once: they are never shown again.
    seat.go("codename");
    seat.browser.see(&seat.said("no-codename")).unwrap();
    seat.picture("91-no-codename");
    seat.go("inbox");
}

/// Every page that Back leads to, as far as it leads. Only the form that somebody went on from to choose files keeps what
/// they typed there, until the browser is closed.
fn back_shows_nothing(seat: &mut Seat, words: &[String]) {
    let (typed, written) = (words.join("-").to_uppercase(), words.join(" "));
    let form = seat.path(&format!("{ORGANISATION}/report"));
    let mut paths = Vec::new();
    // More steps than this journey has pages.
    for _ in 0..30 {
        seat.browser.back().unwrap();
        let (path, mut shown) = (seat.browser.path().unwrap(), seat.browser.text("body").unwrap());
        for field in [TEXT, "input[name=title]", "input[name=codename]"] {
            if !seat.browser.texts(field).unwrap().is_empty() {
                shown += &seat.browser.value(field).unwrap();
            }
        }
        let report: &[&str] = if path == form { &[] } else { &[REPORT, "Fakturorna"] };
        for secret in [&typed, &written, QUESTION, ANSWER].iter().chain(report) {
            assert!(!shown.contains(*secret), "Back to {path} shows {secret}: {shown}");
        }
        assert!(seat.browser.texts(".words li").unwrap().is_empty(), "Back to {path} shows the codename");
        paths.push(path);
    }
    assert!(paths.contains(&seat.path("inbox")) && paths.contains(&seat.path("")), "Back leads to {paths:?}");
}

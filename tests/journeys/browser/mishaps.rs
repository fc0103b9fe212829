//! What goes wrong in a browser: no text is lost by it, and nothing is kept twice.

use std::time::Duration;

use sluss_core::lang::Lang;
use sluss_tests::line::Line;
use sluss_tests::process::wait_for;

use super::{ADD_FILES, FILES, SEND, Seat, TEXT, person};
use crate::source::rig::{ORGANISATION, Rig};

const PATIENCE: Duration = Duration::from_secs(60);
const LONG: &str = "Tre sidor om det som hände.\n\"Citat\" & <taggar>, ÅÄÖ.";

#[tokio::test(flavor = "multi_thread")]
async fn back_after_an_error_brings_the_text() {
    for lang in Lang::ALL {
        let rig = Rig::new().await;
        let mut seat = Seat::take("mishap", lang, rig.address);
        // Too few would remain.
        seat.fill_in(LONG, "anna", &[]);
        seat.browser.click(&person("bertil")).unwrap();
        seat.send(&format!("{ORGANISATION}/report"));
        seat.browser.see(&seat.said("too-few-left")).unwrap();
        assert_eq!(seat.browser.value(TEXT).unwrap(), LONG, "the page of the error has lost the text");
        seat.picture("92-too-few-left");
        seat.browser.back().unwrap();
        seat.browser.see_value(TEXT, LONG).expect("Back has lost the text");
        assert!(seat.browser.ticked(&person("anna")).unwrap(), "Back has lost a tick");
        // So does going on to the form with files, and back.
        seat.browser.press(ADD_FILES).unwrap();
        seat.browser.value(FILES).unwrap();
        assert_eq!(seat.browser.value(TEXT).unwrap(), LONG, "the form with files has lost the text");
        assert!(seat.browser.ticked(&person("anna")).unwrap(), "the form with files has lost a tick");
        seat.browser.back().unwrap();
        seat.browser.see_value(TEXT, LONG).expect("Back has lost the text");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_error_text_and_files_still_stand_in_their_form() {
    for lang in Lang::ALL {
        let rig = Rig::new().await;
        let mut seat = Seat::take("mishap", lang, rig.address);
        let (one, two) = (seat.file("ett.bin", &[1; 50_000]), seat.file("två.bin", &[2; 50_000]));
        seat.fill_in(LONG, "anna", &[&one, &two]);
        seat.browser.click(&person("bertil")).unwrap();
        seat.browser.press(SEND).unwrap();
        seat.see_in("iframe.sent", "too-few-left");
        seat.see_in("iframe.progress", "too-few-left");
        assert_eq!(seat.browser.value(TEXT).unwrap(), LONG, "the text is lost");
        seat.picture("93-files-too-few-left");
        seat.browser.click(&person("bertil")).unwrap();
        seat.send_files("codename");

        let objects = rig.objects("bertil");
        assert_eq!(objects.len(), 1);
        let mut opened = rig.open("bertil", &objects[0]).unwrap();
        assert_eq!(opened.text().expose().replace("\r\n", "\n").trim_end(), LONG);
        for (name, content) in [("files/ett.bin", 1), ("files/två.bin", 2)] {
            let mut saved = Vec::new();
            opened.save(name, &mut saved).unwrap();
            assert_eq!(saved, vec![content; 50_000], "{name} is lost");
        }
        assert!(rig.objects("anna").is_empty());

        // Too much at once.
        let large = seat.file("stor.bin", &vec![3; 1_100_000]);
        seat.fill_in(LONG, "", &[&large]);
        seat.browser.press(SEND).unwrap();
        seat.see_in("iframe.sent", "files-too-large");
        seat.picture("93-files-too-large");
        assert_eq!(seat.browser.value(TEXT).unwrap(), LONG, "the text is lost");
        assert_eq!(rig.objects("reserv").len(), 1, "something is kept of what was refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_while_files_are_sent_loses_nothing() {
    for lang in Lang::ALL {
        let rig = Rig::new().await;
        let line = Line::to(rig.address).await.unwrap();
        let mut seat = Seat::take("mishap", lang, line.address);
        let (one, two) = (seat.file("ett.bin", &[1; 500_000]), seat.file("två.bin", &[2; 400_000]));
        seat.fill_in(LONG, "anna", &[&one, &two]);
        line.cut_after(600_000);
        seat.browser.press(SEND).unwrap();
        wait_for("a cut", PATIENCE, || Ok((line.cuts() > 0).then_some(()))).unwrap();
        // The browser tries by itself once more, which is cut as well, and then says so in the frame.
        seat.enter_when("iframe.sent", "body", |said| !said.concat().is_empty());
        seat.browser.leave_frame().unwrap();
        assert!(rig.objects("reserv").is_empty(), "half a report is kept");
        line.mend();
        assert_eq!(seat.browser.value(TEXT).unwrap(), LONG, "the text is lost");
        assert!(seat.browser.ticked(&person("anna")).unwrap(), "a tick is lost");
        seat.picture("93-files-cut");
        seat.send_files("codename");
        let objects = rig.objects("bertil");
        assert_eq!((objects.len(), rig.objects("anna").len()), (1, 0), "not exactly one report");
        let mut opened = rig.open("bertil", &objects[0]).unwrap();
        assert_eq!(opened.text().expose().replace("\r\n", "\n").trim_end(), LONG);
        for (name, content) in [("files/ett.bin", vec![1; 500_000]), ("files/två.bin", vec![2; 400_000])] {
            let mut saved = Vec::new();
            opened.save(name, &mut saved).unwrap();
            assert!(saved == content, "{name} is lost");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_sent_twice_are_kept_once() {
    let rig = Rig::new().await;
    let mut seat = Seat::take("mishap", Lang::Sv, rig.address);
    let file = seat.file("bilaga.bin", &[1; 400_000]);
    seat.fill_in(LONG, "", &[&file]);
    seat.browser.double_click(SEND).unwrap();
    seat.go_on("codename");
    let words = seat.words();
    seat.browser.reload().unwrap();
    assert_eq!(seat.words(), words, "reloading shows other words");
    assert_eq!(rig.objects("anna").len(), 1, "one form is kept twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn reloading_and_clicking_twice_double_nothing() {
    let rig = Rig::new().await;
    let mut seat = Seat::take("mishap", Lang::Sv, rig.address);
    seat.fill_in(LONG, "", &[]);
    seat.browser.double_click(SEND).unwrap();
    seat.arrive("codename");
    let words = seat.words();
    seat.browser.reload().unwrap();
    assert_eq!(seat.words(), words, "reloading shows other words");
    // What is kept is no longer in a form, so nobody sends it again.
    seat.browser.back().unwrap();
    seat.arrive(&format!("{ORGANISATION}/report"));
    seat.browser.see(&seat.said("already-sent")).unwrap();
    assert!(seat.browser.texts("textarea").unwrap().is_empty(), "Back shows a form for a report that is kept");
    seat.picture("94-already-sent");
    seat.browser.click("main a.button").unwrap();
    seat.arrive("codename");
    assert_eq!(seat.words(), words, "Back has lost the codename");
    assert_eq!(rig.objects("anna").len(), 1, "one form is kept twice");

    seat.go("inbox");
    seat.sign_in(&words.join("  "));
    seat.browser.type_into(TEXT, "Mer om saken").unwrap();
    seat.browser.double_click(SEND).unwrap();
    seat.arrive("inbox");
    seat.browser.see("Du skickade nummer 2").unwrap();
    seat.browser.reload().unwrap();
    seat.arrive("inbox");
    let mut numbers: Vec<u32> = rig.objects("anna").iter().map(|object| object.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2], "one message is kept twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_between_form_and_sending_keeps_the_text() {
    for lang in Lang::ALL {
        let mut rig = Rig::new().await;
        let mut seat = Seat::take("mishap", lang, rig.address);
        let file = seat.file("bilaga.txt", b"bilaga");
        seat.fill_in(LONG, "anna", &[&file]);
        rig.restart().await;
        seat.browser.press(SEND).unwrap();
        seat.see_in("iframe.sent", "old-form");
        seat.picture("94-old-form");
        seat.go_on(&format!("{ORGANISATION}/report"));
        seat.browser.attach(FILES, &[&file]).unwrap();
        assert_eq!(seat.browser.value(TEXT).unwrap(), LONG, "the text is lost");
        assert!(seat.browser.ticked(&person("anna")).unwrap(), "the tick is lost");
        seat.send_files("codename");
        let objects = rig.objects("bertil");
        assert_eq!((objects.len(), rig.objects("anna").len()), (1, 0));
        let opened = rig.open("bertil", &objects[0]).unwrap();
        assert_eq!(opened.text().expose().replace("\r\n", "\n").trim_end(), LONG);
        assert_eq!(opened.files().count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_somebody_writes_keeps_the_text() {
    for lang in Lang::ALL {
        let rig = Rig::new().await;
        let mut seat = Seat::take("mishap", lang, rig.address);
        seat.fill_in("Första", "", &[]);
        seat.send("codename");
        let words = seat.words().join(" ");
        seat.go("inbox");
        seat.sign_in(&words);
        seat.browser.type_into(TEXT, LONG).unwrap();
        rig.pass(Duration::from_secs(600));
        rig.reception.tidy();
        seat.send("inbox/message");
        seat.browser.see(&seat.said("signed-out")).unwrap();
        assert_eq!(seat.browser.value("textarea[name=draft]").unwrap(), LONG, "the text is lost");
        seat.picture("95-signed-out");
        seat.sign_in("inte de orden");
        assert_eq!(seat.browser.value("textarea[name=draft]").unwrap(), LONG, "a mistyped codename loses the text");
        seat.sign_in(&words);
        assert_eq!(seat.browser.value(TEXT).unwrap(), LONG, "signing in loses the text");
        seat.picture("96-inbox-draft");
        seat.send("inbox");
        seat.browser.see(&seat.said("box-done")).unwrap();
        let objects = rig.objects("anna");
        let second = objects.iter().find(|object| object.number == 2).unwrap();
        let opened = rig.open("anna", second).unwrap();
        assert_eq!(opened.text().expose().replace("\r\n", "\n").trim_end(), LONG);
        assert_eq!(objects.len(), 2);
    }
}

//! Registering what was told: the text is not lost, and the codename is shown until it was handed over.

use super::*;

const PAGE: &str = "/en/oral";
const KEEP: &str = "/en/oral/keep";

fn filled(text: &str) -> Vec<(&str, &str)> {
    vec![
        ("organisation", "lillaedet"),
        ("way", "meeting"),
        ("day", "2026-11-24"),
        ("language", "sv"),
        ("excluded", "cilla"),
        ("text", text),
    ]
}

#[test]
fn an_oral_report_is_kept_and_its_codename_shown_until_it_was_handed_over() {
    let house = House::new();
    let (served, _) = with_a_case(&house);
    let page = served.get(PAGE).body;
    assert!(page.contains("Lilla Edets kommun") && page.contains("bertil Ek") && !page.contains("reserv Ek"), "{page}");

    let mut ahead = filled("Kvittona.");
    ahead[2].1 = "2099-01-01";
    let refused = served.post(PAGE, KEEP, &ahead);
    assert!(refused.status == 422 && refused.body.contains("Kvittona.</textarea>"), "{}", refused.body);
    assert!(refused.body.contains("value=\"cilla\" checked") && refused.body.contains("value=\"meeting\" checked"));
    assert!(!refused.body.contains("value=\"yes\" checked"), "a box was ticked again");

    let nonce = served.get(PAGE).nonce(KEEP);
    let kept = served.send(KEEP, &nonce, &filled("Kvittona.")).location();
    assert_eq!(served.send(KEEP, &nonce, &filled("Kvittona.")).location(), kept, "a second click registered it twice");
    let shown = served.get(&kept).body;
    assert_eq!(
        shown.split("class=\"words\"").nth(1).unwrap().split("</ol>").next().unwrap().matches("<li>").count(),
        7
    );
    assert!(shown.contains("http://example.onion/en/inbox"), "{shown}");
    let case = kept.trim_end_matches("/codename").to_owned();
    assert!(served.get(&case).body.contains("has not been handed over"));
    assert_eq!(served.post(&kept, &kept, &[]).location(), case);
    assert!(served.get(&kept).body.contains("not shown any more"));
    let read = served.get(&case).body;
    assert!(read.contains("Kvittona.") && read.contains("In a meeting") && read.contains("cilla Ek"), "{read}");
}

#[test]
fn what_was_taken_down_outlasts_a_lock_and_a_codename_does_not() {
    let house = House::new();
    let (served, _) = with_a_case(&house);
    let kept = served.post(PAGE, KEEP, &filled("Först.")).location();
    let nonce = served.get(PAGE).nonce(KEEP);
    *served.face.desk.blocking_lock() = None;
    let locked = served.send(KEEP, &nonce, &filled("Sedan."));
    for carried in ["Sedan.</textarea>", "name=\"excluded\" value=\"cilla\"", "name=\"way\" value=\"meeting\""] {
        assert!(locked.body.contains(carried), "{carried}: {}", locked.body);
    }
    served.unlock_with(&house, "anna");
    assert!(served.get(&kept).body.contains("not shown any more"));
}

//! A desk that nobody uses.

use super::*;

/// A desk with one case, and the case's number.
fn with_a_case(house: &House) -> (Served, String) {
    let served = Served::on(&laid(house));
    served.unlock_with(house, "anna");
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let bundle = house.outbound("anna", &Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() });
    served.take_in(&bundle);
    let cases = served.get("/en").body;
    let number = cases.split("/en/case/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (served, number)
}

#[test]
fn the_browser_leaves_what_can_be_read_once_the_desk_is_locked() {
    let house = House::new();
    let (served, number) = with_a_case(&house);
    let leaves = |path: &str| served.get(path).head.contains("\r\nrefresh: 601; url=/en/idle");
    for read in ["/en", &format!("/en/case/{number}"), "/en/register", "/en/idle"] {
        assert!(leaves(read), "{read} stays");
    }
    // Where many cases are ticked it comes later.
    assert!(served.get("/en/cases").head.contains("\r\nrefresh: 4200; url=/en/idle"));
    // What is being written stays, and a locked page has nothing to leave.
    assert!(!leaves(&format!("/en/case/{number}/letter")));
    let touched = || *served.face.touched.lock().unwrap();
    let before = touched();
    assert!(served.get("/en/idle").body.contains(&number), "another window is in use");
    assert_eq!(touched(), before, "a browser that asks by itself keeps the desk open");
    served.face.notify(Notice::Done(vec!["what came".to_owned()]));
    served.face.lock_if_idle(Instant::now() + limits::SESSION_IDLE);
    let page = served.get("/en/idle");
    assert!(page.body.contains("/en/unlock") && !page.body.contains("what came"), "{}", page.body);
    assert!(!leaves("/en"));
    served.unlock_with(&house, "anna");
    assert!(served.get("/en").body.contains("what came"), "it is told to nobody");
}

#[test]
fn a_template_that_was_being_written_is_not_lost() {
    let house = House::new();
    let (served, _) = with_a_case(&house);
    let nonce = served.get("/en/templates").nonce("/en/templates/keep");
    served.face.lock_if_idle(Instant::now() + limits::SESSION_IDLE);
    let typed = [("kind", "feedback"), ("language", "sv"), ("organisation", ""), ("text", "Vi har utrett")];
    let asked = served.send("/en/templates/keep", &nonce, &typed);
    assert!(asked.body.contains("Vi har utrett") && asked.body.contains("type=\"password\""), "{}", asked.body);
    let mut fields = vec![("passphrase", PASSPHRASE), ("form", "template")];
    fields.extend(typed);
    let back = served.send("/en/unlock", &asked.nonce("/en/unlock"), &fields);
    assert!(back.body.contains("Vi har utrett"), "{}", back.body);
    assert_eq!(served.send("/en/templates/keep", &back.nonce("/en/templates/keep"), &typed).status, 303);
}

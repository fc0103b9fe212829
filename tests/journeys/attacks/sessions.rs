//! Session fixation, cookie tossing, and forms that somebody else began: no session is anybody's but the one's who signed in.

use sluss_tests::visitor::Page;

use super::{beginning, cookie, get, part, post_fields, post_parts, raw, status};
use crate::source::rig::{Rig, report, report_form, sign_in, words};

/// A session that nobody was given.
fn chosen() -> String {
    format!("visit={}", "ab".repeat(32))
}

fn is_signed_in(answer: &str) -> bool {
    answer.contains("/sv/inbox/leave")
}

fn codename_of(page: &Page) -> String {
    words(page).join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_somebody_chose_is_never_taken() {
    let rig = Rig::new().await;
    let codename = codename_of(&report(&mut rig.visitor(), "t").await);
    let chosen = chosen();
    let planted = format!("Cookie: {chosen}\r\n");
    let form = report_form(&mut rig.visitor(), "sv").await;
    let parts = beginning(&form) + &part("text", "", "t");
    for sent in [post_fields("/sv/inbox", &planted, &[("codename", &codename)]), post_parts(&planted, &parts)] {
        let answer = raw(&rig, &sent).await;
        assert_eq!(status(&answer), "303");
        assert_ne!(cookie(&answer).unwrap(), chosen);
    }
    assert!(!is_signed_in(&raw(&rig, &get("/sv/inbox", &planted)).await));
    assert_eq!(status(&raw(&rig, &get("/sv/codename", &planted)).await), "410");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_reporting_change_the_session() {
    let rig = Rig::new().await;
    let codename = codename_of(&report(&mut rig.visitor(), "t").await);
    // Whoever types a wrong codename has a session, and leaves it in somebody else's browser.
    let mut attacker = rig.visitor();
    sign_in(&mut attacker, "fel ord").await;
    let mut victim = rig.visitor();
    victim.take_cookies(&attacker);
    let inbox = sign_in(&mut victim, &codename).await;
    assert!(inbox.form("/sv/inbox/message").is_ok(), "{}", inbox.text());
    assert_ne!(victim.cookies(), attacker.cookies());
    assert!(attacker.open("/sv/inbox").await.unwrap().form("/sv/inbox/message").is_err());

    sign_in(&mut attacker, "fel ord").await;
    victim.take_cookies(&attacker);
    report(&mut victim, "t").await;
    assert_ne!(victim.cookies(), attacker.cookies());
    assert_eq!(attacker.open("/sv/codename").await.unwrap().status, 410);
}

/// A second cookie of that name was put there by somebody else, and which one it is nobody can tell.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_sessions_neither_counts() {
    let rig = Rig::new().await;
    let session = async |codename: &str| {
        let answer = raw(&rig, &post_fields("/sv/inbox", "", &[("codename", codename)])).await;
        cookie(&answer).unwrap().to_owned()
    };
    let codename = codename_of(&report(&mut rig.visitor(), "mitt").await);
    let mine = session(&codename).await;
    let theirs = session(&codename_of(&report(&mut rig.visitor(), "deras").await)).await;
    for lines in [
        format!("Cookie: {theirs}; {mine}\r\n"),
        format!("Cookie: {mine}; {theirs}\r\n"),
        format!("Cookie: {theirs}\r\nCookie: {mine}\r\n"),
        format!("Cookie: {}; {mine}\r\n", chosen()),
        format!("Cookie: visit=; {mine}\r\n"),
    ] {
        assert!(!is_signed_in(&raw(&rig, &get("/sv/inbox", &lines)).await), "{lines}");
    }
    assert!(is_signed_in(&raw(&rig, &get("/sv/inbox", &format!("Cookie: other=1; {mine}; {mine}\r\n"))).await));
    // Leaving clears whatever was put there.
    let left = raw(&rig, &post_fields("/sv/inbox/leave", &format!("Cookie: {mine}\r\n"), &[])).await;
    assert!(left.contains("clear-site-data: \"cookies\""));
}

/// Whoever sends a form again is given its session: so nobody may be made to send a form that somebody else holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_another_site_sends_is_not_taken_though_its_nonce_is_good() {
    let rig = Rig::new().await;
    let form = report_form(&mut rig.visitor(), "sv").await;
    let sent = |site: &str| {
        let parts = beginning(&form) + &part("text", "", "t");
        post_parts(&format!("Sec-Fetch-Site: {site}\r\nOrigin: null\r\n"), &parts)
    };
    for site in ["cross-site", "same-site"] {
        assert_eq!(status(&raw(&rig, &sent(site)).await), "403", "{site}");
    }
    assert!(rig.objects("anna").is_empty());
    assert_eq!(status(&raw(&rig, &sent("same-origin")).await), "303");
}

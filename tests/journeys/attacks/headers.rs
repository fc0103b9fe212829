//! Header injection and Host confusion: whatever is sent, an answer has the headers that it always has.

use sluss_core::letter::LetterKind;
use sluss_drop::visitor::Way;
use sluss_tests::visitor::ONION;

use super::{answers, beginning, get, part, post_fields, post_parts, raw, send, status};
use crate::source::rig::{ORGANISATION, Rig, report, report_form, words};

/// A line that must never stand in a head, as it is and escaped once and twice.
const LINES: [&str; 3] = ["\r\nInjected: yes", "%0d%0aInjected:%20yes", "%250d%250aInjected:%2520yes"];

/// An answer's head is one, and holds nothing of what was sent.
fn untouched(answer: &str, why: &str) {
    let (head, _) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{why}: {answer}"));
    assert!(!head.to_ascii_lowercase().contains("injected"), "{why}: {head}");
    assert_eq!(answers(answer), 1, "{why}");
    for place in head.lines().filter_map(|line| line.strip_prefix("location: ")) {
        assert!(["/sv/inbox", "/sv/inbox/left", "/sv/codename", "/sv/sent"].contains(&place), "{why}: {place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_sent_becomes_a_header() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let codename = words(&report(&mut visitor, "t").await).join(" ");
    let object = &rig.objects("anna")[0];
    let opened = rig.open("anna", object).unwrap();
    rig.answer(opened.source(), "anna", 1, LetterKind::Question, "När?\r\nInjected: yes");
    let signed = raw(&rig, &post_fields("/sv/inbox", "", &[("codename", &codename)])).await;
    let session = format!("Cookie: {}\r\n", super::cookie(&signed).unwrap());
    for line in &LINES[1..] {
        for path in [
            format!("/{line}"),
            format!("/sv{line}/inbox"),
            format!("/sv/{ORGANISATION}{line}"),
            format!("/sv/{ORGANISATION}{line}/report"),
            format!("/sv/inbox?page={line}"),
            format!("/sv/inbox/letter?digest={line}"),
            format!("/sv/progress?form={}{line}", "0".repeat(200)),
            format!("//injected.example/{line}"),
            format!("/{line}//injected.example/.."),
        ] {
            untouched(&raw(&rig, &get(&path, &session)).await, &path);
            untouched(&raw(&rig, &post_fields(&path, &session, &[])).await, &path);
        }
        untouched(&raw(&rig, &get("/sv/inbox", &format!("Cookie: visit={line}\r\n"))).await, "a cookie");
        untouched(
            &raw(&rig, &get("/sv", &format!("Accept-Language: sv{line}\r\nReferer: {line}\r\n"))).await,
            "a header",
        );
    }
    for line in LINES {
        for fields in [[("codename", line), ("draft", "")], [("codename", "x"), ("draft", line)]] {
            untouched(&raw(&rig, &post_fields("/sv/inbox", "", &fields)).await, "the way in");
        }
        untouched(
            &raw(&rig, &post_fields("/sv/inbox/erase", &session, &[("nonce", line), ("what", line)])).await,
            "erase",
        );
        for name in ["nonce", "organisation", "readers", "language", "title", "without", "next", "framed", "files"] {
            let form = report_form(&mut rig.visitor(), "sv").await;
            let extra =
                if name == "files" { format!("; filename=\"{}.txt\"", line.trim_start()) } else { String::new() };
            let parts = part(name, &extra, line) + &beginning(&form) + &part("text", "", line);
            untouched(&raw(&rig, &post_parts("", &parts)).await, name);
        }
        for kind in [format!("a{line}"), format!("multipart/form-data; boundary=B{line}")] {
            let answer = raw(&rig, &super::post(&format!("/sv/{ORGANISATION}/report"), &kind, "", b"--B--")).await;
            untouched(&answer, "a content type");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_by_which_a_drop_is_asked_leads_anywhere() {
    let rig = Rig::new().await;
    let ask = |target: &str, hosts: &[&str]| {
        let hosts: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        format!("GET {target} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n").into_bytes()
    };
    let absolute = format!("http://{ONION}/sv");
    let upper = ONION.to_uppercase();
    for (target, hosts) in [
        ("/sv", vec![ONION]),
        ("/sv", vec![upper.as_str()]),
        ("/sv", vec!["www.sss.onion:80"]),
        ("/sv", vec![ONION, ONION]),
        (absolute.as_str(), vec![ONION]),
    ] {
        let answer = raw(&rig, &ask(target, &hosts)).await;
        assert_eq!(status(&answer), "200", "{target} {hosts:?}");
        // Nothing of the name is used: it stands nowhere, and no link needs it.
        assert!(!answer.contains("www.sss.onion") && !answer.contains("href=\"http"), "{target} {hosts:?}");
    }
    for (target, hosts) in [
        ("/sv", vec![]),
        ("/sv", vec![""]),
        ("/sv", vec!["injected.example"]),
        ("/sv", vec!["injected.example:80"]),
        ("/sv", vec!["onion"]),
        ("/sv", vec!["sss.onion.ly"]),
        ("/sv", vec!["sss.onion."]),
        ("/sv", vec!["injected.example:80.onion"]),
        ("/sv", vec!["127.0.0.1"]),
        ("/sv", vec!["[::1]:80"]),
        ("/sv", vec![ONION, "injected.example"]),
        ("/sv", vec!["injected.example", ONION]),
        ("http://injected.example/sv", vec![ONION]),
        ("http://injected.example/sv", vec![]),
        ("http://injected.example@sss.onion/sv", vec![ONION]),
        (absolute.as_str(), vec!["injected.example"]),
    ] {
        let answer = raw(&rig, &ask(target, &hosts)).await;
        assert_eq!(status(&answer), "403", "{target} {hosts:?}");
        assert!(!answer.contains("injected"), "{target} {hosts:?}");
        // Where a drop is only tried out, names are whatever leads to this machine.
        assert_eq!(status(&send(&rig, Way::WithoutTor, &ask(target, &hosts)).await), "200", "{target} {hosts:?}");
    }
}

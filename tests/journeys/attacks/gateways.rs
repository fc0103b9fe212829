//! Gateways from the web into Tor: refused with a page that says why, and nothing that came through one is taken.

use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_drop::source::{EN, SV};
use sluss_drop::visitor::Way;
use sluss_tests::visitor::{ONION, Page};
use sluss_web::say::Speech;

use super::{answers, beginning, cookie, get, part, post_fields, post_parts, raw, send, status};
use crate::source::rig::{ORGANISATION, Rig, report, report_form, sign_in, words};

/// What gateways say of themselves.
const SIGNS: [&str; 9] = [
    "X-Tor2Web: 1",
    "X-Tor2Web: encrypted",
    "X-Forwarded-For: 192.0.2.7",
    "X-Forwarded-Host: sss.onion.ly",
    "X-Forwarded-Proto: https",
    "X-Real-IP: 192.0.2.7",
    "CF-Connecting-IP: 192.0.2.7",
    "Forwarded: for=192.0.2.7",
    "Via: 1.1 gateway",
];

/// Cause and advice, in each language.
fn words_of_a_refusal() -> Vec<String> {
    let speech = Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)]).unwrap();
    let said = |lang| ["gateway", "gateway-advice"].map(|id| speech.voice(lang).say(id));
    [said(Lang::Sv), said(Lang::En)].concat()
}

fn refused(answer: &str, why: &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!((status(answer), answers(answer), body.len()), ("403", 1, limits::PAGE), "{why}");
    for said in words_of_a_refusal() {
        assert!(body.contains(&said), "{why}: {said}");
    }
    // Every way on from here would lead through the gateway.
    assert!(!body.contains(" href=\"/") && !body.contains("<form"), "{why}");
    assert!(cookie(head).is_none(), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_gets_one_page_whatever_it_asks_for() {
    let rig = Rig::new().await;
    for path in ["/", "/sv", "/en/lillaedet", "/sv/lillaedet/report", "/sv/lillaedet/certs", "/en/inbox", "/sv/sent"] {
        refused(&raw(&rig, &get(path, "X-Tor2Web: 1\r\n")).await, path);
        let foreign = String::from_utf8(get(path, "")).unwrap().replace(ONION, "sss.onion.ly");
        refused(&raw(&rig, foreign.as_bytes()).await, path);
    }
    for sign in SIGNS {
        refused(&raw(&rig, &get("/sv", &format!("{sign}\r\n"))).await, sign);
        assert_eq!(status(&send(&rig, Way::WithoutTor, &get("/sv", &format!("{sign}\r\n"))).await), "200", "{sign}");
    }
    // It looks like every other page.
    let mut heads = Vec::new();
    for answer in [raw(&rig, &get("/sv/inbox", "Via: x\r\n")).await, raw(&rig, &get("/sv/inbox", "")).await] {
        heads.push(answer.split_once("\r\n\r\n").unwrap().0.replace("403 Forbidden", "200 OK"));
    }
    assert_eq!(heads[0], heads[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_through_a_gateway() {
    let rig = Rig::new().await;
    let codename = words(&report(&mut rig.visitor(), "t").await).join(" ");
    let way_in = post_fields("/sv/inbox", "Via: x\r\n", &[("codename", &codename)]);
    refused(&raw(&rig, &way_in).await, "the way in");

    let form = report_form(&mut rig.visitor(), "sv").await;
    let parts = beginning(&form) + &part("text", "", "genom en webbtjänst") + &part("files", "; filename=\"a\"", "x");
    refused(&raw(&rig, &post_parts("X-Forwarded-For: 192.0.2.7\r\n", &parts)).await, "a report");
    assert_eq!(rig.objects("anna").len(), 1);
    // Its form is as fresh as before.
    assert_eq!(status(&raw(&rig, &post_parts("", &parts)).await), "303");
    assert_eq!(rig.objects("anna").len(), 2);
}

/// Where a gateway hides, it still rewrites the onion addresses on the pages that it passes on.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_came_back_rewritten_is_noticed() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let codename = words(&report(&mut visitor, "t").await).join(" ");
    visitor.forget();
    let seen = |page: &Page| page.text().contains(&words_of_a_refusal()[0]) && page.status == 403;
    for address in
        ["http://sss.onion.ly/", "https://sss.onion/", "//sss.tor2web.io/", "http://gateway.example/sss.onion/"]
    {
        let page = visitor.open("/sv/inbox").await.unwrap();
        let form = page.form("/sv/inbox").unwrap().fill("codename", &codename).unwrap();
        assert!(seen(&visitor.submit(&form.fill("address", address).unwrap()).await.unwrap()), "{address}");
        let form = report_form(&mut visitor, "sv").await.fill("text", "t").unwrap().fill("address", address).unwrap();
        assert!(seen(&visitor.submit(&form).await.unwrap()), "{address}");
        assert!(seen(&visitor.submit(&form.choose("next", "files").unwrap()).await.unwrap()), "{address}");
    }
    assert!(visitor.cookies().is_empty() && rig.objects("anna").len() == 1);

    let inbox = sign_in(&mut visitor, &codename).await;
    let message = inbox.form("/sv/inbox/message").unwrap().fill("text", "t").unwrap();
    let message = message.fill("address", "http://sss.onion.ly/").unwrap();
    assert!(seen(&visitor.submit(&message).await.unwrap()));
    assert_eq!(rig.objects("anna").len(), 1);
}

/// As tor2web's own pattern has it: `="http://`, sixteen to fifty-six letters and digits, `.onion` and `/`.
#[tokio::test(flavor = "multi_thread")]
async fn the_address_stands_as_gateways_look_for_it() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    for path in ["/sv/inbox".to_owned(), format!("/sv/{ORGANISATION}/report")] {
        let page = visitor.open(&path).await.unwrap().source();
        let after = page.split("name=\"address\" value=\"http://").nth(1).unwrap();
        let (name, _) = after.split_once(".onion/\"").unwrap();
        assert!(name.len() == 56 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{path}: {name}");
        // Before anything that somebody types.
        assert!(page.find("name=\"address\"") < page.find("<textarea") || !page.contains("<textarea"));
    }
}

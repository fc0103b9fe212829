//! What one circuit may ask for: too much waits or is told to, loses nothing, and hinders nobody else.

use std::time::Duration;

use sluss_tests::visitor::{Page, Visitor};
use sluss_web::conn::StatusCode;

use super::rig::{Rig, report_form, sign_in, words};

const MINUTE: Duration = Duration::from_secs(60);
const WRONG: &str = "abacus abdomen abdominal abide abiding ability ablaze";

fn is_too_often(page: &Page) -> bool {
    page.status == StatusCode::TOO_MANY_REQUESTS && page.text().contains("Vänta två minuter")
}

fn is_in(page: &Page) -> bool {
    !page.texts("ol.thread").is_empty()
}

#[tokio::test]
async fn too_many_sign_ins_are_told_to_wait_and_others_are_not() {
    let rig = Rig::new().await;
    let (address, _) = rig.circuit().await;
    let mut hasty = Visitor::as_if_over_tor(address);
    for _ in 0..10 {
        assert!(sign_in(&mut hasty, WRONG).await.text().contains("ingen inkorg"), "no refusal");
    }
    assert!(is_too_often(&sign_in(&mut hasty, WRONG).await));
    // Whoever comes on another circuit does not wait for them.
    assert_eq!(sign_in(&mut rig.visitor(), WRONG).await.status, StatusCode::OK);
    rig.pass(MINUTE);
    assert_eq!(sign_in(&mut hasty, WRONG).await.status, StatusCode::OK);
}

#[tokio::test]
async fn too_many_reports_are_told_to_wait_and_keep_their_text() {
    let rig = Rig::new().await;
    let (address, _) = rig.circuit().await;
    let mut hasty = Visitor::as_if_over_tor(address);
    for number in 0..10 {
        let form = report_form(&mut hasty, "sv").await.fill("text", &format!("Nummer {number}")).unwrap();
        assert_eq!(hasty.submit(&form).await.unwrap().path, "/sv/codename");
    }
    let form = report_form(&mut hasty, "sv").await.fill("text", "Nummer tio").unwrap();
    let page = hasty.submit(&form).await.unwrap();
    assert!(is_too_often(&page), "{}", page.text());
    rig.pass(2 * MINUTE);
    let again = page.form(&form.action).unwrap();
    assert_eq!(again.value("text"), Some("Nummer tio"));
    assert_eq!(hasty.submit(&again).await.unwrap().path, "/sv/codename");
    assert_eq!(rig.objects("anna").len(), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_codename_does_not_take_everybodys_places() {
    let rig = Rig::new().await;
    let mut honest = rig.visitor();
    let form = report_form(&mut honest, "sv").await.fill("text", "x").unwrap();
    let page = honest.submit(&form).await.unwrap();
    let own = sign_in(&mut honest, &words(&page).join(" ")).await;
    assert!(is_in(&own), "{}", own.text());
    let mut other = rig.visitor();
    let form = report_form(&mut other, "sv").await.fill("text", "y").unwrap();
    let page = other.submit(&form).await.unwrap();
    let codename = words(&page).join(" ");
    let mut many = Vec::new();
    for _ in 0..9 {
        let (address, _) = rig.circuit().await;
        let mut again = Visitor::as_if_over_tor(address);
        assert!(is_in(&sign_in(&mut again, &codename).await));
        rig.pass(Duration::from_secs(1));
        many.push(again);
    }
    let mut still = Vec::new();
    for visitor in &mut many {
        still.push(is_in(&visitor.open("/sv/inbox").await.unwrap()));
    }
    assert_eq!(still, [&[false][..], &[true; 8]].concat(), "the ones that were idle longest give way");
    assert!(is_in(&honest.open("/sv/inbox").await.unwrap()), "somebody else has to leave");
}

#[tokio::test]
async fn only_an_attack_ends_a_circuit() {
    let rig = Rig::new().await;
    let (address, circuit) = rig.circuit().await;
    let mut attacker = Visitor::as_if_over_tor(address);
    let mut tries = 0;
    while !circuit.attacks() {
        tries += 1;
        assert!(tries < 200, "tried for ever");
        sign_in(&mut attacker, WRONG).await;
        // Each asks three times, which takes the time that an allowance gives it.
        rig.pass(Duration::from_secs(1));
    }
    assert!(tries > 100, "{tries}");
}

#[tokio::test]
async fn requests_without_end_wait_their_turn() {
    let rig = Rig::new().await;
    let (address, _) = rig.circuit().await;
    let mut hasty = Visitor::as_if_over_tor(address);
    for _ in 0..64 {
        hasty.open("/sv").await.unwrap();
    }
    let waiting = tokio::spawn(async move { hasty.open("/sv").await });
    rig.visitor().open("/sv").await.unwrap();
    assert!(!waiting.is_finished(), "nobody waited");
    rig.pass(Duration::from_secs(1));
    assert_eq!(waiting.await.unwrap().unwrap().status, StatusCode::OK);
}

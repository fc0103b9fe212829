//! Erasing: what a source takes back is gone, for them and for whoever has not fetched it.

use super::rig::{Rig, report, sign_in, words};

const ERASE: &str = "/sv/inbox/erase";

#[tokio::test(flavor = "multi_thread")]
async fn a_source_erases_the_answers_and_can_be_answered_again() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let codename = words(&report(&mut visitor, "Någon tar emot gåvor.").await).join(" ");
    let inbox = sign_in(&mut visitor, &codename).await;
    let object = rig.objects("bertil").remove(0);
    let submission = rig.open("bertil", &object).unwrap();
    rig.answer(submission.source(), "bertil", 1, sluss_core::letter::LetterKind::Question, "När såg du det?");
    let inbox = visitor.open(&inbox.path).await.unwrap();
    assert!(inbox.text().contains("När såg du det?"));
    let page = visitor.open(&inbox.links_to(ERASE).unwrap()[0]).await.unwrap();
    let form = page.form(ERASE).unwrap().choose("what", "answers").unwrap();
    let inbox = visitor.submit(&form).await.unwrap();
    assert_eq!(inbox.path, "/sv/inbox");
    assert!(!inbox.text().contains("När såg du det?"));
    assert_eq!(rig.objects("anna").len(), 1, "the report stays");
    // The same form again does nothing more.
    rig.answer(submission.source(), "bertil", 2, sluss_core::letter::LetterKind::Question, "Var såg du det?");
    let inbox = visitor.submit(&form).await.unwrap();
    assert!(inbox.text().contains("Var såg du det?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_erases_everything_and_the_codename_opens_nothing() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let codename = words(&report(&mut visitor, "Någon tar emot gåvor.").await).join(" ");
    let mut other = rig.visitor();
    report(&mut other, "Något annat.").await;
    sign_in(&mut visitor, &codename).await;
    let page = visitor.open(ERASE).await.unwrap();
    let form = page.form(ERASE).unwrap().choose("what", "all").unwrap();
    for _ in 0..2 {
        let page = visitor.submit(&form).await.unwrap();
        assert_eq!((page.path.as_str(), page.status.as_u16()), ("/sv/inbox/erased", 200));
        assert!(page.text().contains("Allt är raderat"), "{}", page.text());
        assert_eq!(rig.objects("anna").len(), 1, "somebody else's report stays");
    }
    let refused = sign_in(&mut visitor, &codename).await;
    assert!(refused.form("/sv/inbox/message").is_err(), "{}", refused.text());
    assert!(refused.text().contains("kodnamn"), "{}", refused.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_erases_who_is_not_signed_in() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let codename = words(&report(&mut visitor, "Någon tar emot gåvor.").await).join(" ");
    assert!(visitor.open(ERASE).await.unwrap().form(ERASE).is_err(), "the codename page is no signing in");
    sign_in(&mut visitor, &codename).await;
    let page = visitor.open(ERASE).await.unwrap();
    let form = page.form(ERASE).unwrap().choose("what", "all").unwrap();
    let mut stranger = rig.visitor();
    let refused = stranger.submit(&form).await.unwrap();
    assert!(refused.status.is_client_error() && refused.form("/sv/inbox").is_ok(), "{}", refused.text());
    // Nor does a form without a choice, or with a nonce from elsewhere.
    let neither = visitor.submit(&page.form(ERASE).unwrap()).await.unwrap();
    assert!(neither.status.is_client_error(), "{}", neither.text());
    let old = page.form(ERASE).unwrap().fill("nonce", "00").unwrap().choose("what", "all").unwrap();
    assert!(visitor.submit(&old).await.unwrap().status.is_client_error());
    assert_eq!(rig.objects("anna").len(), 1);
    assert!(visitor.open("/sv/inbox").await.unwrap().form("/sv/inbox/message").is_ok());
}

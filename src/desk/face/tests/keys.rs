//! What the pages say of keys: when certs end, and whether a backup was tried.

use super::*;
use crate::testing::with_ending_certs;

#[test]
fn today_tells_whose_certs_end() {
    let house = House::new();
    let folder = laid(&house);
    // The day of the roster is later than any clock of this test needs to be.
    let roster = with_ending_certs(&house, "2027-01-15".parse().unwrap());
    Book::open(&folder, &mut rand::rng()).unwrap().put_roster(roster.file()).unwrap();
    let served = Served::on(&folder);
    served.unlock_with(&house, "anna");
    let today = served.get("/sv").body;
    assert!(today.contains("Certet för cilla Ek kan användas till och med 2027-02-28. Be om ett nytt"), "{today}");
    let today = served.get("/en").body;
    assert!(today.contains("The drop's cert can be used until 2027-02-28. Tell the operator"), "{today}");
    assert!(!today.contains("Your cert can be used until"), "{today}");
}

#[test]
fn a_backup_is_made_tried_and_restored_on_the_page() {
    let house = House::new();
    let served = Served::on(&laid(&house));
    served.unlock_with(&house, "anna");
    let (never, key) = ("No backup of your TSK was ever tried here", "/en/key");
    assert!(served.get("/en").body.contains(never) && served.get(key).body.contains("<dd>never</dd>"));

    let stick = house.folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let exported = served.post(key, "/en/key/export-tsk", &[("path", stick.to_str().unwrap())]);
    assert_eq!(exported.location(), key);
    let backup = stick.join("tsk.asc");
    assert_eq!(std::fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    let fields = |passphrase| [("path", backup.to_str().unwrap()), ("text", ""), ("passphrase", passphrase)];
    let wrong = served.post(key, "/en/key/drill", &fields("fel lösenfras"));
    assert!(wrong.status == 422 && wrong.errors().contains("passphrase does not fit"), "{}", wrong.errors());
    assert!(wrong.body.contains("href=\"/sv/key\""), "the other language leads nowhere");
    assert!(served.get("/en").body.contains(never), "a drill that failed counts");
    assert_eq!(served.post(key, "/en/key/drill", &fields(PASSPHRASE)).location(), key);
    let shown = served.get(key).body;
    assert!(shown.contains("opens and is whole") && !shown.contains("<dd>never</dd>"), "{shown}");
    assert!(!served.get("/en").body.contains(never));

    let paper = served.get("/en/key/paper");
    assert!(
        paper.head.contains("no-store") && paper.body.contains("passphrase alone") && !paper.body.contains(PASSPHRASE)
    );
    let codes = paper.body.matches("<svg").count();
    assert!(codes > 2 && paper.body.contains(&format!("Code {codes} of {codes}")), "{codes} codes");
    let text = paper.body.split("-----").skip(1).take(3).collect::<Vec<_>>().join("-----").replace("<br>", "\n");
    let typed = format!("-----{text}-----");
    assert_eq!(served.post(key, "/en/key/drill", &[("text", &typed), ("passphrase", PASSPHRASE)]).location(), key);
    served.post("/en", "/en/lock", &[]);
    assert_eq!(served.get("/en/key/paper").location(), "/en", "a locked desk shows its key");

    let empty = Served::on(&house.folder.path().join("new"));
    let wrong = empty.post("/en", "/en/key/load", &[("text", &typed), ("passphrase", "fel lösenfras")]);
    assert!(wrong.status == 422 && wrong.body.contains(&text[..40]), "what was typed is lost: {}", wrong.errors());
    assert_eq!(empty.post("/en", "/en/key/load", &[("text", &typed), ("passphrase", PASSPHRASE)]).location(), key);
    assert_eq!(empty.face.book.cert().unwrap(), house.tsk("anna").cert());
}

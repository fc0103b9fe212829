//! Many cases at once, as a flood of spam asks for.

use std::collections::BTreeMap;

use sluss_core::seal::Sealer;
use sluss_core::submission::{Heading, Report};

use super::*;
use crate::testing::{clock, day};

/// Anna's unlocked page with a case for each of these texts.
fn flooded(house: &House, texts: &[&str]) -> Served {
    let served = Served::on(&laid(house));
    served.unlock_with(house, "anna");
    let reports: Vec<Vec<u8>> = texts.iter().map(|text| house.seal(&[], 1, text, &[], &house.source())).collect();
    take_all(&served, house, 1, &reports);
    served
}

fn take_all(served: &Served, house: &House, number: u32, reports: &[Vec<u8>]) {
    let reports: Vec<&[u8]> = reports.iter().map(Vec::as_slice).collect();
    let out = Out { incarnation: 1, number, submissions: &reports, ..Out::default() };
    served.take_in(&house.outbound("anna", &out));
}

/// The boxes of a page: the source of each, and whether it is ticked.
fn boxes(page: &str) -> BTreeMap<String, bool> {
    let boxes = page.split("<input type=\"checkbox\" name=\"case\" value=\"").skip(1);
    let told = boxes.map(|rest| {
        let (value, rest) = rest.split_once('"').unwrap();
        (value.to_owned(), rest.split('>').next().unwrap().contains("checked"))
    });
    told.collect()
}

#[test]
fn many_are_marked_at_once_and_shown_again() {
    let house = House::new();
    let served = flooded(&house, &["Köp klockor!", "Köp väskor!", "Rektorn tar mutor."]);
    let (list, mark) = ("/en/cases", "/en/cases/mark");
    let page = served.get(list);
    let offered: Vec<String> = boxes(&page.body).into_keys().collect();
    assert_eq!(offered.len(), 3);
    for source in &offered {
        let (number, named) = (&source[..8], format!("aria-labelledby=\"number-{0} text-{0}\"", &source[..8]));
        assert!(page.body.contains(&named) && page.body.contains(&format!("id=\"text-{number}\"")), "{named}");
    }
    let spam: Vec<(&str, &str)> = offered[..2].iter().map(|source| ("case", source.as_str())).collect();

    // Nothing of what was ticked or typed is lost by a refusal.
    let none = served.post(list, mark, &[("reason", "Reklam & skräp.")]);
    assert!(none.errors().contains("No case was ticked"), "{}", none.errors());
    assert!(none.body.contains("value=\"Reklam &amp; skräp.\""));
    let why = served.post(list, mark, &[&spam[..], &[("reason", " ")]].concat());
    assert!(why.errors().contains("There is no reason"), "{}", why.errors());
    let ticked: Vec<String> =
        boxes(&why.body).into_iter().filter_map(|(source, ticked)| ticked.then_some(source)).collect();
    assert_eq!(ticked, offered[..2]);

    let done = served.send(mark, &why.nonce(mark), &[&spam[..], &[("reason", "Reklam.")]].concat());
    assert_eq!(done.location(), list);
    let told = served.get(list).body;
    assert!(told.contains("2 cases are hidden as junk.") && told.contains("Nothing was deleted."), "{told}");
    assert_eq!(boxes(&told).into_keys().collect::<Vec<_>>(), offered[2..]);

    let (list, mark) = ("/en/junk", "/en/junk/mark");
    assert_eq!(boxes(&served.get(list).body).into_keys().collect::<Vec<_>>(), offered[..2]);
    let shown = served.post(list, mark, &[spam[0], ("reason", "Ingen reklam.")]);
    assert_eq!(shown.location(), list);
    let told = served.get(list).body;
    assert!(told.contains("One case is shown again.") && !told.contains("Nothing was deleted."), "{told}");
    // Somebody has now said that it is none: that takes a look at the case.
    assert_eq!(boxes(&served.get("/en/cases").body).into_keys().collect::<Vec<_>>(), offered[2..]);
    let late = served.post("/en/cases", "/en/cases/mark", &[spam[0], ("reason", "Reklam.")]);
    assert_eq!(late.location(), "/en/cases");
    let told = served.get("/en/cases").body;
    assert!(told.contains(&format!("left as it was ({})", &offered[0][..8])), "{told}");
}

#[test]
fn all_that_the_list_shows_enough_of_are_ticked_by_one_button() {
    let house = House::new();
    let by_hand = armored(&house.seal_by_hand(b"Bara Anna", &house.source(), "anna"));
    let served = flooded(&house, &["Köp klockor!", "Köp väskor!", "Rektorn tar mutor.", "", &by_hand]);
    let urgent = {
        let audience = house.roster.audience("lillaedet", &Default::default(), clock()).unwrap();
        let heading = Heading { sequence: 1, day: day(), acknowledged: false, language: Lang::Sv };
        let answers = BTreeMap::from([("urgent".to_owned(), "yes".to_owned())]);
        let report = Report { text: Secret::new("Köp hjälp!".to_owned()), answers };
        Sealer::new(&audience, &heading, &report, Vec::new(), &mut rand::rng())
            .unwrap()
            .finish(&house.source())
            .unwrap()
            .1
    };
    let wrote_again = house.source();
    let twice =
        [("Köp båtar!", 1), ("Är det någon där?", 2)].map(|(text, n)| house.seal(&[], n, text, &[], &wrote_again));
    take_all(&served, &house, 2, &[&[urgent][..], &twice].concat());
    let ticked = |page: &str| boxes(page).values().filter(|ticked| **ticked).count();
    let mark = "/en/cases/mark";
    let all = served.post("/en/cases", mark, &[("do", "all"), ("reason", "Reklam.")]);
    assert_eq!((all.status, boxes(&all.body).len(), ticked(&all.body)), (200, 7, 3));
    assert!(all.body.contains("value=\"Reklam.\"") && !served.get("/en/cases").body.contains("box done"));

    // Those that were found by their words, and no others.
    let found = served.post("/en/cases", "/en/cases/search", &[("words", "köp")]);
    assert_eq!((boxes(&found.body).len(), ticked(&found.body)), (4, 0));
    let all = served.send(mark, &found.nonce(mark), &[("do", "all"), ("words", "köp")]);
    assert_eq!((boxes(&all.body).len(), ticked(&all.body)), (4, 2));
}

#[test]
fn a_desk_that_locked_itself_loses_no_tick() {
    let house = House::new();
    let served = flooded(&house, &["Köp klockor!", "Rektorn tar mutor."]);
    let page = served.get("/en/cases");
    let offered: Vec<String> = boxes(&page.body).into_keys().collect();
    served.face.lock_if_idle(Instant::now() + limits::SESSION_IDLE);
    let ticked = [("case", offered[0].as_str()), ("reason", "Reklam."), ("words", "o")];
    let locked = served.send("/en/cases/mark", &page.nonce("/en/cases/mark"), &ticked);
    assert!(locked.body.contains("type=\"password\"") && !locked.body.contains("klockor"));
    let given_back: Vec<(String, String)> = locked
        .body
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name.to_owned(), rest.split('"').next().unwrap().to_owned())
        })
        .filter(|(name, _)| name != "nonce")
        .collect();
    let mut fields: Vec<(&str, &str)> =
        given_back.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("passphrase", "fel lösenfras"));
    let wrong = served.send("/en/unlock", &locked.nonce("/en/unlock"), &fields);
    assert!(wrong.status == 422 && wrong.body.contains(&offered[0]), "{}", wrong.errors());
    fields.last_mut().unwrap().1 = PASSPHRASE;
    let back = served.send("/en/unlock", &wrong.nonce("/en/unlock"), &fields);
    assert_eq!(boxes(&back.body).get(&offered[0]), Some(&true), "{}", back.body);
    assert!(back.body.contains("value=\"Reklam.\""));
}

#[test]
fn more_than_a_page_of_them_are_marked_in_one_go() {
    let house = House::new();
    let served = flooded(&house, &["Köp klockor!"; 51]);
    let (list, mark) = ("/en/cases?page=2", "/en/cases/mark");
    assert_eq!(boxes(&served.get(list).body).len(), 1);
    let all = served.post(list, mark, &[("do", "all"), ("page", "2"), ("reason", "Reklam.")]).body;
    let mut fields: Vec<(String, bool)> = boxes(&all).into_iter().collect();
    assert!(fields.len() == 51 && fields.iter().all(|(_, ticked)| *ticked), "{}", fields.len());
    assert!(all.contains("name=\"page\" value=\"1\"") && all.contains("name=\"wide\" value=\"yes\""), "another page");
    let (last, _) = fields.pop().unwrap();
    let mut sent: Vec<(&str, &str)> = fields.iter().map(|(source, _)| ("case", source.as_str())).collect();
    sent.push(("reason", "Reklam."));
    let marked = served.post(list, mark, &sent);
    assert_eq!(served.arrives(&marked), "/en/cases");
    let told = served.get("/en/cases").body;
    assert!(told.contains("50 cases are hidden as junk.") && boxes(&told).into_keys().eq([last]), "{told}");
}

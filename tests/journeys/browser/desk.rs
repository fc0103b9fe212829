//! The desk's page, served by the shipped program, in a browser with scripts off.

use std::path::Path;

use sluss_tests::browser::{Album, Browser};
use sluss_tests::journey::desk::Desk;

/// The form that makes a key.
const MAKE: &str = "form[action$='/key/new']";

#[test]
fn an_empty_book_gets_a_key_in_both_languages() {
    for lang in ["sv", "en"] {
        let folder = tempfile::tempdir().unwrap();
        let desk = Desk::new(folder.path(), "anna", "Anna Ek").unwrap();
        let page = desk.open_page().unwrap();
        let mut browser = Browser::start(&folder.path().join("profile"), None).unwrap();
        walk(&mut browser, lang, &page.address, &desk.passphrase, folder.path());
    }
}

fn walk(browser: &mut Browser, lang: &str, address: &str, passphrase: &str, folder: &Path) {
    let album = Album::new(&format!("desk-{lang}")).unwrap();
    let picture = |browser: &mut Browser, page: &str| album.take(browser, page).unwrap();
    let (site, _) = address.split_once("/start/").unwrap();
    let go = |browser: &mut Browser, rest: &str| browser.open(&format!("{site}/{lang}{rest}")).unwrap();

    browser.open(address).unwrap();
    browser.arrive("/en").unwrap();
    go(browser, "");
    picture(browser, "01-start");
    let make = |browser: &mut Browser, again: &str| {
        for (field, text) in [("passphrase", passphrase), ("again", again)] {
            browser.type_into(&format!("{MAKE} input[name={field}]"), text).unwrap();
        }
        browser.click(&format!("{MAKE} button")).unwrap();
    };
    browser.type_into(&format!("{MAKE} input[name=name]"), "Anna Ek").unwrap();
    make(browser, "something else");
    browser.arrive(&format!("/{lang}/key/new")).unwrap();
    assert!(!browser.texts(".error").unwrap().is_empty(), "nobody says that the passphrases differ");
    assert_eq!(browser.value(&format!("{MAKE} input[name=name]")).unwrap(), "Anna Ek", "the name is lost");
    picture(browser, "02-passphrases-differ");
    make(browser, passphrase);
    browser.arrive(&format!("/{lang}/key")).unwrap();
    assert!(browser.text("main").unwrap().contains("Anna Ek"));
    picture(browser, "03-key");

    let to = folder.join("anna.asc");
    browser.type_into("form[action$='/key/export-cert'] input[name=path]", to.to_str().unwrap()).unwrap();
    browser.click("form[action$='/key/export-cert'] button").unwrap();
    browser.see("anna.asc").unwrap();
    assert!(std::fs::read_to_string(&to).unwrap().starts_with("-----BEGIN PGP PUBLIC KEY"));
    picture(browser, "04-key-exported");

    go(browser, "");
    picture(browser, "05-cases-no-roster");
    go(browser, "/exchange");
    picture(browser, "06-exchange-no-roster");
    go(browser, "/roster");
    picture(browser, "07-roster-none");
    browser.type_into("form[action$='/roster/look'] input[name=path]", "/nowhere/roster.json").unwrap();
    browser.click("form[action$='/roster/look'] button").unwrap();
    browser.see("/nowhere/roster.json").unwrap();
    picture(browser, "08-roster-not-found");
    go(browser, "/nowhere");
    picture(browser, "09-lost");

    go(browser, "/key");
    browser.click("form[action$='/lock'] button").unwrap();
    browser.arrive(&format!("/{lang}")).unwrap();
    picture(browser, "10-locked");
    let unlock = |browser: &mut Browser, passphrase: &str| {
        browser.type_into("input[name=passphrase]", passphrase).unwrap();
        browser.click("form[action$='/unlock'] button").unwrap();
    };
    unlock(browser, "not the passphrase");
    browser.arrive(&format!("/{lang}/unlock")).unwrap();
    picture(browser, "11-wrong-passphrase");
    unlock(browser, passphrase);
    browser.arrive(&format!("/{lang}")).unwrap();
    // The address works once.
    browser.open(address).unwrap();
    assert!(!browser.texts(".error").unwrap().is_empty(), "the address works twice");
    picture(browser, "12-used-address");
}

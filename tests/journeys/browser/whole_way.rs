//! The whole way with the shipped programs: a source's browser through a private Tor network, a stick, an
//! investigator's browser at her desk, and back.

use std::path::Path;

use anyhow::Result;
use sluss_core::lang::Lang;
use sluss_tests::journey::Scene;

use super::{Seat, TEXT};

const REPORT: &str = "Fakturorna byts i arkivet, två gånger i veckan.";
const QUESTION: &str = "Vilka två dagar?";

#[tokio::test(flavor = "multi_thread")]
async fn a_report_goes_the_whole_way_in_browsers() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let scene = Scene::lay(folder.path(), &mut |step| eprintln!("{step}")).await?;
    let mut source = Seat::at("tor", Lang::Sv, &scene.drop.onion()?, Some(scene.client.socks));
    let (one, two) = (source.file("ett.bin", &[1; 1_000_000]), source.file("två.txt", b"kort"));
    source.fill_in(REPORT, "", &[&one, &two]);
    source.picture("00-form-with-files");
    source.send_files("codename");
    let words = source.words();
    source.browser.reload()?;
    assert_eq!(source.words(), words);
    source.go("inbox");
    source.sign_in(&words.join(" "));
    assert_eq!(source.browser.texts("ol.thread > li")?.len(), 2);

    let (out, back) = (folder.path().join("anna.sluss"), folder.path().join("return.sluss"));
    scene.drop.run(&["export", "--for", "anna", out.to_str().unwrap()])?;
    read_and_ask(&scene, folder.path(), &out, &back)?;
    scene.drop.run(&["import", back.to_str().unwrap()])?;

    source.browser.reload()?;
    source.browser.see(QUESTION)?;
    source.picture("01-inbox");
    scene.serving.stop()
}

/// Anna at her desk: in with the stick, the case, a file, a question, out again.
fn read_and_ask(scene: &Scene, folder: &Path, out: &Path, back: &Path) -> Result<()> {
    let page = scene.open_desk()?;
    let host = page.address.strip_prefix("http://").and_then(|rest| rest.split('/').next()).unwrap();
    let mut anna = Seat::at("desk-case", Lang::En, host, None);
    anna.browser.open(&page.address)?;
    anna.browser.type_into("input[name=passphrase]", &scene.anna.passphrase)?;
    anna.browser.click("form[action$='/unlock'] button")?;
    // The page is at the same address before.
    anna.browser.see("In and out")?;
    anna.picture("01-no-cases");
    anna.go("roster");
    anna.picture("02-roster");
    anna.go("exchange");
    anna.picture("03-exchange");
    anna.browser.type_into("form[action$='/exchange/open'] input[name=path]", out.to_str().unwrap())?;
    anna.browser.click("form[action$='/exchange/open'] button")?;
    anna.browser.arrive("/en")?;
    anna.picture("04-cases");
    anna.browser.click("main a[href^='/en/case/']")?;
    anna.browser.see(REPORT)?;
    anna.picture("05-case");
    anna.browser.click("details:has(form[action$='/save']) > summary")?;
    anna.browser.type_into("form[action$='/save'] input[name=to]", folder.to_str().unwrap())?;
    anna.browser.click("form[action$='/save'] button")?;
    let saved = folder.join("ett.bin");
    anna.browser.see(saved.to_str().unwrap())?;
    assert_eq!(std::fs::read(&saved)?, [1; 1_000_000]);
    anna.picture("06-saved");

    anna.browser.click("main a[href$='/letter']")?;
    anna.browser.type_into(TEXT, QUESTION)?;
    anna.picture("07-letter");
    anna.browser.click("form[action$='/letter'] button")?;
    anna.browser.see(QUESTION)?;
    anna.picture("08-case-asked");
    anna.go("exchange");
    anna.browser.type_into("form[action$='/exchange/return'] input[name=to]", back.to_str().unwrap())?;
    anna.browser.click("form[action$='/exchange/return'] button")?;
    anna.browser.see(back.to_str().unwrap())?;
    anna.picture("09-returned");
    Ok(())
}

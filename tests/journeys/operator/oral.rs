//! Reports that were told: they come with a return bundle, and are reports like any other from then on.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use sluss_core::bundle::Receipt;

use super::rig::Rig;

#[test]
fn what_was_told_reaches_all_its_readers_and_opens_an_inbox() -> Result<()> {
    let rig = Rig::with_roster()?;
    let (mut caller, mut other) = (rig.stranger()?, rig.stranger()?);
    let told = [rig.told(&mut caller, "by telephone", "nobody")?, rig.told(&mut other, "about bo", "bo")?];
    let import = |bundle: PathBuf| -> Result<Value> { Ok(serde_json::from_str(&rig.import(&bundle)?.out)?) };
    let question = rig.letter("anna", &caller, 1, "is this right?")?;
    let imported = import(rig.seal_told("anna", &told, &[question])?)?;
    ensure!(imported["taken"] == json!(0) && imported["skipped"] == json!(0), "{imported}");

    let for_bo = rig.open_outbound("bo", &rig.export("bo", &[])?)?;
    let texts: Vec<&str> = for_bo.opened.iter().map(|opened| opened.text.as_str()).collect();
    ensure!(texts == ["by telephone"], "{texts:?}");
    ensure!(rig.open_outbound("anna", &rig.export("anna", &[])?)?.opened.len() == 2);

    // Again, after a restore: the inboxes are theirs already, and nothing is there twice.
    let again = import(rig.seal_told("anna", &told, &[])?)?;
    ensure!(again["taken"] == json!(0), "{again}");
    ensure!(rig.open_outbound("bo", &rig.export("bo", &["--from", "1"])?)?.opened.len() == 1);

    let letter = rig.letter("anna", &caller, 2, "you called us")?;
    let receipt = |opened: &super::rig::Opened| Receipt { submission: opened.digest, token: opened.token.clone() };
    for name in ["anna", "bo"] {
        ensure!(rig.is_kept(&caller)?, "gone before {name} had it");
        let mut back = rig.returning(name);
        back.receipts = vec![receipt(for_bo.of(&caller))];
        let letters = if name == "anna" { vec![letter.clone()] } else { Vec::new() };
        let done = import(rig.seal_return(name, back, &letters)?)?;
        ensure!(done["wrong_receipts"] == json!(0), "{done}");
    }
    ensure!(!rig.is_kept(&caller)? && rig.is_kept(&other)?);
    ensure!(rig.inbox(&caller)? == ["is this right?", "you called us"]);
    Ok(())
}

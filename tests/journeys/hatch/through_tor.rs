//! Hatches of the shipped drop, reached by C tor with the file that `sluss hatch add` prints.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sluss_tests::tornet::{SocksClient, TorNet};
use sluss_tests::visitor::Visitor;
use tokio::time::{sleep, timeout};
use tokio_socks::tcp::Socks5Stream;

use super::rig;
use crate::operator::rig::Rig;

/// How long a service may take until it is known.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long a way is tried that should not be there. One that is there takes two seconds.
const TRIED: Duration = Duration::from_secs(20);

/// The file with the access key to a new hatch, and its address.
fn add(drop: &Rig, name: &str) -> Result<(String, String)> {
    let said = drop.run(&["hatch", "add", name])?;
    ensure!(said.code == 0 && said.out.lines().count() == 1, "{said:?}");
    let site = said.out.split(':').next().context("no address")?;
    ensure!(site.len() == 56 && said.err.contains(&format!("http://{site}.onion/")), "{said:?}");
    let address = format!("{site}.onion");
    Ok((said.out, address))
}

async fn is_reached(client: &SocksClient, address: &str) -> bool {
    let way = Socks5Stream::connect_with_password(client.socks, (address, 80), "anew", "x");
    matches!(timeout(TRIED, way).await, Ok(Ok(_)))
}

/// Comes to a hatch that was opened a moment ago.
async fn come_in(client: &SocksClient, address: &str) -> Result<Visitor> {
    timeout(PATIENCE, async {
        while !is_reached(client, address).await {
            sleep(Duration::from_millis(500)).await;
        }
    })
    .await
    .with_context(|| format!("{address} is not reached"))?;
    Ok(Visitor::over_tor(client.socks, address, "anna"))
}

/// Every path below `folder` that speaks of `what`, by its name or in its content.
fn traces(folder: &Path, what: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().contains(what) {
            found.push(path.display().to_string());
        }
        if path.is_dir() {
            found.extend(traces(&path, what)?);
        } else if fs::read(&path).is_ok_and(|bytes| bytes.windows(what.len()).any(|part| part == what.as_bytes())) {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}

fn nickname(drop: &Rig, name: &str) -> Result<String> {
    let hatches: Value = serde_json::from_slice(&fs::read(drop.dir().join("state/hatches.json"))?)?;
    let hatch = hatches.as_array().into_iter().flatten().find(|hatch| hatch["name"] == name);
    Ok(hatch.and_then(|hatch| hatch["nickname"].as_str()).context("no such hatch")?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_holds_the_key_comes_in_and_nobody_once_it_is_removed() -> Result<()> {
    let net = TorNet::shared()?;
    let drop = Rig::with_roster()?;
    fs::copy(net.arti_override(), drop.dir().join("network.toml"))?;
    let source = drop.report("Någon byter fakturor.")?;

    // One is laid before the drop serves, one while it does.
    let (bos_key, bos) = add(&drop, "bo")?;
    let serving = drop.serve()?;
    let (annas_key, annas) = add(&drop, "anna")?;
    let again = drop.run(&["hatch", "add", "anna"])?;
    ensure!(again.code == 1 && again.err.contains("has a hatch already"), "{again:?}");
    let nobody = drop.run(&["hatch", "add", "nobody"])?;
    ensure!(nobody.code == 1, "{nobody:?}");
    let listed = drop.run(&["hatch", "list"])?;
    ensure!(listed.out.contains(&annas) && listed.out.contains(&bos) && !listed.out.contains("x25519"), "{listed:?}");

    let anna = net.client_knowing("hatch-anna", &[&annas_key])?;
    let bo = net.client_knowing("hatch-bo", &[&bos_key])?;
    let mut at_annas = come_in(&anna, &annas).await?;
    come_in(&bo, &bos).await?;
    ensure!(!is_reached(&bo, &annas).await && !is_reached(&anna, &bos).await, "one key opens two hatches");

    let front = at_annas.open("/sv").await?;
    let page = at_annas.submit(&rig::fetch(&front)?).await?;
    fs::write(drop.scratch("fetched"), &page.body)?;
    let at_desk = drop.open_outbound("anna", &drop.scratch("fetched"))?;
    ensure!(at_desk.of(&source).text == "Någon byter fakturor.", "{}", page.text());
    let letter = drop.letter("anna", &source, 1, "Vilket datum?")?;
    let back = drop.seal_return("anna", drop.returning("anna"), &[letter])?;
    let taken = at_annas.submit(&rig::hand_in(&front, &fs::read(back)?)?).await?;
    ensure!(taken.text().contains("Mottaget."), "{}", taken.text());

    let annas_nickname = nickname(&drop, "anna")?;
    let keys = |nickname: &str| traces(&drop.dir().join("state/onion"), nickname);
    ensure!(!keys(&annas_nickname)?.is_empty(), "no key is found where it should be");
    let removed = drop.run(&["hatch", "remove", "anna"])?;
    ensure!(removed.code == 0, "{removed:?}");
    ensure!(at_annas.open("/sv").await.is_err() && !is_reached(&anna, &annas).await, "the hatch is open still");
    ensure!(is_reached(&bo, &bos).await, "another's hatch went with it");
    ensure!(keys(&annas_nickname)?.is_empty(), "{:?}", keys(&annas_nickname)?);

    // The next one is another, also to Tor, in the same process.
    let (next_key, next) = add(&drop, "anna")?;
    ensure!(next != annas && next_key != annas_key, "the same hatch came back");
    come_in(&net.client_knowing("hatch-anna-2", &[&next_key])?, &next).await?;
    ensure!(keys(&annas_nickname)?.is_empty(), "something of it came back: {:?}", keys(&annas_nickname)?);
    let log = fs::read_to_string(serving.log())?;
    ensure!(serving.end()?.success(), "{log}");
    ensure!(drop.inbox(&source)? == ["Vilket datum?"]);
    ensure!(!log.contains(annas.trim_end_matches(".onion")), "the log names a hatch: {log}");
    let gone = drop.run(&["hatch", "remove", "bo"])?;
    ensure!(gone.code == 0 && traces(&drop.dir().join("state"), &bos)?.is_empty(), "{gone:?}");
    Ok(())
}

//! The hatch: its door, and the way to it over a private Tor network.

pub mod rig;
#[cfg(feature = "tor")]
mod through_tor;

use std::time::Duration;

use anyhow::{Result, ensure};
use hyper::StatusCode;
use hyper::header;
use sluss_core::limits;
use sluss_tests::process::wait_for;
use sluss_tests::visitor::{ONION, Page, Visitor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use rig::HatchRig;

fn opened(rig: &HatchRig, page: &Page) -> Result<Vec<String>> {
    ensure!(page.status == StatusCode::OK, "{} {}", page.status, page.text());
    let path = rig.drop.scratch("fetched.sluss");
    std::fs::write(&path, &page.body)?;
    let at_desk = rig.drop.open_outbound("anna", &path)?;
    Ok(at_desk.opened.into_iter().map(|opened| opened.text).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fetch_looks_the_same_with_news_and_without() -> Result<()> {
    let rig = HatchRig::lay(&["Någon byter fakturor."]).await?;
    let mut anna = rig.visitor();
    let front = anna.open("/sv").await?;
    ensure!(front.text().contains("Nästa bunt har nummer 1."), "{}", front.text());
    let news = anna.submit(&rig::fetch(&front)?).await?;
    let none = anna.submit(&rig::fetch(&front)?).await?;
    ensure!(opened(&rig, &news)? == ["Någon byter fakturor."] && opened(&rig, &none)?.is_empty());
    // The drop's own signatures differ by some bytes, whatever they sign.
    let is_a_step = |page: &Page| (page.body.len() as u64).abs_diff(limits::BUNDLE_STEP) < 8;
    ensure!(is_a_step(&news) && is_a_step(&none), "{} {}", news.body.len(), none.body.len());
    let shape = |page: &Page| -> Vec<(String, usize)> {
        page.headers.iter().map(|(name, value)| (name.to_string(), value.len())).collect()
    };
    ensure!(shape(&news) == shape(&none), "{:?} {:?}", news.headers, none.headers);
    let named = |page: &Page, name: &str| page.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains(name);
    ensure!(named(&news, "\"anna-1.sluss\"") && named(&none, "\"anna-2.sluss\""), "{:?}", news.headers);
    let fronts = [front, anna.open("/sv").await?, anna.open("/en").await?];
    ensure!(fronts.iter().all(|page| page.body.len() == limits::PAGE), "pages have two lengths");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_bundle_is_fetched_again_by_its_number() -> Result<()> {
    let rig = HatchRig::lay(&["Ett.", "Två."]).await?;
    let mut anna = rig.visitor();
    let front = anna.open("/en").await?;
    anna.submit(&rig::fetch(&front)?).await?;
    let again = opened(&rig, &anna.submit(&rig::fetch_from(&front, "1")?).await?)?;
    ensure!(again.len() == 2, "{again:?}");
    for (typed, told) in [("x", "What you typed is not the number of a bundle."), ("9", "the last one is number 2")] {
        let refused = anna.submit(&rig::fetch_from(&front, typed)?).await?;
        ensure!(refused.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.status);
        ensure!(refused.text().contains(told), "{}", refused.text());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_arrive_whole_is_in_the_next_bundle() -> Result<()> {
    let rig = HatchRig::lay(&["Ett."]).await?;
    let mut anna = rig.visitor();
    let front = anna.open("/sv").await?;
    let mut stream = TcpStream::connect(rig.address).await?;
    let head = format!(
        "POST /sv/fetch HTTP/1.1\r\nHost: {ONION}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 0\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut some = vec![0; 100_000];
    stream.read_exact(&mut some).await?;
    ensure!(some.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&some[..100]));
    drop(stream);
    // The next one waits until the drop has noticed.
    let next = opened(&rig, &anna.submit(&rig::fetch(&front)?).await?)?;
    ensure!(next == ["Ett."], "{next:?}");
    let after = opened(&rig, &anna.submit(&rig::fetch(&front)?).await?)?;
    ensure!(after.is_empty(), "what arrived came again: {after:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_bundle_is_taken_in_whole_or_refused_with_a_reason() -> Result<()> {
    let rig = HatchRig::lay(&["Ett."]).await?;
    let source = rig.sources.first().expect("a source");
    let mut anna = rig.visitor();
    let front = anna.open("/en").await?;
    let letter = rig.drop.letter("anna", source, 1, "Vilket datum?")?;
    let bundle = std::fs::read(rig.drop.seal_return("anna", rig.drop.returning("anna"), &[letter])?)?;
    let cut = anna.submit(&rig::hand_in(&front, &bundle[..bundle.len() / 2])?).await?;
    ensure!(cut.text().contains("Not done.") && cut.text().contains("damaged"), "{}", cut.text());
    let stranger = rig.drop.letter("bo", source, 1, "x")?;
    let forged = rig.drop.seal_return_as(
        &sluss_core::cert::Tsk::generate(sluss_core::cert::Kind::PostQuantum, Some("eve"), rig.today)?,
        "anna",
        &[stranger],
    )?;
    let forged = anna.submit(&rig::hand_in(&front, &std::fs::read(forged)?)?).await?;
    ensure!(forged.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", forged.text());
    ensure!(forged.text().contains("not on the roster"), "{}", forged.text());
    let done = anna.submit(&rig::hand_in(&front, &bundle)?).await?;
    ensure!(done.text().contains("Accepted.") && done.text().contains("anna"), "{}", done.text());
    let twice = anna.submit(&rig::hand_in(&front, &bundle)?).await?;
    ensure!(twice.text().contains("already") || twice.text().contains("before"), "{}", twice.text());
    let drop = rig.close().await;
    ensure!(drop.0.inbox(&drop.1[0])? == ["Vilket datum?"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_leads_a_browser_through_the_hatch() -> Result<()> {
    let rig = HatchRig::lay(&[]).await?;
    let mut anna = rig.visitor();
    let elsewhere = anna.post("/sv/fetch", "application/x-www-form-urlencoded", "", "cross-site").await?;
    ensure!(elsewhere.status == StatusCode::NOT_FOUND, "{}", elsewhere.text());
    let mut plain = Visitor::direct(rig.address);
    let other = plain.open("/sv").await?;
    ensure!(other.status == StatusCode::NOT_FOUND && !other.text().contains("bunt"), "{}", other.text());
    let front = anna.open("/sv").await?;
    ensure!(front.text().contains("Nästa bunt har nummer 1."), "it was fetched all the same");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_fetches_without_end_is_told_to_wait() -> Result<()> {
    let rig = HatchRig::lay(&[]).await?;
    let mut anna = rig.visitor();
    let front = anna.open("/sv").await?;
    let form = rig::hand_in(&front, b"no bundle")?;
    let mut told = Vec::new();
    for _ in 0..12 {
        told.push(anna.submit(&form).await?.status);
    }
    ensure!(told[..10].iter().all(|status| *status == StatusCode::UNPROCESSABLE_ENTITY), "{told:?}");
    ensure!(told[10..] == [StatusCode::TOO_MANY_REQUESTS; 2], "{told:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_bundle_stays_on_the_way() -> Result<()> {
    let rig = HatchRig::lay(&["Ett."]).await?;
    let mut anna = rig.visitor();
    let names = || -> Result<Vec<String>> {
        let listed = std::fs::read_dir(rig.drop.dir().join("state"))?;
        let mut names: Vec<String> =
            listed.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<Result<_>>()?;
        names.sort();
        Ok(names)
    };
    let before = names()?;
    let front = anna.open("/sv").await?;
    anna.submit(&rig::fetch(&front)?).await?;
    anna.submit(&rig::hand_in(&front, b"no bundle")?).await?;
    ensure!(names()? == before, "{:?}", names()?);
    // A spool that has no name is still held while it is sent.
    wait_for("the spools' end", Duration::from_secs(10), || {
        let open = std::fs::read_dir("/proc/self/fd")?.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        let state = rig.drop.dir().join("state").display().to_string();
        let held = open.filter(|path| path.to_string_lossy().starts_with(&state));
        Ok((held.filter(|path| path.to_string_lossy().ends_with("(deleted)")).count() == 0).then_some(()))
    })
}

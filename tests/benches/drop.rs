//! The shipped drop's figures: processor time of a page, of a text report's whole journey and of an upload, the way to the
//! codename through Tor, memory at rest and during a large upload.
//!
//! `cargo bench -p sluss-tests --bench drop`, after `cargo build --release --workspace --bins`. The rest goes over the
//! loopback address, so that Tor's own work does not count. Quote ratios and growth: times drift with the machine.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use sluss_tests::journey::{ORGANISATION, Scene};
use sluss_tests::visitor::Visitor;

const PAGES: usize = 400;
const JOURNEYS: usize = 40;
/// Megabytes of a file, and how often it is sent: the rest of the vault is for the one whose memory is looked at.
const UPLOAD: usize = 30;
const UPLOADS: usize = 2;
const MEGABYTE: usize = 1_000_000;
/// As much as a demo's vault takes beside what it keeps for text and for whoever is signed in.
const LARGE: usize = 240;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let scene = Scene::lay(folder.path(), &mut |_| ()).await?;
    let (pid, address) = (scene.serving.pid(), scene.serving.without_tor);
    println!("memory at rest, before anybody came: {} KiB", resident(pid, "VmRSS:")?);
    report(&mut Visitor::direct(address), 0).await?;

    let mut visitor = Visitor::direct(address);
    let pages = measured(pid, PAGES, async {
        for _ in 0..PAGES {
            visitor.open(&format!("/sv/{ORGANISATION}")).await?;
        }
        Ok(())
    });
    println!("an organisation's page: {:.2} ms of processor time", pages.await?);

    let mut waiting = Vec::new();
    let sent = measured(pid, JOURNEYS, async {
        for _ in 0..JOURNEYS {
            let mut visitor = Visitor::direct(address);
            let words = report(&mut visitor, 0).await?;
            waiting.push((visitor, words));
        }
        Ok(())
    });
    println!("a text report, from the first page to the codename: {:.1} ms of processor time", sent.await?);
    let opened = measured(pid, JOURNEYS, async {
        for (mut visitor, words) in waiting {
            open_inbox(&mut visitor, &words).await?;
        }
        Ok(())
    });
    println!("and typing the words once, to the opened inbox: {:.1} ms more", opened.await?);

    through_tor(&scene).await?;

    let uploads = measured(pid, UPLOADS, async {
        for _ in 0..UPLOADS {
            report(&mut Visitor::direct(address), UPLOAD * MEGABYTE).await?;
        }
        Ok(())
    });
    println!("a report with {UPLOAD} MB: {:.0} ms of processor time", uploads.await?);

    report(&mut Visitor::direct(address), MEGABYTE).await?;
    let small = peak(pid, &mut Visitor::direct(address), MEGABYTE).await?;
    let large = peak(pid, &mut Visitor::direct(address), LARGE * MEGABYTE).await?;
    println!("peak memory with 1 MB sent: {small} KiB; with {LARGE} MB: {large} KiB; growth: {} KiB", large - small);
    scene.serving.stop()
}

/// From the first page to the codename through the private Tor network, by a program that reads nothing.
async fn through_tor(scene: &Scene) -> Result<()> {
    let mut source = scene.visitor("first page")?;
    source.open("/").await?;
    let started = Instant::now();
    let find = source.open("/").await?;
    let home = source.follow(&find, "Lilla Edet").await?;
    let link = home.links_to(&format!("{}/report", home.path))?.into_iter().next().context("no way to the form")?;
    let form = source.open(&link).await?;
    let codename = source.submit(&form.form(&form.path)?.fill("text", "Så här var det.")?).await?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(codename.texts("ol.words li").len() == 7, "no codename: {}", codename.text());
    let pages = [&find, &home, &form, &codename];
    let requests: usize = pages.iter().map(|page| page.hops.len()).sum();
    println!(
        "from the first page to the codename over a warm private Tor network: 3 clicks, {requests} requests, {seconds:.2} s"
    );
    for page in pages {
        let head: usize = page.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        println!("{}: {} B, and {head} B of headers", page.path, page.body.len());
    }
    Ok(())
}

/// The drop's processor time for each of the `times` that `work` does something, in milliseconds.
async fn measured(pid: u32, times: usize, work: impl Future<Output = Result<()>>) -> Result<f64> {
    let before = processor_seconds(pid)?;
    work.await?;
    Ok((processor_seconds(pid)? - before) / times as f64 * 1000.0)
}

/// Goes from the first page to the codename, sending `bytes` in a file if there are any.
async fn report(visitor: &mut Visitor, bytes: usize) -> Result<Vec<String>> {
    visitor.open(&format!("/sv/{ORGANISATION}")).await?;
    let path = format!("/sv/{ORGANISATION}/report");
    let page = visitor.open(&format!("{path}?new=yes")).await?;
    let mut form = page.form(&path)?.fill("text", "Så här var det.")?;
    if bytes > 0 {
        form =
            visitor.add_files(form).await?.attach("files", "fil.bin", "application/octet-stream", &vec![7; bytes])?;
    }
    let codename = visitor.submit_in_frame(&form).await?;
    let words = codename.texts("ol.words li");
    ensure!(words.len() == 7, "no codename: {}", codename.text());
    Ok(words)
}

/// Types the words and arrives in the inbox.
async fn open_inbox(visitor: &mut Visitor, words: &[String]) -> Result<()> {
    let inbox = visitor.open("/sv/inbox").await?;
    let inbox = visitor.submit(&inbox.form("/sv/inbox")?.fill("codename", &words.join(" "))?).await?;
    ensure!(!inbox.texts("ol.thread li").is_empty(), "no inbox: {}", inbox.text());
    Ok(())
}

/// The process's highest resident memory while `bytes` are sent, in KiB.
async fn peak(pid: u32, visitor: &mut Visitor, bytes: usize) -> Result<i64> {
    // 5 sets the peak back to what is resident now (proc(5)).
    fs::write(format!("/proc/{pid}/clear_refs"), "5")?;
    report(visitor, bytes).await?;
    resident(pid, "VmHWM:")
}

/// What the process has in memory, in KiB, by one of the names of proc(5)'s `status`.
fn resident(pid: u32, name: &str) -> Result<i64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// User and system time of a process (proc(5), fields 14 and 15), in hundredths of a second.
fn processor_seconds(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().context("no stat")?.split_whitespace().collect();
    let ticks: Vec<f64> = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse().ok()).collect();
    Ok(ticks.iter().sum::<f64>() / 100.0)
}

//! The shipped drop through Tor, against a bare arti + hyper server of the same page: what Sluss itself costs a visitor.
//!
//! `cargo bench -p sluss-tests --bench onion`, after `cargo build --release --workspace --bins`. One private network, one
//! client, the two in turn: only the ratios mean something. Which relays a circuit goes through is chance and makes more of a
//! difference than the two have, so several circuits are taken of each; but each service keeps its guards for a run. On
//! loopback a page takes so many times 42 ms, for which a relay's kernel puts off an acknowledgement. Processor time knows
//! nothing of all that.

use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use sluss_core::cert::Kind;
use sluss_core::day::Day;
use sluss_core::limits;
use sluss_drop::config::Tor;
use sluss_drop::onion::{self, Circuit, Onion};
use sluss_tests::house::first_roster;
use sluss_tests::journey::ORGANISATION;
use sluss_tests::journey::drop::Drop;
use sluss_tests::tornet::TorNet;
use sluss_tests::visitor::Visitor;
use tokio::io::{AsyncRead, AsyncWrite};

const CIRCUITS: usize = 12;
/// On each circuit.
const PAGES: usize = 10;
/// Each on another circuit.
const UPLOADS: usize = 3;
const UPLOAD: usize = 495_000_000;
const VAULT: u64 = 2 * 1024 * 1024 * 1024;
const PEOPLE: [(&str, Kind); 3] =
    [("anna", Kind::PostQuantum), ("bertil", Kind::PostQuantum), ("cecilia", Kind::PostQuantum)];

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(compare());
    // See `Onion::shutdown`.
    std::mem::forget(runtime);
    outcome
}

async fn compare() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let net = TorNet::up(&folder.path().join("tor"))?;
    let drop = Drop::lay(folder.path(), &net.arti_override(), VAULT)?;
    add_roster(&drop, folder.path())?;
    let serving = drop.serve()?;
    let bare = folder.path().join("bare");
    fs::create_dir(&bare)?;
    let address = onion::draw(&bare)?;
    let onion = Onion::launch(&bare, &Tor { network: Some(net.arti_override()), ..Tor::default() }).await?;
    let client = net.client("bench")?;
    let sluss = drop.onion()?;
    let pair = |circuit: usize| {
        [&sluss, &address].map(|onion| Visitor::over_tor(client.socks, onion, &format!("{onion} {circuit}")))
    };
    let pid = serving.pid();
    let compared = async {
        onion.reachable().await?;
        in_turn(pid, &mut (0..CIRCUITS).map(pair).collect::<Vec<_>>()).await
    };
    let compared = tokio::select! {
        () = onion.serve(|| answer_barely) => anyhow::bail!("the bare service stopped"),
        compared = compared => compared,
    };
    onion.shutdown().await;
    compared?;
    serving.stop()
}

fn add_roster(drop: &Drop, folder: &Path) -> Result<()> {
    let card = serde_json::from_slice(&fs::read(drop.card())?)?;
    let (roster, _) = first_roster(&card, &PEOPLE, Day::of(std::time::SystemTime::now())?)?;
    let path = folder.join("roster.json");
    fs::write(&path, roster.to_bytes())?;
    drop.run(&["roster", "add", path.to_str().context("no text")?]).map(|_| ())
}

async fn in_turn(drop: u32, circuits: &mut [[Visitor; 2]]) -> Result<()> {
    let home = format!("/sv/{ORGANISATION}");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for [sluss, bare] in circuits.iter_mut() {
        for visitor in [&mut *sluss, &mut *bare] {
            ensure!(visitor.open(&home).await?.body.len() == limits::PAGE);
        }
        for _ in 0..PAGES {
            ours.push(page(sluss, &home).await?);
            theirs.push(page(bare, &home).await?);
        }
    }
    tell("first page, warm circuit", "ms", &ours, &theirs, Duration::as_secs_f64, 1e3);

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut our_work, mut their_work) = (Vec::new(), Vec::new());
    let own = std::process::id();
    for [sluss, bare] in circuits.iter_mut().take(UPLOADS) {
        let begun = (worked(drop)?, worked(own)?);
        ours.push(upload(sluss, &format!("{home}/report")).await?);
        let (sealed, sent) = (worked(drop)?, worked(own)?);
        theirs.push(upload(bare, &home).await?);
        our_work.push(sealed - begun.0);
        // The bare server works in this very process, and so does the visitor.
        their_work.push((worked(own)? - sent).saturating_sub(sent - begun.1));
    }
    tell("processor time of an upload", "s", &our_work, &their_work, Duration::as_secs_f64, 1.0);
    let speed = |time: &Duration| UPLOAD as f64 / time.as_secs_f64();
    tell("upload of 495 MB", "MB/s", &ours, &theirs, speed, 1e-6);
    Ok(())
}

/// Processor time that a process has taken (proc_pid_stat(5), fields 14 and 15, in hundredths of a second).
fn worked(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit(')').next().context("no fields")?.split_whitespace();
    let ticks = fields.skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(10 * ticks))
}

async fn page(visitor: &mut Visitor, path: &str) -> Result<Duration> {
    let begun = Instant::now();
    ensure!(visitor.open(path).await?.status == 200);
    Ok(begun.elapsed())
}

async fn upload(visitor: &mut Visitor, path: &str) -> Result<Duration> {
    let page =
        visitor.open(&if path.ends_with("/report") { format!("{path}?new=yes") } else { path.to_owned() }).await?;
    let form = page.form(path)?.fill("text", "Så här var det.")?;
    let form = if path.ends_with("/report") { visitor.add_files(form).await? } else { form };
    let form = form.attach("files", "fil.bin", "application/octet-stream", &vec![7; UPLOAD])?;
    let begun = Instant::now();
    let answer = visitor.submit(&form).await?;
    ensure!(answer.status == 200, "{}", answer.text());
    Ok(begun.elapsed())
}

fn tell(what: &str, unit: &str, ours: &[Duration], theirs: &[Duration], of: impl Fn(&Duration) -> f64, scale: f64) {
    let median = |times: &[Duration]| {
        let mut values: Vec<f64> = times.iter().map(&of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let (ours, theirs) = (median(ours), median(theirs));
    println!("{what}: {:.1} {unit}; bare {:.1} {unit}; ratio {:.3}", ours * scale, theirs * scale, ours / theirs);
}

/// A page as long as the drop's; whatever comes with a form is read to its end and forgotten.
async fn answer_barely<S>(stream: S) -> Circuit
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(|request: Request<Incoming>| async move {
        let mut body = request.into_body();
        while let Some(Ok(frame)) = body.frame().await {
            drop(frame);
        }
        let form = "<!doctype html><form method=post enctype=multipart/form-data><textarea name=text></textarea>\
                    <input type=file name=files></form>";
        let mut page = form.as_bytes().to_vec();
        page.resize(limits::PAGE, b' ');
        let mut answer = Response::new(Full::new(Bytes::from(page)));
        answer.headers_mut().insert("connection", hyper::header::HeaderValue::from_static("close"));
        Ok::<_, Infallible>(answer)
    });
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
    Circuit::Keep
}

//! A flood from many circuits, of every kind at once: whoever honestly comes meanwhile gets the first page and a report
//! through.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use sluss_tests::tornet::TorNet;
use sluss_tests::visitor::Visitor;
use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_socks::tcp::Socks5Stream;

use crate::operator::rig::{ORGANISATION, Rig};

const VAULT: u64 = 64 * 1024 * 1024;
/// Circuits of attackers.
const ATTACKERS: usize = 50;
/// Honest visitors, one after the other.
const HONEST: usize = 5;
/// Requests that one attacker has under way.
const AT_ONCE: usize = 8;
/// Bytes of a form before its sender stands still.
const PART: usize = 200_000;
/// How long a newcomer may wait, a visitor's whole report may take, and the service until it is known.
const PATIENCE: Duration = Duration::from_secs(120);
/// Whoever was cut off comes back after this time.
const BREATH: Duration = Duration::from_millis(50);

/// Where the attack goes.
#[derive(Clone)]
struct Target {
    socks: std::net::SocketAddr,
    onion: String,
}

impl Target {
    fn visitor(&self, identity: &str) -> Visitor {
        Visitor::over_tor(self.socks, &self.onion, identity)
    }

    /// Opens a stream and sends `head`.
    async fn speak(&self, identity: &str, head: &str) -> Result<Socks5Stream<tokio::net::TcpStream>> {
        let mut stream =
            Socks5Stream::connect_with_password(self.socks, (self.onion.as_str(), 80), identity, "x").await?;
        stream.write_all(head.as_bytes()).await?;
        Ok(stream)
    }

    /// What the attacker of this number does once.
    async fn attack(&self, number: usize, time: usize) -> Result<()> {
        let identity = format!("attacker {number}");
        let mut visitor = self.visitor(&identity);
        let report = format!("/sv/{ORGANISATION}/report");
        match number % 7 {
            // Comes anew each time, and leaves.
            0 => drop(self.speak(&format!("{identity} {time}"), "").await?),
            1 => drop(visitor.open("/sv").await?),
            2 => {
                let page = visitor.open("/sv/inbox").await?;
                let words = format!("abacus abdomen abdominal abide abiding ability {number}x{time}");
                visitor.submit(&page.form("/sv/inbox")?.fill("codename", &words)?).await?;
            }
            3 => {
                let page = visitor.open(&format!("{report}?new=yes")).await?;
                visitor.submit(&page.form(&report)?.fill("text", &"bla ".repeat(10_000))?).await?;
            }
            // Begins an upload and stands still.
            4 => {
                let page = visitor.open(&format!("{report}?new=yes")).await?;
                let form = visitor.add_files(page.form(&report)?.fill("text", "bla")?).await?;
                let form = form.attach("files", "a.bin", "application/octet-stream", &vec![7; 2 * PART])?;
                let _held = visitor.submit_part(&form, PART).await?;
                sleep(PATIENCE).await;
            }
            // Asks and never reads.
            5 => {
                let _held = self.speak(&identity, &format!("GET /sv HTTP/1.1\r\nHost: {}\r\n\r\n", self.onion)).await?;
                sleep(PATIENCE).await;
            }
            // Never asks to the end.
            _ => {
                let _held = self.speak(&identity, "GET /sv HTTP/1.1\r\nHost: a").await?;
                sleep(PATIENCE).await;
            }
        }
        Ok(())
    }

    async fn attack_on(self, number: usize) {
        for time in 0.. {
            // Refused, cut off or answered: it goes on.
            let _ = self.attack(number, time).await;
            sleep(BREATH).await;
        }
    }

    /// A first page and a report, by somebody new: how long each took.
    async fn report(&self, number: usize) -> Result<(Duration, Duration)> {
        let mut honest = self.visitor(&format!("honest {number}"));
        let begun = Instant::now();
        let first = honest.open(&format!("/sv/{ORGANISATION}")).await?;
        ensure!(first.status == 200, "{}", first.text());
        let seen = begun.elapsed();
        let page = honest.open(&format!("/sv/{ORGANISATION}/report")).await?;
        let page = honest.submit(&page.form(&page.path)?.fill("text", "Så här var det.")?).await?;
        ensure!(page.texts(".words li").len() == 7, "no codename: {}", page.text());
        Ok((seen, begun.elapsed()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_visitor_gets_through_a_flood() -> Result<()> {
    let (folder, net) = (tempfile::tempdir()?, TorNet::shared()?);
    let rig = Rig::lay_at(folder.path().join("drop"), VAULT)?;
    fs::copy(net.arti_override(), rig.dir().join("network.toml"))?;
    let (serving, attackers, clients) = (rig.serve()?, net.client("attackers")?, net.client("honest")?);
    let card: serde_json::Value = serde_json::from_slice(&fs::read(rig.dir().join("keys/drop.json"))?)?;
    let onion = card.pointer("/onion/0").and_then(serde_json::Value::as_str).context("no address")?.to_owned();
    let (honest, attacked) =
        (Target { socks: clients.socks, onion: onion.clone() }, Target { socks: attackers.socks, onion });
    let end = Instant::now() + PATIENCE;
    while let Err(error) = attacked.visitor("first").open("/sv").await {
        ensure!(Instant::now() < end, "never reached: {error:#}");
        sleep(BREATH).await;
    }

    for number in 0..HONEST {
        let (first, whole) = honest.report(HONEST + number).await?;
        eprintln!("before the flood: first page after {first:.1?}, codename after {whole:.1?}");
    }
    let mut flood = JoinSet::new();
    for number in 0..ATTACKERS {
        for _ in 0..AT_ONCE {
            flood.spawn(attacked.clone().attack_on(number));
        }
    }
    for number in 0..HONEST {
        let (first, whole) = timeout(PATIENCE, honest.report(number)).await.context("gave up")??;
        eprintln!("flood: first page after {first:.1?}, codename after {whole:.1?}");
    }
    flood.shutdown().await;
    ensure!(serving.output()?.is_empty() || !serving.output()?.contains("WARN"), "{}", serving.output()?);
    ensure!(serving.end()?.success());
    Ok(())
}

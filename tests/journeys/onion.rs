//! The onion service over a private Tor network: reached by C tor, in this very process, and looked after by the shipped
//! drop.

use std::convert::Infallible;
use std::fs;
use std::future::Future;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::HeaderValue;
use hyper::service::service_fn;
use hyper::{Response, server::conn::http1};
use hyper_util::rt::TokioIo;
use sluss_drop::config::Tor;
use sluss_drop::fleeting::{KNOCKS, on_disk};
use sluss_drop::onion::{self, Circuit, Look, Onion};
use sluss_drop::reachability::Reachability;
use sluss_tests::journey::drop::Drop;
use sluss_tests::tornet::{SocksClient, TorNet};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{sleep, timeout};
use tokio_socks::tcp::Socks5Stream;

use crate::confined::is_confined;

const PATIENCE: Duration = Duration::from_secs(90);
/// How often is looked whether a circuit is still there.
const GLANCE: Duration = Duration::from_millis(50);
/// From one look at a service to the next.
const LOOK: Duration = Duration::from_secs(3);
/// Bytes of the vault of a drop that takes nothing.
const VAULT: u64 = 64 * 1024 * 1024;

/// A service in a folder of its own, and somebody who may visit it.
struct Rig {
    dir: tempfile::TempDir,
    onion: Onion,
    client: SocksClient,
}

impl Rig {
    async fn launch(net: &TorNet, visitor: &str) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let drawn = onion::draw(dir.path())?;
        let tor = Tor { network: Some(net.arti_override()), ..Tor::default() };
        let onion = Onion::launch(dir.path(), &tor).await?;
        ensure!(onion.address() == drawn, "another key than the drawn one serves");
        Ok(Self { dir, onion, client: net.client(visitor)? })
    }

    /// Waits until everybody can reach it and goes the way of `visiting`, while it is served.
    async fn visit(&self, serving: impl Future<Output = ()>, visiting: impl Future<Output = Result<()>>) -> Result<()> {
        let visiting = async {
            timeout(PATIENCE, self.onion.reachable()).await.context("not reachable")??;
            visiting.await
        };
        tokio::select! {
            () = serving => anyhow::bail!("the service stopped"),
            visited = visiting => visited,
        }
    }

    /// Streams with the same `circuit` may share one.
    async fn connect(&self, port: u16, circuit: &str) -> Result<Socks5Stream<tokio::net::TcpStream>> {
        let to = (self.onion.address(), port);
        let connecting = Socks5Stream::connect_with_password(self.client.socks, to, circuit, "x");
        Ok(timeout(PATIENCE, connecting).await??)
    }

    async fn get(&self, port: u16, circuit: &str) -> Result<String> {
        let mut stream = self.connect(port, circuit).await?;
        stream.write_all(format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", self.onion.address()).as_bytes()).await?;
        let mut answer = String::new();
        timeout(PATIENCE, stream.read_to_string(&mut answer)).await??;
        Ok(answer)
    }
}

/// Says hello to whoever asks.
async fn greet<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S) -> Circuit {
    http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(hello)).await.ok();
    Circuit::Keep
}

async fn hello(_: hyper::Request<hyper::body::Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut answer = Response::new(Full::new(Bytes::from_static(b"hello")));
    answer.headers_mut().insert("connection", HeaderValue::from_static("close"));
    Ok(answer)
}

/// The runtime is not dropped: see `Onion::shutdown`.
fn on_tor(journey: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(journey);
    std::mem::forget(runtime);
    outcome
}

#[test]
fn an_onion_service_answers_c_tor_and_keeps_its_address() -> Result<()> {
    on_tor(async {
        let net = TorNet::shared()?;
        let dir = tempfile::tempdir()?;
        let drawn = onion::draw(dir.path())?;
        ensure!(drawn.len() == 62 && drawn.ends_with(".onion"), "{drawn}");
        ensure!(onion::draw(dir.path())? == drawn, "a second key was drawn");

        let rig = Rig::launch(&net, "onion-test").await?;
        let (address, watch) = (rig.onion.address().to_owned(), rig.onion.watch());
        ensure!(watch() != Reachability::Lost, "lost before it was known");
        let visiting = async {
            ensure!(watch() == Reachability::Reachable, "{:?}", watch());
            for visitor in ["one", "another"] {
                let answer = rig.get(80, visitor).await?;
                ensure!(answer.ends_with("hello"), "{answer}");
            }
            ensure!(rig.get(81, "one").await.is_err(), "another port answers");
            Ok(())
        };
        rig.visit(rig.onion.serve(|| greet), visiting).await?;
        let (dir, onion) = (rig.dir, rig.onion);
        let knocks = dir.path().join(KNOCKS);
        let noted = |place: &Path| -> Result<bool> { Ok(listed(place)?.iter().any(|name| name.contains("iptreplay"))) };
        ensure!(!on_disk(&knocks) && noted(&knocks.canonicalize()?)?, "Tor's notes are not where they are looked for");
        ensure!(!noted(dir.path())?, "the disk counts visitors");
        onion.shutdown().await;
        ensure!(watch() != Reachability::Reachable, "it stopped");
        ensure!(onion::address(dir.path())? == address, "the key did not stay");
        ensure!(!knocks.exists() && !noted(dir.path())?, "Tor's notes stayed");
        Ok(())
    })
}

#[test]
fn a_circuit_is_closed_after_the_last_answer_arrived() -> Result<()> {
    on_tor(async {
        let net = TorNet::shared()?;
        let rig = Rig::launch(&net, "closing-test").await?;
        // What comes in on a stream is its word: `keep` is never answered, `close` is.
        let serving = rig.onion.serve(|| {
            |mut stream| async move {
                let mut word = [0; 5];
                if stream.read_exact(&mut word).await.is_ok() && &word == b"close" {
                    stream.write_all(b"closed").await.ok();
                    stream.flush().await.ok();
                    return Circuit::Close;
                }
                std::future::pending().await
            }
        });
        let visiting = async {
            let open = || rig.connect(80, "same");
            let mut silent = open().await?;
            silent.write_all(b"keep!").await?;
            let mut last = open().await?;
            last.write_all(b"close").await?;
            let mut answer = String::new();
            timeout(PATIENCE, last.read_to_string(&mut answer)).await??;
            ensure!(answer == "closed", "the answer was lost: {answer:?}");
            // It would wait for ever if its circuit still stood.
            let ended = timeout(PATIENCE, silent.read(&mut [0; 1])).await?;
            ensure!(matches!(ended, Ok(0) | Err(_)), "the other stream still lives");
            Ok(())
        };
        rig.visit(serving, visiting).await?;
        rig.onion.shutdown().await;
        Ok(())
    })
}

#[test]
fn a_circuit_on_which_something_broke_off_is_closed_unless_it_is_used() -> Result<()> {
    on_tor(async {
        let net = TorNet::shared()?;
        let rig = Rig::launch(&net, "broken-off-test").await?;
        // Each circuit holds one for as long as it is there.
        let (circuit, greeted) = (Arc::new(()), AtomicUsize::new(0));
        let serving = rig.onion.serve(|| {
            greeted.fetch_add(1, Relaxed);
            let circuit = Arc::clone(&circuit);
            move |mut stream| {
                let _on = &circuit;
                async move {
                    let mut word = [0; 5];
                    match stream.read_exact(&mut word).await {
                        Ok(_) if &word == b"break" => Circuit::CloseWhenFree,
                        _ => {
                            // Until the visitor is done.
                            stream.write_all(&word).await.ok();
                            stream.flush().await.ok();
                            stream.read_exact(&mut word).await.ok();
                            Circuit::Keep
                        }
                    }
                }
            }
        });
        let visiting = async {
            let open = async |word: &[u8]| {
                let mut stream = rig.connect(80, "same").await?;
                stream.write_all(word).await?;
                // An answer, or the end of the stream.
                timeout(PATIENCE, stream.read(&mut [0; 5])).await??;
                anyhow::Ok(stream)
            };
            let reading = open(b"read!").await?;
            open(b"break").await?;
            let another = open(b"read!").await?;
            ensure!(greeted.load(Relaxed) == 1, "somebody else's stream went with a broken one");
            drop((reading, another));
            open(b"break").await?;
            ensure!(greeted.load(Relaxed) == 1, "a circuit that was used after a break is closed");
            timeout(PATIENCE, async {
                while Arc::strong_count(&circuit) > 1 {
                    sleep(GLANCE).await;
                }
            })
            .await
            .context("the circuit stays")?;
            Ok(())
        };
        rig.visit(serving, visiting).await?;
        rig.onion.shutdown().await;
        Ok(())
    })
}

/// Introduction points that there were so far: their keys stay.
fn introduction_points(dir: &Path) -> Result<Vec<String>> {
    let names = listed(&dir.join("state/keystore/hss/sluss/ipts"))?;
    Ok(names.into_iter().filter(|name| name.starts_with("k_sid")).collect())
}

#[test]
fn a_service_that_nobody_reaches_is_told_and_made_known_anew() -> Result<()> {
    on_tor(async {
        // Its own network, which stands still for a while.
        let folder = tempfile::tempdir()?;
        let net = TorNet::up(&folder.path().join("tor"))?;
        let rig = Rig::launch(&net, "watchdog-test").await?;
        let (dir, onion) = (&rig.dir, &rig.onion);
        let (watch, (tell, mut seen)) = (onion.watch(), tokio::sync::mpsc::unbounded_channel());
        let looking = onion.look_after(LOOK, move |look| {
            // Whoever listened may be done.
            let _ = tell.send(look);
        });
        let journey = async {
            let mut until = async |wanted| {
                timeout(PATIENCE, async { while seen.recv().await != Some(wanted) {} }).await.context("never seen")
            };
            until(Look::Through).await?;
            ensure!(watch() == Reachability::Reachable, "{:?}", watch());
            // Whatever was the matter: who comes after it was made known anew, at other points, is answered too.
            let points = introduction_points(dir.path())?;
            onion.make_known_anew(1)?;
            timeout(PATIENCE, async {
                while introduction_points(dir.path()).is_ok_and(|it| it.len() < points.len() + 3) {
                    sleep(LOOK).await;
                }
            })
            .await
            .context("the same points")?;
            until(Look::Through).await?;
            let answer = rig.get(80, "anew").await?;
            ensure!(answer.ends_with("hello"), "{answer}");
            net.halt()?;
            until(Look::Missed).await?;
            ensure!(watch() == Reachability::Lost, "{:?}", watch());
            until(Look::Anew).await?;
            Ok(())
        };
        tokio::select! {
            visited = rig.visit(onion.serve(|| greet), journey) => visited?,
            () = looking => anyhow::bail!("nobody looks after it"),
        }
        rig.onion.shutdown().await;
        Ok(())
    })
}

#[test]
fn the_shipped_drop_tells_systemd_and_its_operator_that_nobody_reaches_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let net = TorNet::up(&folder.path().join("tor"))?;
    let drop = Drop::lay(folder.path(), &net.arti_override(), VAULT)?;
    let config = fs::read_to_string(drop.config())?;
    ensure!(config.contains("# look = 300"), "{config}");
    fs::write(drop.config(), config.replace("# look = 300", &format!("look = {}", LOOK.as_secs())))?;
    let systemd = UnixDatagram::bind(folder.path().join("systemd"))?;
    systemd.set_read_timeout(Some(PATIENCE))?;
    let hear = |wanted: &str| -> Result<()> {
        let mut said = [0; 256];
        loop {
            let length = systemd.recv(&mut said).with_context(|| format!("never told: {wanted}"))?;
            if said.get(..length) == Some(wanted.as_bytes()) {
                return Ok(());
            }
        }
    };

    let serving = drop.serve_telling(&folder.path().join("systemd"))?;
    is_confined(serving.pid())?;
    // Once when it was made known, and once more by a look.
    hear("STATUS=the onion service can be reached")?;
    hear("STATUS=the onion service can be reached")?;
    net.halt()?;
    hear("STATUS=the onion service cannot be reached")?;
    hear("STATUS=the onion service was made known anew")?;
    let told: serde_json::Value = serde_json::from_str(&drop.run(&["--json", "status"])?)?;
    let looks = told["looks"].as_object().into_iter().flatten();
    let missed: u64 = looks.filter_map(|(_, looks)| looks["missed"].as_u64()).sum();
    ensure!(told["reachability"] == "lost" && missed > 0, "{told}");
    serving.stop()
}

/// The names of all files and folders under `folder`, of what lies behind links none.
fn listed(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        names.push(entry.file_name().to_string_lossy().into_owned());
        if entry.file_type()?.is_dir() {
            names.extend(listed(&entry.path())?);
        }
    }
    Ok(names)
}

//! The demo: a drop, a private Tor network and a desk on this machine, to be tried out; or, with `--walk`, the whole way
//! of a report by itself. `deploy/demo` builds and starts it.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use sluss_tests::journey::Scene;
use sluss_tests::process::{gave_up_waiting, give_up_waiting, shipped};
use sluss_tests::{browser, process::Process};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let walk = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => false,
        ["--walk"] => true,
        _ => {
            let _ = writeln!(io::stderr(), "Usage: deploy/demo [--walk]");
            return ExitCode::from(2);
        }
    };
    match run(walk) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Everything lies in one temporary folder, which goes away at the end, however that comes.
fn run(walk: bool) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("sluss-demo-").tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let stopped = tokio::spawn(async {
            let (mut int, mut term) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            tokio::select! {
                _ = int.recv() => {}
                _ = term.recv() => {}
            }
            give_up_waiting();
            io::Result::Ok(())
        });
        let story = async { if walk { whole_way(folder.path()).await } else { look_around(folder.path()).await } };
        tokio::select! {
            ended = story => ended,
            stopped = stopped => Ok(stopped??),
        }
    });
    folder.close()?;
    match (gave_up_waiting(), walk) {
        (false, _) => ended,
        (true, false) => say("Stopped; nothing is left."),
        (true, true) => bail!("interrupted"),
    }
}

async fn whole_way(folder: &Path) -> Result<()> {
    let mut steps = 0;
    let mut failed = Ok(());
    let mut tell = |step: &str| {
        steps += 1;
        failed = say(&format!("{steps:2}  {step}"));
    };
    let scene = Scene::lay(folder, &mut tell).await?;
    scene.walk(&folder.join("outside"), &mut tell).await?;
    failed?;
    say(&format!("walk: {steps} steps, all passed"))
}

async fn look_around(folder: &Path) -> Result<()> {
    say("Laying a drop, three desks and a private Tor network; this takes about a minute.")?;
    let scene = Scene::lay(folder, &mut |step| drop(say(&format!("  {step}")))).await?;
    let desk = scene.open_desk()?;
    let (onion, socks) = (scene.drop.onion()?, scene.client.socks);
    let (sluss, config) = (shipped("sluss")?, scene.drop.config());
    let sluss = format!("{} --config {}", sluss.display(), config.display());
    let stick = folder.display();
    say(&format!(
        "
For a source
  through Tor     http://{onion}/
                  in the Firefox that opens here if there is a display; else in any browser without scripts
                  whose SOCKS5 proxy is {socks}, names resolved by the proxy
  without Tor     http://{without_tor}/   (its pages say that they are not anonymous)

For Anna Ek, investigator
  her desk        {desk}
                  works once; her passphrase is: {passphrase}

The drop serves three organisations; Anna reads for Lilla Edet and Granby, Bertil Alm for Lilla Edet and Ekhult.

What to try
  1. Write a report with a file, note the seven words, type them once.
  2. Carry it out:       {sluss} export --for anna {stick}/anna.sluss
  3. At Anna's desk:     In and out: open {stick}/anna.sluss; read, save the file, write a question;
                         make a return bundle to {stick}/return.sluss
  4. Carry it back:      {sluss} import {stick}/return.sluss
  5. Sign in with the seven words in CAPITALS or with-hyphens, and read the question.

Ctrl-C ends everything and removes {stick}.",
        without_tor = scene.serving.without_tor,
        desk = desk.address,
        passphrase = scene.anna.passphrase,
    ))?;
    let _window = open_window(folder, socks, &onion)?;
    std::future::pending().await
}

fn open_window(folder: &Path, socks: std::net::SocketAddr, onion: &str) -> Result<Option<Process>> {
    if !browser::has_display() {
        return Ok(None);
    }
    let profile = folder.join("firefox");
    browser::lay_profile(&profile, socks)?;
    browser::open(&profile, &format!("http://{onion}/")).map(Some)
}

fn say(text: &str) -> Result<()> {
    writeln!(io::stdout(), "{text}")?;
    Ok(())
}

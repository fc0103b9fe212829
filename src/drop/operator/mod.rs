//! The operator's commands: one file each.
//!
//! Protects: an operator can install, run, carry and repair without learning anything about a source; what is printed
//! names versions, sizes in steps and people on the roster, never how many reports there are or when one came.

pub mod args;
pub mod check;
mod control;
#[cfg(feature = "tor")]
mod hatches;
pub mod init;
mod notify;
mod serve;
mod tell;

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use rustix::fs::Mode;
use rustix::process::{geteuid, umask};
use sluss_core::day::Day;
use sluss_core::lang::Lang;
use sluss_core::memory;
use sluss_web::say::{Speech, Voice};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::Config;
use crate::harden::share_memory;
use crate::kit;
use crate::office::hatches::AccessKey;
use crate::office::problem::Problem;
use crate::office::{EN as OFFICE_EN, SV as OFFICE_SV};
use args::{Args, Command};
use check::Computer;
use control::Reach;
use tell::Answer;

/// The texts in Swedish.
pub const SV: &str = include_str!("sv.ftl");
/// The texts in English.
pub const EN: &str = include_str!("en.ftl");

const HELP_SV: &str = include_str!("help.sv.txt");
const HELP_EN: &str = include_str!("help.en.txt");

/// Who speaks of circuits, of the relays chosen for them, and of the directory that is fetched over one and comes late
/// where visits fill the line. A visit makes circuits, and a line about one would date it.
const OF_CIRCUITS: [&str; 3] = ["tor_circmgr", "tor_dirmgr", "tor_netdir"];

/// Runs the program and ends the process: 0 done, 1 refused with a reason, 2 wrong use.
pub fn main() -> ExitCode {
    share_memory();
    memory::keep_private();
    // What is laid is this user's alone, unless a file says otherwise.
    umask(Mode::from_raw_mode(0o077));
    log_to_stderr();
    let mut lang = args::lang_of(|name| std::env::var_os(name));
    let parsed = args::parse(lexopt::Parser::from_env(), &mut lang);
    let texts = [(Lang::Sv, OFFICE_SV), (Lang::Sv, SV), (Lang::En, OFFICE_EN), (Lang::En, EN)];
    let speech = match Speech::new(&texts) {
        Ok(speech) => speech,
        Err(error) => return complain(&error.to_string()),
    };
    let voice = speech.voice(lang);
    match parsed.and_then(|args| perform(args, voice)) {
        Ok(code) => code,
        Err(problem) => {
            let (cause, advice) = problem.explain(voice);
            complain(&format!("sluss: {cause}\n{advice}"));
            ExitCode::from(if problem.misused { 2 } else { 1 })
        }
    }
}

/// Warnings go to the log, and from [`OF_CIRCUITS`] errors alone. That Tor cannot be reached is told by the one who serves.
fn log_to_stderr() {
    let circuits = OF_CIRCUITS.map(|target| (target, LevelFilter::ERROR));
    let told = Targets::new().with_default(LevelFilter::WARN).with_targets(circuits);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(told).with(lines).init();
}

fn perform(args: Args, voice: Voice<'_>) -> Result<ExitCode, Problem> {
    let now = Box::new(SystemTime::now);
    let answer = match &args.command {
        Command::Help => Answer::Text(if args.lang == Lang::Sv { HELP_SV } else { HELP_EN }),
        Command::Version => Answer::Text(concat!("sluss ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::Init { folder, demo, vault } => {
            let today = Day::of(now())?;
            let mut progress = |done, all| show_progress(voice, done, all);
            Answer::Laid(init::init(folder, *demo, *vault, today, &mut rand::rng(), &mut progress)?)
        }
        Command::Serve { also_without_tor } => {
            let json = args.json;
            let ready = |ready: &serve::Ready| say(&Answer::Ready(ready), json, voice);
            let runtime = serve::serve(configured(&args.config)?, now, *also_without_tor, &ready)?;
            // Dropping the runtime would wait for a thread of arti's that sleeps for ever.
            std::mem::forget(runtime);
            std::process::exit(0)
        }
        Command::Check => {
            let findings = check::check(&args.config, now(), &Computer::this());
            Answer::Checked(findings, check::defences(&args.config))
        }
        Command::Status => Answer::Status(Reach::find(configured(&args.config)?, now)?.status()?),
        Command::Sweep => {
            Reach::find(configured(&args.config)?, now)?.sweep()?;
            Answer::Swept
        }
        Command::Fsck { give_up } => {
            Answer::LookedThrough(Reach::find(configured(&args.config)?, now)?.fsck(*give_up)?, *give_up)
        }
        Command::RosterAdd(file) => {
            let config = configured(&args.config)?;
            let mut bytes = Vec::new();
            let read = File::open(file).and_then(|open| open.take(control::ROSTER).read_to_end(&mut bytes));
            read.map_err(|error| Problem::file(file, &error))?;
            Answer::RosterAdded(Reach::find(config, now)?.add_roster(&bytes)?)
        }
        Command::Export { name, from, file } => {
            let exported = Reach::find(configured(&args.config)?, now)?.export(name, *from, file)?;
            Answer::Exported(exported, file.clone())
        }
        Command::HatchAdd(name) => {
            let key = AccessKey::draw(&mut rand::rng());
            let hatch = Reach::find(configured(&args.config)?, now)?.add_hatch(name, &key.client())?;
            let file = key.file(&hatch.address);
            Answer::HatchAdded(hatch, file)
        }
        Command::HatchList => Answer::Hatches(Reach::find(configured(&args.config)?, now)?.hatches()?),
        Command::HatchRemove(name) => {
            Answer::HatchRemoved(Reach::find(configured(&args.config)?, now)?.remove_hatch(name)?)
        }
        Command::Kit(folder) => {
            let config = configured(&args.config)?;
            Answer::Kit(kit::write(&config, &check::roster(&config)?, folder)?)
        }
        Command::Import(file) => {
            let (mut open, length) = open_bundle(file)?;
            Answer::Imported(Reach::find(configured(&args.config)?, now)?.import(&mut open, length)?)
        }
    };
    say(&answer, args.json, voice).map_err(|error| Problem::new("system").with("why", error))?;
    if let Some(beside) = answer.beside(voice).filter(|_| !args.json) {
        // Where even stderr is closed the answer has been said all the same.
        let _ = writeln!(io::stderr(), "{beside}");
    }
    Ok(answer.code())
}

/// The configuration, for the user whose drop it is: what another one writes the drop could not read.
fn configured(file: &Path) -> Result<Config, Problem> {
    let config = Config::read(file)?;
    let owner = std::fs::metadata(&config.state).map(|state| state.uid());
    match owner {
        Ok(owner) if owner != geteuid().as_raw() => Err(Problem::new("other-user").with("owner", owner)),
        _ => Ok(config),
    }
}

fn open_bundle(path: &Path) -> Result<(File, u64), Problem> {
    let opened = File::open(path).and_then(|file| file.metadata().map(|metadata| (file, metadata.len())));
    opened.map_err(|error| Problem::file(path, &error))
}

fn say(answer: &Answer<'_>, json: bool, voice: Voice<'_>) -> io::Result<()> {
    let said = if json { answer.json() } else { answer.text(voice) };
    let mut out = io::stdout().lock();
    out.write_all(said.as_bytes())?;
    out.flush()
}

fn complain(what: &str) -> ExitCode {
    // Where even stderr is closed there is nobody to tell; the exit code says it.
    let _ = writeln!(io::stderr(), "{what}");
    ExitCode::FAILURE
}

/// One line that counts up on a terminal, a line at each tenth elsewhere.
fn show_progress(voice: Voice<'_>, done: u64, all: u64) {
    let percent = |done: u64| done.saturating_mul(100) / all.max(1);
    let (now, before) = (percent(done), percent(done.saturating_sub(1024 * 1024)));
    let terminal = io::stderr().is_terminal();
    let due = if terminal { now != before } else { now / 10 != before / 10 };
    if due {
        let (start, end) = if terminal { ("\r", if done == all { "\n" } else { "" }) } else { ("", "\n") };
        let line = voice.say_with("filling", &[("percent", now.to_string().into())]);
        let _ = write!(io::stderr(), "{start}{line}{end}");
    }
}

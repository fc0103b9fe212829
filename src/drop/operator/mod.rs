//! The operator's commands: one file each.
//!
//! Protects: an operator can install, run, carry and repair without learning anything about a source; what is printed
//! names versions, sizes in steps and people on the roster, never how many reports there are or when one came.

pub mod args;
pub mod check;
mod control;
pub mod export;
pub mod import;
pub mod init;
pub mod office;
pub mod problem;
mod serve;
mod tell;

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, geteuid, set_dumpable_behavior, umask};
use sluss_core::day::Day;
use sluss_core::lang::Lang;
use sluss_web::say::{Speech, Voice};
use tracing_subscriber::filter::LevelFilter;

use crate::config::Config;
use crate::harden::share_memory;
use crate::kit;
use args::{Args, Command};
use check::Computer;
use control::Reach;
use office::Office;
use problem::Problem;
use tell::Answer;

/// The texts in Swedish.
pub const SV: &str = include_str!("sv.ftl");
/// The texts in English.
pub const EN: &str = include_str!("en.ftl");

const HELP_SV: &str = include_str!("help.sv.txt");
const HELP_EN: &str = include_str!("help.en.txt");

/// Runs the program and ends the process: 0 done, 1 refused with a reason, 2 wrong use.
pub fn main() -> ExitCode {
    share_memory();
    // A crash must not write to the disk what is in memory here. Where the kernel refuses, the rest still holds.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    // What is laid is this user's alone, unless a file says otherwise.
    umask(Mode::from_raw_mode(0o077));
    tracing_subscriber::fmt().with_max_level(LevelFilter::WARN).with_writer(io::stderr).with_ansi(false).init();
    let mut lang = args::lang_of(|name| std::env::var_os(name));
    let parsed = args::parse(lexopt::Parser::from_env(), &mut lang);
    let speech = match Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)]) {
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
            let config = configured(&args.config)?;
            let settings = config.store.serving();
            let office = Office::open(config, now, settings)?;
            let json = args.json;
            let ready = |ready: &serve::Ready| say(&Answer::Ready(ready), json, voice);
            let runtime = serve::serve(office, *also_without_tor, &ready)?;
            // Dropping the runtime would wait for a thread of arti's that sleeps for ever.
            std::mem::forget(runtime);
            std::process::exit(0)
        }
        Command::Check => Answer::Checked(check::check(&args.config, now(), &Computer::this())),
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

//! What was typed, as one command.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::prelude::*;
use sluss_core::lang::Lang;
use sluss_core::limits;

use crate::config;
use crate::office::problem::Problem;

/// A whole command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Args {
    /// The configuration file.
    pub config: PathBuf,
    /// Whether a script reads the answer.
    pub json: bool,
    /// The language of what is said.
    pub lang: Lang,
    /// What to do.
    pub command: Command,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Show how it is used.
    Help,
    /// Show the version.
    Version,
    /// Lay a drop in a folder.
    Init {
        /// The folder.
        folder: PathBuf,
        /// Whether it is for trying out.
        demo: bool,
        /// Bytes of the vault.
        vault: u64,
    },
    /// Serve until told to stop.
    Serve {
        /// A loopback address to serve too, for trying out.
        also_without_tor: Option<SocketAddr>,
    },
    /// Look whether the drop is sound.
    Check,
    /// Say how it stands.
    Status,
    /// Take a roster into use.
    RosterAdd(PathBuf),
    /// Write an investigator's next outbound bundle.
    Export {
        /// The investigator's short name.
        name: String,
        /// The first bundle that was lost.
        from: Option<u32>,
        /// The file to be written.
        file: PathBuf,
    },
    /// Take in a return bundle.
    Import(PathBuf),
    /// Lay an investigator's hatch.
    HatchAdd(String),
    /// Say who has a hatch.
    HatchList,
    /// Shut an investigator's hatch for good.
    HatchRemove(String),
    /// Write what the organisations' web editors need.
    Kit(PathBuf),
    /// Rewrite all records under a new key.
    Sweep,
    /// Look through the whole store.
    Fsck {
        /// Whether what is damaged is deleted for good.
        give_up: bool,
    },
}

/// The language of the environment: Swedish where it says so, else English.
pub fn lang_of(env: impl Fn(&str) -> Option<OsString>) -> Lang {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(env).find(|value| !value.is_empty());
    let swedish = said.is_some_and(|value| value.to_string_lossy().starts_with("sv"));
    if swedish { Lang::Sv } else { Lang::En }
}

/// What was gathered before it is known to be enough.
struct Typed {
    args: Args,
    words: Vec<OsString>,
    demo: bool,
    vault: Option<u64>,
    also_without_tor: Option<SocketAddr>,
    name: Option<String>,
    from: Option<u32>,
    give_up: bool,
}

/// Reads a command line. `lang` is the environment's, and the line's own once it names one.
pub fn parse(mut parser: lexopt::Parser, lang: &mut Lang) -> Result<Args, Problem> {
    let args = Args { config: config::DEFAULT.into(), json: false, lang: *lang, command: Command::Help };
    let mut typed = Typed {
        args,
        words: Vec::new(),
        demo: false,
        vault: None,
        also_without_tor: None,
        name: None,
        from: None,
        give_up: false,
    };
    let wrong = |error: lexopt::Error| Problem::misuse("usage-option").with("why", error);
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("help") | Short('h') => return Ok(typed.args),
            Long("version") | Short('V') => return Ok(Args { command: Command::Version, ..typed.args }),
            Long("config") => typed.args.config = parser.value().map_err(wrong)?.into(),
            Long("json") => typed.args.json = true,
            Long("lang") => {
                let tag = parser.value().map_err(wrong)?;
                *lang = tag.to_str().and_then(Lang::own).ok_or_else(|| Problem::misuse("usage-lang"))?;
                typed.args.lang = *lang;
            }
            Long("demo") => typed.demo = true,
            Long("vault") => typed.vault = Some(parser.value().and_then(|value| value.parse()).map_err(wrong)?),
            Long("also-without-tor") => {
                typed.also_without_tor = Some(parser.value().and_then(|value| value.parse()).map_err(wrong)?);
            }
            Long("for") => typed.name = Some(parser.value().and_then(|value| value.string()).map_err(wrong)?),
            Long("from") => typed.from = Some(parser.value().and_then(|value| value.parse()).map_err(wrong)?),
            Long("give-up") => typed.give_up = true,
            Value(word) => typed.words.push(word),
            other => return Err(wrong(other.unexpected())),
        }
    }
    typed.command()
}

impl Typed {
    fn command(self) -> Result<Args, Problem> {
        let words: Vec<&str> = self.words.iter().map(|word| word.to_str().unwrap_or_default()).collect();
        let path = |at: usize| self.words.get(at).map(PathBuf::from).unwrap_or_default();
        let command = match (words.as_slice(), &self.name) {
            (["init", _], None) => {
                let usual = if self.demo { limits::VAULT_DEMO } else { limits::VAULT };
                Command::Init { folder: path(1), demo: self.demo, vault: self.vault.unwrap_or(usual) }
            }
            (["serve"], None) => match self.also_without_tor {
                Some(address) if !address.ip().is_loopback() => return Err(Problem::misuse("usage-loopback")),
                also_without_tor => Command::Serve { also_without_tor },
            },
            (["check"], None) => Command::Check,
            (["status"], None) => Command::Status,
            (["roster", "add", _], None) => Command::RosterAdd(path(2)),
            (["export", _], Some(name)) => Command::Export { name: name.clone(), from: self.from, file: path(1) },
            (["import", _], None) => Command::Import(path(1)),
            (["hatch", "add", name], None) => Command::HatchAdd((*name).to_owned()),
            (["hatch", "list"], None) => Command::HatchList,
            (["hatch", "remove", name], None) => Command::HatchRemove((*name).to_owned()),
            (["kit", _], None) => Command::Kit(path(1)),
            (["sweep"], None) => Command::Sweep,
            (["fsck"], None) => Command::Fsck { give_up: self.give_up },
            ([], _) => return Err(Problem::misuse("usage-nothing")),
            _ => return Err(Problem::misuse("usage-command")),
        };
        let of_init = self.demo || self.vault.is_some();
        let misplaced = (of_init && !matches!(command, Command::Init { .. }))
            || (self.also_without_tor.is_some() && !matches!(command, Command::Serve { .. }))
            || (self.from.is_some() && !matches!(command, Command::Export { .. }))
            || (self.give_up && !matches!(command, Command::Fsck { .. }));
        if misplaced {
            return Err(Problem::misuse("usage-misplaced"));
        }
        Ok(Args { command, ..self.args })
    }
}

//! What was typed, as one command.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use lexopt::prelude::*;
use sluss_core::cert::Kind;
use sluss_core::lang::Lang;
use sluss_core::letter::LetterKind;
use sluss_web::say::Voice;

use crate::say::Explain;

/// A whole command line.
#[derive(Debug)]
pub struct Args {
    /// The book's folder.
    pub book: PathBuf,
    /// The file whose first line is the passphrase.
    pub passphrase: Option<PathBuf>,
    /// Whether a script reads the answer.
    pub json: bool,
    /// What to do.
    pub command: Command,
}

/// What to do.
#[derive(Debug)]
pub enum Command {
    /// Open the page.
    Page {
        /// The port, 0 for a free one.
        port: u16,
        /// Whether to open a browser.
        browser: bool,
    },
    /// Show how it is used.
    Help,
    /// Show the version.
    Version,
    /// Make a TSK.
    TskNew {
        /// The owner's name.
        name: String,
        /// Which keys.
        kind: Kind,
    },
    /// Make a new TSK beside the one in use.
    TskRenew(Kind),
    /// Load a TSK.
    TskLoad(PathBuf),
    /// Export the cert.
    ExportCert(PathBuf),
    /// Export a classic TSK.
    ExportForGpg(PathBuf),
    /// Draw up a roster.
    RosterNew {
        /// The description.
        description: PathBuf,
        /// The drop's card.
        card: Option<PathBuf>,
        /// The roster that it follows.
        previous: Option<PathBuf>,
        /// Where it goes.
        to: PathBuf,
    },
    /// Show or sign a roster.
    RosterSign {
        /// The roster.
        file: PathBuf,
        /// Whether it was looked at.
        yes: bool,
    },
    /// Take a roster into use.
    RosterUse(PathBuf),
    /// Show the roster in use.
    RosterShow,
    /// Take in a bundle: the drop's, or a colleague's.
    Open(PathBuf),
    /// Make a return bundle.
    Return {
        /// Where it goes.
        to: PathBuf,
        /// Whether the roster goes along.
        with_roster: bool,
    },
    /// List the cases.
    Cases,
    /// Show a case.
    Show(String),
    /// Save a file.
    Save {
        /// The case.
        case: String,
        /// The file.
        file: String,
        /// Where it goes.
        to: PathBuf,
        /// Whether what its source sealed is opened first.
        unseal: bool,
    },
    /// Write a letter.
    Reply {
        /// The case.
        case: String,
        /// What it is.
        kind: LetterKind,
        /// Its text.
        text: PathBuf,
    },
}

/// Why a command line is not understood.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UsageError {
    /// There is no such command or option.
    #[error("no such command or option: {0}")]
    Unknown(String),
    /// Something is missing after this.
    #[error("something is missing after {0}")]
    Missing(String),
    /// This cannot be used here.
    #[error("this cannot be used here: {0}")]
    Wrong(String),
    /// The passphrase is needed.
    #[error("the passphrase is needed")]
    Passphrase,
}

impl Explain for UsageError {
    fn explain(&self, voice: Voice<'_>) -> String {
        let (id, what) = match self {
            Self::Unknown(what) => ("usage-none", what),
            Self::Missing(what) => ("usage-missing", what),
            Self::Wrong(what) => ("usage-wrong", what),
            Self::Passphrase => return voice.say("usage-passphrase"),
        };
        voice.say_with(id, &[("what", what.as_str().into())])
    }
}

impl From<lexopt::Error> for UsageError {
    fn from(error: lexopt::Error) -> Self {
        match error {
            lexopt::Error::MissingValue { option } => Self::Missing(option.unwrap_or_default()),
            lexopt::Error::UnexpectedOption(option) => Self::Unknown(option),
            lexopt::Error::UnexpectedArgument(value) => Self::Unknown(value.to_string_lossy().into_owned()),
            lexopt::Error::UnexpectedValue { option, .. } => Self::Wrong(option),
            lexopt::Error::NonUnicodeValue(value) => Self::Wrong(value.to_string_lossy().into_owned()),
            lexopt::Error::ParsingFailed { value, .. } => Self::Wrong(value),
            lexopt::Error::Custom(error) => Self::Wrong(error.to_string()),
        }
    }
}

/// The language of the environment: the first of the usual variables that is set.
pub fn lang_of_environment() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(env::var_os).find(|value| !value.is_empty());
    if set.is_some_and(|value| value.to_string_lossy().starts_with("sv")) { Lang::Sv } else { Lang::En }
}

/// Options and words, before they are one command.
#[derive(Default)]
struct Typed {
    words: Vec<OsString>,
    seen: Vec<&'static str>,
    book: Option<PathBuf>,
    passphrase: Option<PathBuf>,
    port: u16,
    name: Option<String>,
    card: Option<PathBuf>,
    previous: Option<PathBuf>,
    kind: Option<LetterKind>,
}

/// Reads a command line; `lang` becomes the language that it asks for, also where it is not understood.
pub fn parse(parser: lexopt::Parser, lang: &mut Lang) -> Result<Args, UsageError> {
    let mut typed = typed(parser, lang)?;
    let book = typed.book.take().or_else(default_book).ok_or_else(|| UsageError::Missing("--book".to_owned()))?;
    let passphrase = typed.passphrase.take();
    let json = typed.took("--json");
    let command = typed.command()?;
    if let Some(unused) = typed.seen.first() {
        return Err(UsageError::Wrong((*unused).to_owned()));
    }
    Ok(Args { book, passphrase, json, command })
}

fn default_book() -> Option<PathBuf> {
    let home = env::var_os("HOME").filter(|home| !home.is_empty())?;
    Some(Path::new(&home).join(".local/share/sluss-desk"))
}

fn typed(mut parser: lexopt::Parser, lang: &mut Lang) -> Result<Typed, UsageError> {
    let mut typed = Typed::default();
    while let Some(arg) = parser.next()? {
        let seen = match arg {
            Value(word) => {
                typed.words.push(word);
                continue;
            }
            Long("lang") => {
                let tag = parser.value()?.string()?;
                *lang = Lang::own(&tag).ok_or(UsageError::Wrong(tag))?;
                continue;
            }
            Long("book") => {
                typed.book = Some(parser.value()?.into());
                continue;
            }
            Long("passphrase-file") => {
                typed.passphrase = Some(parser.value()?.into());
                continue;
            }
            Long("help") | Short('h') => "--help",
            Long("version") => "--version",
            Long("json") => "--json",
            Long("no-browser") => "--no-browser",
            Long("classic") => "--classic",
            Long("yes") => "--yes",
            Long("with-roster") => "--with-roster",
            Long("unseal") => "--unseal",
            Long("port") => {
                typed.port = parser.value()?.parse()?;
                "--port"
            }
            Long("name") => {
                typed.name = Some(parser.value()?.string()?);
                "--name"
            }
            Long("drop") => {
                typed.card = Some(parser.value()?.into());
                "--drop"
            }
            Long("previous") => {
                typed.previous = Some(parser.value()?.into());
                "--previous"
            }
            Long("kind") => {
                typed.kind = Some(letter_kind(&parser.value()?.string()?)?);
                "--kind"
            }
            other => return Err(other.unexpected().into()),
        };
        typed.seen.push(seen);
    }
    Ok(typed)
}

/// The kind of letter that a word names.
pub fn letter_kind(word: &str) -> Result<LetterKind, UsageError> {
    match word {
        "acknowledgement" => Ok(LetterKind::Acknowledgement),
        "question" => Ok(LetterKind::Question),
        "feedback" => Ok(LetterKind::Feedback),
        "closing" => Ok(LetterKind::Closing),
        other => Err(UsageError::Wrong(other.to_owned())),
    }
}

impl Typed {
    /// Whether an option was typed; what is never asked for this way is refused in the end.
    fn took(&mut self, option: &str) -> bool {
        let before = self.seen.len();
        self.seen.retain(|seen| *seen != option);
        self.seen.len() < before
    }

    fn kind_of_key(&mut self) -> Kind {
        if self.took("--classic") { Kind::Classic } else { Kind::PostQuantum }
    }

    fn command(&mut self) -> Result<Command, UsageError> {
        if self.took("--help") {
            return Ok(Command::Help);
        }
        if self.took("--version") {
            return Ok(Command::Version);
        }
        let mut words = std::mem::take(&mut self.words).into_iter();
        let mut path = Vec::new();
        let Some(first) = words.next() else {
            self.took("--port");
            return Ok(Command::Page { port: self.port, browser: !self.took("--no-browser") });
        };
        path.push(first.to_string_lossy().into_owned());
        if matches!(path.first().map(String::as_str), Some("tsk" | "roster")) {
            let second = words.next().ok_or_else(|| UsageError::Missing(path.join(" ")))?;
            path.push(second.to_string_lossy().into_owned());
        }
        let name = path.join(" ");
        let mut words = Words { name: name.clone(), rest: words };
        let command = match name.as_str() {
            "tsk new" => {
                self.took("--name");
                let name = self.name.take().ok_or_else(|| UsageError::Missing("--name".to_owned()))?;
                Command::TskNew { name, kind: self.kind_of_key() }
            }
            "tsk renew" => Command::TskRenew(self.kind_of_key()),
            "tsk load" => Command::TskLoad(words.path()?),
            "tsk export-cert" => Command::ExportCert(words.path()?),
            "tsk export-for-gpg" => Command::ExportForGpg(words.path()?),
            "roster new" => {
                self.took("--drop");
                self.took("--previous");
                let (card, previous) = (self.card.take(), self.previous.take());
                Command::RosterNew { description: words.path()?, card, previous, to: words.path()? }
            }
            "roster sign" => Command::RosterSign { file: words.path()?, yes: self.took("--yes") },
            "roster use" => Command::RosterUse(words.path()?),
            "roster show" => Command::RosterShow,
            "open" => Command::Open(words.path()?),
            "return" => Command::Return { to: words.path()?, with_roster: self.took("--with-roster") },
            "cases" => Command::Cases,
            "show" => Command::Show(words.text()?),
            "save" => {
                let unseal = self.took("--unseal");
                Command::Save { case: words.text()?, file: words.text()?, to: words.path()?, unseal }
            }
            "reply" => {
                self.took("--kind");
                let kind = self.kind.take().ok_or_else(|| UsageError::Missing("--kind".to_owned()))?;
                Command::Reply { case: words.text()?, kind, text: words.path()? }
            }
            _ => return Err(UsageError::Unknown(name)),
        };
        words.end()?;
        Ok(command)
    }
}

struct Words {
    name: String,
    rest: std::vec::IntoIter<OsString>,
}

impl Words {
    fn path(&mut self) -> Result<PathBuf, UsageError> {
        self.rest.next().map(PathBuf::from).ok_or_else(|| UsageError::Missing(self.name.clone()))
    }

    fn text(&mut self) -> Result<String, UsageError> {
        Ok(self.path()?.to_string_lossy().into_owned())
    }

    fn end(&mut self) -> Result<(), UsageError> {
        match self.rest.next() {
            Some(more) => Err(UsageError::Wrong(more.to_string_lossy().into_owned())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Args, UsageError> {
        let mut lang = Lang::En;
        parse(lexopt::Parser::from_args(line.split(' ').filter(|word| !word.is_empty())), &mut lang)
    }

    #[test]
    fn commands_are_understood() {
        assert!(matches!(read("--book b").unwrap().command, Command::Page { port: 0, browser: true }));
        assert!(matches!(read("--port 81 --no-browser").unwrap().command, Command::Page { port: 81, browser: false }));
        assert!(matches!(
            read("tsk new --name Anna --classic").unwrap().command,
            Command::TskNew { kind: Kind::Classic, .. }
        ));
        let reply = read("reply AB12 --kind closing - --json --passphrase-file p").unwrap();
        assert!(reply.json && reply.passphrase == Some("p".into()));
        assert!(matches!(reply.command, Command::Reply { kind: LetterKind::Closing, .. }));
        assert!(matches!(read("save AB12 1/a.gpg to --unseal").unwrap().command, Command::Save { unseal: true, .. }));
        assert!(matches!(read("save AB12 1/a.gpg to").unwrap().command, Command::Save { unseal: false, .. }));
        assert!(matches!(read("tsk renew").unwrap().command, Command::TskRenew(Kind::PostQuantum)));
        assert!(matches!(
            read("roster new d --drop c --previous p o").unwrap().command,
            Command::RosterNew { card: Some(_), .. }
        ));
    }

    #[test]
    fn what_does_not_belong_is_named() {
        assert_eq!(read("opne x").unwrap_err(), UsageError::Unknown("opne".to_owned()));
        assert_eq!(read("open").unwrap_err(), UsageError::Missing("open".to_owned()));
        assert_eq!(read("roster").unwrap_err(), UsageError::Missing("roster".to_owned()));
        assert_eq!(read("open x y").unwrap_err(), UsageError::Wrong("y".to_owned()));
        assert_eq!(read("open x --yes").unwrap_err(), UsageError::Wrong("--yes".to_owned()));
        assert_eq!(read("reply AB12 --kind letter x").unwrap_err(), UsageError::Wrong("letter".to_owned()));
        assert_eq!(read("--passphrase geheim").unwrap_err(), UsageError::Unknown("--passphrase".to_owned()));
    }

    #[test]
    fn the_language_counts_even_for_what_is_wrong() {
        let mut lang = Lang::En;
        assert!(parse(lexopt::Parser::from_args(["--lang", "sv", "opne"]), &mut lang).is_err());
        assert_eq!(lang, Lang::Sv);
    }
}

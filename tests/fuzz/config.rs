//! The configuration: whatever an operator writes is refused with a reason, or weakens nothing.

use std::path::Path;

use arbitrary::Arbitrary;
use sluss_core::limits::Limits;
use sluss_core::roster::ROUTES;
use sluss_drop::config::{Config, template};

use super::few::Few;

/// The folder of the file.
const FOLDER: &str = "/srv/sluss";

/// A configuration's text, line by line.
#[derive(Debug, Arbitrary)]
pub struct Settings {
    start: Start,
    lines: Few<Line>,
}

/// How it begins.
#[derive(Debug, Arbitrary)]
enum Start {
    /// Not at all.
    Empty,
    /// With all that must be there.
    Least,
    /// As the template does, for a drop for trying out or for a real one.
    Template(bool),
}

#[derive(Debug, Arbitrary)]
enum Line {
    /// `[name]`, or `[name.name]`.
    Table(Word, Option<Word>),
    /// `limits.name = value`.
    Limit(Word, i64),
    /// `name = value`.
    Key(Word, Value),
    /// Anything.
    Text(String),
}

#[derive(Debug, Arbitrary)]
enum Value {
    Word(Word),
    Number(i64),
    Bool(bool),
    Table(Few<(Word, Word)>),
}

/// A word that means something here, by its place in [`WORDS`], or any other.
#[derive(Debug, Arbitrary)]
enum Word {
    Known(u8),
    Route(u8),
    Other(String),
}

const WORDS: [&str; 19] = [
    "state",
    "keys",
    "demo",
    "limits",
    "files",
    "upload",
    "text",
    "tor",
    "network",
    "organisations",
    "acknowledge",
    "crest",
    "contact",
    "other_ways",
    "privacy",
    "more",
    "sv",
    "en",
    "lillaedet",
];

/// A text is a configuration or is refused with a reason that names the file. What is accepted has no limit above the
/// build's own, no organisation under a word that is a route, and paths that count from the file's own folder.
pub fn holds(settings: &Settings) {
    let text = settings.text();
    let path = Path::new(FOLDER).join("sluss.toml");
    match Config::parse(&text, &path) {
        Ok(config) => {
            let (set, most) = (config.limits, Limits::default());
            assert!(set.files <= most.files && set.upload <= most.upload && set.text <= most.text, "{set:?}");
            assert_eq!(set, set.lowered());
            assert!(!config.organisations.keys().any(|id| ROUTES.contains(&id.as_str())));
            let paths = [Some(&config.state), Some(&config.keys), config.tor.network.as_ref()];
            assert!(paths.into_iter().flatten().all(|path| path.is_absolute()));
        }
        Err(error) => {
            assert!(error.to_string().starts_with(path.to_str().unwrap()), "{error}");
            let whole = settings.lines.is_empty() && !matches!(settings.start, Start::Empty);
            assert!(!whole, "the template is refused: {error}");
        }
    }
}

impl Settings {
    fn text(&self) -> String {
        let lines: String = self.lines.iter().map(|line| line.text() + "\n").collect();
        let start = match self.start {
            Start::Empty => String::new(),
            Start::Least => "state = \"state\"\nkeys = \"keys\"\n".to_owned(),
            Start::Template(demo) => template(demo),
        };
        start + &lines
    }
}

impl Line {
    fn text(&self) -> String {
        match self {
            Self::Table(outer, None) => format!("[{}]", outer.text()),
            Self::Table(outer, Some(inner)) => format!("[{}.{}]", outer.text(), inner.text()),
            Self::Limit(name, limit) => format!("limits.{} = {limit}", name.text()),
            Self::Key(name, value) => format!("{} = {}", name.text(), value.text()),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Word(word) => format!("{:?}", word.text()),
            Self::Number(number) => number.to_string(),
            Self::Bool(truth) => truth.to_string(),
            Self::Table(members) => {
                let members: Vec<_> =
                    members.iter().map(|(name, text)| format!("{} = {:?}", name.text(), text.text())).collect();
                format!("{{ {} }}", members.join(", "))
            }
        }
    }
}

impl Word {
    fn text(&self) -> &str {
        match self {
            Self::Known(at) => WORDS[usize::from(*at) % WORDS.len()],
            Self::Route(at) => ROUTES[usize::from(*at) % ROUTES.len()],
            Self::Other(text) => text,
        }
    }
}

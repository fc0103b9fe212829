//! A language that an operator adds: a file of texts, and perhaps a list of words for codenames.
//!
//! Protects sources from half a language: a file that lacks a message of the source's pages is refused before the drop
//! serves, and so is a list whose words could be told apart in more than one way. What the texts promise is the
//! operator's word: nobody here can read it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sluss_core::codename::{WordList, WordListError};
use sluss_core::lang::Lang;
use sluss_web::say::{Speech, SpeechError};

use crate::source::{EN, SV};

/// Why a language is refused.
#[derive(Debug, thiserror::Error)]
pub enum LanguageError {
    /// A file cannot be read.
    #[error("{0}: {1}")]
    Read(PathBuf, #[source] io::Error),
    /// The program speaks it already.
    #[error("the program has texts in «{0}»")]
    Own(Lang),
    /// The texts are damaged or incomplete.
    #[error("{0}: {1}")]
    Texts(PathBuf, #[source] SpeechError),
    /// The words cannot make codenames.
    #[error("{0}: {1}")]
    Words(PathBuf, #[source] WordListError),
}

/// A language: its files named by the configuration, read when that is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// The texts of the source's pages, as `src/drop/source/en.ftl` has them.
    texts: PathBuf,
    /// Words for codenames, one a line; without them they are drawn from the English ones.
    words: Option<PathBuf>,
    #[serde(skip)]
    read: String,
    #[serde(skip)]
    list: Option<WordList>,
}

impl Language {
    /// Reads what belongs to `lang`; relative paths count from the folder `beside`.
    pub fn read(&mut self, lang: Lang, beside: &Path) -> Result<(), LanguageError> {
        if Lang::ALL.contains(&lang) {
            return Err(LanguageError::Own(lang));
        }
        let read = |path: &Path| {
            let path = beside.join(path);
            fs::read_to_string(&path).map_err(|error| LanguageError::Read(path.clone(), error)).map(|text| (path, text))
        };
        let (path, text) = read(&self.texts)?;
        self.read = text;
        let spoken = speech(&BTreeMap::from([(lang, self.clone())]));
        spoken.map_err(|error| LanguageError::Texts(path, error))?;
        if let Some(words) = &self.words {
            let (path, text) = read(words)?;
            self.list = Some(WordList::new(&text).map_err(|error| LanguageError::Words(path, error))?);
        }
        Ok(())
    }

    /// Words for codenames, if it has its own.
    pub(crate) fn words(&self) -> Option<&WordList> {
        self.list.as_ref()
    }
}

/// What the source's pages speak: the program's own languages, then those that were added.
///
/// # Errors
/// [`SpeechError`] where one says less than English does.
pub(crate) fn speech(added: &BTreeMap<Lang, Language>) -> Result<Speech, SpeechError> {
    let mut speech = Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)])?;
    for (lang, language) in added {
        speech.add(*lang, &language.read, EN)?;
    }
    Ok(speech)
}

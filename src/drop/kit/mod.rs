//! `sluss kit`: what the web editor of each organisation puts on its ordinary website.
//!
//! Protects: whoever reads the advice page follows no link that tells where they came from, loads nothing but that one
//! page, and stands in no log of a web server set up by these snippets. It does not hide from a network, nor from whoever
//! runs the website, that somebody was there; the page says so.

mod advice;

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use sluss_core::lang::Lang;
use sluss_core::roster::Roster;
use sluss_web::page::style_source;
use sluss_web::say::{Speech, SpeechError};

use crate::config::Config;
use crate::source;

/// The texts in Swedish, besides those of the source's own pages.
pub const SV: &str = include_str!("sv.ftl");
/// The texts in English, besides those of the source's own pages.
pub const EN: &str = include_str!("en.ftl");

/// The folder that the website shows, and its path there.
const PLACE: &str = "visselblasning";
/// What web servers are told, by the name of the file. `@ID@` is the organisation's id, `@STYLE@` the style's hash.
const SNIPPETS: [(&str, &str); 3] = [
    ("nginx.conf", include_str!("../../../deploy/web/nginx.conf")),
    ("apache.conf", include_str!("../../../deploy/web/apache.conf")),
    ("Caddyfile", include_str!("../../../deploy/web/Caddyfile")),
];

/// Why a kit is not written.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// The folder exists already.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// The roster names no onion address.
    #[error("the roster names no onion address")]
    NoAddress,
    /// The program's own texts are damaged.
    #[error("the texts are damaged: {0}")]
    Speech(#[from] SpeechError),
    /// A file cannot be written.
    #[error("{0}: {1}")]
    Write(PathBuf, #[source] io::Error),
}

/// A kit was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Kit {
    /// Where.
    pub folder: PathBuf,
    /// The organisations, each with a folder of its own in it.
    pub organisations: Vec<String>,
}

/// Writes a folder for each organisation of `roster` into the new folder `folder`: the page in both languages, and a
/// snippet for each kind of web server. All of it is public, and readable by everybody on this computer.
pub fn write(config: &Config, roster: &Roster, folder: &Path) -> Result<Kit, KitError> {
    let onion = roster.edition().onion.first().ok_or(KitError::NoAddress)?;
    let speech = Speech::new(&[(Lang::Sv, source::SV), (Lang::Sv, SV), (Lang::En, source::EN), (Lang::En, EN)])?;
    if folder.exists() {
        return Err(KitError::Exists(folder.to_owned()));
    }
    lay(folder)?;
    let mut organisations = Vec::new();
    for organisation in &roster.edition().organisations {
        let own = folder.join(&organisation.id);
        let place = own.join(PLACE);
        lay(&own)?;
        lay(&place)?;
        lay(&place.join(Lang::En.as_str()))?;
        let house = config.organisations.get(&organisation.id).cloned().unwrap_or_default();
        for lang in Lang::ALL {
            let advice = advice::Advice { speech: &speech, lang, organisation, house: &house, onion };
            let page = advice.page(config.demo).markup().into_string();
            put(&place.join(advice::file(lang)), &page)?;
        }
        for (name, snippet) in SNIPPETS {
            let filled = snippet.replace("@ID@", &organisation.id).replace("@STYLE@", &style_source());
            put(&own.join(name), &filled)?;
        }
        organisations.push(organisation.id.clone());
    }
    Ok(Kit { folder: folder.to_owned(), organisations })
}

fn lay(folder: &Path) -> Result<(), KitError> {
    let laid = fs::create_dir(folder).and_then(|()| fs::set_permissions(folder, Permissions::from_mode(0o755)));
    laid.map_err(|error| KitError::Write(folder.to_owned(), error))
}

fn put(file: &Path, text: &str) -> Result<(), KitError> {
    let put = fs::write(file, text).and_then(|()| fs::set_permissions(file, Permissions::from_mode(0o644)));
    put.map_err(|error| KitError::Write(file.to_owned(), error))
}

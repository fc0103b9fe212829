//! Documents that stand in a frame of one of our own pages.
//!
//! Protects like a page: no script, no sub-resource, nothing kept by the browser, and no other site can frame them. Their
//! length is their own, and one that grows tells by its pieces how far something has come: whoever asks for files to be
//! sent has chosen that.

use std::io;

use bytes::Bytes;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sluss_core::lang::Lang;
use tokio::sync::mpsc;

use crate::conn::{Answer, StatusCode};
use crate::page::{Framed, Keeping, head, headers};

/// A document that is there at once.
pub fn whole(status: StatusCode, lang: Lang, title: &str, main: &Markup) -> Answer {
    let document = html! { (beginning(lang, title)) (main) (END) };
    Answer::new(status, headers(Keeping::Nothing, Framed::ByUs), Bytes::from(document.into_string())).closing()
}

/// A document that begins at once and goes on with whatever comes over the channel, until that closes.
pub fn growing(pieces: mpsc::Receiver<io::Result<Bytes>>) -> Answer {
    Answer::growing(headers(Keeping::Nothing, Framed::ByUs), pieces).closing()
}

/// A document's beginning: what comes next stands under its title, until [`END`]. HTML lets the other tags be left out.
pub fn beginning(lang: Lang, title: &str) -> Markup {
    html! {
        (DOCTYPE)
        (PreEscaped(format!("<html lang=\"{}\" class=\"frame\">", lang.as_str())))
        head { (head(title)) }
        (PreEscaped("<main>"))
        h1 { (title) }
    }
}

/// A document's end.
pub const END: PreEscaped<&str> = PreEscaped("</main>");

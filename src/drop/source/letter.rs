//! `/{lang}/inbox/letter`: one letter as its writer signed it, for a source who wants to show it to others.
//!
//! What is fetched is no longer sealed: it lies where the browser saves it, until its owner destroys it. The inbox says so
//! beside the link, and how stock tools check it.

use std::sync::Arc;

use bytes::Bytes;
use sluss_core::digest::Digest;
use sluss_web::conn::{Answer, Request};
use sluss_web::maud::{Markup, html};

use super::inbox;
use super::shell::{Face, Tone};
use super::thread::signed_letter;
use super::trouble::Trouble;
use crate::harden::aside;

const DIGEST: &str = "digest";
/// The file's name: it tells whoever finds it as little as a name can.
const FILE: &str = "letter.asc";

/// Hands out the letter that the address names, to nobody but its source.
pub(super) async fn fetch(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let Some(signed) = inbox::signed(face, request) else { return inbox::prompt(face, "", None) };
    let wanted = request.query(DIGEST).and_then(|digest| digest.parse::<Digest>().ok()).ok_or(Trouble::NotFound)?;
    let (store, roster) = (Arc::clone(&face.reception.store), face.roster()?);
    let letter = aside(move || signed_letter(&store, &roster, &signed.keys, wanted));
    let letter = letter.await.map_err(|_| Trouble::Fault)??;
    Ok(Answer::download(FILE, Bytes::from(letter.into_inner())).closing())
}

/// The link to one letter.
pub(super) fn link(face: &Face, digest: Digest) -> Markup {
    html! { p { a href={ (face.path("inbox/letter")) "?" (DIGEST) "=" (digest) } { (face.say("letter-fetch")) } } }
}

/// What a fetched letter gives away, and how it is checked.
pub(super) fn advice(face: &Face, organisation: &str) -> Markup {
    html! {
        details {
            summary { (face.say("letter-check")) }
            (face.boxed(Tone::Warning, html! { p { (face.say("letter-traces")) } }))
            ol {
                li { (face.say("letter-certs")) " " a href=(face.path(&format!("{organisation}/certs"))) { (face.say("certs-fetch")) } }
                li { (face.say("letter-import")) br; code translate="no" { "gpg --import " (organisation) "-certs.asc" } }
                li { (face.say("letter-verify")) br; code translate="no" { "gpg --decrypt " (FILE) } }
                li { (face.say("letter-compare")) }
            }
        }
    }
}

//! `/{lang}/inbox/erase`: a source deletes the answers, or everything that is kept of theirs.
//!
//! Protects whoever fears that somebody learns their codename: what a page says is erased was deleted durably before.
//! It takes nothing back from a desk that has fetched it, and stale blocks open until the next sweep.

use std::sync::Arc;

use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::form::Fields;
use sluss_web::maud::html;
use sluss_web::page::Keeping;
use sluss_web::session::Claim;

use super::inbox::{self, Signed};
use super::intake::{NONCE, nonce};
use super::report::padding;
use super::shell::{Face, Nav, Tone};
use super::trouble::Trouble;
use crate::harden::aside;
use crate::reception::Outcome;
use crate::store::SourceKey;

const PURPOSE: &str = "erase";
const WHAT: &str = "what";
const ANSWERS: &str = "answers";
const ALL: &str = "all";
/// Bytes of the form.
const FORM: usize = 8 * 1024;

/// Says what each of the two means, and offers both.
pub(super) fn show(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    match inbox::signed(face, request) {
        Some(_) => page(face, &Fields::default(), None),
        None => inbox::prompt(face, "", None),
    }
}

/// Erases. A form that comes twice finds what the first one did, though its session may have ended with it.
pub(super) async fn send(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let fields = Fields::read(request, FORM).await?;
    match take(face, request, &fields).await {
        Ok(outcome) if outcome.place == face.path("inbox/erased") => {
            Ok(face.reception.sessions.take_back(Answer::see_other(&outcome.place)))
        }
        Ok(outcome) => Ok(face.lead(&outcome)),
        Err(Trouble::SignedOut) => inbox::prompt(face, "", Some(&Trouble::SignedOut)),
        Err(trouble) => page(face, &fields, Some(&trouble)),
    }
}

/// Says that everything is gone.
pub(super) fn erased(face: &Face) -> Result<Answer, Trouble> {
    let main = html! {
        (face.boxed(Tone::Done, html! { p { (face.say("erased-done")) } }))
        p { (face.say("erased-fetched")) }
        p { (face.say("left-advice")) }
    };
    let page = face.page(Nav::Inbox, "inbox/erased", face.say("erased-title"), main);
    face.answer(StatusCode::OK, Keeping::Nothing, &page)
}

async fn take(face: &Face, request: &Request, fields: &Fields) -> Result<Outcome, Trouble> {
    let turn = match face.reception.nonces.claim(PURPOSE, fields.one(NONCE)).await {
        Claim::Turn(turn) => turn,
        Claim::Done(outcome) => return Ok(outcome),
        Claim::Unknown => return Err(Trouble::OldForm),
    };
    let Signed { session, keys } = inbox::signed(face, request).ok_or(Trouble::SignedOut)?;
    let (store, source) = (Arc::clone(&face.reception.store), SourceKey::of(&keys.id));
    let all = match fields.one(WHAT) {
        ALL => true,
        ANSWERS => false,
        _ => return Err(Trouble::Broken),
    };
    let erasing = move || if all { store.erase_source(source) } else { store.erase_letters(source) };
    aside(erasing).await.map_err(|_| Trouble::Fault)??;
    if all {
        face.reception.sessions.end(&session);
    }
    let outcome = Outcome { place: face.path(if all { "inbox/erased" } else { "inbox" }), session };
    turn.finish(outcome.clone());
    Ok(outcome)
}

fn page(face: &Face, fields: &Fields, trouble: Option<&Trouble>) -> Result<Answer, Trouble> {
    let main = html! {
        @if let Some(trouble) = trouble { (face.trouble_box(trouble)) }
        p { (face.say("erase-intro")) }
        form method="post" action=(face.path("inbox/erase")) {
            input type="hidden" name=(NONCE) value=(nonce(face, PURPOSE, fields, trouble));
            h2 { (face.say("erase-answers-title")) }
            p { (face.say("erase-answers-what")) }
            p.actions { button type="submit" name=(WHAT) value=(ANSWERS) { (face.say("erase-answers")) } }
            h2 { (face.say("erase-all-title")) }
            p { (face.say("erase-all-what")) }
            (face.boxed(Tone::Warning, html! { p { (face.say("erase-all-warning")) } }))
            p.actions { button type="submit" name=(WHAT) value=(ALL) { (face.say("erase-all")) } }
            (face.wait())
            (padding())
        }
        p { a href=(face.path("inbox")) { (face.say("erase-nothing")) } }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status());
    face.answer(status, Keeping::Nothing, &face.page(Nav::SignedIn, "inbox/erase", face.say("erase-title"), main))
}

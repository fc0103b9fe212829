//! The source's pages: one file a page, handler and markup together.
//!
//! Protects: a page tells the same to everybody who asks for it, every form is taken once and gives back what was typed,
//! and what a source sends is acknowledged only after it is kept. What is typed passes through this process in the clear,
//! so whoever watches its memory at that moment reads it.

mod already;
mod asked;
pub(crate) mod authorities;
mod codename;
pub(crate) mod date;
mod duties;
mod erase;
mod files;
mod find;
mod gateway;
mod home;
mod inbox;
mod intake;
mod letter;
mod message;
mod order;
pub mod pace;
pub(crate) mod progress;
mod recusal;
mod report;
mod sealing;
mod sent;
mod shell;
mod thread;
pub mod told;
mod trouble;
pub(crate) mod visit;

use std::sync::Arc;

use sluss_core::lang::Lang;
use sluss_web::conn::{Answer, Method, Request};

use crate::reception::Reception;
use crate::visitor::Visitor;
use shell::Face;
use trouble::Trouble;

/// The texts in Swedish.
pub const SV: &str = include_str!("sv.ftl");
/// The texts in English.
pub const EN: &str = include_str!("en.ftl");

/// Answers one request.
pub(crate) async fn answer(reception: Arc<Reception>, request: Request, visitor: &Arc<Visitor>) -> Answer {
    let segments = request.segments();
    let lang = segments.first().and_then(|tag| reception.speech.language(tag));
    let face = Face::new(reception, lang.unwrap_or(Lang::Sv), Arc::clone(visitor));
    let rest = match (lang, segments.split_first()) {
        (Some(_), Some((_, rest))) => rest,
        _ => segments.as_slice(),
    };
    let (inbox, posted) = (rest == ["inbox"], *request.method() == Method::POST);
    let answering = page(&face, &request, lang, rest);
    let answer = if inbox { pace::on_the_beat(face.reception.beat, answering).await } else { answering.await };
    // What was posted may lie in the connection's buffers, and what an inbox shows: no answer keeps them, and whether one
    // does tells nothing.
    if inbox || posted { answer.closing() } else { answer }
}

/// The page at `rest`, the path below the language, or what hinders it.
async fn page(face: &Face, request: &Request, lang: Option<Lang>, rest: &[&str]) -> Answer {
    let answered = match (request.method(), lang, rest) {
        _ if gateway::brought(face, request) => Err(Trouble::Gateway),
        (&Method::POST, ..) if request.crosses_sites() => Err(Trouble::OtherSite),
        (&Method::GET, _, []) => find::show(face, request),
        (_, None, _) => Err(Trouble::NotFound),
        (&Method::GET, _, ["codename"]) => codename::show(face, request),
        (&Method::GET, _, ["progress"]) => progress::show(face, request),
        (&Method::GET, _, ["sent"]) => sent::show(face, request),
        (&Method::GET, _, ["inbox"]) => inbox::show(face, request).await,
        (&Method::POST, _, ["inbox"]) => inbox::sign_in(face, request).await,
        (&Method::POST, _, ["inbox", "message"]) => message::send(face, request).await,
        (&Method::POST, _, ["inbox", "leave"]) => inbox::leave(face, request),
        (&Method::GET, _, ["inbox", "left"]) => inbox::left(face),
        (&Method::GET, _, ["inbox", "letter"]) => letter::fetch(face, request).await,
        (&Method::GET, _, ["inbox", "erase"]) => erase::show(face, request),
        (&Method::POST, _, ["inbox", "erase"]) => erase::send(face, request).await,
        (&Method::GET, _, ["inbox", "erased"]) => erase::erased(face),
        (&Method::GET, _, [organisation]) => home::show(face, organisation),
        (&Method::GET, _, [organisation, "certs"]) => home::certs(face, organisation),
        (&Method::GET, _, [organisation, "report"]) => report::show(face, organisation, request),
        (&Method::POST, _, [organisation, "report"]) => report::send(face, organisation, request).await,
        (&Method::GET, ..) => Err(Trouble::NotFound),
        _ => Err(Trouble::WrongMethod),
    };
    answered.unwrap_or_else(|trouble| face.trouble(&trouble))
}

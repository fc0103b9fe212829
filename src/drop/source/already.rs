//! In the place of the report form, for somebody who has just sent one or is signed in: so that Back shows no text that
//! is kept, and nobody sends the same report a second time.

use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::maud::html;
use sluss_web::page::Keeping;

use super::inbox::visit;
use super::shell::{Face, Nav, Tone};
use super::trouble::Trouble;

/// The part of the address that asks for a new form all the same.
const NEW: &str = "new";

/// The page, for those whom it is for.
pub(super) fn show(face: &Face, id: &str, request: &Request) -> Option<Result<Answer, Trouble>> {
    let (_, visit) = visit(face, request).filter(|_| request.query(NEW).is_none())?;
    let (tone, said, to, label) = match (&visit.codename, &visit.keys) {
        (Some(_), _) => (Tone::Done, "already-sent", "codename", "sent-to-codename"),
        (None, Some(_)) => (Tone::Note, "already-signed-in", "inbox", "sent-to-inbox"),
        (None, None) => return None,
    };
    let main = html! {
        (face.boxed(tone, html! { p { (face.say(said)) } }))
        p.actions { a.button href=(face.path(to)) { (face.say(label)) } }
        p { a href=(face.path(&format!("{id}/report?{NEW}=yes"))) { (face.say("already-new")) } }
    };
    let page = face.page(Nav::Nowhere, &format!("{id}/report"), face.say("form-title"), main);
    Some(face.answer(StatusCode::OK, Keeping::Nothing, &page))
}

//! `/{lang}/sent`: what became of a form with files, in the frame that the form was sent to.
//!
//! Protects what was typed and chosen: the form stands beside it, as it was. Where that form is of no more use, this
//! brings its text into a new one.

use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::form::Fields;
use sluss_web::frame;
use sluss_web::maud::html;

use super::intake::{FRAMED, NEXT, NONCE};
use super::shell::{Face, Tone};
use super::trouble::Trouble;

/// The name of the frame, which forms with files are sent to.
pub(super) const FRAME: &str = "sent";

/// Where a form with files leads once it is kept.
pub(super) fn place(face: &Face) -> String {
    face.path(FRAME)
}

/// Says that it is kept, and leads on, out of the frame.
pub(super) fn show(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let sessions = &face.reception.sessions;
    let steady = face.reception.steady();
    let new = sessions.id(request).and_then(|id| sessions.with(&id, steady, |visit| visit.codename.is_some()));
    let (said, leads, to) = match new {
        Some(true) => ("sent-report", "sent-to-codename", face.path("codename")),
        Some(false) => ("sent-message", "sent-to-inbox", face.path("inbox")),
        // The session has ended, with a restart perhaps: the page of the codename says what that means.
        None => ("sent-message", "sent-to-codename", face.path("codename")),
    };
    let main = html! {
        (face.boxed(Tone::Done, html! { p { (face.say(said)) } }))
        p.actions { a.button href=(to) target="_top" { (face.say(leads)) } }
    };
    let answer = frame::whole(StatusCode::OK, face.lang, &face.say("sent-title"), &main);
    // Whoever waits for a long upload may be away when it ends: the codename waits with its session for as long as they
    // leave this open.
    Ok(if new == Some(true) { answer.left_after(face.reception.limits.idle() / 3, &place(face)) } else { answer })
}

/// Says why it was not taken. `action` is where its form goes.
pub(super) fn refused(face: &Face, action: &str, typed: &Fields, trouble: &Trouble) -> Answer {
    let again = match trouble {
        Trouble::OldForm | Trouble::ReadersChanged | Trouble::SignedOut => Some("sent-again"),
        trouble if trouble.is_of_files_alone() => Some("form-send-alone"),
        _ => None,
    };
    let main = html! {
        (face.trouble_beside(trouble))
        @if let Some(label) = again {
            form method="post" enctype="multipart/form-data" action=(action) target="_top" {
                @for (name, value) in typed.iter().filter(|(name, _)| *name != FRAMED && *name != NEXT) {
                    // A new form has a nonce of its own.
                    @if name != NONCE || trouble.is_of_files_alone() { input type="hidden" name=(name) value=(value); }
                }
                @if !trouble.is_of_files_alone() { input type="hidden" name=(NEXT) value="files"; }
                p.actions { button type="submit" { (face.say(label)) } }
                (super::report::padding())
            }
        }
    };
    frame::whole(trouble.status(), face.lang, &face.say("sent-title"), &main)
}

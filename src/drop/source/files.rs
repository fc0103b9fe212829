//! The form with files, and beside it the two frames that tell how far they have come and what became of them.
//!
//! Protects: what was typed and chosen stays in the form whatever happens to its upload; what files can reveal is said
//! beside the field, kind by kind. No file is refused, changed or looked into: what it is, its sender says.

use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};

use super::asked::HANDLING;
use super::gateway;
use super::intake::{FILES, FRAMED, NONCE, fresh};
use super::progress;
use super::report::{padding, tick};
use super::sent;
use super::shell::{Face, Tone};

/// What can be told apart about files, each with the message that says what it reveals.
const KINDS: [&str; 7] =
    ["kind-office", "kind-pdf", "kind-picture", "kind-paper", "kind-mail", "kind-sound", "kind-copy"];

/// What one form with files differs in from another.
pub(super) struct Parts<'a> {
    /// What its nonce is for.
    pub(super) purpose: &'a str,
    /// Where it goes.
    pub(super) action: &'a str,
    /// The message on its button.
    pub(super) send: &'a str,
    /// Its fields before those for files.
    pub(super) fields: Markup,
}

/// The form and its frames. Sealing begins at the first file's first byte, so that everything else stands before.
pub(super) fn form(face: &Face, parts: Parts<'_>, typed: &Fields) -> Markup {
    let nonce = fresh(face, parts.purpose);
    let progress = progress::place(face, &nonce);
    html! {
        form method="post" enctype="multipart/form-data" action=(parts.action) target=(sent::FRAME) {
            (gateway::mark(face))
            input type="hidden" name=(NONCE) value=(nonce);
            input type="hidden" name=(FRAMED) value="yes";
            (parts.fields)
            fieldset {
                legend { (face.say("handling-title")) }
                @for (name, question) in HANDLING { (tick(face, name, question, typed)) }
            }
            label for=(FILES) { (face.say("form-files")) }
            span.hint #files-hint { (face.say_with("form-files-hint", &face.limits())) }
            input id=(FILES) name=(FILES) type="file" multiple required aria-describedby="files-hint";
            (face.boxed(Tone::Warning, html! {
                p { (face.say("form-files-warning")) }
                details {
                    summary { (face.say("kinds-title")) }
                    ul { @for kind in KINDS { li { (face.say(kind)) } } }
                }
            }))
            p { (face.say("form-files-time")) }
            p.actions { button type="submit" { (face.say(parts.send)) } }
            (padding())
        }
        iframe.progress src=(progress) title=(face.say("progress-title")) {}
        iframe.sent name=(sent::FRAME) title=(face.say("sent-title")) {}
    }
}

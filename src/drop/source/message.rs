//! `/{lang}/inbox/message`: more text and files from a source who is signed in.

use std::collections::BTreeSet;
use std::sync::Arc;

use sluss_core::roster::Roster;
use sluss_core::secret::Secret;
use sluss_core::submission::Heading;
use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::asked::{self, TEXT};
use super::files;
use super::gateway;
use super::inbox::{self, Signed};
use super::intake::{Intake, NONCE, nonce};
use super::recusal::{self, Chosen};
use super::report::{padding, send_buttons, text_box};
use super::sealing::{Job, Sender};
use super::sent;
use super::shell::{Face, Nav};
use super::trouble::Trouble;
use crate::reception::Outcome;
use crate::store::{Guest, Source};

const PURPOSE: &str = "message";

/// Takes a message; without a session the text is kept through the codename prompt.
pub(super) async fn send(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let signed = inbox::signed(face, request);
    let guest = if signed.is_some() { Guest::Known } else { Guest::Stranger };
    let mut intake = Intake::read(face, request, guest).await?;
    let Some(signed) = signed else {
        return match intake.is_framed() {
            true => Ok(intake.refused(face, &action(face), &Trouble::SignedOut)),
            false => inbox::prompt(face, intake.fields.one(TEXT), Some(&Trouble::SignedOut)),
        };
    };
    if intake.asks_for_files() {
        return with_files(face, &roster, &signed, &intake.fields).await;
    }
    match take(face, &roster, &signed, &mut intake).await {
        Ok(outcome) => Ok(face.lead(&outcome)),
        Err(trouble) if intake.is_framed() => Ok(intake.refused(face, &action(face), &trouble)),
        Err(trouble) => inbox::thread_page(face, &signed, 0, &intake.fields, Some(&trouble)).await,
    }
}

async fn take(face: &Face, roster: &Roster, signed: &Signed, intake: &mut Intake) -> Result<Outcome, Trouble> {
    let turn = match intake.claim(face, PURPOSE).await? {
        Ok(turn) => turn,
        Err(outcome) => return Ok(outcome),
    };
    let report = asked::message(face, &intake.fields, intake.has_file())?;
    let source = inbox::source(face, signed).await?;
    let clock = face.clock()?;
    let organisation = face.organisation(roster, &source.organisation)?;
    let Chosen { audience, excluded } =
        recusal::chosen(face, roster, organisation, &left_out(roster, &source), &intake.fields)?;
    let job = Job {
        reception: Arc::clone(&face.reception),
        turn,
        permit: intake.take_room(face).await?,
        audience,
        heading: Heading {
            sequence: source.next,
            day: clock.today(),
            acknowledged: source.acknowledged.is_some(),
            language: source.lang,
        },
        report,
        place: if intake.is_framed() { sent::place(face) } else { face.path("inbox") },
        sender: Sender::Known {
            session: signed.session.clone(),
            keys: signed.keys.clone(),
            source: Box::new(source),
            excluded,
        },
    };
    intake.seal(face, job).await
}

/// Those whom the source left out and whom the roster still knows, whatever cert they have now.
pub(super) fn left_out(roster: &Roster, source: &Source) -> BTreeSet<String> {
    let mut left_out = roster.people_behind(&source.excluded);
    left_out.retain(|id| roster.member(id).is_some_and(|member| !member.is_reserve()));
    left_out
}

fn action(face: &Face) -> String {
    face.path("inbox/message")
}

/// The form at the foot of the thread.
pub(super) fn form(face: &Face, roster: &Roster, source: &Source, typed: &Fields, trouble: Option<&Trouble>) -> Markup {
    html! {
        h2 #write { (face.say("message-title")) }
        form method="post" enctype="multipart/form-data" action=(action(face)) {
            (gateway::mark(face))
            input type="hidden" name=(NONCE) value=(nonce(face, PURPOSE, typed, trouble));
            (fields(face, roster, source, typed))
            (face.wait())
            (send_buttons(face, "message-send"))
            (padding())
        }
    }
}

/// A page of its own with the form for text and files.
async fn with_files(face: &Face, roster: &Roster, signed: &Signed, typed: &Fields) -> Result<Answer, Trouble> {
    let source = inbox::source(face, signed).await?;
    let parts = files::Parts {
        purpose: PURPOSE,
        action: &action(face),
        send: "message-send",
        fields: fields(face, roster, &source, typed),
    };
    let main = html! {
        (files::form(face, parts, typed))
        p { a href=(face.path("inbox")) { (face.say("message-back")) } }
    };
    let page = face.page(Nav::SignedIn, "inbox", face.say("message-title"), main);
    face.giving_back(StatusCode::OK, Keeping::Typed, &page)
}

fn fields(face: &Face, roster: &Roster, source: &Source, typed: &Fields) -> Markup {
    html! {
        @if let Some(organisation) = roster.organisation(&source.organisation) {
            (recusal::choice(face, roster, organisation, &left_out(roster, source), typed))
        }
        (text_box(face, "message-text", "message-text-hint", typed, false))
    }
}

/// A form with `text` already in it.
pub(super) fn with_draft(text: &Secret<String>) -> Fields {
    let mut fields = Fields::default();
    if !text.expose().is_empty() {
        fields.add(TEXT.to_owned(), text.clone());
    }
    fields
}

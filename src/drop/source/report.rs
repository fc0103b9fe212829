//! `/{lang}/{org}/report`: the form, and the way from it to a codename.

use std::collections::BTreeSet;
use std::sync::Arc;

use sluss_core::roster::{Organisation, Roster};
use sluss_core::submission::Heading;
use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::already;
use super::asked::{self, BOXES, CHOICES, Choice, DECLINED, FREE, LANGUAGE, TEXT};
use super::files;
use super::gateway;
use super::intake::{Intake, NEXT, NONCE, nonce};
use super::recusal::{self, Chosen};
use super::sealing::{Job, Newcomer, Sender};
use super::sent;
use super::shell::{Face, Nav};
use super::trouble::Trouble;
use crate::reception::Outcome;
use crate::store::Guest;

/// The hidden field with the organisation's id.
const ORGANISATION: &str = "organisation";
/// The last field: nothing that was typed follows files, nor does any but it.
pub(super) const LAST: &str = "padding";
/// Bytes of the last field: Tor's buffers keep the last cells of what came in, and these push out what was typed.
const PADDING: usize = 2_100;

/// Shows the empty form.
pub(super) fn show(face: &Face, id: &str, request: &Request) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let organisation = face.organisation(&roster, id)?;
    roster.audience(id, &BTreeSet::new(), face.clock()?)?;
    if let Some(already) = already::show(face, id, request) {
        return already;
    }
    form(face, &roster, organisation, &Fields::default(), None)
}

/// Takes a report: sealed as it comes in, then kept, then acknowledged by the codename page. Or shows the form with files.
pub(super) async fn send(face: &Face, id: &str, request: &Request) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let organisation = face.organisation(&roster, id)?;
    let mut intake = Intake::read(face, request, Guest::Stranger).await?;
    if intake.asks_for_files() {
        return with_files(face, &roster, organisation, &intake.fields);
    }
    match take(face, &roster, organisation, &mut intake).await {
        Ok(outcome) => Ok(face.lead(&outcome)),
        Err(trouble) if intake.is_framed() => Ok(intake.refused(face, &action(face, organisation), &trouble)),
        Err(trouble) => form(face, &roster, organisation, &intake.fields, Some(&trouble)),
    }
}

async fn take(
    face: &Face,
    roster: &Roster,
    organisation: &Organisation,
    intake: &mut Intake,
) -> Result<Outcome, Trouble> {
    let turn = match intake.claim(face, &purpose(organisation)).await? {
        Ok(turn) => turn,
        Err(outcome) => return Ok(outcome),
    };
    if intake.fields.one(ORGANISATION) != organisation.id {
        return Err(Trouble::OldForm);
    }
    let report = asked::report(face, &intake.fields)?;
    let clock = face.clock()?;
    let Chosen { audience, excluded } = recusal::chosen(face, roster, organisation, &BTreeSet::new(), &intake.fields)?;
    let declined = !intake.fields.one(DECLINED).is_empty();
    let job = Job {
        reception: Arc::clone(&face.reception),
        turn,
        permit: intake.take_room(face).await?,
        audience,
        heading: Heading {
            sequence: 1,
            day: clock.today(),
            acknowledged: face.reception.house(&organisation.id).acknowledge && !declined,
            language: asked::language(face, &intake.fields),
        },
        report,
        place: if intake.is_framed() { sent::place(face) } else { face.path("codename") },
        sender: Sender::New(Newcomer {
            words: face.lang,
            kdf: roster.edition().kdf.clone(),
            birthday: roster.edition().birthday,
            excluded,
            declined,
        }),
    };
    intake.seal(face, job).await
}

fn purpose(organisation: &Organisation) -> String {
    format!("report {}", organisation.id)
}

fn action(face: &Face, organisation: &Organisation) -> String {
    face.path(&format!("{}/report", organisation.id))
}

/// The form for text, with what went wrong when it was sent.
fn form(
    face: &Face,
    roster: &Roster,
    organisation: &Organisation,
    typed: &Fields,
    trouble: Option<&Trouble>,
) -> Result<Answer, Trouble> {
    let main = html! {
        @if let Some(trouble) = trouble {
            (face.trouble_box(trouble))
            @if *trouble == Trouble::TooFewLeft { p { (recusal::other_ways(face, organisation)) } }
        }
        p { (face.say_with("form-intro", &[("organisation", face.local(&organisation.name).into())])) }
        p.hint { (face.say("form-time")) }
        form method="post" enctype="multipart/form-data" action=(action(face, organisation)) {
            (gateway::mark(face))
            input type="hidden" name=(NONCE) value=(nonce(face, &purpose(organisation), typed, trouble));
            (fields(face, roster, organisation, typed))
            p { (face.say("form-next")) }
            (face.wait())
            (send_buttons(face, "form-send"))
            p.hint { (face.say("form-add-files-why")) }
            (padding())
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status());
    let nav = if trouble.is_some() { Nav::Nowhere } else { Nav::Inbox };
    let page = face.page(nav, &format!("{}/report", organisation.id), face.say("form-title"), main);
    face.giving_back(status, Keeping::Typed, &page)
}

/// The form for text and files, with what was typed so far.
fn with_files(face: &Face, roster: &Roster, organisation: &Organisation, typed: &Fields) -> Result<Answer, Trouble> {
    let parts = files::Parts {
        purpose: &purpose(organisation),
        action: &action(face, organisation),
        send: "form-send",
        fields: fields(face, roster, organisation, typed),
    };
    let main = html! {
        p { (face.say_with("form-intro", &[("organisation", face.local(&organisation.name).into())])) }
        (files::form(face, parts, typed))
    };
    let page = face.page(Nav::Nowhere, &format!("{}/report", organisation.id), face.say("form-title-files"), main);
    face.giving_back(StatusCode::OK, Keeping::Typed, &page)
}

fn fields(face: &Face, roster: &Roster, organisation: &Organisation, typed: &Fields) -> Markup {
    let id = &organisation.id;
    html! {
        input type="hidden" name=(ORGANISATION) value=(id);
        (recusal::choice(face, roster, organisation, &BTreeSet::new(), typed))
        (text_box(face, "form-text", "form-text-hint", typed, true))
        details open[FREE.iter().any(|(name, ..)| !typed.one(name).is_empty())] {
            summary { (face.say("form-more")) }
            (questions(face, typed))
        }
        fieldset {
            legend { (face.say("form-reply")) }
            label for="language" { (face.say("form-language")) }
            select #language name=(LANGUAGE) {
                @for lang in face.reception.speech.languages() {
                    option value=(lang.as_str()) selected[lang == asked::language(face, typed)] {
                        (face.reception.speech.voice(lang).say("language-name"))
                    }
                }
            }
            (tick(face, DECLINED, "form-declined", typed))
            span.hint { @if face.reception.house(id).acknowledge { (face.say("form-declined-why")) } @else { (face.say("form-declined-later")) } }
        }
    }
}

fn questions(face: &Face, typed: &Fields) -> Markup {
    html! {
        p.hint { (face.say("form-more-why")) }
        @for (name, question, _) in FREE {
            label for=(name) { (face.say(question)) }
            @if name == "title" {
                input id=(name) name=(name) type="text" value=(typed.one(name));
            } @else {
                textarea id=(name) name=(name) rows="3" { "\n" (typed.one(name)) }
            }
        }
        @for Choice { name, question, codes } in CHOICES {
            label for=(name) { (face.say(question)) }
            select id=(name) name=(name) {
                option value="" { (face.say("form-no-answer")) }
                @for (code, words) in codes {
                    option value=(code) selected[typed.one(name) == *code] { (face.say(words)) }
                }
            }
        }
        @for (name, question) in BOXES { (tick(face, name, question, typed)) }
    }
}

pub(super) fn tick(face: &Face, name: &str, words: &str, typed: &Fields) -> Markup {
    html! {
        label.tick {
            input type="checkbox" name=(name) value="yes" checked[!typed.one(name).is_empty()];
            span { (face.say(words)) }
        }
    }
}

/// The box for the free text, its requirement in print: the browser's own bubbles are not translated.
pub(super) fn text_box(face: &Face, label: &str, hint: &str, typed: &Fields, required: bool) -> Markup {
    html! {
        label for=(TEXT) { (face.say(label)) }
        span.hint #text-hint { (face.say_with(hint, &face.limits())) }
        // A browser drops the first line break of a text area.
        textarea.long id=(TEXT) name=(TEXT) rows="14" required[required] aria-describedby="text-hint" { "\n" (typed.one(TEXT)) }
    }
}

/// The button that sends, then the one that leads to the form with files.
pub(super) fn send_buttons(face: &Face, label: &str) -> Markup {
    html! {
        p.actions {
            button type="submit" { (face.say(label)) }
            // Without a text yet: that is asked for there.
            button.quiet type="submit" name=(NEXT) value="files" formnovalidate { (face.say("form-add-files")) }
        }
    }
}

/// The last field of every form that carries what was typed.
pub(super) fn padding() -> Markup {
    html! { input type="hidden" name=(LAST) value=(".".repeat(PADDING)); }
}

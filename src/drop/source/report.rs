//! `/{lang}/{org}/report`: the form, and the way from it to a codename.

use std::collections::BTreeSet;
use std::sync::Arc;

use sluss_core::lang::Lang;
use sluss_core::roster::{Organisation, Roster};
use sluss_core::submission::Heading;
use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::asked::{self, BOXES, CHOICES, Choice, DECLINED, FREE, LANGUAGE, TEXT};
use super::intake::{FILES, Intake, NONCE, nonce};
use super::recusal::{self, Chosen};
use super::sealing::{Job, Newcomer, Sender};
use super::shell::{Face, Nav, Tone};
use super::trouble::Trouble;
use crate::reception::Outcome;
use crate::store::Guest;

/// The hidden field with the organisation's id.
const ORGANISATION: &str = "organisation";
/// Bytes of the last field: Tor's buffers keep the last cells of what came in, and these push out what was typed.
const PADDING: usize = 2_100;

/// Shows the empty form.
pub(super) fn show(face: &Face, id: &str) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let organisation = face.organisation(&roster, id)?;
    roster.audience(id, &BTreeSet::new(), face.clock()?)?;
    form(face, &roster, organisation, &Fields::default(), None)
}

/// Takes a report: sealed as it comes in, then kept, then acknowledged by the codename page.
pub(super) async fn send(face: &Face, id: &str, request: &Request) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let organisation = face.organisation(&roster, id)?;
    let mut intake = Intake::read(face, request, Guest::Stranger).await?;
    match take(face, &roster, organisation, &mut intake).await {
        Ok(outcome) => Ok(face.lead(&outcome)),
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
        permit: intake.take_room()?,
        audience,
        heading: Heading {
            sequence: 1,
            day: clock.today(),
            acknowledged: face.reception.house(&organisation.id).acknowledge && !declined,
            language: asked::language(face, &intake.fields),
        },
        report,
        place: face.path("codename"),
        sender: Sender::New(Newcomer {
            words: face.lang,
            kdf: roster.edition().kdf.clone(),
            birthday: roster.edition().birthday,
            excluded,
        }),
    };
    intake.seal(face, job).await
}

fn purpose(organisation: &Organisation) -> String {
    format!("report {}", organisation.id)
}

fn form(
    face: &Face,
    roster: &Roster,
    organisation: &Organisation,
    typed: &Fields,
    trouble: Option<&Trouble>,
) -> Result<Answer, Trouble> {
    let id = &organisation.id;
    let fields = html! {
        input type="hidden" name=(NONCE) value=(nonce(face, &purpose(organisation), typed, trouble));
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
                @for lang in Lang::ALL {
                    option value=(lang.as_str()) selected[lang == asked::language(face, typed)] {
                        (face.reception.speech.voice(lang).say("language-name"))
                    }
                }
            }
            @if face.reception.house(id).acknowledge {
                (tick(face, DECLINED, "form-declined", typed))
                span.hint { (face.say("form-declined-why")) }
            }
        }
        (file_box(face, trouble))
    };
    let main = html! {
        @if let Some(trouble) = trouble {
            (face.trouble_box(trouble))
            @if *trouble == Trouble::TooFewLeft { p { (recusal::other_ways(face, organisation)) } }
        }
        p { (face.say_with("form-intro", &[("organisation", face.local(&organisation.name).into())])) }
        p.hint { (face.say("form-time")) }
        form method="post" enctype="multipart/form-data" action=(face.path(&format!("{id}/report"))) {
            (fields)
            p { (face.say("form-next")) }
            (face.wait())
            (send_button(face, "form-send", trouble))
            (padding())
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status());
    let nav = if trouble.is_some() { Nav::Nowhere } else { Nav::Inbox };
    let page = face.page(nav, &format!("{id}/report"), face.say("form-title"), main);
    face.giving_back(status, Keeping::Typed, &page)
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

fn tick(face: &Face, name: &str, words: &str, typed: &Fields) -> Markup {
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

/// The button that sends; where there is no room for files, it offers to send the text alone.
pub(super) fn send_button(face: &Face, label: &str, trouble: Option<&Trouble>) -> Markup {
    let alone = trouble.is_some_and(|trouble| trouble.is_of_files_alone());
    html! { p.actions { button type="submit" { (face.say(if alone { "form-send-alone" } else { label })) } } }
}

/// The box for files; none where there is no room for any.
pub(super) fn file_box(face: &Face, trouble: Option<&Trouble>) -> Markup {
    if trouble.is_some_and(|trouble| trouble.is_of_files_alone()) {
        return html! {};
    }
    html! {
        label for=(FILES) { (face.say("form-files")) }
        span.hint #files-hint { (face.say_with("form-files-hint", &face.limits())) }
        input id=(FILES) name=(FILES) type="file" multiple aria-describedby="files-hint";
        (face.boxed(Tone::Warning, html! { p { (face.say("form-files-warning")) } }))
    }
}

/// The last field of every form that carries what was typed.
pub(super) fn padding() -> Markup {
    html! { input type="hidden" name="padding" value=(".".repeat(PADDING)); }
}

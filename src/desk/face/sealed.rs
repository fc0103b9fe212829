//! What a source sealed themselves: opened where somebody asks for it, shown as text or saved, never more than one layer.

use std::path::PathBuf;

use sluss_core::limits;
use sluss_core::submission::REPORT;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::say::Voice;

use super::shell::{Asked, Line, Place, Visit, box_of};
use super::{case, key};
use crate::say::{AtPath, Explain as _, unsealed_lines};
use crate::unseal::{self, Content, Opened};

/// The link that opens a text.
pub(super) fn link(visit: &Visit, number: &str, message: u32) -> Markup {
    let href = visit.href(&format!("case/{number}/sealed/{message}"));
    html! { p.actions { a.button.quiet href=(href) { (visit.voice().say("sealed-open")) } } }
}

/// The form that opens one of a message's files that, by their names, its source sealed.
pub(super) fn files_form(visit: &Visit, number: &str, sequence: u32, names: &[&str], typed: &Fields) -> Markup {
    let voice = visit.voice();
    let form = format!("unseal-{sequence}");
    let content = html! {
        p { (voice.say("sealed-once")) " " (voice.say("files-warning")) }
        label for=(format!("{form}-file")) { (voice.say("file")) }
        select id=(format!("{form}-file")) name="file" {
            @for name in names { option value=(format!("{sequence}/{name}")) { (name) } }
        }
        (to_line(&form, voice).markup(typed))
        p.actions { button.quiet { (voice.say("unseal")) } }
    };
    html! {
        p { strong dir="auto" { (voice.say_with("sealed-files", &[("names", names.join(", ").into())])) } }
        details {
            summary { (voice.say("unseal")) }
            (visit.form(&format!("case/{number}/unseal"), &content))
        }
    }
}

fn to_line<'a>(form: &'a str, voice: Voice<'_>) -> Line<'a> {
    Line { form, name: "to", label: voice.say("save-to"), hint: None, secret: false }
}

/// Opens a message's text and shows it.
pub(super) async fn show(visit: &Visit, number: &str, message: &str) -> Answer {
    let (asked, sequence) = (number.to_owned(), message.parse().unwrap_or_default());
    let opened = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let opened = unseal::read(desk, &asked, sequence);
        opened.map_err(|error| AtPath(&PathBuf::new(), &error).explain(voice))
    });
    let voice = visit.voice();
    let (main, trouble) = match opened.await {
        None => return key::locked(visit, &Fields::default(), None),
        Some(Ok(opened)) => (told(visit, number, sequence, &opened), None),
        Some(Err(trouble)) => (html! {}, Some(trouble)),
    };
    let main = html! {
        (main)
        p.actions { a href=(visit.href(&format!("case/{number}"))) { (voice.say("back")) } }
    };
    let title =
        format!("{}: {}", voice.say_with("case-title", &[("number", number.into())]), voice.say("sealed-title"));
    visit.shown(&title, Some(Place::Cases), trouble.as_deref(), &main, Keeping::Nothing)
}

fn told(visit: &Visit, number: &str, sequence: u32, opened: &Opened) -> Markup {
    let voice = visit.voice();
    let note = |line: String| box_of("warning", &voice.say("note"), &[line]);
    let form = format!("unseal-{sequence}");
    let content = html! {
        input type="hidden" name="file" value=(format!("{sequence}/{REPORT}"));
        (to_line(&form, voice).markup(&Fields::default()))
        p.actions { button.quiet { (voice.say("unseal")) } }
    };
    html! {
        @if let Some(voucher) = opened.voucher { p.hint { (voucher.explain(voice)) } }
        @match &opened.content {
            Content::Text(text) => div.typed dir="auto" { (text.expose()) },
            Content::NoText => (note(voice.say("nested-no-text"))),
            Content::Long => (note(voice.say_with("nested-long", &[("most", limits::UNSEALED_TEXT.into())]))),
            Content::Again => (note(voice.say("nested-again"))),
        }
        p.hint { (voice.say("sealed-once")) }
        (visit.form(&format!("case/{number}/unseal"), &content))
    }
}

/// Opens something that its source sealed and saves what it holds.
pub(super) async fn save(visit: &Visit, number: &str) -> Answer {
    let (action, next, case) = (format!("case/{number}/unseal"), format!("case/{number}"), number.to_owned());
    let asked = visit.ask(&action, &next, |typed| {
        let (file, to) = (typed.one("file").to_owned(), PathBuf::from(typed.one("to").trim()));
        move |desk, voice, _| {
            let saved = unseal::save(desk, &case, &file, &to);
            let saved = saved.map_err(|error| AtPath(&to, &error).explain(voice));
            saved.map(|(saved, unsealed)| unsealed_lines(&saved, &unsealed, voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => case::show(visit, number, &typed, Some(&trouble)).await,
    }
}

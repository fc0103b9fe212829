//! Erasing a case as was decided, and what stays of those that were erased.

use sluss_core::roster::in_lang;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::say::Voice;

use super::shell::{Asked, Place, Visit, box_of};
use super::{case, key};
use crate::casebook::case::{Case, number_of};
use crate::casebook::journal::Erasure;
use crate::desk::Office;
use crate::erasing::erase;
use crate::say::{Explain as _, decided};

/// The decision by which a case may be erased, in words.
pub(super) fn decision(office: &Office, case: &Case<'_>, voice: Voice<'_>) -> Option<String> {
    let (fate, note) = case.erasable()?;
    Some(decided(fate, note.writer, note.day, office, voice))
}

/// The form that erases a case of which `decision` tells.
pub(super) fn form(visit: &Visit, number: &str, decision: &str) -> Markup {
    let voice = visit.voice();
    let content = html! {
        label.tick { input type="checkbox" name="sure" value="yes"; span { (voice.say("erase-sure")) } }
        p.actions { button { (voice.say("erase-do")) } }
    };
    html! {
        section {
            h2 { (voice.say("erase-title")) }
            p { (decision) }
            (box_of("warning", &voice.say("note"), &[voice.say("erase-what")]))
            (visit.form(&format!("case/{number}/erase"), &content))
        }
    }
}

/// Erases a case.
pub(super) async fn keep(visit: &Visit, number: &str) -> Answer {
    let (action, case) = (format!("case/{number}/erase"), number.to_owned());
    let asked = visit.ask(&action, "erased", |typed| {
        let sure = typed.one("sure") == "yes";
        move |desk, voice, clock| {
            if !sure {
                return Err(voice.say("erase-not-sure"));
            }
            erase(desk, &case, clock).map(|()| vec![voice.say("erase-done")]).map_err(|error| error.explain(voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => case::show(visit, number, &typed, Some(&trouble)).await,
    }
}

/// Lists what was erased.
pub(super) async fn list(visit: &Visit) -> Answer {
    let listed = visit.face.with_desk(visit.lang(), |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let erasures = office.casebook.journal().erasures();
        Ok::<_, String>(erasures.map(|(day, erasure)| told(office, day, erasure, voice)).collect::<Vec<_>>())
    });
    let (voice, title) = (visit.voice(), visit.voice().say("erased-title"));
    let (main, trouble) = match listed.await {
        None => return key::locked(visit, &Fields::default(), None),
        Some(Err(trouble)) => (html! {}, Some(trouble)),
        Some(Ok(erased)) => {
            let main = html! {
                p { (voice.say("erased-what")) }
                @if erased.is_empty() { p { (voice.say("erased-none")) } }
                @else { ul.cases { @for told in &erased { li { (told) } } } }
                p { a href=(visit.href("cases")) { (voice.say("back")) } }
            };
            (main, None)
        }
    };
    visit.shown(&title, Some(Place::Cases), trouble.as_deref(), &main, Keeping::Nothing)
}

fn told(office: &Office, day: sluss_core::day::Day, erasure: &Erasure, voice: Voice<'_>) -> Markup {
    let organisation = office.roster.organisation(&erasure.organisation);
    let name = organisation.map_or(erasure.organisation.as_str(), |known| in_lang(&known.name, voice.lang()));
    let values = [("number", number_of(erasure.source).into()), ("day", day.to_string().into())];
    html! {
        strong { (voice.say_with("erased-case", &values)) } ", " (name)
        p { (decided(erasure.fate, erasure.decided_by, erasure.decided, office, voice)) }
        p { (erasure.reason.expose()) }
    }
}

//! `/{lang}/codename`: the seven words, until they were typed once.

use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::maud::html;
use sluss_web::page::Keeping;

use super::shell::{Face, Nav, Tone};
use super::trouble::Trouble;

/// Shows the codename of a report that is kept. The page can be made of nothing else.
pub(super) fn show(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let sessions = &face.reception.sessions;
    let visit = sessions.id(request).and_then(|id| sessions.with(&id, face.reception.steady(), |visit| visit.clone()));
    let page = visit.and_then(|visit| visit.codename).ok_or(Trouble::NoCodename)?;
    let day = face.date(page.kept().day());
    let received = face.say_with("codename-received", &[("day", day.as_str().into())]);
    // Whatever has become of the roster: the words must be shown.
    let roster = face.reception.roster();
    let organisation = roster.as_ref().and_then(|roster| roster.organisation(page.kept().organisation()));
    let deadlines = organisation.map(|organisation| organisation.deadlines).unwrap_or_default();
    let months = [("months", deadlines.feedback_months.into())];
    let main = html! {
        (face.boxed(Tone::Done, html! {
            p { (received) }
            @if page.kept().acknowledged().is_some() { p { (face.say_with("codename-acknowledged", &months)) } }
        }))
        p { (face.say("codename-why")) }
        ol.words translate="no" { @for word in page.words() { li { (word) } } }
        h2 { (face.say("codename-how")) }
        ul {
            li { (face.say("codename-paper")) }
            li { (face.say("codename-print")) }
            li { (face.say("codename-spelling")) }
            li { (face.say("codename-nobody")) }
            li { (face.say_with("codename-once", &face.limits())) }
        }
        (face.boxed(Tone::Warning, html! { p { (face.say("codename-lost")) } }))
        p.actions { a.button href=(face.path("inbox")) { (face.say("codename-written")) } }
    };
    face.answer(
        StatusCode::OK,
        Keeping::Nothing,
        &face.page(Nav::Nowhere, "codename", face.say("codename-title"), main),
    )
}

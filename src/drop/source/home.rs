//! `/{lang}/{org}`: what this is, who reads, what can and cannot be promised, and what the law wants told.

use std::collections::BTreeSet;

use bytes::Bytes;
use sluss_core::cert::Kind;
use sluss_core::roster::{Member, Organisation, Roster};
use sluss_web::conn::{Answer, StatusCode};
use sluss_web::maud::{Markup, html};
use sluss_web::page::{Keeping, paragraphs};

use super::shell::{Face, Nav, Tone};
use super::told;
use super::trouble::Trouble;
use crate::reception::House;

/// Shows an organisation's home page; if it has too few recipients, without the way to the form.
pub(super) fn show(face: &Face, id: &str) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let organisation = face.organisation(&roster, id)?;
    let house = face.reception.house(id);
    let voice = face.voice();
    let name = face.local(&organisation.name);
    let organisation_name = [("organisation", name.into())];
    let audience = roster.audience(id, &BTreeSet::new(), face.clock()?);
    let deadlines = organisation.deadlines;
    let (days, months) =
        ([("days", deadlines.acknowledge_days.into())], [("months", deadlines.feedback_months.into())]);
    let main = html! {
        @if let Some(crest) = &house.crest { img.crest src=(crest.address()) alt=""; }
        p { (face.say_with("home-intro", &organisation_name)) }
        @match &audience {
            Ok(_) => p.actions {
                a.button href=(face.path(&format!("{id}/report"))) { (face.say("home-report")) }
                a.button.quiet href=(face.path("inbox")) { (face.say("home-inbox")) }
            },
            Err(error) => (face.trouble_box(&Trouble::from(*error))),
        }
        (paragraphs(face.local(&house.more)))
        (told::BEFORE.markup(voice))
        (told::ADDRESS.markup(voice))
        (told::WHAT.markup(voice))
        (told::PROTECTED.markup(voice))
        (readers(face, &roster, organisation, audience.as_ref().ok().map(sluss_core::roster::Audience::kind)))
        (told::PROMISE.markup(voice))
        h2 { (face.say("home-then")) }
        ul {
            li { (face.say("then-codename")) }
            li { @if house.acknowledge { (face.say("then-acknowledged")) } @else { (face.say_with("then-seven-days", &days)) } }
            li { (face.say_with("then-investigated", &organisation_name)) }
            li { (face.say_with("then-feedback", &months)) }
            li { (face.say("then-tell")) }
        }
        (told::other_ways(voice, face.lang, &house))
        (told::RIGHTS.markup(voice))
        h2 { (face.say("home-privacy")) }
        (paragraphs(face.local(&house.privacy)))
        p { (face.say("privacy-law")) }
        p { (face.say("privacy-kept")) }
        (contact(face, &house))
        (certs_box(face, &roster, organisation))
        (told::ACCESS.markup(voice))
        (told::updated(voice, &house))
    };
    face.answer(
        StatusCode::OK,
        Keeping::Typed,
        &face.page(Nav::Inbox, id, face.say_with("home-title", &organisation_name), main),
    )
}

/// The recipients' certs in one file, for those who seal their text and files themselves.
pub(super) fn certs(face: &Face, id: &str) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let organisation = face.organisation(&roster, id)?;
    let armored: String = roster.recipients(organisation).iter().map(|member| member.cert().armored()).collect();
    Ok(Answer::download(&format!("{id}-certs.asc"), Bytes::from(armored)))
}

fn readers(face: &Face, roster: &Roster, organisation: &Organisation, kind: Option<Kind>) -> Markup {
    html! {
        h2 { (face.say("home-readers")) }
        p { (face.say("readers-intro")) }
        dl { @for member in roster.recipients(organisation) { (reader(face, member)) } }
        p { (face.say("readers-conflict")) }
        @if kind == Some(Kind::Classic) { (face.boxed(Tone::Note, html! { p { (face.say("readers-classic")) } })) }
    }
}

fn reader(face: &Face, member: &Member) -> Markup {
    let person = member.person();
    let assignments = face.local(&person.assignments);
    html! {
        dt { (person.name) }
        dd {
            (person.firm)
            @if member.is_reserve() { br; (face.say("readers-reserve")) }
            @if !assignments.is_empty() { br; (face.say_with("readers-assignments", &[("assignments", assignments.into())])) }
        }
    }
}

fn contact(face: &Face, house: &House) -> Markup {
    let contact = face.local(&house.contact);
    html! {
        @if !contact.is_empty() {
            h2 { (face.say("home-contact")) }
            p { (face.say("contact-open")) }
            (paragraphs(contact))
        }
    }
}

fn certs_box(face: &Face, roster: &Roster, organisation: &Organisation) -> Markup {
    html! {
        details {
            summary { (face.say("certs-title")) }
            p { (face.say("certs-intro")) }
            dl {
                @for member in roster.recipients(organisation) {
                    dt { (member.person().name) }
                    dd { code { (member.cert().fingerprint().grouped()) } }
                }
            }
            p { a href=(face.path(&format!("{}/certs", organisation.id))) { (face.say("certs-fetch")) } }
        }
    }
}

//! Who reads what is being sent, and who must not: shown before the files, because sealing begins with the first of them.
//!
//! Protects: nobody reads whom the source did not see named. If the recipients change while somebody writes, the form is
//! shown again. Whoever is left out once stays so for the whole thread, also under a new cert.

use std::collections::BTreeSet;

use sluss_core::cert::Fingerprint;
use sluss_core::roster::{Audience, Member, Organisation, Roster};
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};

use super::shell::{Face, Tone};
use super::trouble::Trouble;

/// The field that names who must not read.
const WITHOUT: &str = "without";
/// The hidden field that says which recipients the form named.
const READERS: &str = "readers";

/// Whom a source chose.
pub(super) struct Chosen {
    pub(super) audience: Audience,
    /// The certs of those whom this form leaves out.
    pub(super) excluded: Vec<Fingerprint>,
}

/// The part of a form that names who reads and lets the source leave somebody out; `before` were left out earlier.
pub(super) fn choice(
    face: &Face,
    roster: &Roster,
    organisation: &Organisation,
    before: &BTreeSet<String>,
    typed: &Fields,
) -> Markup {
    let members = roster.recipients(organisation);
    let (left_out, reading): (Vec<&Member>, Vec<&Member>) =
        members.into_iter().partition(|member| before.contains(&member.person().id));
    let may_go = reading.len() > 2;
    html! {
        input type="hidden" name=(READERS) value=(named(organisation));
        fieldset {
            legend { (face.say("form-without")) }
            @if may_go { span.hint { (face.say("form-without-why")) } }
            @for member in &reading {
                @if may_go && !member.is_reserve() { (tick(face, member, typed)) } @else { (fixed(face, member)) }
            }
            @for member in &left_out {
                p { (face.say_with("form-left-out", &[("name", member.person().name.as_str().into())])) }
            }
            @if !may_go {
                (face.boxed(Tone::Note, html! {
                    p { (face.say("form-nobody-without")) }
                    p { (other_ways(face, organisation)) }
                }))
            }
        }
    }
}

/// The way to the other ways to report.
pub(super) fn other_ways(face: &Face, organisation: &Organisation) -> Markup {
    html! { a href={ (face.path(&organisation.id)) "#other" } { (face.say("form-other-ways")) } }
}

/// Who reads what this form sends.
pub(super) fn chosen(
    face: &Face,
    roster: &Roster,
    organisation: &Organisation,
    before: &BTreeSet<String>,
    typed: &Fields,
) -> Result<Chosen, Trouble> {
    if typed.one(READERS) != named(organisation) {
        return Err(Trouble::ReadersChanged);
    }
    let now: BTreeSet<String> = typed.all(WITHOUT).map(str::to_owned).collect();
    let without: BTreeSet<String> = before.union(&now).cloned().collect();
    let audience = roster.audience(&organisation.id, &without, face.clock()?)?;
    let excluded = now.iter().filter_map(|id| roster.member(id)).map(|member| member.cert().fingerprint());
    Ok(Chosen { audience, excluded: excluded.collect() })
}

/// The recipients as a form names them: their ids, in the roster's order.
fn named(organisation: &Organisation) -> String {
    organisation.recipients.join(" ")
}

fn tick(face: &Face, member: &Member, typed: &Fields) -> Markup {
    let id = &member.person().id;
    html! {
        label.tick {
            input type="checkbox" name=(WITHOUT) value=(id) checked[typed.all(WITHOUT).any(|other| other == id)];
            span { (person(face, member)) }
        }
    }
}

fn fixed(face: &Face, member: &Member) -> Markup {
    html! { p { (person(face, member)) @if member.is_reserve() { br; (face.say("form-reserve")) } } }
}

fn person(face: &Face, member: &Member) -> Markup {
    let person = member.person();
    let assignments = face.local(&person.assignments);
    html! {
        (person.name) ", " (person.firm)
        @if !assignments.is_empty() { br; (face.say_with("readers-assignments", &[("assignments", assignments.into())])) }
    }
}

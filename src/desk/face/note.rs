//! Noting what matters in a case, and what is decided.

use sluss_core::note::{Fate, Matter};
use sluss_core::secret::Secret;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::html;
use sluss_web::page::Keeping;

use super::shell::{Asked, Place, Visit};
use super::{case, key};
use crate::answer;
use crate::noting;
use crate::say::Explain as _;

/// What can be noted, by the word that the form uses, with its message.
const MATTERS: [(&str, &str); 13] = [
    ("remark", "note-remark-hint"),
    ("tags", "note-tags-hint"),
    ("within", "note-within-hint"),
    ("outside", "note-outside-hint"),
    ("impartial", "note-impartial-hint"),
    ("partial", "note-partial-hint"),
    ("assigned", "note-assigned-hint"),
    ("disclosure", "note-disclosure-hint"),
    ("closed", "note-closed-hint"),
    ("reopened", "note-reopened-hint"),
    ("junk", "note-junk-hint"),
    ("no-junk", "note-no-junk-hint"),
    ("kept", "note-kept-on-hint"),
];
/// What can be decided besides of a case that is closed or junk.
const ENDS: [(&str, &str); 2] = [("archived", "note-archived-hint"), ("erased", "note-erased-hint")];

/// What can be noted besides of a report that was told.
const RECORD: [(&str, &str); 2] = [("approved", "note-approved-hint"), ("disputed", "note-disputed-hint")];

fn matter(word: &str, person: &str) -> Matter {
    match word {
        "tags" => Matter::Tags,
        "within" => Matter::Scope { within: true },
        "outside" => Matter::Scope { within: false },
        "impartial" => Matter::Impartial { yes: true },
        "partial" => Matter::Impartial { yes: false },
        "assigned" => Matter::Assigned { to: person.to_owned() },
        "disclosure" => Matter::Disclosure,
        "closed" => Matter::Closed,
        "reopened" => Matter::Reopened,
        "junk" => Matter::Junk { yes: true },
        "no-junk" => Matter::Junk { yes: false },
        "approved" => Matter::Record { approved: true },
        "disputed" => Matter::Record { approved: false },
        "kept" => Matter::Retention { fate: Fate::Kept },
        "archived" => Matter::Retention { fate: Fate::Archived },
        "erased" => Matter::Retention { fate: Fate::Erased },
        _ => Matter::Remark,
    }
}

/// The page on which a note is written.
pub(super) async fn write(visit: &Visit, number: &str, typed: &Fields, trouble: Option<&str>) -> Answer {
    let asked = number.to_owned();
    let people = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let case = office.casebook.case(&asked).map_err(|error| error.explain(voice))?;
        let readers = answer::readers(office, &case);
        let members = office.roster.members().iter().filter(|member| readers.contains(&member.cert()));
        let people = members.filter(|member| !member.is_reserve()).map(|member| member.person());
        let people: Vec<_> = people.map(|person| (person.id.clone(), person.name.clone())).collect();
        Ok::<_, String>((people, case.is_done(), case.is_oral()))
    });
    let (people, done, oral) = match people.await {
        None => return key::locked(visit, &key::carried(typed, number, "note"), None),
        Some(Err(trouble)) => return case::show(visit, number, &Fields::default(), Some(&trouble)).await,
        Some(Ok(known)) => known,
    };
    let (voice, chosen) = (visit.voice(), typed.one("kind"));
    let form = html! {
        fieldset {
            legend { (voice.say("note-matter")) }
            @for (word, id) in MATTERS.into_iter().chain(RECORD.into_iter().filter(|_| oral)).chain(ENDS.into_iter().filter(|_| done)) {
                label.tick { input type="radio" name="kind" value=(word) checked[chosen == word || (chosen.is_empty() && word == "remark")]; span { (voice.say(id)) } }
            }
        }
        label for="note-person" { (voice.say("note-person")) }
        select id="note-person" name="person" {
            @for (id, name) in &people { option value=(id) selected[typed.one("person") == id] { (name) } }
        }
        label for="note-text" { (voice.say("letter-text")) }
        span.hint id="note-text-hint" { (voice.say("note-hint")) }
        textarea.long id="note-text" name="text" aria-describedby="note-text-hint" dir="auto" { "\n" (typed.one("text")) }
        p.actions { button { (voice.say("letter-send")) } a href=(visit.href(&format!("case/{number}"))) { (voice.say("back")) } }
    };
    let title = format!("{}: {}", voice.say_with("case-title", &[("number", number.into())]), voice.say("note-title"));
    let form = visit.form(&format!("case/{number}/note"), &form);
    visit.shown(&title, Some(Place::Cases), trouble, &form, Keeping::Typed)
}

/// Signs a note and keeps it.
pub(super) async fn keep(visit: &Visit, number: &str) -> Answer {
    let (action, next, case) = (format!("case/{number}/note"), format!("case/{number}"), number.to_owned());
    let asked = visit.ask(&action, &next, |typed| {
        let (matter, text) =
            (matter(typed.one("kind"), typed.one("person")), Secret::new(typed.one("text").to_owned()));
        move |desk, voice, clock| {
            let noted = noting::note(desk, &case, matter, text.expose(), clock);
            noted.map(|_| vec![voice.say("note-kept")]).map_err(|error| error.explain(voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(typed) => key::locked(visit, &key::carried(&typed, number, "note"), None),
        Asked::Refused(typed, trouble) => write(visit, number, &typed, Some(&trouble)).await,
    }
}

//! Writing to the source: a letter, and one that has not left yet changed or taken back.

use std::sync::Arc;

use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::letter::LetterKind;
use sluss_core::limits;
use sluss_core::secret::Secret;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::shell::{Asked, Place, Taken, Visit, perform};
use super::{case, clock, key};
use crate::answer::{self, ReplyError};
use crate::say::Explain as _;
use crate::template;

/// Bytes of a word, about, for saying how long a letter may be.
pub(super) const WORD: usize = 7;

/// The letters that can be written, by the word that the form and the commands use.
pub(super) const KINDS: [(&str, LetterKind, &str); 4] = [
    ("acknowledgement", LetterKind::Acknowledgement, "letter-acknowledgement-hint"),
    ("question", LetterKind::Question, "letter-question-hint"),
    ("feedback", LetterKind::Feedback, "letter-feedback-hint"),
    ("closing", LetterKind::Closing, "letter-closing-hint"),
];

/// What can be done with a letter that no return bundle has carried.
pub(super) fn change(visit: &Visit, number: &str, letter: Digest) -> Markup {
    let voice = visit.voice();
    let withdraw = html! {
        input type="hidden" name="letter" value=(letter);
        p { (voice.say("letter-withdraw-hint")) }
        p.actions { button.quiet { (voice.say("letter-withdraw")) } }
    };
    html! {
        p.actions { a href=(visit.href(&format!("case/{number}/letter?instead={letter}"))) { (voice.say("letter-change")) } }
        details {
            summary { (voice.say("letter-withdraw")) }
            (visit.form(&format!("case/{number}/withdraw"), &withdraw))
        }
    }
}

/// The empty page on which a letter is written, or filled with the one that is to be changed.
pub(super) async fn begin(visit: &Visit, number: &str) -> Answer {
    let Some(instead) = visit.request.query("instead").and_then(|digest| digest.parse::<Digest>().ok()) else {
        return write(visit, number, &Fields::default(), None).await;
    };
    let asked = number.to_owned();
    let standing = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let case = desk.office().map_err(|error| error.explain(voice))?.casebook.case(&asked);
        let case = case.map_err(|error| error.explain(voice))?;
        let letter =
            case.letters().find(|(digest, _)| *digest == instead && answer::changeable(desk, &case) == Some(instead));
        let (_, letter) = letter.ok_or_else(|| ReplyError::Settled.explain(voice))?;
        Ok::<_, String>((letter.kind, letter.text.clone()))
    });
    match standing.await {
        None => key::locked(visit, &Fields::default(), None),
        Some(Err(trouble)) => case::show(visit, number, &Fields::default(), Some(&trouble)).await,
        Some(Ok((kind, text))) => {
            let word = KINDS.iter().find(|(_, known, _)| *known == kind).map_or("", |(word, ..)| word);
            write(visit, number, &fields(word, text.expose(), &instead.to_string()), None).await
        }
    }
}

/// A letter as the form has it.
fn fields(kind: &str, text: &str, instead: &str) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in [("kind", kind), ("text", text), ("instead", instead)] {
        fields.add(name.to_owned(), Secret::new(value.to_owned()));
    }
    fields
}

/// The kind of letter that a form's word means.
pub(super) fn kind_of(word: &str) -> LetterKind {
    KINDS.iter().find(|(known, ..)| *known == word).map_or(LetterKind::Question, |(_, kind, _)| *kind)
}

/// The page on which a letter is written.
pub(super) async fn write(visit: &Visit, number: &str, typed: &Fields, trouble: Option<&str>) -> Answer {
    let voice = visit.voice();
    let chosen = typed.one("kind");
    let values = [("most", limits::LETTER_TEXT.into()), ("words", (limits::LETTER_TEXT / WORD / 100 * 100).into())];
    let form = html! {
        input type="hidden" name="instead" value=(typed.one("instead"));
        fieldset {
            legend { (voice.say("letter-kind")) }
            @for (word, _, id) in KINDS {
                label.tick { input type="radio" name="kind" value=(word) checked[chosen == word || (chosen.is_empty() && word == "question")]; span { (voice.say(id)) } }
            }
        }
        label for="letter-text" { (voice.say("letter-text")) }
        span.hint id="letter-text-hint" { (voice.say_with("letter-hint", &values)) }
        textarea.long id="letter-text" name="text" aria-describedby="letter-text-hint" dir="auto" { "\n" (typed.one("text")) }
        p.actions {
            button { (voice.say("letter-send")) }
            button.quiet name="do" value="preview" { (voice.say("letter-preview")) }
            button.quiet name="do" value="template" { (voice.say("letter-template")) }
            a href=(visit.href(&format!("case/{number}"))) { (voice.say("back")) }
        }
        p { a href=(visit.href("templates")) { (voice.say("templates-change")) } }
    };
    let title =
        format!("{}: {}", voice.say_with("case-title", &[("number", number.into())]), voice.say("letter-title"));
    visit.shown(
        &title,
        Some(Place::Cases),
        trouble,
        &visit.form(&format!("case/{number}/letter"), &form),
        Keeping::Typed,
    )
}

/// Does what the button asks with what was typed.
pub(super) async fn sent(visit: &Visit, number: &str) -> Answer {
    let taken = match visit.take(&format!("case/{number}/letter")).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    match taken.fields.one("do") {
        "template" => insert(visit, number, &taken.fields).await,
        "preview" => preview(visit, number, &taken.fields).await,
        "write" => write(visit, number, &taken.fields, None).await,
        _ => keep(visit, number, taken).await,
    }
}

/// Puts the template of the chosen kind under what was typed.
async fn insert(visit: &Visit, number: &str, typed: &Fields) -> Answer {
    let (face, asked, kind) = (Arc::clone(&visit.face), number.to_owned(), kind_of(typed.one("kind")));
    let begins = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let case = office.casebook.case(&asked).map_err(|error| error.explain(voice))?;
        Ok::<_, String>(template::beginning(office, &case, kind, &face.speech))
    });
    match begins.await {
        None => key::locked(visit, &key::carried(typed, number, "letter"), None),
        Some(Err(trouble)) => write(visit, number, typed, Some(&trouble)).await,
        Some(Ok(begins)) => {
            let before = typed.one("text").trim();
            let text = if before.is_empty() { begins } else { format!("{before}\n\n{begins}") };
            write(visit, number, &fields(typed.one("kind"), &text, typed.one("instead")), None).await
        }
    }
}

/// Shows a letter as its source will see it, before it is signed.
async fn preview(visit: &Visit, number: &str, typed: &Fields) -> Answer {
    let (asked, today) = (number.to_owned(), clock(visit.voice()).map(|clock| clock.today()));
    let told = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let case = office.casebook.case(&asked).map_err(|error| error.explain(voice))?;
        let wanted = case.submissions().next_back().map_or(Lang::En, |newest| newest.manifest.language);
        let writer = office.roster.writer(desk.tsk().fingerprint());
        let writer = writer.map(|person| format!("{}, {}", person.name, person.firm));
        Ok::<_, String>((template::language(wanted), writer.unwrap_or_default(), today?))
    });
    let (lang, writer, today) = match told.await {
        None => return key::locked(visit, &key::carried(typed, number, "letter"), None),
        Some(Err(trouble)) => return write(visit, number, typed, Some(&trouble)).await,
        Some(Ok(told)) => told,
    };
    let (voice, theirs) = (visit.voice(), visit.face.seen.voice(lang));
    let (year, month, day) = today.civil();
    let date = [("year", year.to_string().into()), ("month", month.into()), ("day", day.into())];
    let on = [("day", theirs.say_with("date", &date).into())];
    let again = html! {
        @for name in ["kind", "text", "instead"] { input type="hidden" name=(name) value=(typed.one(name)); }
        p.actions {
            button { (voice.say("letter-send")) }
            button.quiet name="do" value="write" { (voice.say("letter-write-on")) }
        }
    };
    let main = html! {
        p { (voice.say("preview-what")) }
        ol.thread lang=(lang) {
            li.theirs {
                h2 { (theirs.say_with(seen_as(kind_of(typed.one("kind"))), &on)) }
                p.hint { (theirs.say_with("thread-writer", &[("writer", writer.into())])) }
                p.typed dir="auto" { (typed.one("text").trim()) }
            }
        }
        (visit.form(&format!("case/{number}/letter"), &again))
    };
    let title =
        format!("{}: {}", voice.say_with("case-title", &[("number", number.into())]), voice.say("preview-title"));
    visit.shown(&title, Some(Place::Cases), None, &main, Keeping::Nothing)
}

/// What a source's page calls a letter.
fn seen_as(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Acknowledgement => "letter-acknowledgement",
        LetterKind::Question => "letter-question",
        LetterKind::Feedback => "letter-feedback",
        LetterKind::Closing => "letter-closing",
    }
}

/// Signs a letter and keeps it for the next return bundle.
async fn keep(visit: &Visit, number: &str, taken: Taken) -> Answer {
    let (kind, case) = (kind_of(taken.fields.one("kind")), number.to_owned());
    let text = Secret::new(taken.fields.one("text").to_owned());
    let instead = taken.fields.one("instead").parse().ok();
    let next = visit.href(&format!("case/{number}"));
    let asked = perform(Arc::clone(&visit.face), visit.lang(), taken, next, move |desk, voice, clock| {
        let written = answer::reply(desk, &case, kind, text.expose(), instead, clock);
        written.map(|_| vec![voice.say("letter-kept")]).map_err(|error| error.explain(voice))
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(typed) => key::locked(visit, &key::carried(&typed, number, "letter"), None),
        Asked::Refused(typed, trouble) => write(visit, number, &typed, Some(&trouble)).await,
    }
}

/// Takes a letter back.
pub(super) async fn withdraw(visit: &Visit, number: &str) -> Answer {
    let (action, next, case) = (format!("case/{number}/withdraw"), format!("case/{number}"), number.to_owned());
    let asked = visit.ask(&action, &next, |typed| {
        let letter = typed.one("letter").parse().map_err(|_| ReplyError::Settled);
        move |desk, voice, _| {
            let withdrawn = letter.and_then(|letter| answer::withdraw(desk, &case, letter));
            withdrawn.map(|()| vec![voice.say("letter-withdrawn")]).map_err(|error| error.explain(voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => case::show(visit, number, &typed, Some(&trouble)).await,
    }
}

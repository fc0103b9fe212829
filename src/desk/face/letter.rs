//! Writing to the source: a letter, and one that has not left yet changed or taken back.

use sluss_core::digest::Digest;
use sluss_core::letter::LetterKind;
use sluss_core::limits;
use sluss_core::secret::Secret;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::shell::{Asked, Place, Visit};
use super::{case, key};
use crate::answer::{self, ReplyError};
use crate::say::Explain as _;

/// Bytes of a word, about, for saying how long a letter may be.
const WORD: usize = 7;

/// The letters that can be written, by the word that the form and the commands use.
const KINDS: [(&str, LetterKind, &str); 4] = [
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
    let mut typed = Fields::default();
    match standing.await {
        None => return key::locked(visit, &typed, None),
        Some(Err(trouble)) => return case::show(visit, number, &typed, Some(&trouble)).await,
        Some(Ok((kind, text))) => {
            let word = KINDS.iter().find(|(_, known, _)| *known == kind).map_or("", |(word, ..)| word);
            for (name, value) in [("kind", word), ("text", text.expose()), ("instead", &instead.to_string())] {
                typed.add(name.to_owned(), Secret::new(value.to_owned()));
            }
        }
    }
    write(visit, number, &typed, None).await
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
        p.actions { button { (voice.say("letter-send")) } a href=(visit.href(&format!("case/{number}"))) { (voice.say("back")) } }
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

/// Signs a letter and keeps it for the next return bundle.
pub(super) async fn keep(visit: &Visit, number: &str) -> Answer {
    let (action, next, case) = (format!("case/{number}/letter"), format!("case/{number}"), number.to_owned());
    let asked = visit.ask(&action, &next, |typed| {
        let kind = KINDS.iter().find(|(word, ..)| *word == typed.one("kind"));
        let kind = kind.map_or(LetterKind::Question, |(_, kind, _)| *kind);
        let (text, instead) = (Secret::new(typed.one("text").to_owned()), typed.one("instead").parse().ok());
        move |desk, voice, clock| {
            let written = answer::reply(desk, &case, kind, text.expose(), instead, clock);
            written.map(|_| vec![voice.say("letter-kept")]).map_err(|error| error.explain(voice))
        }
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

//! What the report form asks, and what becomes of the answers: text for people, codes for the desk.
//!
//! Only the free text has to be answered. Nothing here asks who the source is.

use std::collections::BTreeMap;

use sluss_core::lang::Lang;
use sluss_core::secret::Secret;
use sluss_core::submission::Report;
use sluss_web::form::Fields;

use super::shell::Face;
use super::trouble::Trouble;

/// The field of the free text.
pub(super) const TEXT: &str = "text";
/// The field of the language for replies.
pub(super) const LANGUAGE: &str = "language";
/// The box that declines an acknowledgement.
pub(super) const DECLINED: &str = "declined";

/// The optional free fields, in order: name, its question, how the report is headed by it.
pub(super) const FREE: [(&str, &str, &str); 7] = [
    ("title", "ask-title", "told-title"),
    ("place", "ask-place", "told-place"),
    ("when", "ask-when", "told-when"),
    ("who", "ask-who", "told-who"),
    ("how", "ask-how", "told-how"),
    ("evidence", "ask-evidence", "told-evidence"),
    ("elsewhere", "ask-elsewhere", "told-elsewhere"),
];

/// An optional question with a set of answers.
pub(super) struct Choice {
    /// The field's name.
    pub(super) name: &'static str,
    /// The message that asks.
    pub(super) question: &'static str,
    /// Each code with the message that says it.
    pub(super) codes: &'static [(&'static str, &'static str)],
}

/// The optional questions with a set of answers, in order.
pub(super) const CHOICES: [Choice; 2] = [
    Choice {
        name: "ongoing",
        question: "ask-ongoing",
        codes: &[("yes", "ongoing-yes"), ("no", "ongoing-no"), ("unsure", "ongoing-unsure")],
    },
    Choice {
        name: "relation",
        question: "ask-relation",
        codes: &[
            ("works-there", "relation-works-there"),
            ("worked-there", "relation-worked-there"),
            ("contractor", "relation-contractor"),
            ("other", "relation-other"),
            ("unsaid", "relation-unsaid"),
        ],
    },
];

/// The optional boxes: name and question.
pub(super) const BOXES: [(&str, &str); 2] = [("urgent", "ask-urgent"), ("meeting", "ask-meeting")];

/// The boxes beside files, for whoever receives them: name and question.
pub(super) const HANDLING: [(&str, &str); 2] =
    [("keep-original", "handling-keep-original"), ("clean-copy", "handling-clean-copy")];
/// The answer that says that the text is a message which the source sealed themselves.
const SEALED: &str = "sealed";
/// What armor begins with (RFC 9580, 6.2), and what follows in a message's and in a secret key's.
const ARMOR: &str = "-----BEGIN PGP ";
const MESSAGE: &str = "MESSAGE-----";
const SECRET: &str = "PRIVATE KEY";

/// The language in which the source wants answers; the page's, if nothing else was chosen.
pub(super) fn language(face: &Face, fields: &Fields) -> Lang {
    face.reception.speech.language(fields.one(LANGUAGE)).unwrap_or(face.lang)
}

/// The report as it is sealed.
///
/// # Errors
/// [`Trouble::Empty`] without text, [`Trouble::TextTooLong`] above the limit for all typed fields together.
pub(super) fn report(face: &Face, fields: &Fields) -> Result<Report, Trouble> {
    let text = fields.one(TEXT);
    if text.trim().is_empty() {
        return Err(Trouble::Empty);
    }
    weigh(face, fields)?;
    refuse_secret_keys(fields)?;
    let mut told = Secret::new(String::with_capacity(text.len() + 2 * face.reception.limits.text));
    told.expose_mut().push_str(text.trim_end());
    for (name, _, heading) in FREE {
        let value = fields.one(name).trim();
        if !value.is_empty() {
            told.expose_mut().extend(["\n\n— ", &face.say(heading), "\n", value]);
        }
    }
    told.expose_mut().push('\n');
    Ok(Report { text: told, answers: answers(face, fields) })
}

/// A later message as it is sealed: text, or at least a file.
pub(super) fn message(face: &Face, fields: &Fields, has_file: bool) -> Result<Report, Trouble> {
    let text = fields.one(TEXT).trim_end();
    if text.is_empty() && !has_file {
        return Err(Trouble::Empty);
    }
    weigh(face, fields)?;
    refuse_secret_keys(fields)?;
    Ok(Report { text: Secret::new(format!("{text}\n")), answers: yes(ticked(fields)) })
}

fn weigh(face: &Face, fields: &Fields) -> Result<(), Trouble> {
    let typed: Vec<&str> = FREE.iter().map(|(name, ..)| *name).chain([TEXT]).collect();
    if fields.weight(&typed) > face.reception.limits.text { Err(Trouble::TextTooLong) } else { Ok(()) }
}

/// A secret key that somebody pasted in place of a message opens whatever was sealed to it: it is kept nowhere.
fn refuse_secret_keys(fields: &Fields) -> Result<(), Trouble> {
    let pasted = fields.iter().any(|(_, value)| armored(value, SECRET));
    if pasted { Err(Trouble::SecretKey) } else { Ok(()) }
}

/// The boxes that both forms have, as far as they were ticked, and whether the text is sealed.
fn ticked(fields: &Fields) -> impl Iterator<Item = &'static str> {
    let handling = HANDLING.iter().map(|(name, _)| *name).filter(|name| !fields.one(name).is_empty());
    let sealed = armored(fields.one(TEXT), MESSAGE).then_some(SEALED);
    handling.chain(sealed)
}

fn armored(text: &str, label: &str) -> bool {
    text.split(ARMOR).skip(1).any(|rest| rest.starts_with(label))
}

fn yes(names: impl Iterator<Item = &'static str>) -> BTreeMap<String, String> {
    names.map(|name| (name.to_owned(), "yes".to_owned())).collect()
}

/// Only codes that the form offers: nothing free gets in here.
fn answers(face: &Face, fields: &Fields) -> BTreeMap<String, String> {
    let chosen = CHOICES.iter().filter_map(|choice| {
        let (code, _) = choice.codes.iter().find(|(code, _)| *code == fields.one(choice.name))?;
        Some((choice.name.to_owned(), (*code).to_owned()))
    });
    let boxes = BOXES.iter().map(|(name, _)| *name).chain([DECLINED]).filter(|name| !fields.one(name).is_empty());
    let language = (LANGUAGE.to_owned(), language(face, fields).as_str().to_owned());
    let mut answers = yes(boxes.chain(ticked(fields)));
    answers.extend(chosen.chain([language]));
    answers
}

//! Templates: how a letter of some kind begins, in a language, for an organisation.
//!
//! Protects nothing by itself. Templates lie sealed in the book, like everything there, since people may write into them
//! what they should not.

use sluss_core::day::Clock;
use sluss_core::lang::Lang;
use sluss_core::letter::{LetterKind, Text};
use sluss_core::limits;
use sluss_core::roster::in_lang;
use sluss_web::say::{Speech, Voice};

use crate::casebook::case::Case;
use crate::casebook::journal::{Event, Journal, Template};
use crate::desk::{Desk, DeskError, Office};

/// Why a template was not kept.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It is too long for a letter.
    #[error("the template is {over} bytes too long")]
    TooLong {
        /// Bytes above [`limits::LETTER_TEXT`].
        over: usize,
    },
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// The language in which letters to a source who wants `wanted` begin: that one, or English where there is no template in it.
pub fn language(wanted: Lang) -> Lang {
    if Lang::ALL.contains(&wanted) { wanted } else { Lang::En }
}

/// The template for letters of this kind, as it stands: the organisation's, else the one for all, else the program's own.
pub fn standing(journal: &Journal, kind: LetterKind, organisation: Option<&str>, voice: Voice<'_>) -> String {
    let own = |organisation| journal.template(kind, voice.lang(), organisation);
    let own = own(organisation).or_else(|| own(None));
    own.map_or_else(|| voice.say(words_of(kind)), |text| text.expose().to_owned())
}

/// How a letter of this kind to the source of `case` begins.
pub fn beginning(office: &Office, case: &Case<'_>, kind: LetterKind, speech: &Speech) -> String {
    let wanted = case.submissions().next_back().map_or(Lang::En, |newest| newest.manifest.language);
    let voice = speech.voice(language(wanted));
    let organisation = office.roster.organisation(case.organisation());
    let name = organisation.map_or(case.organisation(), |known| in_lang(&known.name, voice.lang()));
    let values = [name.to_owned(), case.received().to_string(), case.due().feedback.to_string()];
    let template = standing(office.casebook.journal(), kind, Some(case.organisation()), voice);
    MARKS.into_iter().zip(values).fold(template, |text, (mark, value)| text.replace(&voice.say(mark), &value))
}

/// Keeps a template; a blank one makes way for the one for all, or the program's own.
pub fn keep(desk: &mut Desk, template: Template, clock: Clock) -> Result<(), TemplateError> {
    let text = template.text.expose().replace("\r\n", "\n").trim().to_owned();
    if let over @ 1.. = text.len().saturating_sub(limits::LETTER_TEXT) {
        return Err(TemplateError::TooLong { over });
    }
    Ok(desk.enter(Event::Template(Template { text: Text::new(text), ..template }), clock)?)
}

/// What a template may stand for: the organisation's name, the day of receipt, and the day by which feedback is due.
pub const MARKS: [&str; 3] = ["mark-organisation", "mark-received", "mark-feedback"];

fn words_of(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Acknowledgement => "template-acknowledgement",
        LetterKind::Question => "template-question",
        LetterKind::Feedback => "template-feedback",
        LetterKind::Closing => "template-closing",
    }
}

#[cfg(test)]
mod tests;

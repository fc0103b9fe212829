//! The templates of letters: one is shown at a time, and written anew.

use std::sync::Arc;

use sluss_core::lang::Lang;
use sluss_core::letter::{LetterKind, Text};
use sluss_core::roster::in_lang;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::key;
use super::letter::{KINDS, kind_of};
use super::shell::{Asked, Place, Visit, perform};
use crate::casebook::journal::Template;
use crate::say::Explain as _;
use crate::template::{self, MARKS, TemplateError};

/// Which template is meant, by the fields that name it.
struct Chosen {
    kind: LetterKind,
    language: Lang,
    organisation: Option<String>,
}

impl Chosen {
    fn of(visit: &Visit, field: impl Fn(&str) -> Option<String>) -> Self {
        let language = field("language").and_then(|tag| Lang::own(&tag)).unwrap_or_else(|| visit.lang());
        let organisation = field("organisation").filter(|organisation| !organisation.is_empty());
        Self { kind: kind_of(&field("kind").unwrap_or_default()), language, organisation }
    }

    /// Where it is shown, without the language.
    fn path(&self) -> String {
        let organisation = self.organisation.as_deref().unwrap_or_default();
        format!("templates?kind={}&language={}&organisation={organisation}", self.word(), self.language)
    }

    fn word(&self) -> &'static str {
        KINDS.iter().find(|(_, kind, _)| *kind == self.kind).map_or("", |(word, ..)| word)
    }
}

/// Shows the template that the address names.
pub(super) async fn show(visit: &Visit) -> Answer {
    let chosen = Chosen::of(visit, |name| visit.request.query(name));
    page(visit, chosen, None, None).await
}

/// Shows the template that was being written, with what was typed.
pub(super) async fn write(visit: &Visit, typed: &Fields) -> Answer {
    let chosen = Chosen::of(visit, |name| Some(typed.one(name).to_owned()));
    page(visit, chosen, Some(typed.one("text")), None).await
}

async fn page(visit: &Visit, chosen: Chosen, typed: Option<&str>, trouble: Option<&str>) -> Answer {
    let face = Arc::clone(&visit.face);
    let (kind, language, organisation) = (chosen.kind, chosen.language, chosen.organisation.clone());
    let told = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let organisations = office.roster.edition().organisations.iter();
        let named = organisations.map(|known| (known.id.clone(), in_lang(&known.name, voice.lang()).to_owned()));
        let journal = office.casebook.journal();
        let standing = template::standing(journal, kind, organisation.as_deref(), face.voice(language));
        Ok::<_, String>((named.collect::<Vec<_>>(), standing))
    });
    let (voice, title) = (visit.voice(), visit.voice().say("templates-title"));
    let (organisations, standing) = match told.await {
        None => return key::locked(visit, &Fields::default(), None),
        Some(Err(trouble)) => {
            return visit.shown(&title, Some(Place::Cases), Some(&trouble), &html! {}, Keeping::Nothing);
        }
        Some(Ok(told)) => told,
    };
    let marks: Vec<String> = MARKS.into_iter().map(|mark| visit.face.voice(chosen.language).say(mark)).collect();
    let choose = html! {
        form method="get" action=(visit.href("templates")) {
            label for="template-kind" { (voice.say("letter-kind")) }
            select id="template-kind" name="kind" {
                @for (word, _, id) in KINDS { option value=(word) selected[word == chosen.word()] { (voice.say(id)) } }
            }
            label for="template-language" { (voice.say("template-language")) }
            select id="template-language" name="language" {
                @for (lang, id) in [(Lang::Sv, "language-sv"), (Lang::En, "language-en")] {
                    option value=(lang) selected[lang == chosen.language] { (voice.say(id)) }
                }
            }
            label for="template-organisation" { (voice.say("column-organisation")) }
            select id="template-organisation" name="organisation" {
                option value="" { (voice.say("template-all")) }
                @for (id, name) in &organisations {
                    option value=(id) selected[chosen.organisation.as_ref() == Some(id)] { (name) }
                }
            }
            p.actions { button.quiet { (voice.say("template-show")) } }
        }
    };
    let main = html! {
        p { (voice.say("templates-what")) }
        (choose)
        (visit.form("templates/keep", &editor(visit, &chosen, &marks, typed.unwrap_or(&standing))))
    };
    visit.shown(&title, Some(Place::Cases), trouble, &main, Keeping::Typed)
}

fn editor(visit: &Visit, chosen: &Chosen, marks: &[String], text: &str) -> Markup {
    let voice = visit.voice();
    html! {
        input type="hidden" name="kind" value=(chosen.word());
        input type="hidden" name="language" value=(chosen.language);
        input type="hidden" name="organisation" value=(chosen.organisation.as_deref().unwrap_or_default());
        label for="template-text" { (voice.say("letter-text")) }
        span.hint id="template-hint" { (voice.say_with("template-hint", &[("marks", marks.join(", ").into())])) }
        textarea.long id="template-text" name="text" aria-describedby="template-hint" lang=(chosen.language) dir="auto" { "\n" (text) }
        p.actions { button { (voice.say("template-keep")) } }
    }
}

/// Keeps a template.
pub(super) async fn keep(visit: &Visit) -> Answer {
    let chosen = |typed: &Fields| Chosen::of(visit, |name| Some(typed.one(name).to_owned()));
    let taken = match visit.take("templates/keep").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let kept = chosen(&taken.fields);
    let next = visit.href(&kept.path());
    let Chosen { kind, language, organisation } = kept;
    let template = Template { kind, language, organisation, text: Text::new(taken.fields.one("text").to_owned()) };
    let asked = perform(Arc::clone(&visit.face), visit.lang(), taken, next, move |desk, voice, clock| {
        let kept = template::keep(desk, template, clock);
        kept.map(|()| vec![voice.say("template-kept")]).map_err(|error: TemplateError| error.explain(voice))
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(typed) => key::locked(visit, &key::carried(&typed, "", "template"), None),
        Asked::Refused(typed, trouble) => page(visit, chosen(&typed), Some(typed.one("text")), Some(&trouble)).await,
    }
}

//! What all of the source's pages share: the frame, the boxes, and the way to an answer.

use std::sync::Arc;

use sluss_core::day::{Clock, Day};
use sluss_core::lang::Lang;
use sluss_core::roster::{LocalText, Organisation, Roster, in_lang};
use sluss_web::conn::{Answer, StatusCode};
use sluss_web::maud::{Markup, html};
use sluss_web::page::{Keeping, Page, Size, Switch};
use sluss_web::say::{Value, Voice};

use super::date::date;
use super::gateway;
use super::trouble::Trouble;
use crate::reception::{Outcome, Reception};
use crate::visitor::{Visitor, Way};

/// One visitor's view: the reception, in their language, by the way they came.
#[derive(Clone)]
pub(super) struct Face {
    pub(super) reception: Arc<Reception>,
    pub(super) lang: Lang,
    pub(super) visitor: Arc<Visitor>,
}

/// Characters of a typewritten page.
const A_PAGE: usize = 2_500;

/// Where a page leads besides its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nav {
    /// To the inbox.
    Inbox,
    /// Out: the visitor is signed in.
    SignedIn,
    /// Nowhere: something typed would be lost.
    Nowhere,
}

/// A box's kind. The word at its head says it too, so that colour is never alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Note,
    Warning,
    Wrong,
    Done,
}

impl Face {
    pub(super) fn new(reception: Arc<Reception>, lang: Lang, visitor: Arc<Visitor>) -> Self {
        Self { reception, lang, visitor }
    }

    /// The same view in another language.
    pub(super) fn speaking(&self, lang: Lang) -> Self {
        Self { lang, ..self.clone() }
    }

    pub(super) fn voice(&self) -> Voice<'_> {
        self.reception.speech.voice(self.lang)
    }

    pub(super) fn say(&self, id: &str) -> String {
        self.voice().say(id)
    }

    pub(super) fn say_with(&self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        self.voice().say_with(id, values)
    }

    /// A day, as the page's language says it.
    pub(super) fn date(&self, day: Day) -> String {
        date(self.voice(), day.civil())
    }

    /// A text of the configuration or the roster, in the page's language.
    pub(super) fn local<'a>(&self, text: &'a LocalText) -> &'a str {
        in_lang(text, self.lang)
    }

    /// The limits, as messages name them.
    pub(super) fn limits(&self) -> [(&'static str, Value<'static>); 5] {
        let limits = self.reception.limits;
        [
            ("pages", (limits.text / A_PAGE).into()),
            ("files", limits.files.into()),
            ("megabytes", (limits.upload / 1_000_000).into()),
            ("characters", limits.text.into()),
            ("minutes", limits.session.div_ceil(60).into()),
        ]
    }

    /// How long whoever sends something waits until it is kept: never said where it is at once.
    pub(super) fn wait(&self) -> Markup {
        let seconds = self.reception.wait.as_secs();
        html! { @if seconds > 0 { p.hint { (self.say_with("wait", &[("seconds", seconds.into())])) } } }
    }

    /// A path below the page's language.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.lang.as_str())
    }

    /// The roster and one of its organisations.
    pub(super) fn roster(&self) -> Result<Arc<Roster>, Trouble> {
        self.reception.roster().ok_or(Trouble::NotOpen)
    }

    pub(super) fn organisation<'a>(&self, roster: &'a Roster, id: &str) -> Result<&'a Organisation, Trouble> {
        roster.organisation(id).ok_or(Trouble::NotFound)
    }

    /// The clock, without which nothing can be sealed.
    pub(super) fn clock(&self) -> Result<Clock, Trouble> {
        self.reception.clock().ok_or(Trouble::Fault)
    }

    /// A page; `rest` is its path below the language, for the links to the others.
    pub(super) fn page(&self, nav: Nav, rest: &str, title: String, main: Markup) -> Page {
        let others = self.reception.speech.languages().filter(|lang| nav != Nav::Nowhere && *lang != self.lang);
        let switch = |lang: Lang| Switch {
            lang,
            label: self.reception.speech.voice(lang).say("language-name"),
            href: format!("/{lang}/{rest}"),
        };
        let mut banners = Vec::new();
        if self.visitor.way == Way::WithoutTor {
            banners.push(self.say("banner-without-tor"));
        }
        if self.reception.demo {
            banners.push(self.say("banner-demo"));
        }
        Page {
            lang: self.lang,
            title,
            site: self.say("site"),
            skip: self.say("skip"),
            banners,
            switches: others.map(switch).collect(),
            head: html! {},
            nav: self.nav(nav),
            main,
            footer: html! { p { (self.say("footer-leave")) } },
        }
    }

    fn nav(&self, nav: Nav) -> Markup {
        match nav {
            Nav::Nowhere => html! {},
            Nav::Inbox => {
                html! { nav aria-label=(self.say("nav-label")) { a href=(self.path("inbox")) { (self.say("nav-inbox")) } } }
            }
            Nav::SignedIn => html! {
                form method="post" action=(self.path("inbox/leave")) {
                    button.quiet type="submit" { (self.say("sign-out")) }
                }
            },
        }
    }

    /// A page as an answer, in the one length.
    pub(super) fn answer(&self, status: StatusCode, keeping: Keeping, page: &Page) -> Result<Answer, Trouble> {
        page.answer(status, Size::Usual, keeping).map_err(|_| Trouble::PageTooLong)
    }

    /// A page that gives back what was typed: in the larger length where it must be.
    pub(super) fn giving_back(&self, status: StatusCode, keeping: Keeping, page: &Page) -> Result<Answer, Trouble> {
        let usual = page.answer(status, Size::Usual, keeping);
        usual.or_else(|_| page.answer(status, Size::Large, keeping)).map_err(|_| Trouble::PageTooLong)
    }

    /// The page that says what went wrong and what to do, and nothing else.
    pub(super) fn trouble(&self, trouble: &Trouble) -> Answer {
        if *trouble == Trouble::Gateway {
            return gateway::page(self);
        }
        let main = html! {
            (self.trouble_box(trouble))
            p { a href=(self.path("")) { (self.say("to-start")) } }
        };
        let page = self.page(Nav::Inbox, "", self.say("trouble-title"), main);
        // A page this short always fits; a bare way to the start if it ever should not.
        self.answer(trouble.status(), Keeping::Typed, &page).unwrap_or_else(|_| Answer::see_other("/"))
    }

    /// Cause, then advice.
    pub(super) fn trouble_box(&self, trouble: &Trouble) -> Markup {
        let (cause, advice) = trouble.words();
        self.cause_and_advice(cause, advice)
    }

    /// The same in a frame beside the form.
    pub(super) fn trouble_beside(&self, trouble: &Trouble) -> Markup {
        self.cause_and_advice(trouble.words().0, trouble.advice_beside_the_form())
    }

    fn cause_and_advice(&self, cause: &str, advice: &str) -> Markup {
        let values = self.limits();
        self.boxed(
            Tone::Wrong,
            html! {
                p { (self.say_with(cause, &values)) }
                p { (self.say_with(advice, &values)) }
            },
        )
    }

    pub(super) fn boxed(&self, tone: Tone, inner: Markup) -> Markup {
        let (class, word) = match tone {
            Tone::Note => ("box", self.say("box-note")),
            Tone::Warning => ("box warning", self.say("box-warning")),
            Tone::Wrong => ("box error", self.say("box-error")),
            Tone::Done => ("box done", self.say("box-done")),
        };
        let role = (tone == Tone::Wrong).then_some("alert");
        html! { div class=(class) role=[role] { p { strong { (word) } } (inner) } }
    }

    /// To where a finished form leads, in its session.
    pub(super) fn lead(&self, outcome: &Outcome) -> Answer {
        self.reception.sessions.give(Answer::see_other(&outcome.place), &outcome.session)
    }
}

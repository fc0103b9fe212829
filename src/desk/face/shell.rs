//! What all pages have in common: the frame, the navigation, forms that are taken once, and errors.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sluss_core::cert::Fingerprint;
use sluss_core::day::Clock;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::form::{Fields, FormError};
use sluss_web::maud::{Markup, html};
use sluss_web::page::{Keeping, Page, Size, Switch};
use sluss_web::say::Voice;
use sluss_web::session::{Claim, Turn};

use super::{Face, IDLE, clock};
use crate::desk::Desk;
use crate::say::spoken;

/// How much later than the desk locks itself the browser leaves a page.
const LATER: Duration = Duration::from_secs(1);

/// The same for a page of many cases, through which somebody may go for long.
const HOUR: Duration = Duration::from_secs(3_600);

/// Where a page stands in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Today,
    Cases,
    Exchange,
    Register,
    Roster,
    Key,
}

/// One request by the bound browser, or by somebody at the closed door.
pub(super) struct Visit {
    pub(super) face: Arc<Face>,
    pub(super) lang: Option<Lang>,
    pub(super) request: Request,
    /// The path's segments after the language.
    pub(super) path: Vec<String>,
}

/// A form that came in.
pub(super) struct Taken {
    pub(super) fields: Fields,
    /// `None` where the form is from another start of the desk: it is shown again, nothing is done.
    turn: Option<Turn<String>>,
}

/// What became of a form that asks something of the unlocked desk.
pub(super) enum Asked {
    /// It was done, now or before: on to the next page.
    Answered(Answer),
    /// The desk had locked itself. What was typed.
    Locked(Fields),
    /// It was not done. What was typed, and why.
    Refused(Fields, String),
}

/// What the next page says at its top.
pub(super) enum Notice {
    /// What was done.
    Done(Vec<String>),
    /// What was not, and why.
    Trouble(String),
}

impl Taken {
    /// Whether it may be acted upon, and otherwise why not.
    pub(super) fn fresh(&self, voice: Voice<'_>) -> Result<(), String> {
        if self.turn.is_some() { Ok(()) } else { Err(voice.say("form-old")) }
    }

    /// Ends the form: where it was done, on to the path `Ok` names, also for whoever sends it again.
    pub(super) fn settle(self, done: Result<String, String>) -> Result<Answer, (Fields, String)> {
        match (self.turn, done) {
            (Some(turn), Ok(next)) => {
                turn.finish(next.clone());
                Ok(Answer::see_other(&next))
            }
            (_, Err(trouble)) => Err((self.fields, trouble)),
            (None, Ok(next)) => Ok(Answer::see_other(&next)),
        }
    }
}

impl Visit {
    pub(super) fn lang(&self) -> Lang {
        self.lang.unwrap_or(self.face.lang)
    }

    pub(super) fn voice(&self) -> Voice<'_> {
        self.face.voice(self.lang())
    }

    /// A path of ours in this visit's language.
    pub(super) fn href(&self, path: &str) -> String {
        if path.is_empty() { format!("/{}", self.lang().as_str()) } else { format!("/{}/{path}", self.lang().as_str()) }
    }

    /// Reads the form for `action` and takes its turn; a form that was done already leads where it led.
    pub(super) async fn take(&self, action: &str) -> Result<Taken, Answer> {
        let fields =
            Fields::read(&self.request, 3 * limits::TEXT_GIVEN_BACK).await.map_err(|error| self.unreadable(error))?;
        match self.face.nonces.claim(action, fields.one("nonce")).await {
            Claim::Turn(turn) => Ok(Taken { fields, turn: Some(turn) }),
            Claim::Done(next) => Err(Answer::see_other(&next)),
            Claim::Unknown => Ok(Taken { fields, turn: None }),
        }
    }

    /// Does what the form for `action` asks of the unlocked desk; once it is done, the page at `next` says so. `prepare`
    /// makes the work out of what was typed.
    pub(super) async fn ask<W>(&self, action: &str, next: &str, prepare: impl FnOnce(&Fields) -> W) -> Asked
    where
        W: FnOnce(&mut Desk, Voice<'_>, Clock) -> Result<Vec<String>, String> + Send + 'static,
    {
        match self.take(action).await {
            Err(answer) => Asked::Answered(answer),
            Ok(taken) => {
                let work = prepare(&taken.fields);
                perform(Arc::clone(&self.face), self.lang(), taken, self.href(next), work).await
            }
        }
    }

    fn unreadable(&self, error: FormError) -> Answer {
        let voice = self.voice();
        let why = match error {
            FormError::TextTooLong => voice.say("form-long"),
            _ => voice.say("form-damaged"),
        };
        let main = box_of("error", &voice.say("trouble"), &[why]);
        self.page(StatusCode::BAD_REQUEST, &voice.say("failed-title"), None, &main, Keeping::Nothing)
    }

    /// A form that posts to `action`, with a nonce of its own.
    pub(super) fn form(&self, action: &str, content: &Markup) -> Markup {
        let nonce = self.face.nonces.issue(action, &mut rand::rng());
        html! {
            form method="post" action=(self.href(action)) accept-charset="utf-8" {
                input type="hidden" name="nonce" value=(nonce);
                (content)
            }
        }
    }

    /// Answers a page; `trouble` makes it an error and stands at its top. What is only read is left once the desk has locked
    /// itself; a page on which somebody writes stays, since what they wrote would be lost.
    pub(super) fn shown(
        &self,
        title: &str,
        place: Option<Place>,
        trouble: Option<&str>,
        main: &Markup,
        keeping: Keeping,
    ) -> Answer {
        let answer = self.standing(title, place, trouble, main, keeping);
        let read = place.is_some() && keeping == Keeping::Nothing;
        if read { answer.left_after(limits::SESSION_IDLE + LATER, &self.href(IDLE)) } else { answer }
    }

    /// As [`Visit::shown`], for a page on which much is ticked: it is left an hour later.
    pub(super) fn shown_to_tick(&self, title: &str, place: Place, trouble: Option<&str>, main: &Markup) -> Answer {
        let answer = self.standing(title, Some(place), trouble, main, Keeping::Nothing);
        answer.left_after(limits::SESSION_IDLE + HOUR, &self.href(IDLE))
    }

    fn standing(
        &self,
        title: &str,
        place: Option<Place>,
        trouble: Option<&str>,
        main: &Markup,
        keeping: Keeping,
    ) -> Answer {
        let voice = self.voice();
        let status = if trouble.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let notice = match trouble {
            Some(trouble) => Some(Notice::Trouble(trouble.to_owned())),
            // It may name what came: a locked desk keeps it until it is unlocked.
            None if place.is_none() => None,
            None => self.face.notice.lock().unwrap_or_else(PoisonError::into_inner).take(),
        };
        let main = html! {
            @match &notice {
                Some(Notice::Trouble(trouble)) => (box_of("error", &voice.say("trouble"), std::slice::from_ref(trouble))),
                Some(Notice::Done(said)) if !said.is_empty() => (box_of("done", &voice.say("done"), said)),
                Some(Notice::Done(_)) | None => {}
            }
            (main)
        };
        self.page(status, title, place, &main, keeping)
    }

    /// The frame around `main`.
    pub(super) fn page(
        &self,
        status: StatusCode,
        title: &str,
        place: Option<Place>,
        main: &Markup,
        keeping: Keeping,
    ) -> Answer {
        let voice = self.voice();
        let demo = place.is_some() && self.face.book.roster().is_ok_and(|roster| roster.edition().demo);
        let other = self.lang().other();
        let mut elsewhere = format!("/{}", other.as_str());
        for segment in self.path.iter().filter(|segment| !ACTIONS.contains(&segment.as_str())) {
            elsewhere = format!("{elsewhere}/{segment}");
        }
        let page = Page {
            lang: self.lang(),
            title: title.to_owned(),
            site: voice.say("site"),
            skip: voice.say("skip"),
            banners: if demo { vec![voice.say("demo-banner")] } else { Vec::new() },
            switches: vec![Switch { lang: other, label: voice.say("lang-other"), href: elsewhere }],
            head: html! {},
            nav: place.map(|place| self.nav(place)).unwrap_or_default(),
            main: main.clone(),
            footer: html! { p { (voice.say("footer")) } },
        };
        let answer = page.answer(status, Size::Usual, keeping).or_else(|_| page.answer(status, Size::Large, keeping));
        answer.unwrap_or_else(|_| {
            let main = box_of("error", &voice.say("trouble"), &[voice.say("failed")]);
            let short = Page { title: voice.say("failed-title"), main, ..page };
            short
                .answer(StatusCode::INTERNAL_SERVER_ERROR, Size::Usual, keeping)
                .unwrap_or_else(|_| Answer::see_other("/"))
        })
    }

    fn nav(&self, here: Place) -> Markup {
        let voice = self.voice();
        let links = [
            (Place::Today, "", voice.say("nav-today")),
            (Place::Cases, "cases", voice.say("nav-cases")),
            (Place::Exchange, "exchange", voice.say("nav-exchange")),
            (Place::Register, "register", voice.say("nav-register")),
            (Place::Roster, "roster", voice.say("nav-roster")),
            (Place::Key, "key", voice.say("nav-key")),
        ];
        html! {
            nav {
                ul {
                    @for (place, path, label) in &links {
                        li { a href=(self.href(path)) aria-current=[(*place == here).then_some("page")] { (label) } }
                    }
                }
            }
            (self.locking())
        }
    }

    /// What locks the desk at once.
    pub(super) fn locking(&self) -> Markup {
        self.form("lock", &html! { button.quiet { (self.voice().say("lock")) } })
    }
}

/// Does what a form that was taken asks of the unlocked desk; once it is done, the page at `next` says so.
pub(super) async fn perform<W>(face: Arc<Face>, lang: Lang, taken: Taken, next: String, work: W) -> Asked
where
    W: FnOnce(&mut Desk, Voice<'_>, Clock) -> Result<Vec<String>, String> + Send + 'static,
{
    let done = match (taken.fresh(face.voice(lang)), clock(face.voice(lang))) {
        (Err(trouble), _) | (_, Err(trouble)) => Err(trouble),
        (Ok(()), Ok(clock)) => match face.with_desk(lang, move |desk, voice| work(desk, voice, clock)).await {
            None => return Asked::Locked(taken.fields),
            Some(done) => done,
        },
    };
    let done = done.map(|said| {
        face.notify(Notice::Done(said));
        next
    });
    match taken.settle(done) {
        Ok(answer) => Asked::Answered(answer),
        Err((typed, trouble)) => Asked::Refused(typed, trouble),
    }
}

/// Last segments that only forms have: the page in the other language is the one that holds the form.
const ACTIONS: [&str; 24] = [
    "search",
    "mark",
    "erase",
    "keep",
    "file",
    "unlock",
    "new",
    "load",
    "open",
    "return",
    "share",
    "look",
    "sign",
    "use",
    "save",
    "stop",
    "unseal",
    "withdraw",
    "lock",
    "renew",
    "drill",
    "export-cert",
    "export-tsk",
    "export-for-gpg",
];

/// A box that begins with what it is.
pub(super) fn box_of(class: &str, head: &str, lines: &[String]) -> Markup {
    html! {
        div class=(format!("box {class}")) role=[(class == "error").then_some("alert")] {
            p { strong { (head) } " " (lines.first().map(String::as_str).unwrap_or_default()) }
            @for line in lines.iter().skip(1) { p { (line) } }
        }
    }
}

/// A fingerprint that people compare, and below it its words.
pub(super) fn fingerprint(fingerprint: Fingerprint, voice: Voice<'_>) -> Markup {
    html! {
        span.mono { (fingerprint.grouped()) }
        br;
        small { (spoken(fingerprint, voice)) }
    }
}

/// A line to be typed into.
pub(super) struct Line<'a> {
    /// Distinguishes fields of one name on one page.
    pub(super) form: &'a str,
    pub(super) name: &'a str,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) secret: bool,
}

impl Line<'_> {
    /// The field with what was typed before; a secret one is always empty.
    pub(super) fn markup(&self, typed: &Fields) -> Markup {
        let id = format!("{}-{}", self.form, self.name);
        let hint = format!("{id}-hint");
        let value = if self.secret { "" } else { typed.one(self.name) };
        html! {
            label for=(id) { (self.label) }
            @if let Some(text) = &self.hint { span.hint id=(hint) { (text) } }
            input id=(id) name=(self.name) type=(if self.secret { "password" } else { "text" }) value=(value)
                aria-describedby=[self.hint.as_ref().map(|_| hint.as_str())] autocomplete=(if self.secret { "off" } else { "on" })
                spellcheck="false";
        }
    }
}

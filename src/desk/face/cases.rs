//! What is to be done today, and all cases, the most urgent first.

use sluss_core::bundle::OpenError;
use sluss_core::day::{Clock, Day};
use sluss_core::nested::{self, Block};
use sluss_core::roster::in_lang;
use sluss_core::secret::Secret;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::say::Voice;

use super::shell::{Line, Place, Visit, box_of};
use super::{clock, key};
use crate::book::BookError;
use crate::casebook::agenda::{When, agenda};
use crate::casebook::case::Case;
use crate::desk::{Desk, DeskError, Office};
use crate::exchange::Why;
use crate::say::{Explain as _, next_step, short};

/// Cases on one page, or under one head of today's.
const CASES: usize = 50;
/// Characters of a text that the list shows.
const BEGINNING: usize = 60;
/// Days after which a new bundle should be fetched: the law's seven leave little room.
const STALE: i32 = 3;

/// Which cases a page lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    /// Those that want something done.
    Today,
    /// All that are not hidden.
    All,
    /// Those that are hidden as junk.
    Junk,
}

impl Listed {
    fn path(self) -> &'static str {
        match self {
            Self::Today => "",
            Self::All => "cases",
            Self::Junk => "junk",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Today => "today-title",
            Self::All => "cases-title",
            Self::Junk => "cases-junk-title",
        }
    }
}

/// Shows these cases.
pub(super) async fn show(visit: &Visit, listed: Listed) -> Answer {
    let title = visit.voice().say(listed.title());
    let place = if listed == Listed::Today { Place::Today } else { Place::Cases };
    let page: usize = visit.request.query("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let clock = match clock(visit.voice()) {
        Ok(clock) => clock,
        Err(trouble) => return visit.shown(&title, Some(place), Some(&trouble), &html! {}, Keeping::Nothing),
    };
    let base = visit.href("");
    let Some(main) =
        visit.face.with_desk(visit.lang(), move |desk, voice| main(desk, voice, clock, page, listed, &base)).await
    else {
        return key::locked(visit, &Fields::default(), None);
    };
    let main = html! {
        @if listed == Listed::All { (search_form(visit, &Fields::default())) }
        (main)
        @if listed == Listed::All { p { a href=(visit.href("oral")) { (visit.voice().say("oral-title")) } } }
    };
    visit.shown(&title, Some(place), None, &main, Keeping::Nothing)
}

/// The form that finds cases by their words.
fn search_form(visit: &Visit, typed: &Fields) -> Markup {
    let voice = visit.voice();
    let line = Line {
        form: "search",
        name: "words",
        label: voice.say("search-words"),
        hint: Some(voice.say("search-hint")),
        secret: false,
    };
    visit.form("cases/search", &html! { (line.markup(typed)) p.actions { button.quiet { (voice.say("search")) } } })
}

/// Shows the cases in which the words of the form stand. They are sent, since an address is remembered.
pub(super) async fn search(visit: &Visit) -> Answer {
    let typed = match visit.take("cases/search").await {
        Ok(taken) => taken.fields,
        Err(answer) => return answer,
    };
    let (voice, title) = (visit.voice(), visit.voice().say("search-title"));
    let today = match clock(voice) {
        Ok(clock) => clock.today(),
        Err(trouble) => return visit.shown(&title, Some(Place::Cases), Some(&trouble), &html! {}, Keeping::Nothing),
    };
    let (words, base) = (Secret::new(typed.one("words").to_owned()), visit.href(""));
    let found = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let mut cases = office.casebook.cases();
        cases.retain(|case| case.has(words.expose()));
        Ok::<_, String>(html! {
            p { (voice.say_with("search-found", &[("count", cases.len().into())])) }
            @if !cases.is_empty() { (table(office, cases.chunks(CASES).next().unwrap_or_default(), voice, today, &base)) }
            @if cases.len() > CASES { p.hint { (voice.say_with("search-more", &[("most", CASES.into())])) } }
        })
    });
    let (found, trouble) = match found.await {
        None => return key::locked(visit, &Fields::default(), None),
        Some(Ok(found)) => (found, None),
        Some(Err(trouble)) => (html! {}, Some(trouble)),
    };
    let main =
        html! { (search_form(visit, &typed)) (found) p { a href=(visit.href("cases")) { (voice.say("today-all")) } } };
    visit.shown(&title, Some(Place::Cases), trouble.as_deref(), &main, Keeping::Nothing)
}

fn main(desk: &Desk, voice: Voice<'_>, clock: Clock, page: usize, listed: Listed, base: &str) -> Markup {
    let office = match desk.office() {
        Ok(office) => office,
        Err(DeskError::Book(BookError::NoRoster)) => {
            let said = voice.say("cases-no-roster");
            return html! {
                (box_of("note", &voice.say("note"), &[said]))
                p { a.button href=(format!("{base}/roster")) { (voice.say("nav-roster")) } }
            };
        }
        Err(error) => return box_of("error", &voice.say("trouble"), &[error.explain(voice)]),
    };
    let today = clock.today();
    let cases = office.casebook.cases();
    if listed == Listed::Today {
        return html! {
            p.hint { (voice.say_with("cases-today", &[("day", today.to_string().into())])) }
            (standing(office, voice, today))
            @if cases.is_empty() {
                p { (voice.say("cases-none")) }
                p { a.button href=(format!("{base}/exchange")) { (voice.say("nav-exchange")) } }
            } @else {
                (to_do(office, cases, voice, today, base))
            }
        };
    }
    let (hidden, shown): (Vec<_>, Vec<_>) = cases.into_iter().partition(Case::junk);
    html! {
        p.hint { (voice.say_with("cases-today", &[("day", today.to_string().into())])) }
        @if listed == Listed::Junk {
            @if hidden.is_empty() { p { (voice.say("cases-junk-none")) } }
            @else { (paged(office, &hidden, voice, today, page, listed, base)) }
        } @else {
            @if shown.is_empty() { p { (voice.say("cases-none")) } }
            @else { (paged(office, &shown, voice, today, page, listed, base)) }
            @if !hidden.is_empty() {
                p { a href=(format!("{base}/junk")) { (voice.say_with("cases-junk", &[("count", hidden.len().into())])) } }
            }
            @if office.casebook.journal().erasures().next().is_some() {
                p { a href=(format!("{base}/erased")) { (voice.say("erased-title")) } }
            }
        }
    }
}

/// What wants to be done, by how soon.
fn to_do(office: &Office, cases: Vec<Case<'_>>, voice: Voice<'_>, today: Day, base: &str) -> Markup {
    let agenda = agenda(cases, today);
    html! {
        @if agenda.is_empty() { p { (voice.say("today-nothing")) } }
        @for (when, cases) in &agenda {
            section {
                h2 { (voice.say(head(*when))) }
                (table(office, cases.chunks(CASES).next().unwrap_or_default(), voice, today, base))
                @if cases.len() > CASES {
                    p.hint { (voice.say_with("today-more", &[("count", (cases.len() - CASES).into())])) }
                }
            }
        }
        p { a href=(format!("{base}/cases")) { (voice.say("today-all")) } }
    }
}

fn head(when: When) -> &'static str {
    match when {
        When::Late => "today-late",
        When::Today => "today-today",
        When::Week => "today-week",
        When::Month => "today-month",
        When::Unanswered => "today-unanswered",
        When::Told => "today-told",
    }
}

fn paged(
    office: &Office,
    cases: &[Case<'_>],
    voice: Voice<'_>,
    today: Day,
    page: usize,
    listed: Listed,
    base: &str,
) -> Markup {
    let pages = cases.len().div_ceil(CASES).max(1);
    let page = page.min(pages);
    let shown = cases.chunks(CASES).nth(page - 1).unwrap_or_default();
    html! {
        (table(office, shown, voice, today, base))
        (pager(voice, &format!("{base}/{}", listed.path()), page, pages))
    }
}

fn table(office: &Office, cases: &[Case<'_>], voice: Voice<'_>, today: Day, base: &str) -> Markup {
    html! {
        div.scroll.wide {
            table {
                thead {
                    tr {
                        @for id in ["column-case", "column-organisation", "column-received", "column-state", "column-next", "column-handler"] {
                            th scope="col" { (voice.say(id)) }
                        }
                    }
                }
                tbody { @for case in cases { (row(office, case, voice, today, base)) } }
            }
        }
    }
}

fn row(office: &Office, case: &Case<'_>, voice: Voice<'_>, today: Day, base: &str) -> Markup {
    let number = case.number();
    html! {
        tr {
            th scope="row" {
                a href=(format!("{base}/case/{number}")) { (number) }
                " " span.hint dir="auto" { (beginning(case, voice)) }
                @if !case.tags().is_empty() { " " span.hint dir="auto" { (case.tags().join(", ")) } }
            }
            td { (organisation(office, case, voice)) }
            td { (case.received().to_string()) }
            td {
                (case.state().explain(voice))
                @if case.unanswered() { ", " strong { (voice.say("unanswered")) } }
                @if case.urgent() { ", " strong { (voice.say("urgent")) } }
            }
            td {
                (next_step(case, voice))
                @if let Some((_, day)) = case.next() { " (" (left(day.since(today), voice)) ")" }
            }
            td { (case.assigned().map_or("", |to| office.name_in_use(to))) }
        }
    }
}

/// What tells a case from others: how its text begins.
fn beginning(case: &Case<'_>, voice: Voice<'_>) -> String {
    let text = case.submissions().next().map_or("", |first| first.text.expose());
    if nested::block(text) == Some(Block::Message) {
        return voice.say("sealed-mark");
    }
    let mut characters = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().chars();
    let shown: String = characters.by_ref().take(BEGINNING).collect();
    if characters.next().is_some() { format!("{shown}…") } else { shown }
}

/// The organisation's name.
pub(super) fn organisation<'a>(office: &'a Office, case: &Case<'a>, voice: Voice<'_>) -> &'a str {
    let organisation = office.roster.organisation(case.organisation());
    organisation.map_or(case.organisation(), |organisation| in_lang(&organisation.name, voice.lang()))
}

/// How many days are left.
pub(super) fn left(days: i32, voice: Voice<'_>) -> String {
    if days < 0 {
        voice.say_with("due-over", &[("days", days.unsigned_abs().into())])
    } else {
        voice.say_with("due-left", &[("days", days.into())])
    }
}

/// Whether bundles come in rhythm, what waits to go out, and what was set aside.
fn standing(office: &Office, voice: Voice<'_>, today: Day) -> Markup {
    let unsent = office.casebook.unsent();
    let mut aside: Vec<String> = Vec::new();
    for (digest, reason) in office.casebook.set_aside() {
        aside.push(format!("{}: {}", short(digest), reason.explain(voice)));
    }
    for (digest, error) in &office.unreadable {
        let why = match error {
            OpenError::Newer => error.explain(voice),
            _ => Why::Unreadable.explain(voice),
        };
        aside.push(format!("{}: {why}", short(*digest)));
    }
    html! {
        @if let Some(day) = office.casebook.journal().newest() {
            @let days = today.since(day);
            @let values = [("day", day.to_string().into()), ("days", days.into())];
            @if days > STALE { (box_of("warning", &voice.say("note"), &[voice.say_with("cases-stale", &values)])) }
            @else { p.hint { (voice.say_with("cases-newest", &values)) } }
        }
        @if !unsent.is_empty() {
            p.hint { (voice.say_with("cases-unsent", &[("parcel", unsent.explain(voice).into())])) }
        }
        @if !aside.is_empty() {
            div.box.warning {
                p { strong { (voice.say("note")) } " " (voice.say_with("cases-set-aside", &[("count", aside.len().into())])) }
                ul { @for line in &aside { li { (line) } } }
            }
        }
    }
}

/// Links to the pages before and after.
pub(super) fn pager(voice: Voice<'_>, path: &str, page: usize, pages: usize) -> Markup {
    html! {
        @if pages > 1 {
            p.actions {
                @if page > 1 { a href=(format!("{path}?page={}", page - 1)) { (voice.say("page-earlier")) } }
                span { (voice.say_with("page-number", &[("page", page.into()), ("pages", pages.into())])) }
                @if page < pages { a href=(format!("{path}?page={}", page + 1)) { (voice.say("page-later")) } }
            }
        }
    }
}

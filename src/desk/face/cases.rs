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

use super::junk::{self, Ticks};
use super::shell::{Line, Place, Visit, box_of};
use super::{clock, key};
use crate::book::BookError;
use crate::casebook::agenda::{When, agenda};
use crate::casebook::case::Case;
use crate::ceremony;
use crate::desk::{Desk, DeskError, Office};
use crate::exchange::Why;
use crate::say::{Explain as _, ending_line, matter, next_step, short};

/// Cases on one page, or under one head of today's.
const CASES: usize = 50;
/// Cases on one page of what was found, or where many are to be ticked.
pub(super) const MANY: usize = 1_000;
/// Pages that one page of many takes the place of.
const TOGETHER: usize = MANY / CASES;
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
    /// The list at this path, without the language.
    pub(super) fn at(path: &str) -> Option<Self> {
        [Self::All, Self::Junk].into_iter().find(|listed| listed.path() == path)
    }

    pub(super) fn path(self) -> &'static str {
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

/// What a list shows, as its address or its form says.
struct Look {
    listed: Listed,
    /// From 1.
    page: usize,
    /// Cases on a page.
    most: usize,
    /// Words that stand in every case; none for all of them.
    words: Secret<String>,
    ticks: Ticks,
}

/// A list, in the parts between which its form is laid.
struct Told {
    before: Markup,
    table: Markup,
    /// Whether a case in it can be ticked.
    offers: bool,
    after: Markup,
}

impl Told {
    fn bare(table: Markup) -> Self {
        Self { before: html! {}, table, offers: false, after: html! {} }
    }
}

/// Shows these cases.
pub(super) async fn show(visit: &Visit, listed: Listed) -> Answer {
    let mut asked = Fields::default();
    for name in ["page", "wide"] {
        asked.add(name.to_owned(), Secret::new(visit.request.query(name).unwrap_or_default()));
    }
    list(visit, listed, &asked, None).await
}

/// Shows the cases in which the words of the form stand. They are sent, since an address is remembered.
pub(super) async fn search(visit: &Visit) -> Answer {
    match visit.take("cases/search").await {
        Ok(taken) => list(visit, Listed::All, &taken.fields, None).await,
        Err(answer) => answer,
    }
}

/// Shows cases as they were `asked` for, with what was ticked and typed.
pub(super) async fn list(visit: &Visit, listed: Listed, asked: &Fields, trouble: Option<&str>) -> Answer {
    let words = asked.one("words").trim();
    let look = Look {
        listed,
        page: asked.one("page").parse().unwrap_or(1).max(1),
        most: if asked.one("wide").is_empty() && words.is_empty() { CASES } else { MANY },
        words: Secret::new(words.to_owned()),
        ticks: Ticks::of(listed, asked),
    };
    let title = visit.voice().say(if words.is_empty() { listed.title() } else { "search-title" });
    let place = if listed == Listed::Today { Place::Today } else { Place::Cases };
    let clock = match clock(visit.voice()) {
        Ok(clock) => clock,
        Err(trouble) => return visit.shown(&title, Some(place), Some(&trouble), &html! {}, Keeping::Nothing),
    };
    let base = visit.href("");
    let told = visit.face.with_desk(visit.lang(), move |desk, voice| main(desk, voice, clock, &look, &base));
    let Some(told) = told.await else {
        return key::locked(visit, &Fields::default(), None);
    };
    let main = html! {
        @if listed == Listed::All { (search_form(visit, asked)) }
        (told.before)
        @if told.offers { (junk::form(visit, listed, asked, &told.table)) } @else { (told.table) }
        (told.after)
        @if listed == Listed::All { p { a href=(visit.href("oral")) { (visit.voice().say("oral-title")) } } }
    };
    if told.offers {
        visit.shown_to_tick(&title, place, trouble, &main)
    } else {
        visit.shown(&title, Some(place), trouble, &main, Keeping::Nothing)
    }
}

/// What was asked of a list, now with many cases on a page, and the same ones among them.
pub(super) fn widened(asked: &Fields) -> Fields {
    let page: usize = asked.one("page").parse().unwrap_or(1).max(1);
    let page = if asked.one("wide").is_empty() { (page - 1) / TOGETHER + 1 } else { page };
    let mut widened = Fields::default();
    // Of two fields of one name the first counts.
    let first = [("page", page.to_string()), ("wide", "yes".to_owned())];
    first.into_iter().for_each(|(name, value)| widened.add(name.to_owned(), Secret::new(value)));
    asked.iter().for_each(|(name, value)| widened.add(name.to_owned(), Secret::new(value.to_owned())));
    widened
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

fn main(desk: &Desk, voice: Voice<'_>, clock: Clock, look: &Look, base: &str) -> Told {
    let office = match desk.office() {
        Ok(office) => office,
        Err(DeskError::Book(BookError::NoRoster)) => {
            let said = voice.say("cases-no-roster");
            return Told::bare(html! {
                (box_of("note", &voice.say("note"), &[said]))
                p { a.button href=(format!("{base}/roster")) { (voice.say("nav-roster")) } }
            });
        }
        Err(error) => return Told::bare(box_of("error", &voice.say("trouble"), &[error.explain(voice)])),
    };
    let today = clock.today();
    let mut cases = office.casebook.cases();
    let on_this_day = html! { p.hint { (voice.say_with("cases-today", &[("day", today.to_string().into())])) } };
    if look.listed == Listed::Today {
        return Told::bare(html! {
            (on_this_day)
            (ending_certs(desk, office, voice, clock))
            (never_drilled(desk, voice, base))
            (standing(office, voice, today))
            @if cases.is_empty() {
                p { (voice.say(none(office))) }
                p { a.button href=(format!("{base}/exchange")) { (voice.say("nav-exchange")) } }
            } @else {
                (to_do(office, cases, voice, today, base))
            }
        });
    }
    if !look.words.expose().is_empty() {
        cases.retain(|case| case.has(look.words.expose(), &beside(office, case, voice)));
        let first = cases.chunks(MANY).next().unwrap_or_default();
        return Told {
            before: html! { p { (voice.say_with("search-found", &[("count", cases.len().into())])) } },
            table: html! { @if !first.is_empty() { (table(office, first, voice, today, base, Some(&look.ticks))) } },
            offers: look.ticks.offer_any(first),
            after: html! {
                @if cases.len() > MANY { p.hint { (voice.say_with("search-more", &[("most", MANY.into())])) } }
                p { a href=(format!("{base}/cases")) { (voice.say("today-all")) } }
            },
        };
    }
    let (hidden, shown): (Vec<_>, Vec<_>) = cases.into_iter().partition(Case::junk);
    let (cases, empty) = match look.listed {
        Listed::Junk => (&hidden, "cases-junk-none"),
        Listed::Today | Listed::All => (&shown, none(office)),
    };
    let pages = cases.len().div_ceil(look.most).max(1);
    let page = look.page.min(pages);
    let on_page = cases.chunks(look.most).nth(page - 1).unwrap_or_default();
    let path = format!("{base}/{}{}", look.listed.path(), if look.most == MANY { "?wide=yes" } else { "" });
    Told {
        before: on_this_day,
        table: html! {
            @if on_page.is_empty() { p { (voice.say(empty)) } }
            @else { (table(office, on_page, voice, today, base, Some(&look.ticks))) }
        },
        offers: look.ticks.offer_any(on_page),
        after: html! {
            (pager(voice, &path, page, pages))
            @if look.listed == Listed::All {
                @if !hidden.is_empty() {
                    p { a href=(format!("{base}/junk")) { (voice.say_with("cases-junk", &[("count", hidden.len().into())])) } }
                }
                @if office.casebook.journal().erasures().next().is_some() {
                    p { a href=(format!("{base}/erased")) { (voice.say("erased-title")) } }
                }
            }
        },
    }
}

/// Why there is no case to show.
fn none(office: &Office) -> &'static str {
    let erased = office.casebook.journal().erasures().next().is_some();
    if erased || !office.casebook.cases().is_empty() { "cases-none-left" } else { "cases-none" }
}

/// What wants to be done, by how soon.
fn to_do(office: &Office, cases: Vec<Case<'_>>, voice: Voice<'_>, today: Day, base: &str) -> Markup {
    let agenda = agenda(cases, today);
    html! {
        @if agenda.is_empty() { p { (voice.say("today-nothing")) } }
        @for (when, cases) in &agenda {
            section {
                h2 { (voice.say(head(*when))) }
                (table(office, cases.chunks(CASES).next().unwrap_or_default(), voice, today, base, None))
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
        When::UnderWay => "today-under-way",
        When::Told => "today-told",
    }
}

fn table(
    office: &Office,
    cases: &[Case<'_>],
    voice: Voice<'_>,
    today: Day,
    base: &str,
    ticks: Option<&Ticks>,
) -> Markup {
    let ticks = ticks.filter(|ticks| ticks.offer_any(cases));
    html! {
        div.scroll.wide {
            table {
                thead {
                    tr {
                        @if ticks.is_some() { th scope="col" { (voice.say("column-tick")) } }
                        @for id in ["column-case", "column-organisation", "column-received", "column-state", "column-next", "column-handler"] {
                            th scope="col" { (voice.say(id)) }
                        }
                    }
                }
                tbody { @for case in cases { (row(office, case, voice, today, base, ticks)) } }
            }
        }
    }
}

fn row(office: &Office, case: &Case<'_>, voice: Voice<'_>, today: Day, base: &str, ticks: Option<&Ticks>) -> Markup {
    let number = case.number();
    html! {
        tr {
            @if let Some(ticks) = ticks { td { (ticks.tick(case)) } }
            th scope="row" {
                a id=[ticks.map(|_| format!("number-{number}"))] href=(format!("{base}/case/{number}")) { (number) }
                " " span.hint id=[ticks.map(|_| format!("text-{number}"))] dir="auto" { (beginning(case, voice)) }
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
    let Some(line) = first_line(case) else { return voice.say("sealed-mark") };
    let mut characters = line.chars();
    let shown: String = characters.by_ref().take(BEGINNING).collect();
    if characters.next().is_some() { format!("{shown}…") } else { shown }
}

/// The first line of a case's text that is not blank; `None` where its source sealed the text themselves.
pub(super) fn first_line<'a>(case: &Case<'a>) -> Option<&'a str> {
    let text = case.submissions().next().map_or("", |first| first.text.expose());
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    (nested::block(text) != Some(Block::Message)).then_some(line.unwrap_or_default())
}

/// The organisation's name.
pub(super) fn organisation<'a>(office: &'a Office, case: &Case<'a>, voice: Voice<'_>) -> &'a str {
    let organisation = office.roster.organisation(case.organisation());
    organisation.map_or(case.organisation(), |organisation| in_lang(&organisation.name, voice.lang()))
}

/// What a case's page says beside what was written: whose case it is, who wrote in it, who handles it, what was decided.
fn beside(office: &Office, case: &Case<'_>, voice: Voice<'_>) -> Vec<String> {
    let name = |writer| office.name_of(writer).map(str::to_owned);
    let mut said = vec![organisation(office, case, voice).to_owned()];
    said.extend(case.assigned().map(|to| office.name_in_use(to).to_owned()));
    said.extend(case.letters().filter_map(|(_, letter)| name(letter.writer)));
    for (_, note) in case.notes() {
        said.extend(name(note.writer));
        said.push(matter(&note.matter, office, voice));
    }
    said
}

/// How many days are left.
pub(super) fn left(days: i32, voice: Voice<'_>) -> String {
    if days < 0 {
        voice.say_with("due-over", &[("days", days.unsigned_abs().into())])
    } else {
        voice.say_with("due-left", &[("days", days.into())])
    }
}

/// Whose certs soon end.
fn ending_certs(desk: &Desk, office: &Office, voice: Voice<'_>, clock: Clock) -> Markup {
    let ending = ceremony::ending(&office.roster, desk.tsk().fingerprint(), clock);
    let said: Vec<String> = ending.iter().map(|ending| ending_line(ending, voice)).collect();
    html! { @if !said.is_empty() { (box_of("warning", &voice.say("note"), &said)) } }
}

/// That no backup of the key was ever tried.
fn never_drilled(desk: &Desk, voice: Voice<'_>, base: &str) -> Markup {
    html! {
        @if matches!(desk.drilled(), Ok(None)) {
            div.box.warning {
                p { strong { (voice.say("note")) } " " (voice.say("today-never-drilled")) }
                p { a href=(format!("{base}/key")) { (voice.say("today-drill")) } }
            }
        }
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
    let and = if path.contains('?') { '&' } else { '?' };
    html! {
        @if pages > 1 {
            p.actions {
                @if page > 1 { a href=(format!("{path}{and}page={}", page - 1)) { (voice.say("page-earlier")) } }
                span { (voice.say_with("page-number", &[("page", page.into()), ("pages", pages.into())])) }
                @if page < pages { a href=(format!("{path}{and}page={}", page + 1)) { (voice.say("page-later")) } }
            }
        }
    }
}

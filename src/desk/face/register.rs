//! What an organisation may hear of its reports: the register, as a page to print and as a file, and the yearly figures.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use sluss_core::day::Day;
use sluss_core::roster::in_lang;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::say::Voice;

use super::shell::{Asked, Line, Place, Visit};
use super::{cases, clock, key};
use crate::answer::{SaveError, put};
use crate::casebook::register::{Count, FEW, Figures, Row, figures, rows};
use crate::desk::{Desk, DeskError, Office};
use crate::durable;
use crate::say::{AtPath, Explain as _, saved_line};

/// Rows on one page.
const ROWS: usize = 200;

/// The columns, by their messages.
const COLUMNS: [&str; 9] = [
    "column-case",
    "column-matter",
    "column-received",
    "column-acknowledged",
    "column-feedback",
    "column-scope",
    "column-closed",
    "column-kept-until",
    "column-erased",
];

/// One organisation, its rows, and its name.
struct Register {
    name: String,
    rows: Vec<Row>,
}

impl Register {
    fn of(desk: &Desk, organisation: &str, today: Day, voice: Voice<'_>) -> Result<Option<Self>, DeskError> {
        let office = desk.office()?;
        let known = organisations(office, voice).into_iter().find(|(id, _)| id == organisation);
        Ok(known.map(|(id, name)| Self { name, rows: rows(&office.casebook, &id, today) }))
    }
}

/// The organisations of the roster, by id and name, and by their id alone those that have left it and of whose reports
/// something is here.
fn organisations(office: &Office, voice: Voice<'_>) -> Vec<(String, String)> {
    let listed = office.roster.edition().organisations.iter();
    let mut all: Vec<(String, String)> =
        listed.map(|one| (one.id.clone(), in_lang(&one.name, voice.lang()).to_owned())).collect();
    let cases = office.casebook.cases();
    let erasures = office.casebook.journal().erasures().map(|(_, erasure)| erasure.organisation.as_str());
    let left: BTreeSet<&str> = cases.iter().map(|case| case.organisation()).chain(erasures).collect();
    let left = left.into_iter().filter(|id| office.roster.organisation(id).is_none());
    all.extend(left.map(|id| (id.to_owned(), id.to_owned())));
    all
}

/// Which organisations there are.
pub(super) async fn list(visit: &Visit) -> Answer {
    let base = visit.href("register");
    let listed = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        Ok::<_, String>(organisations(office, voice))
    });
    let voice = visit.voice();
    let title = voice.say("register-title");
    match listed.await {
        None => key::locked(visit, &Fields::default(), None),
        Some(Err(trouble)) => visit.shown(&title, Some(Place::Register), Some(&trouble), &html! {}, Keeping::Nothing),
        Some(Ok(named)) => {
            let main = html! {
                p { (voice.say("register-what")) }
                ul { @for (id, name) in &named { li { a href=(format!("{base}/{id}")) { (name) } } } }
            };
            visit.shown(&title, Some(Place::Register), None, &main, Keeping::Nothing)
        }
    }
}

/// Shows the register of one organisation.
pub(super) async fn show(visit: &Visit, organisation: &str, typed: &Fields, trouble: Option<&str>) -> Answer {
    let (voice, title) = (visit.voice(), visit.voice().say("register-title"));
    let today = match clock(voice) {
        Ok(clock) => clock.today(),
        Err(trouble) => {
            return visit.shown(&title, Some(Place::Register), Some(&trouble), &html! {}, Keeping::Nothing);
        }
    };
    let asked = organisation.to_owned();
    let found = visit.face.with_desk(visit.lang(), move |desk, voice| {
        Register::of(desk, &asked, today, voice).map_err(|error| error.explain(voice))
    });
    let register = match found.await {
        None => return key::locked(visit, &Fields::default(), None),
        Some(Err(trouble)) => {
            return visit.shown(&title, Some(Place::Register), Some(&trouble), &html! {}, Keeping::Nothing);
        }
        Some(Ok(None)) => return visit.lost(),
        Some(Ok(Some(register))) => register,
    };
    let pages = register.rows.len().div_ceil(ROWS).max(1);
    let page: usize = visit.request.query("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, pages);
    let path = format!("register/{organisation}");
    let main = html! {
        p { (voice.say("register-what")) }
        p.hint { (voice.say_with("register-of", &[("day", today.to_string().into())])) }
        @if register.rows.is_empty() {
            p { (voice.say("register-none")) }
        } @else {
            (table(register.rows.iter().skip((page - 1) * ROWS).take(ROWS), voice))
            (cases::pager(voice, &visit.href(&path), page, pages))
            (save_form(visit, &path, typed))
            section {
                h2 { (voice.say("figures-title")) }
                p.hint { (voice.say_with("figures-what", &[("few", FEW.into())])) }
                @for year in figures(&register.rows) { (told_year(&year, voice)) }
            }
        }
        p { a href=(visit.href("register")) { (voice.say("back")) } }
    };
    let title = format!("{title}: {}", register.name);
    visit.shown(&title, Some(Place::Register), trouble, &main, Keeping::Nothing)
}

fn table<'r>(rows: impl Iterator<Item = &'r Row>, voice: Voice<'_>) -> Markup {
    html! {
        div.scroll.wide tabindex="0" role="region" aria-label=(voice.say("register-title")) {
            table {
                thead { tr { @for id in COLUMNS { th scope="col" { (voice.say(id)) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (place, cell) in cells(row, voice).into_iter().enumerate() {
                                @if place == 0 { th.number scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What stands in the columns.
fn cells(row: &Row, voice: Voice<'_>) -> [String; COLUMNS.len()] {
    let day = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    // With a hyphen no program takes it for a number and rounds it.
    let number = row.number.split_at_checked(4).map_or_else(|| row.number.clone(), |(a, b)| format!("{a}-{b}"));
    [
        number,
        voice.say("register-matter"),
        row.received.to_string(),
        if row.declined { voice.say("register-declined") } else { day(row.acknowledged) },
        day(row.feedback),
        row.within_scope
            .map_or_else(String::new, |within| voice.say(if within { "register-within" } else { "register-outside" })),
        day(row.closed),
        day(row.kept_until),
        day(row.erased),
    ]
}

fn told_year(year: &Figures, voice: Voice<'_>) -> Markup {
    let [within, outside, undecided] = year.scope;
    let [in_time, late, not_due] = year.acknowledged;
    let [told, told_late, told_not_due] = year.feedback;
    let [closed, open] = year.closed;
    let lines = [
        ("figures-received", year.received),
        ("figures-within", within),
        ("figures-outside", outside),
        ("figures-undecided", undecided),
        ("figures-acknowledged", in_time),
        ("figures-acknowledged-late", late),
        ("figures-acknowledged-not-due", not_due),
        ("figures-feedback", told),
        ("figures-feedback-late", told_late),
        ("figures-feedback-not-due", told_not_due),
        ("figures-closed", closed),
        ("figures-open", open),
    ];
    let count = |count: Count| match count {
        Count::Told(number) => number.to_string(),
        Count::Hidden => voice.say("figures-hidden"),
    };
    html! {
        h3 { (voice.say_with("figures-year", &[("year", year.year.to_string().into())])) }
        div.scroll {
            table { tbody { @for (id, number) in lines { tr { th scope="row" { (voice.say(id)) } td { (count(number)) } } } } }
        }
    }
}

fn save_form(visit: &Visit, path: &str, typed: &Fields) -> Markup {
    let voice = visit.voice();
    let to = Line { form: "register", name: "to", label: voice.say("path-to"), hint: None, secret: false };
    let content = html! { (to.markup(typed)) p.actions { button.quiet { (voice.say("register-save")) } } };
    html! {
        details {
            summary { (voice.say("register-save")) }
            p { (voice.say("register-save-hint")) }
            (visit.form(&format!("{path}/save"), &content))
        }
    }
}

/// Saves the register as a file.
pub(super) async fn save(visit: &Visit, organisation: &str) -> Answer {
    let (action, next) = (format!("register/{organisation}/save"), format!("register/{organisation}"));
    let named = organisation.to_owned();
    let asked = visit.ask(&action, &next, |typed| {
        let to = PathBuf::from(typed.one("to").trim());
        move |desk, voice, clock| {
            let register = Register::of(desk, &named, clock.today(), voice).map_err(|error| error.explain(voice))?;
            let rows = register.ok_or_else(|| voice.say("lost"))?.rows;
            let saved = durable::place(&to, &format!("register-{named}-{}.csv", clock.today()))
                .map_err(SaveError::Write)
                .and_then(|path| put(path, |file| write_csv(&rows, voice, file).map_err(SaveError::Write)));
            saved.map(|saved| vec![saved_line(&saved, voice)]).map_err(|error| AtPath(&to, &error).explain(voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => show(visit, organisation, &typed, Some(&trouble)).await,
    }
}

/// The rows as comma-separated values (RFC 4180).
fn write_csv(rows: &[Row], voice: Voice<'_>, file: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(COLUMNS.map(|id| voice.say(id)))?;
    for row in rows {
        writer.write_record(cells(row, voice))?;
    }
    writer.flush()
}

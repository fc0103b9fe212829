//! In and out: taking in a bundle, making a return bundle, making one for a colleague.

use std::fs;
use std::path::{Path, PathBuf};

use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::key;
use super::shell::{Asked, Line, Place, Visit};
use crate::exchange;
use crate::say::{AtPath, Explain as _, made_lines, opened_lines, shared_lines};

/// Where Debian shows sticks.
const STICKS: [&str; 2] = ["/media", "/run/media"];
/// Folders under those in which a bundle is looked for: user, stick, one folder on it.
const DEPTH: usize = 3;
/// Bundles that are offered at most.
const OFFERED: usize = 30;

/// Shows both forms.
pub(super) async fn show(visit: &Visit, typed: &Fields, trouble: Option<&str>) -> Answer {
    let waiting = visit.face.with_desk(visit.lang(), |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let parcel = office.casebook.unsent().explain(voice);
        let colleagues = office.roster.members().iter().filter(|member| !desk.owns(member.cert().fingerprint()));
        let colleagues = colleagues.filter(|member| !member.is_reserve()).map(|member| member.person());
        let people: Vec<_> = colleagues.map(|person| (person.id.clone(), person.name.clone())).collect();
        Ok::<_, String>((voice.say_with("return-waiting", &[("parcel", parcel.into())]), people))
    });
    let (waiting, found) = match (waiting.await, tokio::task::spawn_blocking(bundles).await) {
        (None, _) => return key::locked(visit, &Fields::default(), None),
        (Some(waiting), found) => (waiting, found.unwrap_or_default()),
    };
    let voice = visit.voice();
    let (waiting, people) = match waiting {
        Ok(told) => told,
        Err(no_roster) => {
            return visit.shown(
                &voice.say("exchange-title"),
                Some(Place::Exchange),
                Some(&no_roster),
                &html! { p { a.button href=(visit.href("roster")) { (voice.say("nav-roster")) } } },
                Keeping::Typed,
            );
        }
    };
    let path =
        |form, name, label| Line { form, name, label: voice.say(label), hint: None, secret: false }.markup(typed);
    let open = html! {
        @if !found.is_empty() {
            fieldset {
                legend { (voice.say("open-found")) }
                @for file in &found { label.tick { input type="radio" name="found" value=(file); span { (file) } } }
            }
        }
        (path("open", "path", if found.is_empty() { "path-file" } else { "open-other" }))
        p.actions { button { (voice.say("open")) } }
    };
    let back = html! {
        (path("return", "to", "path-to"))
        label.tick { input type="checkbox" name="roster" value="yes" checked[typed.one("roster") == "yes"]; span { (voice.say("return-roster")) } }
        p.actions { button { (voice.say("return")) } }
    };
    let share = html! {
        label for="share-colleague" { (voice.say("share-colleague")) }
        select id="share-colleague" name="colleague" {
            @for (id, name) in &people { option value=(id) selected[typed.one("colleague") == id] { (name) } }
        }
        (path("share", "to", "path-to"))
        p.actions { button { (voice.say("share")) } }
    };
    let main: Markup = html! {
        h2 { (voice.say("open-title")) }
        p { (voice.say("open-hint")) }
        (visit.form("exchange/open", &open))
        h2 { (voice.say("return-title")) }
        p { (voice.say("return-hint")) }
        p { (waiting) }
        (visit.form("exchange/return", &back))
        @if !people.is_empty() {
            h2 { (voice.say("share-title")) }
            p { (voice.say("share-hint")) }
            (visit.form("exchange/share", &share))
        }
    };
    visit.shown(&voice.say("exchange-title"), Some(Place::Exchange), trouble, &main, Keeping::Typed)
}

/// Takes in a bundle.
pub(super) async fn open(visit: &Visit) -> Answer {
    let asked = visit.ask_at_length("exchange/open", "", "exchange", |typed| {
        // What was typed counts before what was ticked: people type last.
        let path = [typed.one("path").trim(), typed.one("found")].into_iter().find(|path| !path.is_empty());
        let path = PathBuf::from(path.unwrap_or_default());
        move |desk, voice, clock, progress| {
            let opened = exchange::open(desk, &path, clock, progress);
            let opened = opened.map_err(|error| AtPath(&path, &error).explain(voice))?;
            Ok(opened_lines(&opened, clock.today(), voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => show(visit, &typed, Some(&trouble)).await,
    }
}

/// Makes a return bundle.
pub(super) async fn make_return(visit: &Visit) -> Answer {
    let asked = visit.ask("exchange/return", "exchange", |typed| {
        let (to, with_roster) = (PathBuf::from(typed.one("to").trim()), typed.one("roster") == "yes");
        move |desk, voice, clock| {
            let made = exchange::make_return(desk, &to, with_roster, clock, &mut rand::rng());
            Ok(made_lines(&made.map_err(|error| AtPath(&to, &error).explain(voice))?, voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => show(visit, &typed, Some(&trouble)).await,
    }
}

/// Makes a bundle for a colleague.
pub(super) async fn share(visit: &Visit) -> Answer {
    let asked = visit.ask("exchange/share", "exchange", |typed| {
        let (colleague, to) = (typed.one("colleague").to_owned(), PathBuf::from(typed.one("to").trim()));
        move |desk, voice, clock| {
            let shared = exchange::share(desk, &colleague, &to, clock, &mut rand::rng());
            Ok(shared_lines(&shared.map_err(|error| AtPath(&to, &error).explain(voice))?, voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => show(visit, &typed, Some(&trouble)).await,
    }
}

/// Bundles on sticks that are plugged in.
fn bundles() -> Vec<String> {
    let mut found = Vec::new();
    for stick in STICKS {
        look_into(Path::new(stick), DEPTH, &mut found);
    }
    found.sort();
    found.truncate(OFFERED);
    found
}

fn look_into(folder: &Path, depth: usize, found: &mut Vec<String>) {
    // A stick that cannot be read offers nothing; its path typed in says why.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, kind) = (entry.path(), entry.file_type());
        let bundle = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sluss"));
        match kind {
            Ok(kind) if kind.is_dir() && depth > 0 => look_into(&path, depth - 1, found),
            Ok(kind) if kind.is_file() && bundle => found.extend(path.to_str().map(str::to_owned)),
            _ => {}
        }
    }
}

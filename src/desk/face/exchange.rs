//! In and out: taking in an outbound bundle, making a return bundle.

use std::fs;
use std::path::{Path, PathBuf};

use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::shell::{Line, Place, Visit};
use super::{clock, key};
use crate::exchange;
use crate::say::{AtPath, Explain as _, intake_lines, made_lines};

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
        let unsent = office.casebook.unsent();
        let values = [
            ("letters", unsent.letters.len().into()),
            ("receipts", unsent.receipts.len().into()),
            ("numbers", unsent.acknowledged.len().into()),
        ];
        Ok::<_, String>(voice.say_with("return-waiting", &values))
    });
    let (waiting, found) = match (waiting.await, tokio::task::spawn_blocking(bundles).await) {
        (None, _) => return key::locked(visit, &Fields::default(), None),
        (Some(waiting), found) => (waiting, found.unwrap_or_default()),
    };
    let voice = visit.voice();
    let waiting = match waiting {
        Ok(waiting) => waiting,
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
    let main: Markup = html! {
        h2 { (voice.say("open-title")) }
        p { (voice.say("open-hint")) }
        (visit.form("exchange/open", &open))
        h2 { (voice.say("return-title")) }
        p { (voice.say("return-hint")) }
        p { (waiting) }
        (visit.form("exchange/return", &back))
    };
    visit.shown(&voice.say("exchange-title"), Some(Place::Exchange), trouble, &main, Keeping::Typed)
}

/// Takes in a bundle.
pub(super) async fn open(visit: &Visit) -> Answer {
    let taken = match visit.take("exchange/open").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    // What was typed counts before what was ticked: people type last.
    let path = [taken.fields.one("path").trim(), taken.fields.one("found")].into_iter().find(|path| !path.is_empty());
    let path = PathBuf::from(path.unwrap_or_default());
    let done = match (taken.fresh(visit.voice()), clock(visit.voice())) {
        (Err(trouble), _) | (_, Err(trouble)) => Err(trouble),
        (Ok(()), Ok(clock)) => {
            let intake = visit.face.with_desk(visit.lang(), move |desk, voice| {
                let intake = exchange::open(desk, &path, clock, &mut rand::rng());
                let intake = intake.map_err(|error| AtPath(&path, &error).explain(voice))?;
                Ok(intake_lines(&intake, clock.today(), voice))
            });
            match intake.await {
                None => return key::locked(visit, &Fields::default(), None),
                Some(intake) => intake,
            }
        }
    };
    let done = done.map(|said| {
        visit.face.notify(said);
        visit.href("")
    });
    match taken.settle(done) {
        Ok(answer) => answer,
        Err((typed, trouble)) => show(visit, &typed, Some(&trouble)).await,
    }
}

/// Makes a return bundle.
pub(super) async fn make_return(visit: &Visit) -> Answer {
    let taken = match visit.take("exchange/return").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let to = PathBuf::from(taken.fields.one("to").trim());
    let with_roster = taken.fields.one("roster") == "yes";
    let done = match (taken.fresh(visit.voice()), clock(visit.voice())) {
        (Err(trouble), _) | (_, Err(trouble)) => Err(trouble),
        (Ok(()), Ok(clock)) => {
            let made = visit.face.with_desk(visit.lang(), move |desk, voice| {
                let made = exchange::make_return(desk, &to, with_roster, clock, &mut rand::rng());
                let made = made.map_err(|error| AtPath(&to, &error).explain(voice))?;
                Ok(made_lines(&made, voice))
            });
            match made.await {
                None => return key::locked(visit, &Fields::default(), None),
                Some(made) => made,
            }
        }
    };
    let done = done.map(|said| {
        visit.face.notify(said);
        visit.href("exchange")
    });
    match taken.settle(done) {
        Ok(answer) => answer,
        Err((typed, trouble)) => show(visit, &typed, Some(&trouble)).await,
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

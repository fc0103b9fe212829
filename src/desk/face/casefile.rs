//! Handing a case over: the case file, saved where the person chooses.

use std::path::PathBuf;

use sluss_core::day::Day;
use sluss_core::submission::{FILES, MANIFEST, REPORT, SIGNATURE, SOURCE};
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Page;
use sluss_web::say::Voice;

use super::shell::{Asked, Line, Visit};
use super::{case, key};
use crate::casebook::case::{Case, Piece};
use crate::casefile::{self, CERTS, PAGE, SUMS, Words};
use crate::desk::Office;
use crate::say::{AtPath, Explain as _};

/// The form that saves the file of the case.
pub(super) fn form(visit: &Visit, number: &str, typed: &Fields) -> Markup {
    let voice = visit.voice();
    let to = Line { form: "file", name: "to", label: voice.say("casefile-to"), hint: None, secret: false };
    let content = html! { (to.markup(typed)) p.actions { button.quiet { (voice.say("casefile-save")) } } };
    html! {
        details {
            summary { (voice.say("casefile-title")) }
            p { (voice.say("casefile-what")) }
            (visit.form(&format!("case/{number}/file"), &content))
        }
    }
}

/// Saves the file of the case.
pub(super) async fn save(visit: &Visit, number: &str) -> Answer {
    let (action, next, case) = (format!("case/{number}/file"), format!("case/{number}"), number.to_owned());
    let asked = visit.ask(&action, &next, |typed| {
        let to = PathBuf::from(typed.one("to").trim());
        move |desk, voice, clock| {
            let words = |office: &Office, case: &Case<'_>| words(office, case, voice, clock.today());
            let saved = casefile::write(desk, &case, &to, words);
            let said = |place: PathBuf| {
                let values = [("folder", place.display().to_string().into()), ("page", PAGE.into())];
                vec![voice.say_with("casefile-saved", &values)]
            };
            saved.map(said).map_err(|error| AtPath(&to, &error).explain(voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => case::show(visit, number, &typed, Some(&trouble)).await,
    }
}

fn words(office: &Office, case: &Case<'_>, voice: Voice<'_>, today: Day) -> Words {
    let title = voice.say_with("case-title", &[("number", case.number().into())]);
    let page = Page {
        lang: voice.lang(),
        title,
        site: voice.say("casefile-site"),
        skip: voice.say("skip"),
        banners: Vec::new(),
        switches: Vec::new(),
        head: html! { meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'"; },
        nav: html! {},
        main: case::sheet(office, case, voice, today),
        footer: html! { p { (voice.say_with("casefile-of", &[("day", today.to_string().into())])) } },
    };
    Words { page: page.markup().into_string(), guide: guide(case, voice) }
}

/// How to verify the file, with the commands for this very case.
fn guide(case: &Case<'_>, voice: Voice<'_>) -> String {
    let mut lines = vec![voice.say("casefile-guide"), String::new(), voice.say("casefile-sums")];
    lines.push(format!("    sha256sum --check {SUMS}"));
    lines.extend([voice.say("casefile-chain"), String::new(), voice.say("casefile-writers")]);
    lines.push(format!("    gpg --import {CERTS}"));
    let named: Vec<(String, &Piece<'_>)> = casefile::named(case).collect();
    for (name, _) in named.iter().filter(|(_, piece)| !matches!(piece, Piece::Submission(_))) {
        lines.push(format!("    gpg --decrypt {name}.asc"));
    }
    lines.extend([voice.say("casefile-good"), String::new(), voice.say("casefile-source")]);
    for (name, piece) in &named {
        if let Piece::Submission(submission) = piece {
            if submission.manifest.sequence > 1 {
                lines.push(format!("    sqv --keyring {name}/{SOURCE} {name}/{SIGNATURE} {name}/{MANIFEST}"));
            }
            let files = if submission.files.is_empty() { String::new() } else { format!(" {name}/{FILES}*") };
            lines.push(format!("    sha256sum {name}/{REPORT} {name}/{SOURCE}{files}"));
        }
    }
    lines.extend([voice.say_with("casefile-members", &[("manifest", MANIFEST.into())]), String::new()]);
    lines.extend([voice.say_with("casefile-page", &[("page", PAGE.into())]), String::new()]);
    lines.join("\n")
}

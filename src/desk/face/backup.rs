//! Backups of the owner's key on the page: a file for a stick, a page for paper, and the drill.

use std::path::PathBuf;

use sluss_core::secret::Secret;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::say::Voice;

use super::key;
use super::shell::{Asked, Line, Place, Visit, fingerprint};
use crate::ceremony::{self, Code, Paper};
use crate::say::{AtPath, Explain as _};

/// Light modules around a code.
const MARGIN: usize = 4;

/// Where a backup is: a file, or what stands on paper.
pub(super) struct Source {
    path: PathBuf,
    text: Secret<String>,
}

impl Source {
    /// What the fields of [`source`] say.
    pub(super) fn of(fields: &Fields) -> Self {
        Self { path: PathBuf::from(fields.one("path").trim()), text: Secret::new(fields.one("text").to_owned()) }
    }

    /// Its bytes.
    pub(super) fn read(&self, voice: Voice<'_>) -> Result<Vec<u8>, String> {
        if self.text.expose().trim().is_empty() {
            std::fs::read(&self.path).map_err(|error| AtPath(&self.path, &error).explain(voice))
        } else {
            Ok(ceremony::from_paper(self.text.expose()))
        }
    }
}

/// The fields that say where a backup is.
pub(super) fn source(form: &str, hint: &str, typed: &Fields, voice: Voice<'_>) -> Markup {
    let (id, text_hint) = (format!("{form}-text"), format!("{form}-text-hint"));
    let hint = Some(voice.say(hint));
    html! {
        (Line { form, name: "path", label: voice.say("path-file"), hint, secret: false }.markup(typed))
        label for=(id) { (voice.say("backup-text")) }
        span.hint id=(text_hint) { (voice.say("backup-text-hint")) }
        textarea.mono id=(id) name="text" aria-describedby=(text_hint) autocomplete="off" spellcheck="false" { "\n" (typed.one("text")) }
    }
}

/// The part of the key's page about backups. There is a drill once there is a journal to note it in.
pub(super) fn section(visit: &Visit, typed: &Fields, drills: bool) -> Markup {
    let voice = visit.voice();
    let line =
        |form, name, id: &str, secret| Line { form, name, label: voice.say(id), hint: None, secret }.markup(typed);
    let export = html! {
        (line("backup", "path", "path-to", false))
        p.actions {
            button { (voice.say("export")) }
            a href=(visit.href("key/paper")) { (voice.say("backup-paper")) }
        }
    };
    let drill = html! {
        (source("drill", "drill-file-hint", typed, voice))
        (line("drill", "passphrase", "passphrase", true))
        p.actions { button { (voice.say("drill")) } }
    };
    html! {
        h2 { (voice.say("backup-title")) }
        p { (voice.say("backup-hint")) }
        (visit.form("key/export-tsk", &export))
        @if drills {
            h2 { (voice.say("drill-title")) }
            p { (voice.say("drill-hint")) }
            (visit.form("key/drill", &drill))
        }
    }
}

/// Exports the newest TSK, locked.
pub(super) async fn export(visit: &Visit) -> Answer {
    key::export(visit, "key/export-tsk", "tsk.asc", |face, _, voice| {
        face.book.newest_tsk().map_err(|error| error.explain(voice))
    })
    .await
}

/// Tries a backup.
pub(super) async fn drill(visit: &Visit) -> Answer {
    let asked = visit.ask("key/drill", "key", |typed| {
        let (source, passphrase) = (Source::of(typed), Secret::new(typed.one("passphrase").to_owned()));
        move |desk, voice, clock| {
            let backup = source.read(voice)?;
            let tried = ceremony::drill(desk, &backup, &passphrase, clock);
            tried.map(|()| vec![voice.say("drilled")]).map_err(|error| error.explain(voice))
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(typed, trouble) => key::show(visit, &typed, Some(&trouble)).await,
    }
}

/// The newest TSK, for paper.
pub(super) fn paper(visit: &Visit) -> Answer {
    let (voice, title) = (visit.voice(), visit.voice().say("paper-title"));
    let paper = match Paper::of(&visit.face.book) {
        Ok(paper) => paper,
        Err(error) => {
            let trouble = error.explain(voice);
            return visit.shown(&title, Some(Place::Key), Some(&trouble), &html! {}, Keeping::Nothing);
        }
    };
    let count = paper.codes.len();
    let main = html! {
        p { (voice.say("paper-hint")) }
        p { (voice.say("paper-print")) }
        dl {
            dt { (voice.say("key-fingerprint")) }
            dd { (fingerprint(paper.cert.fingerprint(), voice)) }
            @if let Some(user) = paper.cert.label() { dt { (voice.say("key-user")) } dd { (user) } }
        }
        h2 { (voice.say("paper-use")) }
        p { (voice.say("paper-use-hint")) }
        h2 { (voice.say("paper-codes")) }
        @for (code, number) in paper.codes.iter().zip(1..) {
            @let label = voice.say_with("paper-code", &[("number", number.into()), ("count", count.into())]);
            div.card {
                p { (label) }
                (drawn(code, &label))
            }
        }
        h2 { (voice.say("paper-text")) }
        p.mono { @for line in &paper.lines { (line) br; } }
        p { a href=(visit.href("key")) { (voice.say("back")) } }
    };
    visit.shown(&title, Some(Place::Key), None, &main, Keeping::Nothing)
}

/// A code as a drawing: dark on light on every screen, as scanners want it.
fn drawn(code: &Code, label: &str) -> Markup {
    let side = code.width + 2 * MARGIN;
    let mut dark = String::new();
    for (row, y) in code.rows.iter().zip(MARGIN..) {
        for (begins, length) in row {
            dark += &format!("M{} {y}h{length}v1h-{length}z", begins + MARGIN);
        }
    }
    html! {
        svg.code role="img" aria-label=(label) viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(dark) fill="#000" {}
        }
    }
}

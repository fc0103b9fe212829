//! The owner's key on the page: making, loading, unlocking, locking, exporting.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use sluss_core::cert::Kind;
use sluss_core::secret::Secret;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::say::Voice;

use super::cases::{self, Listed};
use super::shell::{Line, Notice, Place, Visit, fingerprint};
use super::{backup, clock, letter, note, oral, template};
use crate::ceremony::{self, PASSPHRASE_MIN};
use crate::desk::Desk;
use crate::durable;
use crate::say::{AtPath, Explain as _};

/// Fields that belong to a form and not to what was being written in it.
const FORMS_OWN: [&str; 2] = ["nonce", "passphrase"];

/// The first page of a desk without a key.
pub(super) fn start(visit: &Visit, typed: &Fields, trouble: Option<&str>) -> Answer {
    let voice = visit.voice();
    let line =
        |form, name, id: &str, hint, secret| Line { form, name, label: voice.say(id), hint, secret }.markup(typed);
    let least = voice.say_with("passphrase-hint", &[("least", PASSPHRASE_MIN.into())]);
    let make = html! {
        (line("make", "name", "name", Some(voice.say("name-hint")), false))
        (kinds(typed, voice))
        (line("make", "passphrase", "passphrase", Some(least), true))
        (line("make", "again", "passphrase-again", None, true))
        p.actions { button { (voice.say("make")) } }
    };
    let load = html! {
        (backup::source("load", "load-hint", typed, voice))
        (line("load", "passphrase", "passphrase", None, true))
        p.actions { button { (voice.say("load")) } }
    };
    let main = html! {
        p { (voice.say("start-lead")) }
        h2 { (voice.say("make-title")) }
        (visit.form("key/new", &make))
        h2 { (voice.say("load-title")) }
        (visit.form("key/load", &load))
    };
    visit.shown(&voice.say("start-title"), None, trouble, &main, Keeping::Typed)
}

/// The choice between the kinds of key.
fn kinds(typed: &Fields, voice: Voice<'_>) -> Markup {
    let kind = |value: &str, id: &str| {
        let checked = typed.one("kind") == value || (value == "post-quantum" && typed.one("kind").is_empty());
        html! { label.tick { input type="radio" name="kind" value=(value) checked[checked]; span { (voice.say(id)) } } }
    };
    html! {
        fieldset {
            legend { (voice.say("kind")) }
            (kind("post-quantum", "kind-post-quantum-hint"))
            (kind("classic", "kind-classic-hint"))
        }
    }
}

fn chosen_kind(fields: &Fields) -> Kind {
    if fields.one("kind") == "classic" { Kind::Classic } else { Kind::PostQuantum }
}

/// Makes a key and unlocks the desk with it.
pub(super) async fn make(visit: &Visit) -> Answer {
    let taken = match visit.take("key/new").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let (name, again) = (taken.fields.one("name").to_owned(), taken.fields.one("again").to_owned());
    let kind = chosen_kind(&taken.fields);
    let passphrase = Secret::new(taken.fields.one("passphrase").to_owned());
    let done = if let Err(old) = taken.fresh(visit.voice()) {
        Err(old)
    } else if Secret::new(again) != passphrase {
        Err(visit.voice().say("key-differs"))
    } else {
        enter(visit, passphrase, move |face, passphrase, voice| {
            let made = ceremony::make(&face.book, &name, kind, passphrase, clock(voice)?, &mut rand::rng());
            made.map(drop).map_err(|error| error.explain(voice))
        })
        .await
    };
    match taken.settle(done.map(|()| visit.href("key"))) {
        Ok(answer) => answer,
        Err((typed, trouble)) => start(visit, &typed, Some(&trouble)),
    }
}

/// Makes a new key beside the one in use, and unlocks the desk with both.
pub(super) async fn renew(visit: &Visit) -> Answer {
    let taken = match visit.take("key/renew").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let kind = chosen_kind(&taken.fields);
    let passphrase = Secret::new(taken.fields.one("passphrase").to_owned());
    let done = if let Err(old) = taken.fresh(visit.voice()) {
        Err(old)
    } else {
        enter(visit, passphrase, move |face, passphrase, voice| {
            let made = ceremony::renew(&face.book, kind, passphrase, clock(voice)?, &mut rand::rng());
            made.map_err(|error| error.explain(voice))?;
            face.notify(Notice::Done(vec![voice.say("renewed")]));
            Ok(())
        })
        .await
    };
    match taken.settle(done.map(|()| visit.href("key"))) {
        Ok(answer) => answer,
        Err((typed, trouble)) => show(visit, &typed, Some(&trouble)).await,
    }
}

/// Loads a key and unlocks the desk with it.
pub(super) async fn load(visit: &Visit) -> Answer {
    let taken = match visit.take("key/load").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let source = backup::Source::of(&taken.fields);
    let passphrase = Secret::new(taken.fields.one("passphrase").to_owned());
    let done = if let Err(old) = taken.fresh(visit.voice()) {
        Err(old)
    } else {
        enter(visit, passphrase, move |face, passphrase, voice| {
            let bytes = source.read(voice)?;
            let loaded = ceremony::load(&face.book, &bytes, passphrase, clock(voice)?, &mut rand::rng());
            loaded.map(drop).map_err(|error| error.explain(voice))
        })
        .await
    };
    match taken.settle(done.map(|()| visit.href("key"))) {
        Ok(answer) => answer,
        Err((typed, trouble)) => start(visit, &typed, Some(&trouble)),
    }
}

/// Does `before`, then unlocks the desk; all of it on a thread of its own, since it takes seconds.
async fn enter(
    visit: &Visit,
    passphrase: Secret<String>,
    before: impl FnOnce(&super::Face, &Secret<String>, Voice<'_>) -> Result<(), String> + Send + 'static,
) -> Result<(), String> {
    let (face, lang) = (Arc::clone(&visit.face), visit.lang());
    let entered = tokio::task::spawn_blocking(move || {
        let voice = face.voice(lang);
        let mut open = face.desk.blocking_lock();
        before(&face, &passphrase, voice)?;
        let desk = Desk::unlock(Arc::clone(&face.book), &passphrase);
        *open = Some(desk.map_err(|error| error.explain(voice))?);
        Ok(())
    });
    entered.await.unwrap_or_else(|_| Err(visit.voice().say("failed")))
}

/// The page of a locked desk.
pub(super) fn locked(visit: &Visit, typed: &Fields, trouble: Option<&str>) -> Answer {
    let voice = visit.voice();
    let text = typed.one("text");
    let line = Line {
        form: "unlock",
        name: "passphrase",
        label: voice.say("passphrase"),
        hint: Some(voice.say("unlock-hint")),
        secret: true,
    };
    let form = html! {
        (line.markup(typed))
        p.actions { button { (voice.say("unlock")) } }
        // What was being written or ticked when the desk locked itself comes back after unlocking.
        @if !typed.one("form").is_empty() {
            @for (name, value) in written(typed).filter(|(name, _)| *name != "text") {
                input type="hidden" name=(name) value=(value);
            }
        }
        @if !text.is_empty() {
            label for="unlock-text" { (voice.say("letter-text")) }
            textarea.long id="unlock-text" name="text" { "\n" (text) }
        }
    };
    let main = html! {
        @if let Ok(cert) = visit.face.book.cert() {
            p.mono { (voice.say_with("unlock-who", &[("fingerprint", cert.fingerprint().grouped().into())])) }
        }
        (visit.form("unlock", &form))
        p.hint { (voice.say("locked-back")) }
    };
    visit.shown(&voice.say("unlock-title"), None, trouble, &main, Keeping::Typed)
}

/// What was being written came in by the form for `action` after the desk had locked itself: asks for the passphrase and
/// keeps the text.
pub(super) async fn locked_while_writing(visit: &Visit, action: &str, number: &str, form: &str) -> Answer {
    let taken = match visit.take(action).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    locked(visit, &carried(&taken.fields, number, form), None)
}

/// What was being written for `form`, together with its case.
pub(super) fn carried(typed: &Fields, number: &str, form: &str) -> Fields {
    let mut carried = Fields::default();
    for (name, value) in [("case", number), ("form", form)].into_iter().chain(written(typed)) {
        carried.add(name.to_owned(), Secret::new(value.to_owned()));
    }
    carried
}

fn written(typed: &Fields) -> impl Iterator<Item = (&str, &str)> {
    typed.iter().filter(|(name, _)| !FORMS_OWN.contains(name))
}

/// Unlocks the desk.
pub(super) async fn unlock(visit: &Visit) -> Answer {
    let taken = match visit.take("unlock").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let passphrase = Secret::new(taken.fields.one("passphrase").to_owned());
    // An old form does no harm here: whoever knows the passphrase may unlock.
    let done = enter(visit, passphrase, |_, _, _| Ok(())).await;
    if let (true, Some(listed)) = (done.is_ok(), Listed::at(taken.fields.one("form"))) {
        return cases::list(visit, listed, &taken.fields, None).await;
    }
    if done.is_ok() && !taken.fields.one("text").is_empty() {
        let number = taken.fields.one("case").to_owned();
        return match taken.fields.one("form") {
            "note" => note::write(visit, &number, &taken.fields, None).await,
            "oral" => oral::write(visit, &taken.fields, None).await,
            "template" => template::write(visit, &taken.fields).await,
            _ => letter::write(visit, &number, &taken.fields, None).await,
        };
    }
    match taken.settle(done.map(|()| visit.href(""))) {
        Ok(answer) => answer,
        Err((typed, trouble)) => locked(visit, &typed, Some(&trouble)),
    }
}

/// Locks the desk, and stops what is under way: the key and every text are dropped.
pub(super) async fn lock(visit: &Visit) -> Answer {
    let face = Arc::clone(&visit.face);
    // It locks even if whoever asked closes the window meanwhile.
    let locking = tokio::spawn(async move {
        face.end_work().await;
        *face.desk.lock().await = None;
        face.notify(Notice::Done(Vec::new()));
    });
    let _ = locking.await;
    Answer::see_other(&visit.href(""))
}

/// The owner's key.
pub(super) async fn show(visit: &Visit, typed: &Fields, trouble: Option<&str>) -> Answer {
    let voice = visit.voice();
    let Ok(cert) = visit.face.book.cert() else { return Answer::see_other(&visit.href("")) };
    let expires = clock(voice).ok().and_then(|clock| cert.expires(clock));
    let path = |form| Line { form, name: "path", label: voice.say("path-to"), hint: None, secret: false }.markup(typed);
    let passphrase = Line { form: "gpg", name: "passphrase", label: voice.say("passphrase"), hint: None, secret: true };
    let pending = visit.face.book.pending_cert().ok().flatten();
    let drills = visit.face.book.roster().is_ok();
    let may_renew = pending.is_none() && drills;
    let drilled = visit.face.with_desk(visit.lang(), |desk, _| desk.drilled()).await.and_then(Result::ok);
    let renew = html! {
        (kinds(typed, voice))
        (Line { form: "renew", name: "passphrase", label: voice.say("passphrase"), hint: None, secret: true }.markup(typed))
        p.actions { button { (voice.say("renew")) } }
    };
    let export: Markup = html! { p.actions { button { (voice.say("export")) } } };
    let main = html! {
        dl {
            dt { (voice.say("key-fingerprint")) }
            dd { (fingerprint(cert.fingerprint(), voice)) }
            @if let Some(user) = cert.label() { dt { (voice.say("key-user")) } dd { (user) } }
            dt { (voice.say("kind")) }
            dd { (cert.kind().explain(voice)) }
            @if let Some(day) = expires { dt { (voice.say("key-expires")) } dd { (day.to_string()) } }
            @if let Some(day) = drilled {
                dt { (voice.say("key-drilled")) }
                dd { (day.map_or_else(|| voice.say("key-never-drilled"), |day| day.to_string())) }
            }
        }
        @if let Some(pending) = pending {
            dl { dt { (voice.say("key-pending")) } dd { (fingerprint(pending.fingerprint(), voice)) } }
        }
        p { (voice.say("key-compare")) " " (voice.say("words-hint")) }
        h2 { (voice.say("cert-title")) }
        p { (voice.say("cert-hint")) }
        (visit.form("key/export-cert", &html! { (path("cert")) (export) }))
        (backup::section(visit, typed, drills))
        @if may_renew {
            h2 { (voice.say("renew-title")) }
            p { (voice.say("renew-hint")) }
            (visit.form("key/renew", &renew))
        }
        @if cert.kind() == Kind::Classic {
            h2 { (voice.say("gpg-title")) }
            p { (voice.say("gpg-hint")) }
            (visit.form("key/export-for-gpg", &html! { (path("gpg")) (passphrase.markup(typed)) (export) }))
        }
    };
    visit.shown(&voice.say("key-title"), Some(Place::Key), trouble, &main, Keeping::Typed)
}

/// Exports the cert.
pub(super) async fn export_cert(visit: &Visit) -> Answer {
    export(visit, "key/export-cert", "cert.asc", |face, _, voice| {
        face.book.cert_for_roster().map(|cert| cert.armored().into_bytes()).map_err(|error| error.explain(voice))
    })
    .await
}

/// Exports a classic key for GnuPG.
pub(super) async fn export_for_gpg(visit: &Visit) -> Answer {
    export(visit, "key/export-for-gpg", "tsk-for-gpg.asc", |face, passphrase, voice| {
        ceremony::export_for_gpg(&face.book, passphrase).map_err(|error| error.explain(voice))
    })
    .await
}

/// Writes what `make` makes to where the form for `action` says, under `name` in a folder.
pub(super) async fn export(
    visit: &Visit,
    action: &str,
    name: &'static str,
    make: impl FnOnce(&super::Face, &Secret<String>, Voice<'_>) -> Result<Vec<u8>, String> + Send + 'static,
) -> Answer {
    let taken = match visit.take(action).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let to = PathBuf::from(taken.fields.one("path").trim());
    let passphrase = Secret::new(taken.fields.one("passphrase").to_owned());
    let done = if let Err(old) = taken.fresh(visit.voice()) {
        Err(old)
    } else {
        let (face, lang) = (Arc::clone(&visit.face), visit.lang());
        let written = tokio::task::spawn_blocking(move || {
            let voice = face.voice(lang);
            let bytes = make(&face, &passphrase, voice)?;
            let refused = |error: std::io::Error| AtPath(&to, &error).explain(voice);
            let path = durable::place(&to, name).map_err(refused)?;
            durable::write(&path, |file| file.write_all(&bytes)).map_err(refused)?;
            face.notify(Notice::Done(vec![voice.say_with("exported", &[("file", path.display().to_string().into())])]));
            Ok(())
        });
        written.await.unwrap_or_else(|_| Err(visit.voice().say("failed")))
    };
    match taken.settle(done.map(|()| visit.href("key"))) {
        Ok(answer) => answer,
        Err((typed, trouble)) => show(visit, &typed, Some(&trouble)).await,
    }
}

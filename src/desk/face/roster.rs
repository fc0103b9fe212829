//! The roster: who reads what, looked at before it is signed or taken into use.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use sluss_core::cert::Cert;
use sluss_core::digest::Digest;
use sluss_core::roster::{Edition, in_lang};
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::say::Voice;

use super::shell::{Line, Notice, Place, Taken, Visit, box_of, fingerprint};
use super::{clock, key};
use crate::book::BookError;
use crate::ceremony::{self, Standing};
use crate::desk::Desk;
use crate::durable;
use crate::say::{AtPath, Explain as _};

/// Shows the roster in use and the forms.
pub(super) async fn show(visit: &Visit, typed: &Fields, trouble: Option<&str>) -> Answer {
    let voice = visit.voice();
    let in_use = match visit.face.book.roster() {
        Ok(roster) => edition(roster.edition(), roster.digest(), voice),
        Err(BookError::NoRoster) => html! { p { (voice.say("cases-no-roster")) } },
        Err(error) => box_of("error", &voice.say("trouble"), &[error.explain(voice)]),
    };
    let line =
        |form, name, label: &str, hint| Line { form, name, label: voice.say(label), hint, secret: false }.markup(typed);
    let look = html! {
        (line("look", "path", "path-file", None))
        p.actions { button { (voice.say("look")) } }
    };
    let draw = html! {
        (line("draw", "description", "draw-description", None))
        (line("draw", "card", "draw-card", Some(voice.say("draw-card-hint"))))
        (line("draw", "to", "path-to", None))
        p.actions { button { (voice.say("draw")) } }
    };
    let main = html! {
        h2 { (voice.say("roster-in-use")) }
        (in_use)
        h2 { (voice.say("look-title")) }
        p { (voice.say("look-hint")) }
        (visit.form("roster/look", &look))
        h2 { (voice.say("draw-title")) }
        p { (voice.say("draw-hint")) }
        (visit.form("roster/new", &draw))
    };
    visit.shown(&voice.say("roster-title"), Some(Place::Roster), trouble, &main, Keeping::Typed)
}

/// What an edition says, fingerprints in groups and as words.
fn edition(edition: &Edition, digest: Digest, voice: Voice<'_>) -> Markup {
    let values = [("version", edition.version.into()), ("day", edition.day.to_string().into()), ("digest", "".into())];
    let head = voice.say_with("cli-roster-head", &values);
    let head = head.split(',').next().unwrap_or_default().to_owned();
    let cert = |armored: &str| match Cert::from_bytes(armored.as_bytes()) {
        Ok(cert) => html! { (fingerprint(cert.fingerprint(), voice)) (aside(&cert.kind().explain(voice))) },
        Err(error) => html! { (error.explain(voice)) },
    };
    html! {
        p { strong { (head) } }
        dl {
            dt { (voice.say("roster-digest")) }
            dd.mono { (grouped(digest)) }
            dt { (voice.say("roster-drop")) }
            dd { (cert(&edition.drop)) }
        }
        h3 { (voice.say("roster-people")) }
        p.hint { (voice.say("words-hint")) }
        div.scroll.wide tabindex="0" role="region" aria-label=(voice.say("roster-people")) {
            table {
                thead { tr { @for id in ["column-name", "column-role", "column-fingerprint"] { th scope="col" { (voice.say(id)) } } } }
                tbody {
                    @for person in &edition.people {
                        tr {
                            th scope="row" { (person.name) br; small { (person.firm) " · " (person.id) } (aside(in_lang(&person.assignments, voice.lang()))) }
                            td { (person.role.explain(voice)) }
                            td {
                                (cert(&person.cert))
                                @for earlier in &person.earlier { (aside(&voice.say_with("roster-held", &[("fingerprint", earlier.grouped().into())]))) }
                            }
                        }
                    }
                }
            }
        }
        h3 { (voice.say("roster-organisations")) }
        div.scroll.wide {
            table {
                thead { tr { @for id in ["column-organisation", "column-readers"] { th scope="col" { (voice.say(id)) } } } }
                tbody {
                    @for organisation in &edition.organisations {
                        tr {
                            th scope="row" { (in_lang(&organisation.name, voice.lang())) br; small { (organisation.id) } @if !organisation.deadlines.is_the_law() { (aside(&organisation.deadlines.explain(voice))) } }
                            td { (organisation.recipients.join(", ")) }
                        }
                    }
                }
            }
        }
    }
}

/// A line below what a cell is about.
fn aside(text: &str) -> Markup {
    html! { @if !text.is_empty() { br; small { (text) } } }
}

fn grouped(digest: Digest) -> String {
    let digits: Vec<char> = digest.to_string().to_uppercase().chars().collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Shows a roster file that is to be signed or taken into use.
pub(super) async fn look(visit: &Visit) -> Answer {
    let taken = match visit.take("roster/look").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let voice = visit.voice();
    let path = PathBuf::from(taken.fields.one("path").trim());
    // Looking changes nothing, so an old form is as good as a new one.
    match standing(&path, voice) {
        Ok(standing) => looked(visit, &path, &standing, None),
        Err(trouble) => show(visit, &taken.fields, Some(&trouble)).await,
    }
}

fn standing(path: &Path, voice: Voice<'_>) -> Result<Standing, String> {
    let file = ceremony::read_roster(path).map_err(|error| error.explain(voice))?;
    ceremony::standing(&file).map_err(|error| error.explain(voice))
}

fn looked(visit: &Visit, path: &Path, standing: &Standing, trouble: Option<&str>) -> Answer {
    let voice = visit.voice();
    let hidden = html! {
        input type="hidden" name="path" value=(path.display());
        input type="hidden" name="digest" value=(standing.digest.to_string());
    };
    let values = [("have", standing.have.into()), ("need", standing.need.into())];
    let main = html! {
        h2 { (voice.say("looked-file")) }
        p.mono { (path.display()) }
        (edition(&standing.edition, standing.digest, voice))
        p { (voice.say_with("cli-roster-signatures", &values)) }
        @if standing.complete.is_some() {
            p { (voice.say("cli-roster-complete")) }
            (visit.form("roster/use", &html! { (hidden) p.actions { button { (voice.say("use")) } } }))
        } @else {
            p { (voice.say("sign-hint")) }
            (visit.form("roster/sign", &html! { (hidden) p.actions { button { (voice.say("sign")) } } }))
        }
        p { a href=(visit.href("roster")) { (voice.say("back")) } }
    };
    visit.shown(&voice.say("looked-title"), Some(Place::Roster), trouble, &main, Keeping::Nothing)
}

/// The file that was looked at, and only if it still is the same: what is signed is what was shown.
fn unchanged(path: &Path, digest: &str, voice: Voice<'_>) -> Result<sluss_core::roster::RosterFile, String> {
    let file = ceremony::read_roster(path).map_err(|error| error.explain(voice))?;
    match file.digest() {
        Ok(now) if now.to_string() == digest => Ok(file),
        Ok(_) => Err(voice.say("form-old")),
        Err(error) => Err(error.explain(voice)),
    }
}

/// Signs the file that was looked at.
pub(super) async fn sign(visit: &Visit) -> Answer {
    act(visit, "roster/sign", |desk, path, digest, voice| {
        let mut file = unchanged(path, digest, voice)?;
        let standing =
            ceremony::sign(desk.book(), &mut file, desk.tsk(), clock(voice)?).map_err(|error| error.explain(voice))?;
        let written = durable::write(path, |to| to.write_all(&file.to_bytes()));
        written.map_err(|error: std::io::Error| AtPath(path, &error).explain(voice))?;
        let values = [
            ("file", path.display().to_string().into()),
            ("have", standing.have.into()),
            ("need", standing.need.into()),
        ];
        Ok(voice.say_with("signed", &values))
    })
    .await
}

/// Takes the file that was looked at into use.
pub(super) async fn take_into_use(visit: &Visit) -> Answer {
    act(visit, "roster/use", |desk, path, digest, voice| {
        let file = unchanged(path, digest, voice)?;
        let roster =
            ceremony::take_into_use(desk.book(), &file, clock(voice)?).map_err(|error| error.explain(voice))?;
        desk.read_book().map_err(|error| error.explain(voice))?;
        Ok(voice.say_with("used", &[("version", roster.edition().version.into())]))
    })
    .await
}

async fn act(
    visit: &Visit,
    action: &str,
    work: impl FnOnce(&mut Desk, &Path, &str, Voice<'_>) -> Result<String, String> + Send + 'static,
) -> Answer {
    let taken = match visit.take(action).await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let path = PathBuf::from(taken.fields.one("path"));
    let (given, digest) = (path.clone(), taken.fields.one("digest").to_owned());
    let done = match taken.fresh(visit.voice()) {
        Err(old) => Err(old),
        Ok(()) => match visit.face.with_desk(visit.lang(), move |desk, voice| work(desk, &given, &digest, voice)).await
        {
            None => return key::locked(visit, &Fields::default(), None),
            Some(done) => done,
        },
    };
    finish(visit, taken, done, &path).await
}

async fn finish(visit: &Visit, taken: Taken, done: Result<String, String>, path: &Path) -> Answer {
    let done = done.map(|said| {
        visit.face.notify(Notice::Done(vec![said]));
        visit.href("roster")
    });
    match taken.settle(done) {
        Ok(answer) => answer,
        Err((typed, trouble)) => match standing(path, visit.voice()) {
            Ok(standing) => looked(visit, path, &standing, Some(&trouble)),
            Err(_) => show(visit, &typed, Some(&trouble)).await,
        },
    }
}

/// Draws up a roster: the first, or the one after the one in use.
pub(super) async fn draw_up(visit: &Visit) -> Answer {
    let taken = match visit.take("roster/new").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let voice = visit.voice();
    let field = |name| PathBuf::from(taken.fields.one(name).trim());
    let done = taken.fresh(voice).and_then(|()| {
        let card = Some(field("card")).filter(|card| !card.as_os_str().is_empty());
        let previous = match visit.face.book.roster() {
            Ok(roster) => Some(roster.file().clone()),
            Err(BookError::NoRoster) => None,
            Err(error) => return Err(error.explain(voice)),
        };
        let file = ceremony::draw_up(&field("description"), card.as_deref(), previous, clock(voice)?.today());
        let file = file.map_err(|error| error.explain(voice))?;
        let to = field("to");
        let refused = |error: std::io::Error| AtPath(&to, &error).explain(voice);
        let path = durable::place(&to, "roster.json").map_err(refused)?;
        durable::write(&path, |file_on_disk| file_on_disk.write_all(&file.to_bytes())).map_err(refused)?;
        visit.face.notify(Notice::Done(vec![voice.say_with("drawn", &[("file", path.display().to_string().into())])]));
        Ok(visit.href("roster"))
    });
    match taken.settle(done) {
        Ok(answer) => answer,
        Err((typed, trouble)) => show(visit, &typed, Some(&trouble)).await,
    }
}

//! `/{lang}/inbox`: signing in with seven words, the thread, and the way out.
//!
//! Protects: a known and an unknown codename take one path and answer alike, and on the same beat ([`super::pace`]); letters
//! are opened only while their source is signed in, and only into the one page that shows them.

use std::sync::Arc;

use sluss_core::codename::{Codename, SourceKeys};
use sluss_core::letter::LetterKind;
use sluss_core::secret::Secret;
use sluss_web::conn::{Answer, Request, StatusCode};
use sluss_web::form::{Fields, FormError};
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;
use sluss_web::session::{Hold, SessionId};

use super::duties;
use super::gateway;
use super::letter;
use super::message;
use super::report::padding;
use super::shell::{Face, Nav, Tone};
use super::thread::{Entry, Shown, Thread};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::harden::aside;
use crate::reception::{Outcome, chance};
use crate::store::{Kept, Source};

const CODENAME: &str = "codename";
const DRAFT: &str = "draft";
/// Bytes of a sign-in form beside a draft, which percent-encoding may make three times as long.
const FORM: usize = 8 * 1024;

/// Sessions with one codename at one time: whoever has one codename cannot take everybody's places.
const SESSIONS_OF_ONE: usize = 8;

/// A source who is signed in.
pub(super) struct Signed {
    pub(super) session: SessionId,
    pub(super) keys: SourceKeys,
}

/// Shows the thread, or the way in.
pub(super) async fn show(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let Some((session, visit)) = visit(face, request) else { return prompt(face, "", None) };
    let Some(keys) = visit.keys else { return way_in(face, &visit, None) };
    let page = request.query("page").and_then(|page| page.parse().ok()).unwrap_or(0);
    let draft = message::with_draft(&visit.draft);
    thread_page(face, &Signed { session, keys }, page, &draft, None).await
}

/// Signs in, or does not: either way a session, and 303 to the inbox.
pub(super) async fn sign_in(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let roster = face.roster()?;
    let most = face.reception.limits.text.saturating_mul(3) + FORM;
    let fields = match Fields::read(request, most).await {
        Err(FormError::TextTooLong) => return Err(Trouble::TextLost),
        fields => fields?,
    };
    gateway::refuse_rewritten(face, &fields)?;
    if fields.one(DRAFT).len() > face.reception.limits.text {
        return prompt(face, fields.one(DRAFT), Some(&Trouble::TextTooLong));
    }
    if !face.visitor.may_try() {
        return prompt(face, fields.one(DRAFT), Some(&Trouble::TooOften));
    }
    let typed = Codename::typed(fields.one(CODENAME));
    let (keys, known) = match derive(face, typed.clone(), roster.edition().kdf.clone()).await {
        Err(trouble) => return prompt(face, fields.one(DRAFT), Some(&trouble)),
        Ok(derived) => derived,
    };
    let sessions = &face.reception.sessions;
    let mut visit = sessions.id(request).and_then(|id| sessions.end(&id)).unwrap_or_default();
    visit.codename = visit.codename.filter(|page| !page.is(&typed));
    visit.keys = known.then_some(keys);
    visit.refused = !known;
    if !fields.one(DRAFT).is_empty() {
        visit.draft = Secret::new(fields.one(DRAFT).to_owned());
    }
    if let Some(keys) = &visit.keys {
        let theirs = |other: &Visit| other.keys.as_ref().is_some_and(|other| other.id == keys.id);
        sessions.end_surplus(SESSIONS_OF_ONE - 1, theirs);
    }
    let hold = if known || visit.codename.is_some() { Hold::Firm } else { Hold::Loose };
    let session = sessions.open(visit, hold, face.reception.steady(), &mut chance());
    Ok(face.lead(&Outcome { place: face.path("inbox"), session }))
}

/// Ends the session.
pub(super) fn leave(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let sessions = &face.reception.sessions;
    sessions.id(request).and_then(|id| sessions.end(&id));
    Ok(sessions.take_back(Answer::see_other(&face.path("inbox/left"))))
}

/// Says that the session has ended.
pub(super) fn left(face: &Face) -> Result<Answer, Trouble> {
    let main = html! {
        (face.boxed(Tone::Done, html! { p { (face.say("left-done")) } }))
        p { (face.say("left-advice")) }
        p { a href=(face.path("inbox")) { (face.say("left-again")) } }
    };
    face.answer(StatusCode::OK, Keeping::Nothing, &face.page(Nav::Inbox, "inbox/left", face.say("left-title"), main))
}

/// Who is signed in, if anybody is.
pub(super) fn signed(face: &Face, request: &Request) -> Option<Signed> {
    let (session, visit) = visit(face, request)?;
    Some(Signed { session, keys: visit.keys? })
}

/// The record of a source who is signed in.
pub(super) async fn source(face: &Face, signed: &Signed) -> Result<Source, Trouble> {
    let (store, id) = (Arc::clone(&face.reception.store), signed.keys.id.clone());
    let found = aside(move || store.source(&id)).await.map_err(|_| Trouble::Fault)??;
    found.ok_or(Trouble::Erased)
}

/// The way in, with the text that came when nobody was signed in.
pub(super) fn prompt(face: &Face, draft: &str, trouble: Option<&Trouble>) -> Result<Answer, Trouble> {
    way_in(face, &Visit { draft: Secret::new(draft.to_owned()), ..Visit::default() }, trouble)
}

/// The thread, newest first; the form stands on its first page.
pub(super) async fn thread_page(
    face: &Face,
    signed: &Signed,
    page: usize,
    typed: &Fields,
    trouble: Option<&Trouble>,
) -> Result<Answer, Trouble> {
    let (store, roster, keys) = (Arc::clone(&face.reception.store), face.roster()?, signed.keys.clone());
    let known = Arc::clone(&roster);
    let thread = aside(move || Thread::load(&store, &known, &keys));
    let thread = thread.await.map_err(|_| Trouble::Fault)??;
    let kept =
        face.reception.sessions.with(&signed.session, face.reception.steady(), |visit| visit.kept.take()).flatten();
    let pages = thread.pages();
    let shown = pages.get(page).map(Vec::as_slice).unwrap_or_default();
    let main = html! {
        @if let Some(trouble) = trouble { (face.trouble_box(trouble)) }
        @if let Some(kept) = kept { (arrived(face, &kept)) }
        @if thread.closed() { (face.boxed(Tone::Note, html! { p { (face.say("thread-closed")) } })) }
        p { (face.say_with("thread-intro", &[("organisation", organisation(face, &thread).as_str().into())])) }
        @if page == 0 { p { a href="#write" { (face.say("thread-write")) } } }
        @if page == 0 { (duties::show(face, &roster, &thread)) }
        h2 { (face.say("thread-title")) }
        ol.thread { @for one in shown { (entry(face, one)) } }
        @if shown.iter().any(|one| matches!(one.entry, Entry::Letter { .. })) { (letter::advice(face, thread.organisation())) }
        @if page > 0 { p { a href={ (face.path("inbox")) "?page=" (page - 1) } { (face.say("thread-newer")) } } }
        @if page + 1 < pages.len() { p { a href={ (face.path("inbox")) "?page=" (page + 1) } { (face.say("thread-older")) } } }
        @if page == 0 { (message::form(face, &roster, thread.source(), typed, trouble)) }
        h2 { (face.say("thread-erase")) }
        p { (face.say("thread-erase-why")) " " a href=(face.path("inbox/erase")) { (face.say("thread-erase-how")) } }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status());
    face.giving_back(status, Keeping::Nothing, &face.page(Nav::SignedIn, "inbox", face.say("inbox-title"), main))
}

/// The session that somebody has, and what is in it.
pub(super) fn visit(face: &Face, request: &Request) -> Option<(SessionId, Visit)> {
    let sessions = &face.reception.sessions;
    let id = sessions.id(request)?;
    let visit = sessions.with(&id, face.reception.steady(), |visit| visit.clone())?;
    Some((id, visit))
}

/// One path for every codename: derived, looked up, and only then told apart.
async fn derive(face: &Face, typed: Codename, kdf: sluss_core::codename::Kdf) -> Result<(SourceKeys, bool), Trouble> {
    let reception = Arc::clone(&face.reception);
    let queue = reception.waiting.try_acquire().map_err(|_| Trouble::Busy)?;
    let place = reception.derivations.acquire().await.map_err(|_| Trouble::Busy)?;
    let store = Arc::clone(&reception.store);
    let derived = aside(move || {
        let keys = typed.unlock(&kdf)?;
        let known = store.source(&keys.id)?.is_some();
        Ok::<_, Trouble>((keys, known))
    });
    let derived = derived.await.map_err(|_| Trouble::Fault)?;
    drop((place, queue));
    derived
}

fn way_in(face: &Face, visit: &Visit, trouble: Option<&Trouble>) -> Result<Answer, Trouble> {
    let draft = visit.draft.expose();
    let new = visit.codename.is_some();
    let main = html! {
        @if let Some(trouble) = trouble { (face.trouble_box(trouble)) }
        @if visit.refused {
            (face.boxed(Tone::Wrong, html! { p { (face.say("codename-unknown")) } p { (face.say("codename-unknown-advice")) } }))
        }
        p { @if new { (face.say("sign-in-first")) } @else { (face.say("sign-in-intro")) } }
        form method="post" action=(face.path("inbox")) {
            (gateway::mark(face))
            label for=(CODENAME) { (face.say("sign-in-codename")) }
            span.hint #codename-hint { (face.say("sign-in-hint")) }
            input id=(CODENAME) name=(CODENAME) type="text" required autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="codename-hint";
            @if !draft.is_empty() {
                label for=(DRAFT) { (face.say("sign-in-draft")) }
                textarea id=(DRAFT) name=(DRAFT) rows="8" { "\n" (draft) }
            }
            p.actions { button type="submit" { (face.say("sign-in")) } }
            (padding())
        }
        @if new { p { a href=(face.path("codename")) { (face.say("sign-in-see-again")) } } }
        @else { p.hint { (face.say("sign-in-lost")) } }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status());
    let nav = if draft.is_empty() { Nav::Inbox } else { Nav::Nowhere };
    // People write here, but Back must not bring a codename back.
    face.giving_back(status, Keeping::Nothing, &face.page(nav, "inbox", face.say("sign-in-title"), main))
}

fn organisation(face: &Face, thread: &Thread) -> String {
    let roster = face.reception.roster();
    let name = roster.as_ref().and_then(|roster| roster.organisation(thread.organisation()));
    name.map_or_else(|| thread.organisation().to_owned(), |organisation| face.local(&organisation.name).to_owned())
}

fn arrived(face: &Face, kept: &Kept) -> Markup {
    let day = face.date(kept.day());
    let values = [("number", kept.sequence().into()), ("day", day.as_str().into())];
    face.boxed(Tone::Done, html! { p { (face.say_with("message-kept", &values)) } })
}

fn entry(face: &Face, shown: &Shown<'_>) -> Markup {
    let day = face.date(shown.entry.day());
    let on = [("day", day.as_str().into())];
    match shown.entry {
        Entry::Sent { sequence, .. } => {
            let values = [("number", (*sequence).into()), ("day", day.as_str().into())];
            html! { li { h3 { (face.say_with("thread-sent", &values)) } p.hint { (face.say("thread-sent-hint")) } } }
        }
        Entry::Acknowledged(_) => {
            html! { li.theirs { h3 { (face.say_with("thread-acknowledged", &on)) } p { (face.say("thread-acknowledged-text")) } } }
        }
        Entry::Unreadable(_) => {
            html! { li.theirs { h3 { (face.say_with("thread-unreadable", &on)) } p { (face.say("thread-unreadable-text")) } } }
        }
        Entry::Letter { kind, writer, digest, .. } => html! {
            li.theirs {
                h3 { (face.say_with(words_of(*kind), &on)) }
                p.hint { (face.say_with("thread-writer", &[("writer", writer.as_str().into())])) }
                @if shown.goes_on { p.hint { (face.say("thread-continued")) } }
                p.typed { (shown.text) }
                @if shown.goes_further { p.hint { (face.say("thread-continues")) } } @else { (letter::link(face, *digest)) }
            }
        },
    }
}

fn words_of(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Acknowledgement => "letter-acknowledgement",
        LetterKind::Question => "letter-question",
        LetterKind::Feedback => "letter-feedback",
        LetterKind::Closing => "letter-closing",
    }
}

//! The desk's page, on loopback, in one browser.
//!
//! Protects: nobody but the browser that opened the one-time address gets an answer (`door`); the desk locks itself
//! when nobody has clicked for a while, and then the browser leaves the page, unless somebody was writing on it: that is
//! not lost. It opens no file that a source
//! sent, and no socket but its listener. The browser is one of its own (`browser`), which keeps nothing on the disk.

mod backup;
mod browser;
mod case;
mod casefile;
mod cases;
mod door;
mod erasing;
mod exchange;
mod junk;
mod key;
mod letter;
mod note;
mod oral;
mod register;
mod roster;
mod sealed;
mod shell;
mod template;
mod work;

use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use maud::html;
use sluss_core::day::Clock;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_web::conn::{self, Answer, Bounds, Method, Request, StatusCode};
use sluss_web::form::Fields;
use sluss_web::page::Keeping;
use sluss_web::say::{Speech, Voice};
use sluss_web::session::Nonces;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

pub use browser::{BrowserError, Profile, SETTINGS, Window};
pub use door::{Door, OpenPageError};

use crate::book::{Book, BookError};
use crate::desk::Desk;
use crate::say::Explain as _;
use cases::Listed;
use door::{Guard, Verdict};
use shell::{Notice, Visit, box_of};
use work::Work;

/// Where a page leads that has stood until the desk locked itself, without the language.
const IDLE: &str = "idle";
/// How often it is looked whether the desk must lock itself.
const GLANCE: Duration = Duration::from_secs(5);
/// The pause after a connection that could not be accepted.
const BREATH: Duration = Duration::from_millis(100);
/// Finished forms that are remembered, so that a second click does nothing twice.
const FORMS: usize = 1_000;
/// Bytes of one request's body: a text that is given back, escaped, three bytes for one.
const BODY: u64 = 4 * limits::TEXT_GIVEN_BACK as u64;

/// Serves the page until Ctrl-C or SIGTERM, or until `window`, if one was opened and has come in, was closed: whoever
/// starts the desk from a desktop has no other way to end it, and could not start it again.
pub fn serve(
    door: Door,
    book: Book,
    lang: Lang,
    speech: Speech,
    seen: Speech,
    window: Option<Window>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (listener, face) = Face::new(door, book, lang, speech, seen);
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::select! {
            ended = face.listen(listener) => ended,
            () = face.left(window) => Ok(()),
            _ = term.recv() => Ok(()),
            _ = int.recv() => Ok(()),
        }
    })
}

/// The page and what it stands on.
pub(crate) struct Face {
    speech: Speech,
    /// What a source's pages say.
    seen: Speech,
    lang: Lang,
    book: Arc<Book>,
    desk: tokio::sync::Mutex<Option<Desk>>,
    touched: Mutex<Instant>,
    guard: Guard,
    nonces: Arc<Nonces<String>>,
    notice: Mutex<Option<Notice>>,
    work: Mutex<Option<Arc<Work>>>,
}

/// How far the desk is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// There is no key yet.
    New,
    /// The key is locked.
    Locked,
    /// The key is unlocked.
    Open,
}

impl Face {
    fn new(door: Door, book: Book, lang: Lang, speech: Speech, seen: Speech) -> (std::net::TcpListener, Arc<Self>) {
        let (listener, guard) = door.into_parts();
        let face = Self {
            speech,
            seen,
            lang,
            book: Arc::new(book),
            desk: tokio::sync::Mutex::new(None),
            touched: Mutex::new(Instant::now()),
            guard,
            nonces: Arc::new(Nonces::new(FORMS, &mut rand::rng())),
            notice: Mutex::new(None),
            work: Mutex::new(None),
        };
        (listener, Arc::new(face))
    }

    /// Returns once the window was closed, when nothing is under way any more.
    async fn left(&self, window: Option<Window>) {
        let closed = match window {
            Some(window) => window.closed().await.is_ok(),
            None => false,
        };
        if !closed || !self.guard.is_bound() {
            // There is none, or it never got here, as without a screen. The address can still be opened elsewhere.
            pending::<()>().await;
        }
        self.end_work().await;
    }

    async fn listen(self: &Arc<Self>, listener: std::net::TcpListener) -> io::Result<()> {
        let listener = TcpListener::from_std(listener)?;
        let mut glance = tokio::time::interval(GLANCE);
        loop {
            tokio::select! {
                visitor = listener.accept() => {
                    // One that went away again, or no descriptor left: the next may fare better.
                    let Ok((stream, _)) = visitor else {
                        tokio::time::sleep(BREATH).await;
                        continue;
                    };
                    let face = Arc::clone(self);
                    let bounds = Bounds { body: BODY, ..Bounds::default() };
                    tokio::spawn(conn::converse(stream, bounds, move |request| Arc::clone(&face).answer(request)));
                }
                _ = glance.tick() => self.lock_if_idle(Instant::now()),
            }
        }
    }

    /// Locks the desk if nobody has clicked for [`limits::SESSION_IDLE`]; not while it works.
    fn lock_if_idle(&self, now: Instant) {
        let touched = *self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(touched) >= limits::SESSION_IDLE
            && let Ok(mut desk) = self.desk.try_lock()
        {
            *desk = None;
        }
    }

    fn touch(&self) {
        *self.touched.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn voice(&self, lang: Lang) -> Voice<'_> {
        self.speech.voice(lang)
    }

    async fn answer(self: Arc<Self>, request: Request) -> Answer {
        let segments: Vec<String> = request.segments().into_iter().map(str::to_owned).collect();
        let lang = segments.first().and_then(|tag| Lang::own(tag));
        let verdict = self.guard.look(&request, Instant::now(), &mut rand::rng());
        let path = segments.get(1..).unwrap_or_default().to_vec();
        // What a browser asks for by itself is nobody's click.
        let by_itself = path == [IDLE];
        let visit = Visit { face: self, lang, request, path };
        match (verdict, lang) {
            (Verdict::Bound(answer), _) => answer,
            (Verdict::Foreign, _) => visit.closed("door-foreign"),
            (Verdict::Unknown, _) => visit.closed("door-used"),
            (Verdict::In, None) => Answer::see_other(&format!("/{}", visit.face.lang.as_str())),
            (Verdict::In, Some(_)) => {
                visit.face.lock_if_idle(Instant::now());
                if by_itself {
                    return visit.route().await;
                }
                visit.face.touch();
                let answer = visit.route().await;
                visit.face.touch();
                answer
            }
        }
    }

    async fn stage(&self) -> Stage {
        match (self.desk.lock().await.is_some(), self.book.locked_tsk()) {
            (true, _) => Stage::Open,
            (false, Err(BookError::NoKey)) => Stage::New,
            (false, _) => Stage::Locked,
        }
    }

    /// Does `work` with the unlocked desk on a thread of its own; `None` if it has been locked.
    async fn with_desk<R: Send + 'static>(
        self: &Arc<Self>,
        lang: Lang,
        work: impl FnOnce(&mut Desk, Voice<'_>) -> R + Send + 'static,
    ) -> Option<R> {
        let face = Arc::clone(self);
        let worked = tokio::task::spawn_blocking(move || {
            let mut desk = face.desk.blocking_lock();
            desk.as_mut().map(|desk| work(desk, face.voice(lang)))
        });
        worked.await.ok().flatten()
    }

    /// What the next page says at its top.
    fn notify(&self, notice: Notice) {
        *self.notice.lock().unwrap_or_else(PoisonError::into_inner) = Some(notice);
    }
}

/// Today's clock; a machine whose clock cannot be believed says so.
fn clock(voice: Voice<'_>) -> Result<Clock, String> {
    Clock::new(SystemTime::now()).map_err(|error| error.explain(voice))
}

impl Visit {
    /// Finds the page or form that is meant.
    async fn route(&self) -> Answer {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let get = self.request.method() == Method::GET;
        match (get, self.face.works(), path.as_slice()) {
            (true, _, ["exchange", "progress"]) => return work::show(self),
            (false, true, ["exchange", "stop"]) => return work::stop(self).await,
            (false, true, ["lock"]) => return key::lock(self).await,
            // Whatever else is looked at has to wait; what is sent is done after the work.
            (true, true, _) => return Answer::see_other(&self.href(work::PLACE)),
            _ => {}
        }
        let stage = self.face.stage().await;
        match (get, stage, path.as_slice()) {
            (true, Stage::New, []) => key::start(self, &Fields::default(), None),
            (false, Stage::New, ["key", "new"]) => key::make(self).await,
            (false, Stage::New, ["key", "load"]) => key::load(self).await,
            (true, Stage::Locked, [] | [IDLE]) => key::locked(self, &Fields::default(), None),
            (false, Stage::Locked, ["unlock"]) => key::unlock(self).await,
            (false, Stage::Locked, ["case", number, form @ ("letter" | "note")]) => {
                key::locked_while_writing(self, &format!("case/{number}/{form}"), number, form).await
            }
            (false, Stage::Locked, ["oral", "keep"]) => key::locked_while_writing(self, "oral/keep", "", "oral").await,
            (false, Stage::Locked, ["templates", "keep"]) => {
                key::locked_while_writing(self, "templates/keep", "", "template").await
            }
            (false, Stage::Locked, [list @ ("cases" | "junk"), "mark"]) => {
                key::locked_while_writing(self, &format!("{list}/mark"), "", list).await
            }
            // Another window is in use.
            (true, Stage::Open, [] | [IDLE]) => cases::show(self, Listed::Today).await,
            (true, Stage::Open, ["cases"]) => cases::show(self, Listed::All).await,
            (false, Stage::Open, ["cases", "search"]) => cases::search(self).await,
            (false, Stage::Open, ["cases", "mark"]) => junk::sent(self, Listed::All).await,
            (false, Stage::Open, ["junk", "mark"]) => junk::sent(self, Listed::Junk).await,
            (true, Stage::Open, ["junk"]) => cases::show(self, Listed::Junk).await,
            (true, Stage::Open, ["case", number]) => case::show(self, number, &Fields::default(), None).await,
            (true, Stage::Open, ["case", number, "letter"]) => letter::begin(self, number).await,
            (false, Stage::Open, ["case", number, "letter"]) => letter::sent(self, number).await,
            (true, Stage::Open, ["case", number, "note"]) => note::write(self, number, &Fields::default(), None).await,
            (false, Stage::Open, ["case", number, "note"]) => note::keep(self, number).await,
            (false, Stage::Open, ["case", number, "withdraw"]) => letter::withdraw(self, number).await,
            (false, Stage::Open, ["case", number, "erase"]) => erasing::keep(self, number).await,
            (true, Stage::Open, ["oral"]) => oral::write(self, &Fields::default(), None).await,
            (false, Stage::Open, ["oral", "keep"]) => oral::keep(self).await,
            (true, Stage::Open, ["case", number, "codename"]) => oral::codename(self, number).await,
            (false, Stage::Open, ["case", number, "codename"]) => oral::handed_over(self, number).await,
            (true, Stage::Open, ["templates"]) => template::show(self).await,
            (false, Stage::Open, ["templates", "keep"]) => template::keep(self).await,
            (true, Stage::Open, ["erased"]) => erasing::list(self).await,
            (false, Stage::Open, ["case", number, "save"]) => case::save(self, number).await,
            (false, Stage::Open, ["case", number, "file"]) => casefile::save(self, number).await,
            (true, Stage::Open, ["case", number, "sealed", message]) => sealed::show(self, number, message).await,
            (false, Stage::Open, ["case", number, "unseal"]) => sealed::save(self, number).await,
            (true, Stage::Open, ["exchange"]) => exchange::show(self, &Fields::default(), None).await,
            (false, Stage::Open, ["exchange", "open"]) => exchange::open(self).await,
            (false, Stage::Open, ["exchange", "share"]) => exchange::share(self).await,
            (false, Stage::Open, ["exchange", "return"]) => exchange::make_return(self).await,
            (true, Stage::Open, ["register"]) => register::list(self).await,
            (true, Stage::Open, ["register", organisation]) => {
                register::show(self, organisation, &Fields::default(), None).await
            }
            (false, Stage::Open, ["register", organisation, "save"]) => register::save(self, organisation).await,
            (true, Stage::Open, ["roster"]) => roster::show(self, &Fields::default(), None).await,
            (false, Stage::Open, ["roster", "look"]) => roster::look(self).await,
            (false, Stage::Open, ["roster", "sign"]) => roster::sign(self).await,
            (false, Stage::Open, ["roster", "use"]) => roster::take_into_use(self).await,
            (false, Stage::Open, ["roster", "new"]) => roster::draw_up(self).await,
            (true, Stage::Open, ["key"]) => key::show(self, &Fields::default(), None).await,
            (false, Stage::Open, ["key", "renew"]) => key::renew(self).await,
            (false, Stage::Open, ["key", "export-cert"]) => key::export_cert(self).await,
            (true, Stage::Open, ["key", "paper"]) => backup::paper(self),
            (false, Stage::Open, ["key", "export-tsk"]) => backup::export(self).await,
            (false, Stage::Open, ["key", "drill"]) => backup::drill(self).await,
            (false, Stage::Open, ["key", "export-for-gpg"]) => key::export_for_gpg(self).await,
            (false, Stage::Open, ["lock"]) => key::lock(self).await,
            // Everything else that a locked or new desk is asked for leads to where it begins.
            (_, Stage::New | Stage::Locked, _) => Answer::see_other(&self.href("")),
            (true, Stage::Open, _) => self.lost(),
            (false, Stage::Open, _) => Answer::see_other(&self.href("")),
        }
    }

    fn closed(&self, why: &str) -> Answer {
        let voice = self.voice();
        let said = voice.say(why);
        self.page(
            StatusCode::FORBIDDEN,
            &voice.say("door-title"),
            None,
            &box_of("error", &voice.say("trouble"), &[said]),
            Keeping::Nothing,
        )
    }

    fn lost(&self) -> Answer {
        let voice = self.voice();
        self.page(
            StatusCode::NOT_FOUND,
            &voice.say("lost-title"),
            None,
            &html! {
                (box_of("error", &voice.say("trouble"), &[voice.say("lost")]))
                p { a.button href=(self.href("")) { (voice.say("nav-today")) } }
            },
            Keeping::Nothing,
        )
    }
}

#[cfg(test)]
mod tests;

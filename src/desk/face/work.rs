//! Work that takes longer than people wait for a page: it goes on while a page tells how far it has come, and can be
//! stopped.

use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use sluss_core::day::Clock;
use sluss_core::lang::Lang;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::frame;
use sluss_web::maud::{Markup, PreEscaped, html};
use sluss_web::say::Voice;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};

use super::Face;
use super::shell::{Asked, Notice, Taken, Visit, perform};
use crate::desk::Desk;
use crate::progress::Progress;

/// Where work under way is told of, without the language.
pub(super) const PLACE: &str = "exchange/progress";
/// How long people wait for a page before they are told how far the work has come.
const SOON: Duration = Duration::from_secs(5);
/// Between two looks at it.
const PAUSE: Duration = Duration::from_millis(500);

/// Work under way, or the last one.
pub(super) struct Work {
    pub(super) progress: Progress,
    /// The path at which it is told what came of it, once that is known.
    told: watch::Sender<Option<String>>,
}

impl Face {
    fn work(&self) -> Option<Arc<Work>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether something is under way.
    pub(super) fn works(&self) -> bool {
        self.work().is_some_and(|work| work.told.borrow().is_none())
    }

    /// Ends what is under way, undone.
    pub(super) async fn end_work(&self) {
        let Some(work) = self.work() else { return };
        work.progress.stop();
        // Whoever is asked to stop tells so soon.
        let _ = work.told.subscribe().wait_for(Option::is_some).await;
    }
}

impl Visit {
    /// As [`Visit::ask`], for what may take long: then the answer leads to the page that tells how far it has come, and what
    /// comes of it stands at the top of the next page, the one at `form` where it was not done.
    pub(super) async fn ask_at_length<W>(
        &self,
        action: &str,
        next: &str,
        form: &str,
        prepare: impl FnOnce(&Fields) -> W,
    ) -> Asked
    where
        W: FnOnce(&mut Desk, Voice<'_>, Clock, &Progress) -> Result<Vec<String>, String> + Send + 'static,
    {
        match self.take(action).await {
            Err(answer) => Asked::Answered(answer),
            Ok(taken) => {
                let work = prepare(&taken.fields);
                self.perform_at_length(taken, next, form, work).await
            }
        }
    }

    /// Does what a form that was taken asks, as [`Visit::ask_at_length`] does.
    pub(super) async fn perform_at_length<W>(&self, taken: Taken, next: &str, form: &str, asked: W) -> Asked
    where
        W: FnOnce(&mut Desk, Voice<'_>, Clock, &Progress) -> Result<Vec<String>, String> + Send + 'static,
    {
        let work = Arc::new(Work { progress: Progress::default(), told: watch::Sender::new(None) });
        *self.face.work.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&work));
        let asked = {
            let work = Arc::clone(&work);
            move |desk: &mut Desk, voice: Voice<'_>, clock: Clock| asked(desk, voice, clock, &work.progress)
        };
        let doing = perform(Arc::clone(&self.face), self.lang(), taken, self.href(next), asked);
        let (answer, answered) = oneshot::channel();
        let (face, next, form) = (Arc::clone(&self.face), self.href(next), self.href(form));
        tokio::spawn(async move {
            // Nobody waits for the answer any more where telling fails.
            let place = match answer.send(doing.await) {
                Err(Asked::Refused(_, trouble)) => {
                    face.notify(Notice::Trouble(trouble));
                    form
                }
                Ok(()) | Err(Asked::Answered(_) | Asked::Locked(_)) => next,
            };
            work.told.send_replace(Some(place));
        });
        match timeout(SOON, answered).await {
            Ok(Ok(asked)) => asked,
            Ok(Err(_)) | Err(_) => Asked::Answered(Answer::see_other(&self.href(PLACE))),
        }
    }
}

/// Begins the page that tells how far it has come, and goes on with it until the work ends: a piece hides the one before.
pub(super) fn show(visit: &Visit) -> Answer {
    let Some(work) = visit.face.work() else { return Answer::see_other(&visit.href("")) };
    let voice = visit.voice();
    let beginning = html! {
        (frame::beginning(visit.lang(), &voice.say("work-title")))
    };
    let stop = html! {
        p { (voice.say("work-hint")) }
        (visit.form("exchange/stop", &html! { button.quiet { (voice.say("work-stop")) } }))
        (visit.locking())
    };
    let (pieces, coming) = mpsc::channel(1);
    tokio::spawn(go_on(Arc::clone(&visit.face), visit.lang(), work, beginning, stop, pieces));
    frame::growing(coming)
}

/// Asks for the work to end.
pub(super) async fn stop(visit: &Visit) -> Answer {
    match visit.take("exchange/stop").await {
        Err(answer) => answer,
        Ok(taken) => {
            if let (Ok(()), Some(work)) = (taken.fresh(visit.voice()), visit.face.work()) {
                work.progress.stop();
            }
            taken.settle(Ok(visit.href(PLACE))).unwrap_or_else(|_| visit.lost())
        }
    }
}

async fn go_on(
    face: Arc<Face>,
    lang: Lang,
    work: Arc<Work>,
    mut next: Markup,
    stop: Markup,
    pieces: mpsc::Sender<io::Result<Bytes>>,
) {
    let mut told = work.told.subscribe();
    loop {
        let (end, percent) = (told.borrow_and_update().clone(), work.progress.percent());
        let voice = face.voice(lang);
        let piece = html! {
            (next)
            div.p {
                @match &end {
                    None => {
                        label {
                            (voice.say_with("work-percent", &[("percent", percent.into())]))
                            progress max="100" value=(percent) {}
                        }
                        (stop)
                    },
                    Some(place) => p { a.button href=(place) { (voice.say("work-ended")) } },
                }
            }
            @if end.is_some() { (frame::END) }
        };
        if pieces.send(Ok(Bytes::from(piece.into_string()))).await.is_err() || end.is_some() {
            return;
        }
        next = PreEscaped(String::new());
        tokio::select! {
            _ = told.changed() => {}
            () = pieces.closed() => return,
            () = sleep(PAUSE) => {}
        }
    }
}

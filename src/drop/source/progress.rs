//! `/{lang}/progress`: how far an upload has come, in a frame that goes on being sent while the form beside it is.
//!
//! Protects people from sending for an hour what is refused: that is said while it still comes. A frame is found by its
//! form's nonce, which only that form's page holds; it tells percent, never a name, and nothing of it is kept.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use sluss_web::conn::{Answer, Request};
use sluss_web::frame;
use sluss_web::maud::{Markup, html};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};

use super::shell::Face;
use super::trouble::Trouble;

/// The query's field with the form's nonce.
const FORM: &str = "form";
/// Letters of a nonce, and then some.
const LONGEST_NONCE: usize = 128;
/// Frames that are told at a time; beyond them uploads go on unseen.
const FRAMES: usize = 200;
/// Between two pieces.
const PAUSE: Duration = Duration::from_millis(500);
/// Silence after which a line break goes out, so that no connection on the way lies idle.
const SILENCE: Duration = Duration::from_secs(15);
/// How long a frame goes on while somebody chooses and sends.
const LIFE: Duration = Duration::from_secs(2 * 60 * 60);

/// How far an upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    /// So many bytes of so many.
    Coming(u64, u64),
    Arrived,
    Kept,
    Refused(Trouble),
}

/// The uploads that somebody watches, by their forms' nonces.
#[derive(Default)]
pub(crate) struct Watched(Mutex<HashMap<String, watch::Sender<Stage>>>);

impl Watched {
    fn watch(&self, form: &str) -> Option<watch::Receiver<Stage>> {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|_, stage| stage.receiver_count() > 0);
        if watched.len() >= FRAMES && !watched.contains_key(form) {
            return None;
        }
        Some(watched.entry(form.to_owned()).or_insert_with(|| watch::channel(Stage::Waiting).0).subscribe())
    }

    /// Tells whoever watches this form of an upload of `declared` bytes.
    pub(super) fn teller(&self, form: &str, declared: u64) -> Teller {
        let watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Teller { stage: watched.get(form).cloned(), declared: declared.max(1), received: 0 }
    }
}

/// Tells of one upload, if anybody watches it.
pub(super) struct Teller {
    stage: Option<watch::Sender<Stage>>,
    declared: u64,
    received: u64,
}

impl Teller {
    /// So many bytes more have come.
    pub(super) fn came(&mut self, bytes: usize) {
        self.received = self.received.saturating_add(bytes as u64).min(self.declared);
        self.say(Stage::Coming(self.received, self.declared));
    }

    /// All of it has come.
    pub(super) fn arrived(&self) {
        self.say(Stage::Arrived);
    }

    /// It is kept.
    pub(super) fn kept(&self) {
        self.say(Stage::Kept);
    }

    /// It is not taken: whatever still comes is in vain.
    pub(super) fn refused(&self, trouble: Trouble) {
        self.say(Stage::Refused(trouble));
    }

    fn say(&self, stage: Stage) {
        if let Some(told) = &self.stage {
            told.send_replace(stage);
        }
    }
}

/// Where the frame of a form lies.
pub(super) fn place(face: &Face, nonce: &str) -> String {
    face.path(&format!("progress?{FORM}={nonce}"))
}

/// Begins a frame, which goes on beside the upload.
pub(super) fn show(face: &Face, request: &Request) -> Result<Answer, Trouble> {
    let form = request.query(FORM).filter(|form| form.len() <= LONGEST_NONCE).ok_or(Trouble::NotFound)?;
    let (pieces, coming) = mpsc::channel(1);
    match face.reception.watched.watch(&form) {
        Some(stage) => drop(tokio::spawn(go_on(face.clone(), stage, pieces))),
        // Both fit the channel, or nobody is there.
        None => drop(pieces.try_send(Ok(piece(&html! {
            (frame::beginning(face.lang, &face.say("progress-title")))
            p { (face.say("progress-unseen")) }
            (frame::END)
        })))),
    }
    Ok(frame::growing(coming))
}

/// Sends the beginning, then a piece whenever something has changed; each hides the one before.
async fn go_on(face: Face, mut stage: watch::Receiver<Stage>, pieces: mpsc::Sender<io::Result<Bytes>>) {
    let end = Instant::now() + LIFE;
    let mut next = html! { (frame::beginning(face.lang, &face.say("progress-title"))) };
    loop {
        let now = *stage.borrow_and_update();
        let end_of_it = (now == Stage::Kept).then_some(frame::END);
        let told = html! { (next) (told(&face, now)) @if let Some(end) = end_of_it { (end) } };
        let gone = pieces.send(Ok(piece(&told))).await.is_err();
        if gone || now == Stage::Kept {
            return;
        }
        next = html! {};
        sleep(PAUSE).await;
        loop {
            tokio::select! {
                changed = stage.changed() => if changed.is_err() { return } else { break },
                () = pieces.closed() => return,
                () = sleep(SILENCE) => {
                    if Instant::now() > end || pieces.send(Ok(Bytes::from_static(b"\n"))).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

fn piece(markup: &Markup) -> Bytes {
    Bytes::from(markup.clone().into_string())
}

fn told(face: &Face, stage: Stage) -> Markup {
    html! {
        div.p {
            @match stage {
                Stage::Waiting => p { (face.say("progress-waiting")) },
                Stage::Coming(received, declared) => label {
                    (face.say_with("progress-coming", &[("percent", (received.saturating_mul(100) / declared).into())]))
                    progress max=(declared) value=(received) {}
                },
                Stage::Arrived => p { (face.say("progress-arrived")) },
                Stage::Kept => p { (face.say("progress-kept")) },
                Stage::Refused(trouble) => (face.trouble_beside(&trouble)),
            }
        }
    }
}

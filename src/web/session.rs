//! What is remembered of a visitor, and for how long: sessions and one-time form nonces, in memory alone.
//!
//! Protects: a session ends, and its content is dropped, a set time after its last request; a form
//! that is sent twice, also at once, is taken once; a form from another process, another page or
//! nowhere is told apart. Neither can fill memory. Nothing here outlives the process.
//! It does not protect a visitor whose browser somebody else uses meanwhile.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::CryptoRng;
use sha2::Sha256;
use sluss_core::secret::Secret;
use tokio::sync::watch;

use crate::conn::{Answer, Request};

/// The name of a session: 32 random bytes, in a cookie. Whoever knows it is the visitor.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionId([u8; 32]);

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

/// Sessions with content `T`, which should wipe itself when dropped.
pub struct Sessions<T> {
    cookie: &'static str,
    idle: Duration,
    most: usize,
    live: Mutex<HashMap<SessionId, Live<T>>>,
}

struct Live<T> {
    hold: Hold,
    last: Instant,
    content: T,
}

/// How firmly a session keeps its place when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// Anybody can have one: gives way first.
    Loose,
    /// Its visitor showed who they are, or sent something.
    Firm,
}

impl<T> Sessions<T> {
    /// Keeps at most `most` sessions under the cookie name `cookie`, each for `idle` after its last request.
    pub fn new(cookie: &'static str, idle: Duration, most: usize) -> Self {
        Self { cookie, idle, most, live: Mutex::new(HashMap::new()) }
    }

    /// Opens a session; if there are too many, a loose one ends, and among those the one that was idle longest.
    pub fn open(&self, content: T, hold: Hold, now: Instant, rng: &mut impl CryptoRng) -> SessionId {
        let mut id = SessionId([0; 32]);
        rng.fill_bytes(&mut id.0);
        let mut live = self.live(now);
        if live.len() >= self.most {
            let loosest = live.iter().min_by_key(|(_, session)| (session.hold, session.last));
            loosest.map(|(id, _)| id.clone()).and_then(|id| live.remove(&id));
        }
        live.insert(id.clone(), Live { hold, last: now, content });
        id
    }

    /// The session that a request names, whether or not there is one.
    pub fn id(&self, request: &Request) -> Option<SessionId> {
        let bytes = HEXLOWER.decode(request.cookie(self.cookie)?.as_bytes()).ok()?;
        Some(SessionId(bytes.try_into().ok()?))
    }

    /// Lends the content of a live session and counts as a request; `None` if it ended.
    pub fn with<R>(&self, id: &SessionId, now: Instant, look: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut live = self.live(now);
        let session = live.get_mut(id)?;
        session.last = now;
        Some(look(&mut session.content))
    }

    /// Ends a session and hands back its content to be dropped.
    pub fn end(&self, id: &SessionId) -> Option<T> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.remove(id).map(|session| session.content)
    }

    /// Ends those of one visitor that are more than `most`, the ones that were idle longest.
    pub fn end_surplus(&self, most: usize, theirs: impl Fn(&T) -> bool) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = live.iter().filter(|(_, session)| theirs(&session.content));
        let mut theirs: Vec<(Instant, SessionId)> = theirs.map(|(id, session)| (session.last, id.clone())).collect();
        theirs.sort_by_key(|(last, _)| std::cmp::Reverse(*last));
        for (_, id) in theirs.iter().skip(most) {
            live.remove(id);
        }
    }

    /// Ends what was idle for too long. Every use does that too; call it from a timer, so that it
    /// also happens when nobody comes.
    pub fn sweep(&self, now: Instant) {
        drop(self.live(now));
    }

    /// Gives the session's cookie to the visitor.
    pub fn give(&self, answer: Answer, id: &SessionId) -> Answer {
        answer.with_cookie(self.cookie, &HEXLOWER.encode(&id.0))
    }

    /// Takes the cookie back, and whatever else the browser keeps of this site.
    pub fn take_back(&self, answer: Answer) -> Answer {
        answer.forgetting(self.cookie)
    }

    fn live(&self, now: Instant) -> MutexGuard<'_, HashMap<SessionId, Live<T>>> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|_, session| now.saturating_duration_since(session.last) < self.idle);
        live
    }
}

/// One-time form nonces. A fresh one costs no memory: it carries a tag under a key of this process,
/// over a purpose that binds it to its form. `D` is what a finished form leads to.
pub struct Nonces<D> {
    key: Secret<[u8; 32]>,
    most: usize,
    used: Mutex<Used<D>>,
}

struct Used<D> {
    states: HashMap<[u8; 16], State<D>>,
    done: VecDeque<[u8; 16]>,
}

enum State<D> {
    Running(watch::Receiver<()>),
    Done(D),
}

/// What a form's nonce says.
pub enum Claim<D> {
    /// The form is new, and this is its only turn.
    Turn(Turn<D>),
    /// It was taken before, with this outcome.
    Done(D),
    /// Not from here, or not for this form: show it again, with its text and a new nonce.
    Unknown,
}

/// The right to take a form. Dropped without [`Turn::finish`], the form is as fresh as before.
#[must_use = "a form is taken only when its turn is finished"]
pub struct Turn<D> {
    nonces: Arc<Nonces<D>>,
    nonce: [u8; 16],
    _running: watch::Sender<()>,
}

impl<D: Clone> Nonces<D> {
    /// Draws the key. Remembers the outcome of the last `most` finished forms.
    pub fn new(most: usize, rng: &mut impl CryptoRng) -> Self {
        let mut key = Secret::new([0; 32]);
        rng.fill_bytes(key.expose_mut());
        Self { key, most, used: Mutex::new(Used { states: HashMap::new(), done: VecDeque::new() }) }
    }

    /// A fresh nonce for the form that `purpose` names.
    pub fn issue(&self, purpose: &str, rng: &mut impl CryptoRng) -> String {
        let mut nonce = [0; 16];
        rng.fill_bytes(&mut nonce);
        let tag = self.tag(purpose, &nonce).map(|tag| HEXLOWER.encode(&tag.finalize().into_bytes()));
        HEXLOWER.encode(&nonce) + &tag.unwrap_or_default()
    }

    /// Takes the turn of a form; waits while the same one is being taken elsewhere.
    pub async fn claim(self: &Arc<Self>, purpose: &str, nonce: &str) -> Claim<D> {
        let Some(nonce) = self.known(purpose, nonce) else { return Claim::Unknown };
        loop {
            let mut running = match self.look(nonce) {
                Ok(claim) => return claim,
                Err(running) => running,
            };
            // Nothing is ever sent: the wait ends when the turn is dropped.
            let _ = running.changed().await;
        }
    }

    fn look(self: &Arc<Self>, nonce: [u8; 16]) -> Result<Claim<D>, watch::Receiver<()>> {
        let mut used = self.used();
        match used.states.get(&nonce) {
            Some(State::Running(running)) => Err(running.clone()),
            Some(State::Done(outcome)) => Ok(Claim::Done(outcome.clone())),
            None => {
                let (sender, running) = watch::channel(());
                used.states.insert(nonce, State::Running(running));
                Ok(Claim::Turn(Turn { nonces: Arc::clone(self), nonce, _running: sender }))
            }
        }
    }

    fn known(&self, purpose: &str, nonce: &str) -> Option<[u8; 16]> {
        let bytes = HEXLOWER.decode(nonce.as_bytes()).ok()?;
        let (nonce, tag) = bytes.split_first_chunk::<16>()?;
        self.tag(purpose, nonce)?.verify_slice(tag).ok()?;
        Some(*nonce)
    }
}

impl<D> Nonces<D> {
    fn tag(&self, purpose: &str, nonce: &[u8; 16]) -> Option<Hmac<Sha256>> {
        let mut tag = Hmac::<Sha256>::new_from_slice(self.key.expose()).ok()?;
        tag.update(nonce);
        tag.update(purpose.as_bytes());
        Some(tag)
    }

    fn used(&self) -> MutexGuard<'_, Used<D>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D> Turn<D> {
    /// The form is taken: whoever sends it again gets `outcome`.
    pub fn finish(self, outcome: D) {
        let mut used = self.nonces.used();
        used.states.insert(self.nonce, State::Done(outcome));
        used.done.push_back(self.nonce);
        if used.done.len() > self.nonces.most {
            let oldest = used.done.pop_front();
            oldest.and_then(|nonce| used.states.remove(&nonce));
        }
    }
}

impl<D> Drop for Turn<D> {
    fn drop(&mut self) {
        let mut used = self.nonces.used();
        if matches!(used.states.get(&self.nonce), Some(State::Running(_))) {
            used.states.remove(&self.nonce);
        }
    }
}

#[cfg(test)]
mod tests;

//! A request's body: how much of it may come, and how long it may stand still.
//!
//! Protects against a sender who stops halfway and leaves what it sent in our memory, against one who never stops, and
//! others from many who send slowly: what is typed takes room only as it comes. It does not judge what the bytes mean.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// Bytes that a permit stands for.
const KIB: usize = 1024;
/// Between two looks whether there is room.
const PAUSE: Duration = Duration::from_millis(100);

/// Why no more of a body comes. Nothing can be answered after any of these: the connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The sender went away, or broke the protocol.
    #[error("the upload stopped before its end")]
    Stopped,
    /// Nothing came for too long.
    #[error("the upload stood still for too long")]
    Idle,
    /// More came than any form may hold.
    #[error("the upload is larger than anything that is read here")]
    Overrun,
}

/// A body that is read chunk by chunk; every clone reads on where the last one ended.
///
/// The conversation keeps one clone, so that it can drain what a handler leaves.
#[derive(Clone)]
pub struct Body(Arc<Mutex<Flow>>);

struct Flow {
    incoming: Incoming,
    left: u64,
    idle: Duration,
    clock: Pin<Box<Sleep>>,
    waiting: bool,
    failed: Option<BodyError>,
    room: Option<Room>,
}

/// Memory that all senders share, a permit a kibibyte.
struct Room {
    shared: Arc<Semaphore>,
    /// What this sender has of it, until the body is dropped.
    held: Option<OwnedSemaphorePermit>,
    came: usize,
    /// When all that is typed must have come.
    end: Instant,
    /// What came and has no room yet.
    stuck: Option<Bytes>,
    /// Whether what comes is held in memory, and not passed on.
    typed: bool,
}

impl Room {
    /// Takes room for so many bytes more; whether there was any.
    fn take(&mut self, bytes: usize) -> bool {
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = (self.came + bytes).div_ceil(KIB).saturating_sub(held);
        let Ok(more) = u32::try_from(more) else { return false };
        let Ok(permit) = Arc::clone(&self.shared).try_acquire_many_owned(more) else { return false };
        match &mut self.held {
            Some(held) => held.merge(permit),
            None => self.held = Some(permit),
        }
        self.came += bytes;
        true
    }
}

impl Body {
    /// Reads at most `most` bytes of `incoming`, and waits at most `idle` for each next chunk.
    pub(crate) fn new(incoming: Incoming, most: u64, idle: Duration) -> Self {
        let clock = Box::pin(tokio::time::sleep(idle));
        Self(Arc::new(Mutex::new(Flow { incoming, left: most, idle, clock, waiting: false, failed: None, room: None })))
    }

    /// From now on what comes takes room in `shared`, a permit a kibibyte, waits where there is none, and is [`Idle`] if it
    /// has not come within `time`: until a form with files has come to its first file, or nobody reads on.
    ///
    /// [`Idle`]: BodyError::Idle
    pub fn hold_in(&self, shared: Arc<Semaphore>, time: Duration) {
        let end = Instant::now() + time;
        self.flow().room = Some(Room { shared, held: None, came: 0, end, stuck: None, typed: true });
    }

    /// What comes from now on takes no room, as files do; what came before keeps its own.
    pub(crate) fn pass_on(&self) {
        if let Some(room) = &mut self.flow().room {
            room.typed = false;
        }
    }

    /// The next chunk; `None` at the end.
    pub async fn chunk(&self) -> Result<Option<Bytes>, BodyError> {
        poll_fn(|cx| self.poll_chunk(cx)).await.transpose()
    }

    /// [`Body::chunk`] as a poll, for streams over this body.
    pub(crate) fn poll_chunk(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        self.flow().poll_chunk(cx)
    }

    /// Reads and forgets the rest: a browser reads an answer only after it has sent everything.
    pub(crate) async fn drain(&self) -> Result<(), BodyError> {
        // What came is of no more use: its room is given back, however slowly the rest comes.
        self.flow().let_go();
        while self.chunk().await?.is_some() {}
        Ok(())
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flow {
    /// Gives back all room, and waits for it no longer.
    fn let_go(&mut self) {
        (self.room, self.waiting) = (None, false);
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        if let Some(error) = self.failed {
            return Poll::Ready(Some(Err(error)));
        }
        let chunk = ready!(self.poll_incoming(cx));
        self.failed = chunk.as_ref().err().copied();
        Poll::Ready(chunk.transpose())
    }

    fn poll_incoming(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, BodyError>> {
        loop {
            if let Some(stuck) = self.room.as_mut().and_then(|room| room.stuck.take()) {
                return self.poll_room(cx, stuck);
            }
            let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(cx) else {
                ready!(self.poll_clock(cx, self.idle));
                return Poll::Ready(Err(BodyError::Idle));
            };
            self.waiting = false;
            let Some(frame) = frame else { return Poll::Ready(Ok(None)) };
            // Trailers are no data: passed over.
            let Ok(data) = frame.map_err(|_| BodyError::Stopped)?.into_data() else { continue };
            self.left = self.left.checked_sub(data.len() as u64).ok_or(BodyError::Overrun)?;
            return self.poll_room(cx, data);
        }
    }

    /// Hands on what came, once there is room for it.
    fn poll_room(&mut self, cx: &mut Context<'_>, data: Bytes) -> Poll<Result<Option<Bytes>, BodyError>> {
        loop {
            let Some(room) = self.room.as_mut().filter(|room| room.typed) else {
                return Poll::Ready(Ok(Some(data)));
            };
            if Instant::now() > room.end {
                return Poll::Ready(Err(BodyError::Idle));
            }
            if room.take(data.len()) {
                self.waiting = false;
                return Poll::Ready(Ok(Some(data)));
            }
            if self.poll_clock(cx, PAUSE).is_pending() {
                if let Some(room) = &mut self.room {
                    room.stuck = Some(data);
                }
                return Poll::Pending;
            }
            self.waiting = false;
        }
    }

    /// Ready when it has been waited for so long; the time that we take ourselves does not count.
    fn poll_clock(&mut self, cx: &mut Context<'_>, time: Duration) -> Poll<()> {
        if !self.waiting {
            self.waiting = true;
            self.clock.as_mut().reset(Instant::now() + time);
        }
        self.clock.as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests;

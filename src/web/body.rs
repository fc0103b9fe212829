//! A request's body: how much of it may come, and how long it may stand still.
//!
//! Protects against a sender who stops halfway and leaves what it sent in our memory, and against
//! one who never stops. It does not judge what the bytes mean.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, Sleep};

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
}

impl Body {
    /// Reads at most `most` bytes of `incoming`, and waits at most `idle` for each next chunk.
    pub(crate) fn new(incoming: Incoming, most: u64, idle: Duration) -> Self {
        let clock = Box::pin(tokio::time::sleep(idle));
        Self(Arc::new(Mutex::new(Flow { incoming, left: most, idle, clock, waiting: false, failed: None })))
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
        while self.chunk().await?.is_some() {}
        Ok(())
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flow {
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
            let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(cx) else {
                ready!(self.poll_clock(cx));
                return Poll::Ready(Err(BodyError::Idle));
            };
            self.waiting = false;
            let Some(frame) = frame else { return Poll::Ready(Ok(None)) };
            // Trailers are no data: passed over.
            let Ok(data) = frame.map_err(|_| BodyError::Stopped)?.into_data() else { continue };
            self.left = self.left.checked_sub(data.len() as u64).ok_or(BodyError::Overrun)?;
            return Poll::Ready(Ok(Some(data)));
        }
    }

    /// Ready when the sender has been waited for too long; the time that we take ourselves does not count.
    fn poll_clock(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.waiting {
            self.waiting = true;
            self.clock.as_mut().reset(Instant::now() + self.idle);
        }
        self.clock.as_mut().poll(cx)
    }
}

//! A visitor's end of a connection, whose bytes arrive in the pieces that they were cut into.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use sluss_web::conn::{Answer, Bounds, Request, converse};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};

struct Wire {
    pieces: VecDeque<Vec<u8>>,
    answered: Arc<Mutex<Vec<u8>>>,
}

impl AsyncRead for Wire {
    /// One piece a read. After the last one the visitor waits for the answer.
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Some(mut piece) = self.pieces.pop_front() else { return Poll::Pending };
        let rest = piece.split_off(piece.len().min(buf.remaining()));
        buf.put_slice(&piece);
        if !rest.is_empty() {
            self.pieces.push_front(rest);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.answered.lock().unwrap().extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Bytes in pieces as long as `lengths` say, the rest in one.
pub fn cut(mut bytes: &[u8], lengths: &[u16]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    for length in lengths {
        let (piece, rest) = bytes.split_at(bytes.len().min(usize::from(*length).max(1)));
        pieces.push(piece.to_vec());
        bytes = rest;
    }
    pieces.push(bytes.to_vec());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// The bytes that `handler` answers to the request in `pieces`.
pub fn answer<F>(pieces: Vec<Vec<u8>>, handler: impl Fn(Request) -> F) -> Vec<u8>
where
    F: Future<Output = Answer>,
{
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().unwrap();
    }
    let answered = Arc::default();
    let wire = Wire { pieces: pieces.into(), answered: Arc::clone(&answered) };
    RUNTIME.with(|runtime| runtime.block_on(converse(wire, Bounds::default(), handler)));
    std::mem::take(&mut *answered.lock().unwrap())
}

/// What `look` makes of the request in `pieces`; `None` if it is no HTTP, and so is never handed out.
pub fn ask<T, F>(pieces: Vec<Vec<u8>>, look: impl Fn(Request) -> F) -> Option<T>
where
    F: Future<Output = T>,
{
    let seen = Rc::new(RefCell::new(None));
    answer(pieces, |request| {
        let (seen, looking) = (Rc::clone(&seen), look(request));
        async move {
            *seen.borrow_mut() = Some(looking.await);
            Answer::see_other("/")
        }
    });
    seen.take()
}

//! Whoever comes on one circuit, and what they may ask for in a row and at one time.
//!
//! Protects visitors from each other, and codenames from whoever tries many: what goes beyond an allowance waits its
//! turn or is told to come back, and only what nobody does by mistake ends the circuit. It does not protect from somebody
//! who comes on many circuits: each of those has to come in first, which costs them work. It knows of a visitor how they
//! came and how much they asked for lately, and forgets both with the circuit.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::sleep;

/// Requests at once, and after that four a second: nobody clicks faster.
const REQUESTS: Quota = Quota::per_second(count(4)).allow_burst(count(64));
/// Codenames that are typed at once, and after that two a minute: seven words take longer.
const TRIES: Quota = Quota::per_minute(count(2)).allow_burst(count(10));
/// Reports and messages at once, and after that one a minute.
const SUBMISSIONS: Quota = Quota::per_minute(count(1)).allow_burst(count(10));
/// Refusals that end the circuit: whoever was told so often to wait, and did not, is no visitor.
const ATTACK: u32 = 100;
/// Forms that are taken in at one time.
const FORMS: usize = 2;
/// Forms with files among them.
const UPLOADS: usize = 1;

const fn count(most: u32) -> NonZeroU32 {
    match NonZeroU32::new(most) {
        Some(most) => most,
        None => NonZeroU32::MIN,
    }
}

/// How a visitor came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Through the onion service.
    Onion,
    /// Over a plain socket, for trying out: every page says that it is not anonymous.
    WithoutTor,
}

/// The steady clock that the whole reception goes by.
pub(crate) type Steady = Arc<dyn Fn() -> Instant + Send + Sync>;

#[derive(Clone)]
struct Ticking(Steady);

impl Clock for Ticking {
    type Instant = Instant;

    fn now(&self) -> Instant {
        (self.0)()
    }
}

type Limit = RateLimiter<NotKeyed, InMemoryState, Ticking, NoOpMiddleware<Instant>>;

/// A visitor: one circuit, or one connection without Tor.
pub struct Visitor {
    pub(crate) way: Way,
    clock: Ticking,
    requests: Limit,
    tries: Limit,
    submissions: Limit,
    refused: AtomicU32,
    forms: Semaphore,
    pub(crate) uploads: Arc<Semaphore>,
}

impl Visitor {
    pub(crate) fn new(way: Way, clock: Steady) -> Self {
        let clock = Ticking(clock);
        let limit = |quota| RateLimiter::direct_with_clock(quota, clock.clone());
        Self {
            way,
            requests: limit(REQUESTS),
            tries: limit(TRIES),
            submissions: limit(SUBMISSIONS),
            refused: AtomicU32::new(0),
            forms: Semaphore::new(FORMS),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            clock,
        }
    }

    /// Waits until the visitor may ask again.
    pub(crate) async fn may_ask(&self) {
        while let Err(early) = self.requests.check() {
            // Never zero: a clock that stands still must not make this spin.
            sleep(early.wait_time_from(self.clock.now()).max(Duration::from_millis(1))).await;
        }
    }

    /// Waits until the visitor may send another form, for as long as it is being answered.
    pub(crate) async fn may_send(&self) -> Option<SemaphorePermit<'_>> {
        self.forms.acquire().await.ok()
    }

    /// Whether the visitor may try another codename; counted as one.
    pub(crate) fn may_try(&self) -> bool {
        self.is_within(&self.tries)
    }

    /// Whether the visitor may submit something more; counted as one.
    pub(crate) fn may_submit(&self) -> bool {
        self.is_within(&self.submissions)
    }

    /// Whether this is no visitor: the circuit should be closed.
    pub fn attacks(&self) -> bool {
        self.refused.load(Relaxed) >= ATTACK
    }

    fn is_within(&self, limit: &Limit) -> bool {
        let within = limit.check().is_ok();
        if !within {
            self.refused.fetch_add(1, Relaxed);
        }
        within
    }
}

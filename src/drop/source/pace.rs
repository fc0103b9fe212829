//! When the inbox answers: on a beat that counts from the asking, whatever the answer is.
//!
//! Protects, against whoever watches the line: how long it takes to derive a codename, to look it up and to open what
//! waits for it does not show in when the answer leaves, and so neither whether the codename is anybody's nor whether an
//! answer waits. It hides nothing from whoever reads the page. Work that takes longer than a beat shows by a whole beat
//! more: a crowd that signs in at once, or some hundreds of letters.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// From one moment at which an answer may leave to the next. Measured on two cores: a sign-in takes 18 to 32 ms, a thread
/// 1 ms and 0.7 for each of its longest letters, 107 for 150 of them. Nobody feels a quarter of a second through Tor.
pub const BEAT: Duration = Duration::from_millis(250);

/// Does the work, and holds what it made until the next whole beat since the asking. What the work itself held is gone by
/// then: nothing typed waits.
pub(super) async fn on_the_beat<T>(beat: Duration, work: impl Future<Output = T>) -> T {
    let asked = Instant::now();
    let made = work.await;
    sleep_until(asked + next(beat, asked.elapsed())).await;
    made
}

/// The first whole beat after so long.
fn next(beat: Duration, taken: Duration) -> Duration {
    let whole = taken.as_nanos().checked_div(beat.as_nanos()).unwrap_or_default();
    beat.saturating_mul(u32::try_from(whole).unwrap_or(u32::MAX).saturating_add(1))
}

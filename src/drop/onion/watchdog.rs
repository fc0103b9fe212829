//! Looking after the service from outside: whether somebody who knows its address gets through, by trying.
//!
//! Protects against a service that believes itself reachable and is not: it is tried through Tor, as a visitor would, and
//! made known anew, at other introduction points, when that fails several times in a row. It learns nothing of visitors. A
//! look cannot tell a network that is down from an attack; being made known anew hurts neither. arti keeps a service's
//! state locked until the process ends, so that a service cannot be launched twice in one.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use arti_client::config::Reconfigure;
use tokio::time::{sleep, timeout};

use super::guests::PORT;
use super::{Onion, OnionError, settings};

/// How long a look may take; a visitor would have given up as well.
const PATIENCE: Duration = Duration::from_secs(60);
/// Looks in a row that miss before the service is made known anew: one may miss by chance.
const MISSES: u32 = 3;

/// What a look led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Somebody would have come through.
    Through,
    /// Nobody would have.
    Missed,
    /// After several that missed the service was made known anew.
    Anew,
}

impl Onion {
    /// Looks every so often, for ever, and tells what that led to.
    pub async fn look_after(&self, every: Duration, tell: impl Fn(Look)) {
        let (mut misses, mut times) = (0, 0);
        loop {
            sleep(every).await;
            let through = self.is_reached(every.min(PATIENCE)).await;
            self.missed.store(!through, Relaxed);
            tell(if through { Look::Through } else { Look::Missed });
            misses = if through { 0 } else { misses + 1 };
            if misses == MISSES {
                (misses, times) = (0, times + 1);
                match self.make_known_anew(times) {
                    Ok(()) => tell(Look::Anew),
                    Err(error) => tracing::error!("the onion service could not be made known anew: {error}"),
                }
            }
        }
    }

    /// Whether somebody gets through now: by another circuit, to which nothing of earlier ones is known.
    async fn is_reached(&self, patience: Duration) -> bool {
        let visitor = self.tor.isolated_client();
        let coming = visitor.connect((self.address.as_str(), PORT));
        matches!(timeout(patience, coming).await, Ok(Ok(_)))
    }

    /// Makes arti choose other introduction points and tell the directories of them, for the `times`th time: it does that
    /// when what introduction points are asked for changes.
    pub fn make_known_anew(&self, times: u32) -> Result<(), OnionError> {
        let service = settings::service_asking(times)?;
        self.service.running().reconfigure(service, Reconfigure::AllOrNothing).map_err(|_| OnionError::Stopped)
    }
}

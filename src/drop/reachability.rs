//! Whether sources get through to the onion service, as far as the service knows itself. It says nothing of who comes.

use serde::{Deserialize, Serialize};

/// Whether sources get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reachability {
    /// They do.
    Reachable,
    /// The service makes itself known, which takes some minutes at most.
    NotYet,
    /// It was known and is not now, or cannot make itself known.
    Lost,
}

/// Tells it whenever asked.
pub type Watch = Box<dyn Fn() -> Reachability + Send + Sync>;

//! What stands between the onion service and whoever would find it or knock it over, told to the operator.

use serde::Serialize;

/// What arti was given, and how many this program lets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Defences {
    /// The form of vanguards: «full», «lite» or «disabled».
    pub vanguards: String,
    /// Whether newcomers are asked for a proof of work while more come than are let in.
    pub proof_of_work: bool,
    /// Newcomers who are let in at one time.
    pub newcomers: usize,
    /// Introductions a second that each introduction point is asked to hand on; none where that is left to the network.
    pub introductions: Option<u32>,
    /// Streams of one circuit that are answered at one time; further ones wait.
    pub streams: usize,
    /// Streams of one circuit that end it.
    pub streams_at_most: u32,
    /// Mebibytes that arti's queues may take.
    pub memory: u32,
    /// The only ports at which relays are reached; any, if none is named.
    pub ports: Vec<u16>,
}

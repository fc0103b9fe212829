//! The desk: where investigators read reports and answer them, on a machine that touches no network.

pub mod cli;

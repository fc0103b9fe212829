//! What the journeys stand on: a private Tor network, processes, a visitor.

pub mod browser;
pub mod house;
pub mod journey;
pub mod process;
pub mod tornet;
pub mod visitor;

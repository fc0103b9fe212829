//! What the journeys stand on: a private Tor network, processes, a visitor.

pub mod house;
pub mod process;
pub mod tornet;
pub mod visitor;

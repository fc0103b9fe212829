//! What the journeys stand on: a private Tor network, processes, a visitor.

#![deny(missing_docs)]

pub mod browser;
pub mod disk;
pub mod house;
pub mod journey;
pub mod line;
pub mod memory;
pub mod process;
pub mod tornet;
pub mod visitor;

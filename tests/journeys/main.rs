//! The journeys: real parts, one test binary, so that arti links once.

mod browser;
mod deploy;
mod disk;
mod fuzzed;
mod gates;
mod house_rules;
#[cfg(feature = "tor")]
mod memory;
#[cfg(feature = "tor")]
mod onion;
mod operator;
mod source;
mod store;
#[cfg(feature = "tor")]
mod whole_way;

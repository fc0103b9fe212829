//! The journeys: real parts, one test binary, so that arti links once.

mod attacks;
mod browser;
mod confined;
mod deploy;
mod disk;
#[cfg(feature = "tor")]
mod flood;
mod fuzzed;
mod gates;
mod hatch;
mod house_rules;
#[cfg(feature = "tor")]
mod memory;
#[cfg(feature = "tor")]
mod onion;
mod operator;
#[cfg(feature = "tor")]
mod silence;
mod source;
mod store;
#[cfg(feature = "tor")]
mod whole_way;

//! The journeys: real parts, one test binary, so that arti links once.

mod house_rules;
#[cfg(feature = "tor")]
mod onion;
mod source;
mod store;

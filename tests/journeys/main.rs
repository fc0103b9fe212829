//! The journeys: real parts, one test binary, so that arti links once.

#[cfg(feature = "tor")]
mod onion;
mod source;
mod store;

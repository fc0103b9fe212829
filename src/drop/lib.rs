//! placeholder
#[cfg(feature = "tor")]
pub mod onion;
pub mod reception;
pub mod source;
pub mod store;

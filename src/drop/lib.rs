//! The drop: receives reports, seals them at once and keeps them until the investigators have them.
//!
//! Its part of the way: a stream comes in through the onion (and, for trying out, over loopback); the [`reception`]
//! answers it with the [`source`]'s pages; what is sent is sealed on its way into the [`store`]; the [`operator`]'s
//! commands and the [`hatch`] have the [`office`] carry bundles out and in.
//!
//! It protects what was sealed from whoever takes the disk, and a source's traces from whoever looks a second later. It
//! does not protect what is typed from whoever watches the running server's memory, nor anything from whoever changes
//! this program.

pub mod config;
pub mod crest;
pub mod defences;
pub mod fleeting;
pub mod harden;
pub mod hatch;
pub mod kit;
pub mod language;
pub mod office;
#[cfg(feature = "tor")]
pub mod onion;
pub mod operator;
pub mod reachability;
pub mod reception;
pub mod source;
pub mod store;
pub mod visitor;

//! The source's pages, over TCP and with a real store: what a visitor with scripts off can do, and what goes wrong.

mod bad;
mod erase;
pub mod find;
mod journey;
mod progress;
mod languages;
mod recusal;
pub mod rig;
mod wire;

//! The source's pages, over TCP and with a real store: what a visitor with scripts off can do, and what goes wrong.

mod bad;
mod duties;
mod erase;
pub mod find;
mod journey;
mod languages;
mod law;
mod limits;
mod progress;
mod recusal;
pub mod rig;
mod wire;

//! What a report is, sealed and opened.
//!
//! This crate is the way of a submission without its transport: a source's keys come from a [`codename`], the readers
//! from the [`roster`], the report is sealed by [`seal`] and opened by [`open`], an answer is a [`letter`], and both
//! travel in a [`bundle`]. It is synchronous, reads and writes through `Read` and `Write`, and has no clock, no
//! randomness and no path of its own: those are arguments.
//!
//! It protects what was sealed from whoever has no key. It does not protect a machine on which somebody types or reads.

pub mod bundle;
pub mod cert;
pub mod chance;
pub mod codename;
pub mod confine;
pub mod day;
pub mod digest;
pub mod envelope;
pub mod epoch;
pub mod lang;
pub mod letter;
pub mod limits;
pub mod memory;
pub mod nested;
pub mod note;
pub mod open;
mod padding;
pub mod roster;
pub mod seal;
pub mod secret;
pub mod spoken;
pub mod submission;
pub mod veil;

#[cfg(test)]
mod tests;

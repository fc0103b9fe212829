//! The desk: where investigators read reports and answer them, on a machine that touches no network.
//!
//! Its part of the way: a stick brings an outbound bundle ([`exchange`]), its submissions go into the [`book`] sealed as
//! they came, and what they say into the [`casebook`]; the investigator reads, is warned of files ([`attachment`]) and saves
//! them, or copies that tell less ([`cleaning`], [`metadata`]), writes ([`answer`], [`template`]) and notes ([`noting`]), or writes down what was told ([`oral`]); a return bundle carries letters and receipts back. A [`casefile`] hands
//! a case over, and [`erasing`] ends it. Before all that, [`ceremony`]: keys, and a roster that several sign.
//! People use the page ([`face`]), scripts the commands ([`cli`]).
//!
//! It protects the cases from whoever takes the machine's disk or the stick. It does not protect them from whoever
//! watches its screen or its memory while it is unlocked. It opens one socket: the page's, on loopback.

pub mod answer;
pub mod asked;
pub mod attachment;
pub mod book;
pub mod casebook;
pub mod casefile;
pub mod ceremony;
pub mod cleaning;
pub mod cli;
pub mod desk;
pub mod durable;
pub mod erasing;
pub mod exchange;
pub mod face;
pub mod metadata;
pub mod noting;
pub mod oral;
pub mod progress;
pub mod say;
mod snapshot;
pub mod template;
pub mod unseal;

#[cfg(test)]
mod testing;

//! One HTTP conversation over any stream, and one page.
//!
//! Its part of the way: a stream (an onion service's, or a loopback one) becomes a [`conn::Request`],
//! a handler makes an [`conn::Answer`] of it. In between lie the typed form ([`form`]), what is
//! remembered of a visitor and for how long ([`session`]), the one shape of all pages ([`page`]), what may
//! stand in a frame of one ([`frame`]) and the words in each language ([`say`]).
//!
//! Protects: all pages have one length and one set of headers; a form sent twice is one; what was
//! typed comes back; a stranger can fill neither memory nor time. It knows no source, no
//! investigator, no store and no Tor: the drop and the desk both stand on it.

pub mod body;
pub mod conn;
pub mod form;
pub mod frame;
pub mod page;
pub mod say;
pub mod session;

#[cfg(test)]
mod testing;

pub use maud;

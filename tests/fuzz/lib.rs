//! What must hold whatever somebody sends: one module a way in, each with an input and its `holds`.
//!
//! The fuzz targets look for an input for which it does not; `tests/journeys/fuzzed.rs` asks the same of random ones in
//! every run. Where plain bytes would get no further than a signature or a digest, the input is a change to something
//! real, or something crafted that is then signed and sealed as well as any.

pub mod archive;
pub mod bundles;
pub mod codename;
pub mod config;
pub mod cookie;
pub mod edit;
pub mod few;
pub mod form;
pub mod letters;
pub mod nested;
pub mod real;
pub mod roster;
pub mod tweak;
pub mod wire;

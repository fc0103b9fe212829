//! The formats on real keys: what is sealed opens, what was tampered with does not.

mod bundles;
pub(crate) mod fixture;
mod gpg;
mod hostile;
mod letters;
mod nested;
mod notes;
mod rosters;
mod submissions;
mod vectors;

//! What a server needs: systemd's units, and what never lies on its disk.

mod fleeting;
mod service;

use std::path::{Path, PathBuf};

/// A folder of the house.
fn deploy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name)
}

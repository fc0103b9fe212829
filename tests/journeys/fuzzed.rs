//! What the fuzz targets look for, asked of random inputs in every run: `tests/fuzz` says what must hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use arbitrary::{Arbitrary, Unstructured};
use proptest::collection::vec;
use proptest::prelude::*;

#[path = "../fuzz/lib.rs"]
mod fuzz;

/// The input that a fuzzer would make of `bytes`.
fn input<'a, T: Arbitrary<'a>>(bytes: &'a [u8]) -> Option<T> {
    T::arbitrary_take_rest(Unstructured::new(bytes)).ok()
}

/// A property test for each target, with so many cases as take it about a second.
macro_rules! property {
    ($($target:ident: $cases:literal),* $(,)?) => {$(
        #[test]
        fn $target() {
            // What fails is shown: no file is kept of it.
            let config = ProptestConfig { cases: $cases, failure_persistence: None, ..ProptestConfig::default() };
            proptest!(config, |(bytes in vec(any::<u8>(), 0..2_000))| {
                if let Some(input) = input(&bytes) {
                    fuzz::$target::holds(&input);
                }
            });
        }
    )*};
}

property! {
    archive: 200,
    bundles: 200,
    codename: 1_000,
    config: 1_000,
    cookie: 1_000,
    form: 1_000,
    letters: 200,
    nested: 200,
    roster: 100,
}

/// The fuzz targets link what the program links: their lock names no other version.
#[test]
fn the_fuzzers_lock_is_the_workspaces_own() -> Result<()> {
    let packages = |lock: &str| -> Result<BTreeSet<String>> {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(lock))?;
        let named = text.split("[[package]]").skip(1).map(|package| package.lines().skip(1).take(2).collect());
        Ok(named.collect())
    };
    let (ours, theirs) = (packages("../Cargo.lock")?, packages("fuzz/Cargo.lock")?);
    let own = ["name = \"sluss-fuzz\"", "name = \"libfuzzer-sys\""];
    let others: Vec<&String> =
        theirs.difference(&ours).filter(|package| !own.iter().any(|name| package.starts_with(name))).collect();
    ensure!(theirs.len() > 100 && others.is_empty(), "the fuzzers' lock differs: {others:?}");
    Ok(())
}

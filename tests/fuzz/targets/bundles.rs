#![no_main]

use sluss_fuzz::bundles::{Carried, holds};

libfuzzer_sys::fuzz_target!(|input: Carried| holds(&input));

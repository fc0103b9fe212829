#![no_main]

use sluss_fuzz::archive::{Reached, holds};

libfuzzer_sys::fuzz_target!(|input: Reached| holds(&input));

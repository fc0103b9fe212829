#![no_main]

use sluss_fuzz::codename::{Typed, holds};

libfuzzer_sys::fuzz_target!(|input: Typed| holds(&input));

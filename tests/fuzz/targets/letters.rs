#![no_main]

use sluss_fuzz::letters::{Arrived, holds};

libfuzzer_sys::fuzz_target!(|input: Arrived| holds(&input));

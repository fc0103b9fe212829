#![no_main]

use sluss_fuzz::roster::{Offered, holds};

libfuzzer_sys::fuzz_target!(|input: Offered| holds(&input));

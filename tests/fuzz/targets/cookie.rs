#![no_main]

use sluss_fuzz::cookie::{HandedBack, holds};

libfuzzer_sys::fuzz_target!(|input: HandedBack| holds(&input));

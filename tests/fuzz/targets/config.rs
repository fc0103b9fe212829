#![no_main]

use sluss_fuzz::config::{Settings, holds};

libfuzzer_sys::fuzz_target!(|input: Settings| holds(&input));

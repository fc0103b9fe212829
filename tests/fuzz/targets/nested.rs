#![no_main]

use sluss_fuzz::nested::{Brought, holds};

libfuzzer_sys::fuzz_target!(|input: Brought| holds(&input));

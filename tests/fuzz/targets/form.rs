#![no_main]

use sluss_fuzz::form::{Sent, holds};

libfuzzer_sys::fuzz_target!(|input: Sent| holds(&input));

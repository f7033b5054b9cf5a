//! Calls the properties of `quire::fuzzing::search`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| quire::fuzzing::search(bytes));

//! Calls the properties of `quire::fuzzing::picture`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| quire::fuzzing::picture(bytes));

//! Calls the properties of `quire::fuzzing::slug`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| quire::fuzzing::slug(bytes));

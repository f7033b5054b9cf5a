//! Calls the properties of `quire::fuzzing::markdown`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| quire::fuzzing::markdown(bytes));

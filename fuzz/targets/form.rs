//! Calls the properties of `quire::fuzzing::form`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| quire::fuzzing::form(bytes));

//! Calls the properties of `quire::fuzzing::front_matter`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| quire::fuzzing::front_matter(bytes));

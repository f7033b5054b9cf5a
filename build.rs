//! Builds again when a migration or a template of the binary's data changes: cargo cannot see either.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=static");
}

//! Fuzz targets: whatever reads bytes that others wrote, held to what it promises of any bytes.
//!
//! Each is an ordinary test that goes through the samples, through some thousand changes of them, and through every input in
//! `__fuzz__/` that once broke something. `cargo xtask fuzz` runs them for as long as you like, led by coverage.

mod answers;
mod flows;
mod mangle;
mod text;
mod wire;

use std::{fs, path::Path};

/// The bodies of files below a folder of the tests of `wappa-cloud`.
fn files(folder: &str) -> Vec<Vec<u8>> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../wappa-cloud/tests").join(folder)];
    let mut bodies = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                bodies.push(fs::read(path).unwrap());
            }
        }
    }
    bodies.sort();
    bodies
}

/// A target: seeds, changes of them, and then whatever the fuzzer thinks of.
macro_rules! fuzz {
    ($name:ident, $seeds:expr, $check:expr) => {
        #[test]
        fn $name() {
            if !cfg!(fuzzing) {
                let seeds = $seeds;
                crate::keep(concat!(module_path!(), "::", stringify!($name)), &seeds);
                crate::mangle::all(&seeds, 2_000, $check);
            }
            bolero::check!().for_each($check);
        }
    };
}
use fuzz;

/// Leaves a target's seeds where `cargo xtask fuzz` begins with them.
fn keep(target: &str, seeds: &[Vec<u8>]) {
    assert!(!seeds.is_empty(), "{target} has no seeds");
    let (_, target) = target.split_once("::").unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz").join(target.replace("::", "-"));
    fs::create_dir_all(&folder).unwrap();
    for (n, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("seed-{n}")), seed).unwrap();
    }
}

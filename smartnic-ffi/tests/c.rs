//! Programs in C (`tests/c/`) against the library as it is shipped: the shared one with its version
//! map, linked as `link.sh` links it.
//!
//! Each topic is compiled as C99, C11 and C++17 without a warning, and runs plainly, with the sanitizers for addresses and
//! undefined behaviour, and under valgrind.

mod toolchain;

use std::collections::BTreeSet;
use std::fs;

use toolchain::{Build, Kit, output};

/// Compiles and runs one topic in every way.
fn topic(name: &str) {
    let kit = Kit::get();
    let source = format!("tests/c/{name}.c");
    kit.compile(&Build { standard: "c++17", source: &source, ..Build::default() });
    let plain = kit.compile(&Build { standard: "c99", source: &source, ..Build::default() });
    let said = output(&mut kit.command(&plain));
    assert!(said.ends_with(": ok\n"), "{name} ended too early: {said}");
    let checked =
        kit.compile(&Build { standard: "c11", source: &source, sanitize: true, ..Build::default() });
    output(
        kit.command(&checked).env("ASAN_OPTIONS", "detect_leaks=1").env("UBSAN_OPTIONS", "halt_on_error=1"),
    );
    kit.valgrind(&plain).map(|mut command| output(&mut command));
}

macro_rules! topics {
    ($($name:ident)*) => {
        $(#[test] fn $name() { topic(stringify!($name)); })*

        #[test]
        fn every_program_is_a_topic() {
            let files = fs::read_dir(Kit::get().root.join("tests/c")).unwrap();
            let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
            let found: BTreeSet<String> = names.filter_map(|name| name.strip_suffix(".c").map(str::to_owned)).collect();
            assert_eq!(found, [$(stringify!($name)),*].map(str::to_owned).into());
        }
    };
}
topics! { devices eswitch misuse }

#[test]
fn the_library_exports_what_the_map_names_and_nothing_else() {
    let kit = Kit::get();
    let library = kit.library.join("libsmartnic.so.1");
    let symbols = output(
        std::process::Command::new("nm")
            .args(["-D", "--defined-only", "--with-symbol-versions"])
            .arg(&library),
    );
    let names =
        symbols.lines().filter_map(|line| line.split(' ').nth(2)).filter(|name| *name != "SMARTNIC_1");
    let exported: BTreeSet<&str> =
        names.map(|name| name.strip_suffix("@@SMARTNIC_1").unwrap_or(name)).collect();
    let map = fs::read_to_string(kit.root.join("smartnic-ffi/libsmartnic.map")).unwrap();
    let listed =
        map.lines().filter_map(|line| line.trim().strip_suffix(';')).filter(|name| name.starts_with("snic_"));
    assert_eq!(exported, listed.collect());
    assert!(exported.len() > 40);
    let dynamic = output(std::process::Command::new("readelf").arg("-d").arg(&library));
    assert!(dynamic.contains("soname: [libsmartnic.so.1]"), "{dynamic}");
    // A program must start where libibverbs is not installed, so nothing of it is linked.
    assert!(!dynamic.contains("ibverbs"), "{dynamic}");
}

/// A program may be linked with the static library instead.
#[test]
fn the_static_library_links() {
    let kit = Kit::get();
    let program =
        kit.compile(&Build { standard: "c11", source: "tests/c/devices.c", fixed: true, ..Build::default() });
    assert_eq!(output(&mut std::process::Command::new(program)), "devices: ok\n");
}

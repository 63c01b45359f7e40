//! Programs in C++17 (`tests/cpp/`) over `smartnic.hpp`: run plainly and with the sanitizers for addresses and undefined
//! behaviour.

mod toolchain;

use std::collections::BTreeSet;
use std::fs;

use toolchain::{Build, Kit, output};

fn topic(name: &str, flags: &[&str]) {
    let kit = Kit::get();
    let source = format!("tests/cpp/{name}.cpp");
    let build = Build { standard: "c++17", source: &source, sanitize: true, flags, ..Build::default() };
    let said = output(&mut kit.command(&kit.compile(&build)));
    assert!(said.ends_with(": ok\n"), "{name} ended too early: {said}");
}

macro_rules! topics {
    ($($name:ident $flags:expr;)*) => {
        $(#[test] fn $name() { topic(stringify!($name), &$flags); })*

        #[test]
        fn every_program_is_a_topic() {
            let files = fs::read_dir(Kit::get().root.join("tests/cpp")).unwrap();
            let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
            let found: BTreeSet<String> = names.filter_map(|name| name.strip_suffix(".cpp").map(str::to_owned)).collect();
            assert_eq!(found, [$(stringify!($name)),*].map(str::to_owned).into());
        }
    };
}
topics! {
    devices [];
    eswitch [];
    fabric [];
    flow [];
    links [];
    parts [];
    settings ["-fno-exceptions"];
}

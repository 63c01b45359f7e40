//! Programs in C (`tests/c/`) against the library as it is shipped: the shared one with its version
//! map, linked as `link.sh` links it.
//!
//! Each topic is compiled as C99, C11 and C++17 without a warning, and runs plainly, with the sanitizers for addresses and
//! undefined behaviour, and where that is quick enough under valgrind.

mod toolchain;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use toolchain::{Build, Kit, output};

/// The topics that valgrind is quick enough for; the others are long ways through the simulated kernel, which it makes many
/// times longer. What they do at the border to C, these do too.
const UNDER_VALGRIND: [&str; 4] = ["devices", "events", "misuse", "rdma"];

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
    if UNDER_VALGRIND.contains(&name) {
        kit.valgrind(&plain).map(|mut command| output(&mut command));
    }
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
topics! { bridges devices eswitch events fabric flow links misuse packets parts rdma settings upkeep }

#[test]
fn the_library_exports_what_the_map_names_and_nothing_else() {
    let kit = Kit::get();
    let library = kit.library.join("libsmartnic.so.1");
    let symbols =
        output(Command::new("nm").args(["-D", "--defined-only", "--with-symbol-versions"]).arg(&library));
    let names =
        symbols.lines().filter_map(|line| line.split(' ').nth(2)).filter(|name| *name != "SMARTNIC_1");
    let exported: BTreeSet<&str> =
        names.map(|name| name.strip_suffix("@@SMARTNIC_1").unwrap_or(name)).collect();
    let map = fs::read_to_string(kit.root.join("smartnic-ffi/libsmartnic.map")).unwrap();
    let listed =
        map.lines().filter_map(|line| line.trim().strip_suffix(';')).filter(|name| name.starts_with("snic_"));
    assert_eq!(exported, listed.collect());
    assert!(exported.len() > 40);
    let dynamic = output(Command::new("readelf").arg("-d").arg(&library));
    assert!(dynamic.contains("soname: [libsmartnic.so.1]"), "{dynamic}");
    // A program must start where libibverbs is not installed, so nothing of it is linked.
    assert!(!dynamic.contains("ibverbs"), "{dynamic}");
}

/// A function that no topic of the man page names, nor a family of functions there, is found by nobody.
#[test]
fn the_man_page_has_every_topic() {
    let root = &Kit::get().root;
    let page = fs::read_to_string(root.join("smartnic-ffi/man/libsmartnic.3")).unwrap();
    let words = || page.split(|letter: char| !(letter.is_alphanumeric() || "_*".contains(letter)));
    let named: BTreeSet<&str> = words().filter(|word| word.starts_with("snic_")).collect();
    let map = fs::read_to_string(root.join("smartnic-ffi/libsmartnic.map")).unwrap();
    let listed: Vec<&str> = map
        .lines()
        .filter_map(|line| line.trim().strip_suffix(';'))
        .filter(|name| name.starts_with("snic_"))
        .collect();
    let told = |name: &str| {
        named.iter().any(|word| match word.strip_suffix('*') {
            Some(family) => name.starts_with(family),
            None => *word == name,
        })
    };
    // What comes with a list needs no word of its own.
    let of_a_list = |name: &str| name.ends_with("_next") || name.ends_with("_iter_free");
    let missing: Vec<&&str> = listed.iter().filter(|name| !told(name) && !of_a_list(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let gone: Vec<&&str> = named
        .iter()
        .filter(|word| word.len() > "snic_".len() && **word != "snic_status" && **word != "snic_error")
        .filter(|word| {
            !listed
                .iter()
                .any(|name| word.strip_suffix('*').map_or(*name == **word, |family| name.starts_with(family)))
        })
        .collect();
    assert!(
        gone.iter().all(|word| ["snic_host", "snic_device", "snic_device_iter"].contains(&**word)),
        "{gone:?}"
    );
}

/// What includes the header before and after other things compiles in every language that it is for.
#[test]
fn the_header_compiles_in_every_language() {
    let kit = Kit::get();
    for standard in ["c99", "c11", "c17", "c++11", "c++17", "c++20"] {
        kit.compile(&Build { standard, source: "tests/c/header.txt", ..Build::default() });
    }
}

/// A program may be linked with the static library instead.
#[test]
fn the_static_library_links() {
    let kit = Kit::get();
    let program =
        kit.compile(&Build { standard: "c11", source: "tests/c/devices.c", fixed: true, ..Build::default() });
    assert_eq!(output(&mut Command::new(program)), "devices: ok\n");
}

/// What is installed is found by pkg-config, wherever it was moved to.
#[test]
fn the_installed_library_is_found_by_pkg_config() {
    let kit = Kit::get();
    let prefix = kit.library.with_file_name("prefix");
    let mut install = Command::new("sh");
    install.arg(kit.root.join("smartnic-ffi/install.sh")).args([&kit.fixed, &prefix]);
    output(install.arg(env!("CARGO_PKG_VERSION")));
    let moved = kit.library.with_file_name("moved");
    let _ = fs::remove_dir_all(&moved);
    fs::rename(&prefix, &moved).unwrap();
    let file = fs::read_to_string(moved.join("lib/pkgconfig/libsmartnic.pc")).unwrap();
    assert!(file.contains(concat!("Version: ", env!("CARGO_PKG_VERSION"), "\n")), "{file}");
    let program = moved.join("first");
    let mut build = Command::new("sh");
    build.arg("-c").arg(
        "exec cc -std=c99 \"$1\" $(pkg-config --cflags --libs libsmartnic || echo \"-I$2/include -L$2/lib -lsmartnic\") \
         -o \"$3\"",
    );
    build.arg("sh").arg(moved.join("share/doc/libsmartnic/examples/list-devices.c")).args([&moved, &program]);
    output(build.env("PKG_CONFIG_PATH", moved.join("lib/pkgconfig")));
    let said = output(Command::new(&program).arg("sim:e810").env("LD_LIBRARY_PATH", moved.join("lib")));
    assert!(said.contains(" ice (ice adapter), mode legacy"), "{said}");
    fs::remove_dir_all(&moved).unwrap();
}

//! The examples in C and C++: each task is compiled in both languages, and both print the same.

mod toolchain;

use std::path::Path;
use std::process::Output;

use toolchain::{Build, Kit};

const NIC: &str = "pci/0000:03:00.0";

/// Runs a task in a language with its arguments; also its exit code and what it said of failures.
fn task(stem: &str, language: &str, args: &[&str]) -> (i32, String, String) {
    let kit = Kit::get();
    let standard = if language == "c" { "c99" } else { "c++17" };
    let source = format!("examples/{stem}.{language}");
    let flags: &[&str] = if language == "c" { &["-D_POSIX_C_SOURCE=200809L"] } else { &[] };
    let program = kit.compile(&Build { standard, source: &source, flags, ..Build::default() });
    let Output { status, stdout, stderr } = kit.command(&program).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// Both languages on machines of their own that are alike; what the first said.
fn both(stem: &str, prepare: &[(&str, &[&str])], args: &[&str]) -> (i32, String, String) {
    let said = ["c", "cpp"].map(|language| {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("machine-{stem}-{language}.json"));
        let _ = std::fs::remove_file(&home);
        let host = format!("sim:bluefield3?state={}", home.display());
        let at =
            |args: &[&str]| -> Vec<String> { args.iter().map(|arg| arg.replace("HOST", &host)).collect() };
        for (stem, args) in prepare {
            let args = at(args);
            let (code, _, wrong) = task(stem, language, &args.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!((code, wrong.as_str()), (0, ""), "{stem} in {language}");
        }
        let args = at(args);
        task(stem, language, &args.iter().map(String::as_str).collect::<Vec<_>>())
    });
    let [c, cpp] = said;
    assert_eq!(c, cpp, "{stem}: C and C++");
    c
}

const SWITCHED: (&str, &[&str]) = ("switchdev", &["HOST", NIC, "2"]);

#[test]
fn list_devices() {
    let (code, said, _) = both("list-devices", &[], &["HOST"]);
    assert!(
        code == 0 && said.starts_with(&format!("{NIC} mlx5_core (mlx5 adapter), mode legacy, 0 of ")),
        "{said}"
    );
    let (code, _, wrong) = both("list-devices", &[], &["sim:nosuch"]);
    assert!(code == 3 && wrong.starts_with("error: "), "{code} {wrong}");
}

#[test]
fn switchdev() {
    let (code, said, _) = both("switchdev", &[], &["HOST", NIC, "2"]);
    assert!(code == 0 && said.contains("  1. ") && said.contains("pf0vf1 is "), "{said}");
}

#[test]
fn apply_rules() {
    let (code, said, wrong) = both("apply-rules", &[SWITCHED], &["HOST", "examples/redirect-vf-to-vf.tc"]);
    assert!(code == 0 && said.contains(": in hardware\n"), "{said}{wrong}");
}

#[test]
fn why_not_in_hardware() {
    let prepare = ("switchdev", &["HOST", NIC, "4"][..]);
    let (code, said, wrong) = both("why-not-in-hardware", &[prepare], &["HOST", "examples/main-job.tc"]);
    assert!(code == 0 && said.contains("    the kernel says: "), "{said}{wrong}");
}

#[test]
fn watch_events() {
    assert_eq!(both("watch-events", &[], &["HOST", "1"]), (0, "nothing more\n".to_owned(), String::new()));
}

/// The programs in docs/c.md are what somebody would type first.
#[test]
fn the_programs_of_the_guide() {
    let kit = Kit::get();
    let guide = std::fs::read_to_string(kit.root.join("docs/c.md")).unwrap();
    let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut said = Vec::new();
    for (fence, standard, name) in [("```c\n", "c99", "guide.c"), ("```cpp\n", "c++17", "guide.cpp")] {
        let program = guide.split(fence).nth(1).unwrap().split("```").next().unwrap();
        let source = home.join(name);
        std::fs::write(&source, program).unwrap();
        let program =
            kit.compile(&Build { standard, source: &source.display().to_string(), ..Build::default() });
        said.push(toolchain::output(&mut kit.command(&program)));
    }
    assert_eq!(said[0], "pci/0000:03:00.0: mlx5_core\npci/0000:03:00.1: mlx5_core\n");
    assert!(said[1].ends_with("action drop: in hardware\n"), "{}", said[1]);
}

//! The examples in C and C++: each task is compiled in both languages, and both print what Rust prints. The scenarios of
//! tests/scenarios/ in both.

#[path = "../../tests/scenarios/scenarios.rs"]
mod scenarios;
#[path = "../../tests/examples/tasks.rs"]
mod tasks;
mod toolchain;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use toolchain::{Build, Kit};

/// Compiles a task in a language.
fn compile(stem: &str, language: &str) -> PathBuf {
    let standard = if language == "c" { "c99" } else { "c++17" };
    let source = format!("examples/{stem}.{language}");
    let flags: &[&str] = if language == "c" { &["-D_POSIX_C_SOURCE=200809L"] } else { &[] };
    Kit::get().compile(&Build { standard, source: &source, flags, ..Build::default() })
}

#[test]
fn every_task_prints_what_is_expected() {
    for language in ["c", "cpp"] {
        let mut programs = HashMap::new();
        for task in tasks::tasks() {
            let printed = task.run(language, &mut |name, args| {
                let program = programs.entry(name.to_owned()).or_insert_with(|| compile(name, language));
                Kit::get().command(program).args(args).output().unwrap()
            });
            task.expect(language, &printed);
        }
    }
}

#[test]
fn every_scenario_gives_what_it_gives_in_rust() {
    let kit = Kit::get();
    for (language, standard) in [("c", "c99"), ("cpp", "c++17")] {
        let source = format!("tests/scenarios/driver.{language}");
        let driver = kit.compile(&Build { standard, source: &source, sanitize: true, ..Build::default() });
        for scenario in scenarios::scenarios() {
            let steps = scenario.written(language);
            scenario.expect_printed(language, kit.command(&driver).arg(steps).output().unwrap());
        }
    }
}

#[test]
fn failures_are_told_with_their_number() {
    for language in ["c", "cpp"] {
        let mut command = Kit::get().command(&compile("list-devices", language));
        let Output { status, stderr, .. } = command.arg("sim:nosuch").output().unwrap();
        let wrong = String::from_utf8(stderr).unwrap();
        assert!(status.code() == Some(3) && wrong.starts_with("error: "), "{language}: {status} {wrong}");
    }
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

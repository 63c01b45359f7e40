//! A C++ program that is linked with the static library, plainly and with the sanitizers for addresses and undefined behaviour.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("start {command:?}: {error}"));
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed ({}):\n{wrong}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_program_in_cpp_uses_the_bridge() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The static library lies beside the test programs, with a number in its name: the newest is of this build.
    let beside = env::current_exe().unwrap();
    let files = std::fs::read_dir(beside.parent().unwrap()).unwrap().map(|file| file.unwrap().path());
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("libsmartnic_cxx") && name.ends_with(".a")
    };
    let library = files.filter(is_library).max_by_key(|path| path.metadata().unwrap().modified().unwrap());
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bridge");
    let mut compiler = Command::new(env::var("CXX").unwrap_or_else(|_| "c++".into()));
    compiler.args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-isystem"]);
    compiler.arg(env!("SMARTNIC_CXX_INCLUDE")).arg(home.join("tests/bridge.cpp")).arg("-o").arg(&program);
    output(compiler.arg(library.expect("the static library")).args(["-lm", "-lpthread", "-ldl", "-lgcc_s"]));
    assert_eq!(output(Command::new(program).current_dir(home.parent().unwrap())), "bridge: ok\n");
}

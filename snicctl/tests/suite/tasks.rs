//! The tasks of examples/ in shell.

use std::path::Path;
use std::process::Command;

#[path = "../../../tests/examples/tasks.rs"]
mod all;

#[test]
fn every_task_in_shell_prints_what_is_expected() {
    let ours = Path::new(env!("CARGO_BIN_EXE_snicctl")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    for task in all::tasks() {
        let printed = task.run("sh", &mut |name, args| {
            let script = all::root().join(format!("examples/{name}.sh"));
            let mut command = Command::new("sh");
            command.arg(script).args(args).current_dir(all::root());
            command.env("PATH", format!("{}:{path}", ours.display())).output().unwrap()
        });
        task.expect("sh", &printed);
    }
}

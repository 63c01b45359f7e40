//! The tasks of examples/ in shell, and the scenarios that every face goes through on the command line.

use std::path::Path;
use std::process::Command;

#[path = "../../../tests/examples/tasks.rs"]
mod all;
#[path = "../../../tests/scenarios/command_line.rs"]
mod command_line;
#[path = "../../../tests/scenarios/scenarios.rs"]
mod shared;

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

#[test]
fn every_scenario_gives_what_it_gives_in_rust() {
    for scenario in shared::scenarios() {
        let home = tempfile::tempdir().unwrap();
        let address = |uri: &str| match uri.split_once(':') {
            Some(("sim", rest)) => {
                let (name, joint) =
                    (rest.replace(['?', '='], "-"), if rest.contains('?') { '&' } else { '?' });
                format!("{uri}{joint}state={}", home.path().join(name).with_extension("json").display())
            }
            _ => uri.to_owned(),
        };
        let answers = command_line::answers(&scenario.steps, address, |host, words| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_snicctl"));
            command.args(["-o", "json", "--host", host]).args(words).current_dir(shared::root());
            command.output().unwrap()
        });
        scenario.expect("command line", answers);
    }
}

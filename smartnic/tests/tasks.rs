//! The tasks of examples/ in Rust print what they do in the other languages, and the scenarios of tests/scenarios/ give the
//! same documents.

use std::process::Command;

#[path = "../../tests/scenarios/rust.rs"]
mod rust;
#[path = "../../tests/scenarios/scenarios.rs"]
mod scenarios;
#[path = "../../tests/examples/tasks.rs"]
mod tasks;

#[test]
fn every_task_prints_what_is_expected() {
    // `cargo test` builds examples beside the folder of the tests.
    let here = std::env::current_exe().unwrap();
    let programs = here.parent().unwrap().with_file_name("examples");
    let all = tasks::tasks();
    assert!(all.len() >= 10);
    for task in all {
        let printed = task.run("rs", &mut |name, args| {
            let program = programs.join(name);
            let output = Command::new(&program).args(args).current_dir(tasks::root()).output();
            output.unwrap_or_else(|error| {
                panic!("{}: {error}; cargo build -p smartnic --examples", program.display())
            })
        });
        task.expect("rs", &printed);
    }
}

#[test]
fn every_scenario_gives_what_is_expected() {
    // Scenarios name files from the root.
    std::env::set_current_dir(scenarios::root()).unwrap();
    let all = scenarios::scenarios();
    assert!(all.len() >= 6);
    for scenario in all {
        scenario.expect("rust", rust::answers(&scenario.steps));
    }
}

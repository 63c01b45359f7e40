//! `docs/capability.md` is what `snicctl capability --all` says; it is written from the command's own output.
//!
//! `SNIC_BLESS=1 cargo test -p snicctl --test suite capability` writes the page anew.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::machine::Machine;

const HEAD: &str = "# Which driver has which feature

Written from `snicctl capability --all` by `SNIC_BLESS=1 cargo test -p snicctl --test suite capability`; not to be edited. It
is what the adapters say of the drivers of kernel 7.3, read from their sources and not tried on hardware; where each entry
comes from is shown by `snicctl adapter show NAME`. **yes**: supported, **some**: within limits, no: absent, ?: unknown.
The numbers point to the reasons below each table.
";

#[test]
fn the_matrix_in_the_documents_is_the_commands() {
    let said = Machine::new("bluefield3").run(&["-o", "json", "capability", "--all"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let matrix: Value = serde_json::from_str(&said.out).unwrap();
    let drivers = matrix["drivers"].as_array().unwrap();
    let mut page = HEAD.to_owned();
    for (kind, title) in [("ethernet", "Links"), ("rdma", "RDMA devices")] {
        let of_kind: Vec<&Value> = drivers.iter().filter(|driver| driver["kind"] == kind).collect();
        assert!(!of_kind.is_empty(), "no drivers of the kind {kind}");
        write!(page, "\n## {title}\n\n{}", table(&of_kind)).unwrap();
    }

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/capability.md");
    if std::env::var_os("SNIC_BLESS").is_some() {
        std::fs::write(&path, page).unwrap();
        return;
    }
    let there = std::fs::read_to_string(&path).unwrap();
    let differs = there.lines().zip(page.lines()).find(|(there, now)| there != now);
    assert!(
        there == page,
        "{} is not what the command says: {differs:?}; SNIC_BLESS=1 writes it",
        path.display()
    );
}

/// Features down, drivers across, and the reasons.
fn table(drivers: &[&Value]) -> String {
    let names = drivers.iter().map(|driver| driver["name"].as_str().unwrap());
    let mut text = format!("| feature | {} |\n", names.collect::<Vec<_>>().join(" | "));
    text += &format!("|---|{}\n", "---|".repeat(drivers.len()));
    let mut notes = String::new();
    let mut number = 0;
    for (at, feature) in drivers[0]["features"].as_array().unwrap().iter().enumerate() {
        let name = feature["name"].as_str().unwrap();
        text += &format!("| {name} |");
        for driver in drivers {
            let one = &driver["features"][at];
            assert_eq!(one["name"], name, "drivers of one kind have the same features");
            text += match one["support"].as_str().unwrap() {
                "supported" => " **yes**",
                "limited" => " **some**",
                "absent" => " no",
                "unknown" => " ?",
                other => panic!("{name}: {other}"),
            };
            if let Some(why) = one["why"].as_str().filter(|why| !why.is_empty()) {
                number += 1;
                text += &format!(" {number}");
                notes += &format!("{number}. {}, {name}: {why}\n", driver["name"].as_str().unwrap());
            }
            text += " |";
        }
        text.push('\n');
    }
    if notes.is_empty() { text } else { format!("{text}\n{notes}") }
}

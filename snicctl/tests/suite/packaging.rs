//! The systemd unit: its commands are ours, and systemd reads it.

use std::path::{Path, PathBuf};
use std::process::Command;

fn unit() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/systemd/snicctl-devices.service");
    std::fs::read_to_string(path).unwrap()
}

/// Each command of the unit is understood: with `--help` behind it, it prints its help.
#[test]
fn the_commands_of_the_unit_are_understood() {
    let unit = unit();
    let commands: Vec<&str> = unit
        .lines()
        .filter_map(|line| line.strip_prefix("Exec")?.split_once('='))
        .map(|(_, command)| command.trim_start_matches('-'))
        .collect();
    assert!(commands.len() >= 2, "{unit}");
    for command in commands {
        let words =
            command.strip_prefix("/usr/bin/snicctl ").expect("a command of snicctl").split_whitespace();
        let help = Command::new(env!("CARGO_BIN_EXE_snicctl")).args(words).arg("--help").output().unwrap();
        let text = String::from_utf8_lossy(&help.stdout);
        assert!(help.status.success() && text.contains("Usage:"), "{command}: {help:?}");
    }
}

/// `systemd-analyze verify` finds nothing, where there is one.
#[test]
fn systemd_takes_the_unit() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return;
    }
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("systemd");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join("snicctl-devices.service");
    std::fs::write(&path, unit().replace("/usr/bin/snicctl", env!("CARGO_BIN_EXE_snicctl"))).unwrap();
    let said = Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&path).output().unwrap();
    assert!(said.status.success() && said.stderr.is_empty(), "{said:?}");
}

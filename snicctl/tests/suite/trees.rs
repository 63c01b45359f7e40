//! Device trees of other machines: what is drawn of a copy of their `/sys`.
//!
//! Each `tests/trees/NAME.tree` is such a copy in lines: `FILE: CONTENT` (with `\n` for ends of lines), `LINK -> TARGET`
//! and `DIRECTORY/`; `NAME.txt` beside it is what `snicctl topology` shows. After a wanted change,
//! `SNIC_BLESS=1 cargo test -p snicctl --test suite` writes the texts anew.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Makes the copy that a text describes.
fn plant(text: &str, root: &Path) {
    let place = |path: &str| {
        let place = root.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        place
    };
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((link, target)) = line.split_once(" -> ") {
            symlink(target, place(link)).unwrap();
        } else if let Some(directory) = line.strip_suffix('/') {
            fs::create_dir_all(place(directory)).unwrap();
        } else {
            let (file, content) = line.split_once(": ").expect("FILE: CONTENT");
            fs::write(place(file), content.replace("\\n", "\n") + "\n").unwrap();
        }
    }
}

fn topology(root: &Path, words: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_snicctl"))
        .arg("--host")
        .arg(format!("linux:sysfs={}", root.display()))
        .args(words)
        .env_remove("SNICCTL_HOST")
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.success() && said.is_empty(), "{words:?}: {said}");
    String::from_utf8(ran.stdout).unwrap().replace(&root.display().to_string(), "DIR")
}

#[test]
fn copies_of_device_trees_are_drawn() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees");
    let bless = std::env::var_os("SNIC_BLESS").is_some();
    let mut seen = 0;
    for entry in fs::read_dir(&dir).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "tree") {
            continue;
        }
        seen += 1;
        let root = tempfile::tempdir().unwrap();
        plant(&fs::read_to_string(&file).unwrap(), root.path());
        let printed = topology(root.path(), &["topology", "--ascii"]);
        let wanted = file.with_extension("txt");
        if bless {
            fs::write(&wanted, &printed).unwrap();
        }
        assert_eq!(printed, fs::read_to_string(&wanted).unwrap_or_default(), "{}", file.display());

        // Every tie has both ends, and every netdev of the tree is a node.
        let graph: serde_json::Value =
            serde_json::from_str(&topology(root.path(), &["-o", "json", "topology"])).unwrap();
        let nodes: BTreeSet<&str> =
            graph["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
        for edge in graph["edges"].as_array().unwrap() {
            for end in ["from", "to"] {
                assert!(nodes.contains(edge[end].as_str().unwrap()), "{}: {edge}", file.display());
            }
        }
        let drawn = topology(root.path(), &["-o", "dot", "topology"]);
        assert!(nodes.iter().all(|id| drawn.contains(&format!("\"{id}\" ["))), "{}", file.display());
    }
    assert!(seen >= 7, "{seen} trees");
}

#[test]
fn other_commands_see_the_copy_too_and_change_nothing() {
    let trees = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees");
    let root = tempfile::tempdir().unwrap();
    plant(&fs::read_to_string(trees.join("mlx5.tree")).unwrap(), root.path());
    let devices = topology(root.path(), &["device", "list"]);
    assert!(devices.contains("pci/0000:81:00.0  mlx5_core") && devices.contains("2/8"), "{devices}");
    assert!(topology(root.path(), &["topology", "rep0_1"]).contains("pci/0000:81:00.0"));
    assert!(!topology(root.path(), &["topology", "81:00.1"]).contains("uplink0  p0"));
    let ran = Command::new(env!("CARGO_BIN_EXE_snicctl"))
        .args(["--host", &format!("linux:sysfs={}", root.path().display()), "vf", "create", "81:00.0", "4"])
        .output()
        .unwrap();
    assert!(!ran.status.success());
    let device = root.path().join("devices/pci0000:80/0000:80:01.1/0000:81:00.0/sriov_numvfs");
    assert_eq!(fs::read_to_string(device).unwrap(), "2\n");
}

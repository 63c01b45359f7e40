//! `cargo xtask dist sbom`: the parts that snicctl, the C library and the Python module are built from, as CycloneDX 1.5.
//!
//! Written here, as cargo tells all of it and the format asks for little; libraries for it bring sixty packages more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::{VERSION, root, write};
use crate::failure::{Attempt, Failure, Result};
use crate::process;

/// The packages of ours that are given away.
const GIVEN: [&str; 3] = ["snicctl", "smartnic-ffi", "smartnic-python"];

/// Writes the list and returns where it is.
///
/// # Errors
/// What cargo said.
pub(super) fn build(to: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    // Of other systems, what we do not build is not in what we give.
    let system = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    cargo.current_dir(root()).args([
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        &system,
    ]);
    let metadata =
        serde_json::from_str(&process::text(&mut cargo)?).attempt(|| "read cargo's metadata".into())?;
    let lock = fs::read_to_string(root().join("Cargo.lock")).attempt(|| "read Cargo.lock".into())?;
    let file = to.join(format!("smartnic-{VERSION}.cdx.json"));
    write(&file, &format!("{:#}\n", document(&metadata, &checksums(&lock))?))?;
    Ok(file)
}

/// The whole document.
pub(super) fn document(metadata: &Value, checksums: &BTreeMap<(String, String), String>) -> Result<Value> {
    let nodes = index(&metadata["resolve"]["nodes"]);
    let packages = index(&metadata["packages"]);
    let is_given = |package: &&&Value| package["name"].as_str().is_some_and(|name| GIVEN.contains(&name));
    let mut open: Vec<&str> =
        packages.values().filter(is_given).filter_map(|package| package["id"].as_str()).collect();
    if open.len() != GIVEN.len() {
        return Err(Failure::new(format!("not all of {} are packages of this workspace", GIVEN.join(", "))));
    }
    let mut reached: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    while let Some(id) = open.pop() {
        if !reached.contains_key(id) {
            let needs = nodes.get(id).map(|node| needs(node)).unwrap_or_default();
            open.extend(&needs);
            reached.insert(id, needs);
        }
    }
    let parts: Vec<&Value> = reached.keys().filter_map(|id| packages.get(id).copied()).collect();
    let name = |id: &&str| packages.get(id).map(|package| purl(package));
    let dependencies = reached.iter().map(|(id, needs)| {
        let needs: BTreeSet<String> = needs.iter().filter_map(name).collect();
        json!({"ref": name(id), "dependsOn": needs})
    });
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "smartnic", "version": VERSION}},
        "components": parts.iter().map(|package| component(package, checksums)).collect::<Vec<_>>(),
        "dependencies": dependencies.collect::<Vec<_>>(),
    }))
}

/// The members of a list by their `id`.
fn index(list: &Value) -> BTreeMap<&str, &Value> {
    let members = list.as_array().map(Vec::as_slice).unwrap_or_default();
    members.iter().filter_map(|member| Some((member["id"].as_str()?, member))).collect()
}

/// What a package needs to run: not what builds or tests it.
fn needs(node: &Value) -> Vec<&str> {
    let all = node["deps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let runs = |need: &&Value| {
        need["dep_kinds"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null()))
    };
    all.iter().filter(runs).filter_map(|need| need["pkg"].as_str()).collect()
}

fn component(package: &Value, checksums: &BTreeMap<(String, String), String>) -> Value {
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let mut component = json!({
        "type": "library",
        "bom-ref": purl(package),
        "purl": purl(package),
        "name": package["name"],
        "version": package["version"],
        // The old form MIT/Apache-2.0 is no expression of SPDX.
        "licenses": [{"expression": text("license").replace('/', " OR ")}],
    });
    if let Some(checksum) = checksums.get(&(text("name"), text("version"))) {
        component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    component
}

/// The package's name everywhere.
fn purl(package: &Value) -> String {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    format!("pkg:cargo/{}@{}", text("name"), text("version"))
}

/// The SHA-256 of each package's archive, by name and version, from Cargo.lock.
pub(super) fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let packages = lock.split("[[package]]").skip(1).filter_map(|package| {
        let value = |key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
            line.and_then(|line| line.strip_suffix('"')).map(str::to_owned)
        };
        Some(((value("name")?, value("version")?), value("checksum")?))
    });
    packages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_to_run_is_listed_and_what_builds_or_tests_is_not() {
        let package =
            |name: &str| json!({"id": name, "name": name, "version": "1.0.0", "license": "MIT/Apache-2.0"});
        let all = ["snicctl", "smartnic-ffi", "smartnic-python", "a", "b", "built-with"];
        let metadata = json!({
            "packages": all.map(package),
            "resolve": {"nodes": [
                {"id": "snicctl", "deps": [
                    {"pkg": "a", "dep_kinds": [{"kind": null}]},
                    {"pkg": "built-with", "dep_kinds": [{"kind": "build"}, {"kind": "dev"}]},
                ]},
                {"id": "a", "deps": [{"pkg": "b", "dep_kinds": [{"kind": "dev"}, {"kind": null}]}]},
            ]},
        });
        let lock = "[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"x\"\nchecksum = \"c0ffee\"\n";
        let document = document(&metadata, &checksums(lock)).unwrap();
        let names: Vec<&str> = document["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["a", "b", "smartnic-ffi", "smartnic-python", "snicctl"]);
        assert_eq!(document["components"][1]["hashes"][0]["content"], "c0ffee");
        assert_eq!(document["components"][0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(
            document["dependencies"][0],
            json!({"ref": "pkg:cargo/a@1.0.0", "dependsOn": ["pkg:cargo/b@1.0.0"]})
        );
    }
}

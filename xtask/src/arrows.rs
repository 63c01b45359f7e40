//! Which of our crates may use which: the arrows of ARCHITECTURE.md, checked against what cargo says.

use std::process::Command;

use serde_json::Value;

use crate::failure::{Attempt, Failure, Result};
use crate::process;

/// Each crate and the ones of ours that it may use. Crates under tests/ may use all; nothing may use them.
const ARROWS: &[(&str, &[&str])] = &[
    ("smartnic-core", &[]),
    ("smartnic-netlink", &["smartnic-core"]),
    ("smartnic-linux", &["smartnic-core", "smartnic-netlink", "smartnic-verbs"]),
    ("smartnic-sim", &["smartnic-core", "smartnic-netlink"]),
    ("smartnic-verbs", &["smartnic-core"]),
    ("vendor-adapters", &["smartnic-core"]),
    // smartnic-netlink with the feature `rust-netlink` only, whose users speak netlink themselves.
    ("smartnic", &["smartnic-core", "smartnic-linux", "smartnic-netlink", "smartnic-sim", "vendor-adapters"]),
    ("smartnic-cxx", &["smartnic"]),
    ("smartnic-ffi", &["smartnic"]),
    ("snicctl", &["smartnic"]),
    ("smartnic-python", &["smartnic"]),
    ("xtask", &[]),
];

/// Holds every dependency between our crates against [`ARROWS`].
///
/// Dependencies of tests only (dev-dependencies) do not count.
///
/// # Errors
/// Names every arrow that must not be, and every crate that the map does not know.
pub(crate) fn check() -> Result<String> {
    let metadata = metadata()?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let wrong: Vec<String> = packages.iter().flat_map(wrong_arrows).collect();
    if packages.is_empty() {
        return Err(Failure::new("cargo metadata names no package"));
    }
    match wrong.is_empty() {
        true => Ok(format!("{} crates, every arrow is one of ARCHITECTURE.md's", packages.len())),
        false => Err(Failure::new(wrong.join("\n"))),
    }
}

/// What cargo knows of our own packages.
pub(crate) fn metadata() -> Result<Value> {
    let text =
        process::text(Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--no-deps"]))?;
    serde_json::from_str(&text).attempt(|| "read cargo metadata".into())
}

fn wrong_arrows(package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let path = package["manifest_path"].as_str().unwrap_or_default();
    let in_tests = path.contains("/tests/");
    let allowed = ARROWS.iter().find(|(known, _)| *known == name).map(|(_, allowed)| *allowed);
    let Some(allowed) = allowed else {
        return if in_tests { Vec::new() } else { vec![format!("{name} has no place on the map of arrows")] };
    };
    let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ours = dependencies
        .iter()
        .filter(|dependency| dependency["path"].is_string() && dependency["kind"] != "dev");
    ours.filter_map(|dependency| dependency["name"].as_str())
        .filter(|dependency| !allowed.contains(dependency))
        .map(|dependency| format!("{name} must not use {dependency}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, dependencies: Value) -> Value {
        json!({ "name": name, "manifest_path": format!("/home/{name}/Cargo.toml"), "dependencies": dependencies })
    }

    #[test]
    fn a_wrong_arrow_and_an_unknown_crate_are_named() {
        let dependency = |name: &str, kind: Value| json!({ "name": name, "path": "/x", "kind": kind });
        let wrong = package("smartnic-core", json!([dependency("smartnic-netlink", Value::Null)]));
        assert_eq!(wrong_arrows(&wrong), ["smartnic-core must not use smartnic-netlink"]);
        let build = package("snicctl", json!([dependency("smartnic-linux", json!("build"))]));
        assert_eq!(wrong_arrows(&build), ["snicctl must not use smartnic-linux"]);
        let right = package(
            "smartnic-sim",
            json!([dependency("smartnic-core", Value::Null), dependency("smartnic-linux", json!("dev"))]),
        );
        assert_eq!(wrong_arrows(&right), Vec::<String>::new());
        assert_eq!(wrong_arrows(&package("other", json!([]))), ["other has no place on the map of arrows"]);
    }

    #[test]
    fn the_project_keeps_its_arrows() {
        check().unwrap();
    }
}

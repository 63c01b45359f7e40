//! The other end of the lab's interop checks: `tests/lab/peer/peer.c`, built with this machine's C compiler.
//!
//! It is a part of its own, as the lab's NIC is, so that a change of it takes seconds and no download.

use std::path::Path;
use std::process::Command;

use super::cache;
use super::tools;
use crate::failure::{Attempt, Result};
use crate::process;

const SOURCE: &str = include_str!("../../../tests/lab/peer/peer.c");
const FLAGS: [&str; 5] = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"];

/// Everything that decides what [`build`] makes.
pub(super) fn recipe() -> String {
    format!("layout 1\n{}\n{}\n{SOURCE}", tools::rdma_recipe(), FLAGS.join(" "))
}

/// Fills `dir` with a layer for the guest that holds the program, linked against the libraries of `rdma`.
pub(super) fn build(rdma: &Path, dir: &Path) -> Result<String> {
    let (usr, source, programs) = (rdma.join("layer/usr"), dir.join("peer.c"), dir.join("layer/usr/bin"));
    cache::write(&source, SOURCE)?;
    std::fs::create_dir_all(&programs).attempt(|| format!("create {}", programs.display()))?;
    let mut cc = Command::new("cc");
    cc.args(FLAGS).arg("-Wno-missing-field-initializers").arg("-I").arg(usr.join("include")).arg(&source);
    // What the library needs of a newer C library is there when the program runs.
    cc.arg("-L").arg(usr.join("lib/x86_64-linux-gnu")).args(["-libverbs", "-Wl,--allow-shlib-undefined"]);
    process::run(cc.arg("-o").arg(programs.join("verbs-peer")))?;
    Ok(String::new())
}

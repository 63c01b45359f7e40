//! The kernel's own cases for tc (its `tc-testing`), run with `snicctl tc` in tc's place.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use super::{Kernel, kselftest};
use crate::failure::Result;
use crate::process;

/// What runs in the guest.
const SCRIPT: &str = include_str!("../../../tests/lab/tdc.py");

/// The files of cases for what `snicctl tc` has: actions, flower, matchall, and the hooks of filters.
const FILES: [&str; 25] = [
    "actions/batch-delete.json",
    "actions/bpf.json",
    "actions/connmark.json",
    "actions/csum.json",
    "actions/ct.json",
    "actions/ctinfo.json",
    "actions/gact-rollback.json",
    "actions/gact.json",
    "actions/gate.json",
    "actions/ife.json",
    "actions/mirred.json",
    "actions/mpls.json",
    "actions/nat.json",
    "actions/pedit.json",
    "actions/police.json",
    "actions/sample.json",
    "actions/simple.json",
    "actions/skbedit.json",
    "actions/skbmod.json",
    "actions/tunnel_key.json",
    "actions/vlan.json",
    "filters/matchall.json",
    "infra/actions.json",
    "infra/filter.json",
    "qdiscs/ingress.json",
];

/// How long the cases of one file may take by both programs.
const FILE_TIME: Duration = Duration::from_secs(600);

/// Run the kernel's own cases for tc's actions and filters by tc and by `snicctl tc`, and compare.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The kernel to boot; the cases are those of its own source
    #[arg(long, value_enum, default_value = "7.3")]
    kernel: Kernel,
    /// Directory of this machine for what was said in each case
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The files of cases, such as actions/gact.json
    #[arg(value_name = "FILE", default_values = FILES)]
    files: Vec<String>,
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    let tests = kselftest::fetch(args.kernel)?.join("tc-testing");
    process::run(Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "snicctl"]))?;
    let mut words: Vec<OsString> = vec!["/usr/bin/python3".into(), "-c".into(), SCRIPT.into()];
    words.extend([tests.into(), kselftest::programs()?.into()]);
    let count = u32::try_from(args.files.len()).unwrap_or(u32::MAX);
    words.extend(args.files.into_iter().map(OsString::from));
    kselftest::carry_out(args.kernel, words, FILE_TIME.saturating_mul(count), args.out.as_deref())
}

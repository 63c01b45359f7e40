//! `cargo xtask uapi`: the kernel's constants, taken from its headers into `smartnic-netlink/src/uapi/`.
//!
//! bindgen reads a header, and what it finds is written again as plain constants: attribute numbers as `u16`
//! so that they can be matched against, texts as `&str`, structure sizes as `SIZEOF_*`, and for attributes a
//! table of their names, from which error paths are made. Nothing but data is generated.
//!
//! The same for the C types of RDMA's libraries, which become files of `smartnic-verbs/src/ffi/generated/`.
//!
//! bindgen and libclang are wanted by this task only, so they sit behind the feature `uapi` of this crate; the
//! task builds itself with that feature when it is called.

use std::process::ExitCode;

use crate::failure::Result;

/// Compare the kernel constants in smartnic-netlink/src/uapi with the kernel's headers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Compare only (this is what happens without options, too)
    #[arg(long)]
    check: bool,
    /// Write the files anew instead of comparing
    #[arg(long, conflicts_with = "check")]
    bless: bool,
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    run(args.bless).map(|()| ExitCode::SUCCESS)
}

#[cfg(feature = "uapi")]
use generate::run;

/// Builds this program with bindgen and hands the call on to it.
#[cfg(not(feature = "uapi"))]
fn run(bless: bool) -> Result<()> {
    use crate::failure::{Attempt, Failure};
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--package", "xtask", "--features", "uapi", "--", "uapi"]);
    let status = cargo.arg(if bless { "--bless" } else { "--check" }).status();
    match status.attempt(|| "start cargo".into())? {
        status if status.success() => Ok(()),
        // The program that was run has said what is wrong.
        _ => Err(Failure::new("the task `uapi` failed")),
    }
}

#[cfg(feature = "uapi")]
mod generate;
#[cfg(feature = "uapi")]
mod headers;
#[cfg(feature = "uapi")]
mod verbs;

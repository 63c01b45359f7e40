//! `cargo xtask uapi`: the kernel's constants, taken from its headers into `smartnic-netlink/src/uapi/`.
//!
//! bindgen reads a header, and what it finds is written again as plain constants: attribute numbers as `u16`
//! so that they can be matched against, texts as `&str`, structure sizes as `SIZEOF_*`, and for attributes a
//! table of their names, from which error paths are made. Nothing but data is generated.
//!
//! The same for the C types of RDMA's libraries, which become files of `smartnic-verbs/src/ffi/generated/`.
//!
//! bindgen and libclang are wanted by this task only, so they sit behind the feature `generators` of this crate; the
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

#[cfg(feature = "generators")]
use generate::run;

/// Builds this program with bindgen and hands the call on to it.
#[cfg(not(feature = "generators"))]
fn run(bless: bool) -> Result<()> {
    crate::process::with_feature("uapi", bless)
}

#[cfg(feature = "generators")]
mod generate;
#[cfg(feature = "generators")]
mod headers;
#[cfg(feature = "generators")]
mod verbs;

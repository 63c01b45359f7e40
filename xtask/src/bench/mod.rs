//! `cargo xtask bench`: our figures and others' on the same work, in turns.

mod calls;
mod codec;
mod figures;
mod flows;
mod python;
mod targets;
mod verbs;

use std::process::ExitCode;

use crate::failure::Result;

/// Measure beside peers, and print ratios
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum What {
    Flows(flows::Args),
    Codec(codec::Args),
    Verbs(verbs::Args),
    Calls(calls::Args),
    Python(python::Args),
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    match args.what {
        What::Flows(args) => flows::main(&args),
        What::Codec(args) => codec::main(&args),
        What::Verbs(args) => verbs::main(&args),
        What::Calls(args) => calls::main(&args),
        What::Python(args) => python::main(&args),
    }
}

//! `cargo xtask dist`: packages.

use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};

use crate::failure::Result;
use crate::python;

/// Build what is given away, into target/dist.
#[derive(Clone, Copy, Debug, ClapArgs)]
// Its own group, since clap names groups by the type.
#[group(id = "dist")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum What {
    /// The Python wheel and its source distribution
    Python,
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    match args.what {
        What::Python => python::dist()?,
    }
    Ok(ExitCode::SUCCESS)
}

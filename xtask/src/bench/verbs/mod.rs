//! `cargo xtask bench verbs`: what our path costs beside C's, and ours beside perftest and `ibv_rc_pingpong` in the lab.

mod beside;
mod cost;

use std::process::ExitCode;

use crate::failure::Result;

/// RDMA: the cost of a request beside a C program's, and bandwidth and latency beside perftest's in the lab
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// What is measured
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Part::Cost, Part::Lab])]
    parts: Vec<Part>,
    /// Cost: how many rounds are timed at once
    #[arg(long, default_value_t = 2_000_000)]
    rounds: u32,
    /// How often each is measured; the median counts. In the lab who comes first alternates
    #[arg(long, default_value_t = 8)]
    turns: usize,
    /// Lab: only comparisons with this in their name
    #[arg(long, default_value = "")]
    only: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Instructions and ns of posting and polling, over a libibverbs whose device does nothing; needs no lab
    Cost,
    /// rxe between two network namespaces of the lab's newest kernel
    Lab,
}

pub(super) fn main(args: &Args) -> Result<ExitCode> {
    if args.parts.contains(&Part::Cost) {
        cost::measure(args)?;
    }
    if args.parts.contains(&Part::Lab) {
        beside::measure(args)?;
    }
    Ok(ExitCode::SUCCESS)
}

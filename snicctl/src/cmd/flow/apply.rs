use std::path::PathBuf;

use smartnic::flow::{ApplyOptions, Change, apply};

use super::recover;
use crate::print::report;
use crate::rules;
use crate::session::{Ending, Outcome, Session};

/// Bring the rules of a file onto the host, all or nothing, and say where each ended up
///
/// The file holds lines as `tc -batch` takes them, or a YAML document. A second run changes nothing. If a rule fails,
/// the rules that were there before are put back and the exit code is that of the failure.
///
/// With --keep-going the rules that can be applied stay, and the exit code is 1 if some could not be.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl flow apply rules.tc\n  \
    snicctl flow apply rules.yaml --dry-run\n  \
    snicctl flow apply rules.tc --prune         # also remove what the file does not name\n  \
    snicctl flow apply rules.tc --keep-going\n  \
    snicctl flow apply rules.yaml --dry-run -o tc    # YAML to tc lines\n  \
    generate-rules | snicctl flow apply -")]
pub(crate) struct Args {
    /// The file; - for standard input
    file: PathBuf,
    /// Go on after a rule that fails and leave the others there; the exit code is then 1
    #[arg(long)]
    keep_going: bool,
    /// Also remove the rules at the same places that the file does not name
    #[arg(long)]
    prune: bool,
    /// Change nothing; say what would be done and what the adapter predicts
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    let Args { file, keep_going, prune, dry_run } = args;
    let set = rules::read(file)?;
    let host = recover::first(session, *dry_run)?;
    let options = ApplyOptions { keep_going: *keep_going, prune: *prune, dry_run: *dry_run };
    let done = apply(&host, &set, &options)?;
    report::print(session, &host, &done, *dry_run)?;
    match done.count(Change::Failed) {
        0 => Ok(Ending::Done),
        _ => Ok(Ending::InPart),
    }
}

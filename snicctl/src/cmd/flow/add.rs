use std::path::PathBuf;

use smartnic::flow::{ApplyOptions, apply};

use super::recover;
use crate::print::report;
use crate::rules;
use crate::session::{Ending, Outcome, Session};

/// Add one rule, and say where it ended up
///
/// The words are those of `tc filter add`. A link without a clsact qdisc gets one. A rule that is there already stays.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl flow add dev pf0vf0 ingress protocol ip pref 10 flower ip_proto tcp dst_port 80 \\\n      \
    action drop\n  \
    snicctl flow add dev pf0vf0 ingress protocol 802.1Q pref 5 flower vlan_id 100 \\\n      \
    action vlan pop pipe action mirred egress redirect dev p0\n  \
    snicctl flow add 'dev p0 ingress protocol ip flower skip_sw dst_ip 10.0.0.0/8 action trap'\n  \
    snicctl flow add --yaml rule.yaml")]
pub(crate) struct Args {
    /// The rule, as tc takes it behind `filter add`
    #[arg(value_name = "WORD", required_unless_present = "yaml")]
    words: Vec<String>,
    /// Read the rule from a YAML document; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "words")]
    yaml: Option<PathBuf>,
    /// Change nothing; say what would be done and what the adapter predicts
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    let set = match &args.yaml {
        Some(path) => rules::read_yaml(path)?,
        None => rules::from_words(&args.words)?,
    };
    let host = recover::first(session, args.dry_run)?;
    let options = ApplyOptions { dry_run: args.dry_run, ..ApplyOptions::default() };
    let done = apply(&host, &set, &options)?;
    report::print(session, &host, &done, args.dry_run)?;
    if session.talks() {
        let names = host.names()?;
        for id in done.rules.iter().filter_map(|rule| rule.id.as_ref()) {
            session.say(format_args!("  {}", rules::id_words(id, &names)))?;
        }
    }
    Ok(Ending::Done)
}

//! `snicctl recover`: changes that did not come to their end.

use clap::Args;
use serde::Serialize;
use smartnic::cycle::{self, Halted, Options, Recovered, Stage};
use smartnic::flow;

use super::flow::recover::{told, who};
use crate::print::Format;
use crate::session::{Ending, Outcome, Session};

/// See, finish or take back a change that did not come to its end
///
/// A process that is killed in the middle of a change leaves the device between two states. Without an option this
/// command says where it stands, and changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  snicctl recover\n  snicctl recover --finish\n  snicctl recover --undo")]
pub(crate) struct RecoverArgs {
    /// Bring the change to its end
    #[arg(long, conflicts_with_all = ["undo", "discard"])]
    finish: bool,
    /// Take the change back: all is as before it
    #[arg(long, conflicts_with = "discard")]
    undo: bool,
    /// Forget the change, and leave everything as it is now
    #[arg(long)]
    discard: bool,
    /// How long to wait in all for devices and links to appear
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
}

/// What is printed as data.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Shown {
    Nothing,
    Device(Box<Halted>),
    Rules(flow::Interrupted),
    Outcome(Recovered),
    RulesTakenBack(flow::Recovery),
    Discarded,
}

pub(crate) fn run(args: &RecoverArgs, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let acts = args.finish || args.undo || args.discard;
    let host = if acts { session.host_to_change()? } else { session.host()? };
    let options = Options { timeout: std::time::Duration::from_secs(args.timeout), ..Options::default() };
    // A journal that is damaged is no obstacle to forgetting it.
    if args.discard {
        let there = cycle::discard(&host)? || flow::discard(&host)?;
        return show(if there { Shown::Discarded } else { Shown::Nothing }, session);
    }
    let Some(halted) = cycle::interrupted(&host)? else {
        return rules(args, &host, session);
    };
    if args.finish {
        let mut written = Ok(());
        let done = cycle::finish(&host, &options, &mut |step| {
            if written.is_ok() {
                written = session.say(format_args!("  {step}"));
            }
        })?;
        written?;
        return show(done.map_or(Shown::Nothing, Shown::Outcome), session);
    }
    if args.undo {
        let done = cycle::undo(&host, &options)?;
        return show(done.map_or(Shown::Nothing, Shown::Outcome), session);
    }
    show(Shown::Device(Box::new(halted)), session)
}

/// A change of flow rules can be taken back only.
fn rules(args: &RecoverArgs, host: &smartnic::Host, session: &mut Session) -> Outcome {
    let Some(change) = flow::interrupted(host)? else { return show(Shown::Nothing, session) };
    if args.finish {
        return Err(smartnic::Error::unsupported("finish an interrupted change of flow rules")
            .reason("what was to come of it is not kept")
            .hint("take it back, then apply the rules again: snicctl recover --undo")
            .into());
    }
    if args.undo {
        let done = flow::recover(host)?;
        return show(done.map_or(Shown::Nothing, Shown::RulesTakenBack), session);
    }
    show(Shown::Rules(change), session)
}

fn show(what: Shown, session: &mut Session) -> Outcome {
    if session.format() != Format::Table {
        session.data(&what)?;
        return Ok(Ending::Done);
    }
    match &what {
        Shown::Nothing => session.say("no change was interrupted; nothing to do")?,
        Shown::Device(halted) => device(halted, session)?,
        Shown::Rules(change) => {
            session.say(format_args!("a change of flow rules was interrupted: {}", who(change)))?;
            session.say("take it back: snicctl recover --undo")?;
        }
        Shown::Outcome(outcome) => session.say(match outcome {
            Recovered::Finished => "the interrupted change is done",
            Recovered::TakenBack => "the interrupted change was taken back: the device is as before",
            Recovered::DeviceGone => "the device is gone, and the interrupted change with it",
            Recovered::Restarted => {
                "the machine was started anew since, which undid the change; it is forgotten"
            }
        })?,
        Shown::RulesTakenBack(recovery) => session.say(told(recovery))?,
        Shown::Discarded => session.say("the journal is gone, and everything stays as it is")?,
    }
    Ok(Ending::Done)
}

fn device(halted: &Halted, session: &mut Session) -> std::io::Result<()> {
    let Halted { change, device, steps, at, stage, differences, restarted, .. } = halted;
    session.say(format_args!("a change of {device} was interrupted: {}", who(change)))?;
    for (number, step) in steps.iter().enumerate() {
        let state = match number.cmp(at) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal if *stage == Stage::Doing => "begun",
            std::cmp::Ordering::Equal => "taken back",
            std::cmp::Ordering::Greater => "not begun",
        };
        session.say(format_args!("  {}/{}  {step}: {state}", number + 1, steps.len()))?;
    }
    if *stage == Stage::Undoing {
        session.say("it was being taken back")?;
    }
    if *restarted {
        return session.say("the machine was started anew since: forget it with snicctl recover --undo");
    }
    match differences.is_empty() {
        true => session.say("the device is as before the change")?,
        false => session.say("against the state before the change:")?,
    }
    for difference in differences {
        session.say(format_args!("  {difference}"))?;
    }
    session.say("finish it: snicctl recover --finish; take it back: snicctl recover --undo")
}

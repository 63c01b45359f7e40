use std::time::{Duration, SystemTime};

use serde::Serialize;
use smartnic::flow::{Interrupted, Recovery, RecoveryOutcome, discard, interrupted, recover};
use smartnic::{Error, Host};

use crate::print::Format;
use crate::session::{Ending, Outcome, Session};

/// Take back a change of rules that did not come to its end
///
/// A program that changes rules keeps a journal until it has done all of it. If it is killed on the way, this command
/// brings back exactly the rules from before; the next flow apply, add or del does the same by itself, and says so.
/// Rules that others added meanwhile stay; counters of rules that are put back start over. With nothing to take back,
/// nothing is done.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl flow recover\n  \
    snicctl --host linux:netns=blue flow recover\n  \
    snicctl -o json flow recover\n  \
    snicctl flow recover --discard    # leave the rules as they are, forget the journal")]
pub(crate) struct Args {
    /// Leave the rules as they are now, and forget what was to be taken back; also if the journal is damaged
    #[arg(long)]
    discard: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    #[derive(Serialize)]
    struct Discarded {
        discarded: bool,
    }
    session.no_tc()?;
    let host = session.host_to_change()?;
    if args.discard {
        let discarded = discard(&host)?;
        match (session.format(), discarded) {
            (Format::Table, true) => session.say("the journal is gone, and the rules stay as they are")?,
            (Format::Table, false) => session.say(NOTHING)?,
            _ => session.data(&Discarded { discarded })?,
        }
        return Ok(Ending::Done);
    }
    let recovery = recover(&host)?;
    match (session.format(), &recovery) {
        (Format::Table, Some(recovery)) => session.say(told(recovery))?,
        (Format::Table, None) => session.say(NOTHING)?,
        _ => session.data(&recovery)?,
    }
    Ok(Ending::Done)
}

const NOTHING: &str = "no change of rules was interrupted; nothing to do";

/// Opens the host. An interrupted change is taken back first, and that is said; if rules are only to be read, it is
/// said that they are half a change.
pub(super) fn first(session: &Session, only_read: bool) -> Result<Host, Error> {
    if !only_read {
        let host = session.host_to_change()?;
        if let Some(recovery) = recover(&host)? {
            session.warn(told(&recovery));
        }
        return Ok(host);
    }
    let host = session.host()?;
    // Who may not see journals can still see rules.
    if let Ok(Some(change)) = interrupted(&host) {
        session.warn(format_args!(
            "a change of rules was interrupted, and they are half changed: {}; take it back with: snicctl flow recover",
            who(&change)
        ));
    }
    Ok(host)
}

pub(crate) fn told(recovery: &Recovery) -> String {
    let Recovery { change, outcome, put_back, removed, hooks_removed } = recovery;
    let change = who(change);
    let parts = [
        (*put_back, "rule", "put back"),
        (*removed, "rule", "removed"),
        (*hooks_removed, "qdisc", "removed"),
    ];
    let counted = parts.iter().filter(|(count, ..)| *count > 0).map(|(count, noun, what)| match count {
        1 => format!("1 {noun} {what}"),
        _ => format!("{count} {noun}s {what}"),
    });
    let counted: Vec<String> = counted.collect();
    let counted = if counted.is_empty() { "nothing was left to do".to_owned() } else { counted.join(", ") };
    match outcome {
        RecoveryOutcome::TakenBack => {
            format!("an interrupted change of rules was taken back: {change}: {counted}")
        }
        RecoveryOutcome::LinksGone => format!(
            "an interrupted change of rules was taken back, but for links that went away: {change}: {counted}"
        ),
        RecoveryOutcome::Restarted => {
            format!(
                "an interrupted change of rules was before the machine started, and is forgotten: {change}"
            )
        }
    }
}

pub(crate) fn who(change: &Interrupted) -> String {
    let Interrupted { pid, command, begun } = change;
    let begun = SystemTime::UNIX_EPOCH + Duration::from_secs(*begun);
    let ago = match begun.elapsed().unwrap_or_default().as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    };
    format!("{command} (pid {pid}, begun {ago} ago)")
}

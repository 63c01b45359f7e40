//! `snicctl roce`: RoCE on links from end to end.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use smartnic::roce::{self, Finding, Profile, RoceState};
use smartnic::{Error, Host};

use super::cycle::{CycleArgs, carry_out};
use crate::print::{Align, Cell, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show what a host tells of RoCE on one link, or on all
    #[command(after_help = "Examples:\n  snicctl roce show\n  snicctl -o json roce show eth0 > here.json")]
    Show {
        /// The link
        link: Option<String>,
    },
    /// Explain everything that does not fit together, with what mends it; exit code 21 if there is something
    #[command(after_help = "Examples:\n  snicctl roce check\n  snicctl roce check eth0 --profile roce.yaml")]
    Check {
        /// The link; all of them if it is left out
        link: Option<String>,
        /// What it is to be like
        #[arg(long, value_name = "FILE")]
        profile: Option<PathBuf>,
    },
    /// Show what a profile would change
    #[command(after_help = "Examples:\n  snicctl roce diff eth0 roce.yaml")]
    Diff {
        /// The link
        link: String,
        /// The profile: `roce: {…}`
        profile: PathBuf,
    },
    /// Make a link as a profile says: all of it, read back, or nothing
    #[command(
        after_help = "Examples:\n  snicctl roce apply eth0 roce.yaml --dry-run\n  snicctl roce apply eth0 roce.yaml"
    )]
    Apply {
        /// The link
        link: String,
        /// The profile: `roce: {…}`
        profile: PathBuf,
        #[command(flatten)]
        cycle: CycleArgs,
    },
    /// Hold two ends against each other, as `snicctl -o json roce show LINK` wrote them; exit code 21 if they differ
    #[command(after_help = "Examples:\n  snicctl roce compare here.json there.json")]
    Compare {
        /// One end
        one: PathBuf,
        /// The other
        other: PathBuf,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::Show { link } => show(&states(&session.host()?, link.as_deref())?, session),
        Verb::Check { link, profile } => {
            let profile = profile.as_deref().map(profile_of).transpose()?;
            let states = states(&session.host()?, link.as_deref())?;
            let found = states.iter().flat_map(|state| roce::check(state, profile.as_ref())).collect();
            findings(found, session)
        }
        Verb::Diff { link, profile } => {
            let (steps, notes) = roce::diff(&session.host()?, link, &profile_of(profile)?)?;
            for line in steps.iter().filter(|line| !line.starts_with("read all")) {
                session.say(line)?;
            }
            for note in &notes {
                session.say(format_args!("note: {note}"))?;
            }
            if !session.is_table() {
                session.data(&serde_json::json!({ "steps": steps, "notes": notes }))?;
            }
            Ok(Ending::Done)
        }
        Verb::Apply { link, profile, cycle } => {
            let host = cycle.host(session)?;
            let plan = roce::plan(&host, link, &profile_of(profile)?)?;
            carry_out(&plan, &host, cycle, session)
        }
        Verb::Compare { one, other } => findings(roce::compare(&saved(one)?, &saved(other)?), session),
    }
}

fn text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| Error::io("read a file", error).on(path.display()))
}

fn profile_of(path: &Path) -> Result<Profile, Error> {
    Profile::read(&text(path)?).map_err(|error| error.on(path.display()))
}

/// A link as it was saved: one, or a list of one.
fn saved(path: &Path) -> Result<RoceState, Error> {
    let text = text(path)?;
    let one =
        serde_json::from_str(&text).or_else(|error| match serde_json::from_str::<Vec<RoceState>>(&text) {
            Ok(mut list) if list.len() == 1 => Ok(list.remove(0)),
            _ => Err(error),
        });
    one.map_err(|error| Error::parse("read a saved link", error.to_string()).on(path.display()))
}

fn states(host: &Host, link: Option<&str>) -> Result<Vec<RoceState>, Error> {
    match link {
        Some(link) => Ok(vec![RoceState::read(host, link)?]),
        None => RoceState::all(host),
    }
}

fn findings(found: Vec<Finding>, session: &mut Session) -> Outcome {
    if session.is_table() {
        for Finding { topic, what, fix } in &found {
            writeln!(session.out(), "{topic}: {what}\n    {fix}")?;
        }
        if found.is_empty() {
            session.say("all fits together")?;
        }
    } else {
        session.data(&found)?;
    }
    Ok(if found.is_empty() { Ending::Done } else { Ending::Findings })
}

fn show(states: &[RoceState], session: &mut Session) -> Outcome {
    if !session.is_table() {
        session.data(&states)?;
        return Ok(Ending::Done);
    }
    let columns = [
        ("LINK", Align::Left),
        ("RDMA", Align::Left),
        ("MTU", Align::Right),
        ("TOS", Align::Right),
        ("GID", Align::Left),
        ("DSCP:PRIO", Align::Left),
        ("PFC", Align::Left),
        ("PAUSE", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for state in states {
        let side = state.rdma.as_ref();
        let defaults = side.and_then(|side| side.defaults);
        let dcb = state.dcb.as_ref();
        let apps = dcb.and_then(|dcb| dcb.apps.as_ref()).map(|apps| {
            let by_dscp = apps.iter().filter(|app| app.selector == smartnic::dcb::DcbSelector::Dscp);
            by_dscp.map(|app| format!("{}:{}", app.protocol, app.priority)).collect::<Vec<_>>().join(" ")
        });
        let pfc = dcb.and_then(|dcb| dcb.pfc).map(|pfc| {
            let on = (0..8).filter(|at| pfc.enabled >> at & 1 == 1);
            on.map(|at: u8| at.to_string()).collect::<Vec<_>>().join(",")
        });
        let on = |on: bool| if on { "on" } else { "off" };
        table.row(vec![
            Cell::new(&state.link),
            Cell::option(side.map(|side| format!("{}/{}", side.device, side.port))),
            Cell::new(state.mtu),
            Cell::option(defaults.map(|it| it.tos)),
            Cell::option(defaults.map(|it| it.mode)),
            Cell::option(apps),
            Cell::option(pfc),
            Cell::option(state.pause.map(|pause| format!("rx {} tx {}", on(pause.rx), on(pause.tx)))),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

//! `snicctl trap`: packets that a device gives to the processor.

use clap::{Args, Subcommand, ValueEnum};
use smartnic::Extack;
use smartnic::device::{
    Trap, TrapAction, TrapGroup, TrapGroupChange, TrapPolicer, TrapPolicerChange, TrapStats,
};
use smartnic::types::DevlinkHandle;

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the traps of one device, or of all, with what they counted
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl trap list\n  snicctl trap list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle; all devices if it is left out
        device: Option<DevlinkHandle>,
    },
    /// Show one trap
    #[command(after_help = "Examples:\n  snicctl trap show pci/0000:03:00.0 ingress_vlan_filter")]
    Show {
        /// The devlink handle
        device: DevlinkHandle,
        /// The trap's name
        trap: String,
    },
    /// Set what is done with the packets of a trap; only those that drop can be set
    #[command(after_help = "Examples:\n  snicctl trap set pci/0000:03:00.0 ingress_vlan_filter trap")]
    Set {
        /// The devlink handle
        device: DevlinkHandle,
        /// The trap's name
        trap: String,
        /// What is done with its packets
        action: ActionArg,
    },
    /// Groups of traps, which share a policer
    #[command(subcommand)]
    Group(GroupVerb),
    /// Limits on the packets that reach the processor
    #[command(subcommand)]
    Policer(PolicerVerb),
}

#[derive(Debug, Subcommand)]
pub(crate) enum GroupVerb {
    /// List the groups of one device, or of all
    #[command(alias = "ls", after_help = "Examples:\n  snicctl trap group list")]
    List {
        /// The devlink handle; all devices if it is left out
        device: Option<DevlinkHandle>,
    },
    /// Show one group
    #[command(after_help = "Examples:\n  snicctl trap group show pci/0000:03:00.0 l2_drops")]
    Show {
        /// The devlink handle
        device: DevlinkHandle,
        /// The group's name
        group: String,
    },
    /// Set the action of all traps of a group that drop, or its policer
    #[command(after_help = "Examples:\n  \
        snicctl trap group set netdevsim/netdevsim1 l2_drops --action trap --policer 1\n  \
        snicctl trap group set netdevsim/netdevsim1 l2_drops --no-policer")]
    Set {
        /// The devlink handle
        device: DevlinkHandle,
        /// The group's name
        group: String,
        #[command(flatten)]
        change: GroupChange,
    },
}

/// What to change of a group.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct GroupChange {
    /// What is done with the packets of its traps
    #[arg(long)]
    action: Option<ActionArg>,
    /// The policer that limits them
    #[arg(long, value_name = "N")]
    policer: Option<u32>,
    /// Limit them by no policer
    #[arg(long, conflicts_with = "policer")]
    no_policer: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicerVerb {
    /// List the policers of one device, or of all
    #[command(alias = "ls", after_help = "Examples:\n  snicctl trap policer list")]
    List {
        /// The devlink handle; all devices if it is left out
        device: Option<DevlinkHandle>,
    },
    /// Show one policer
    #[command(after_help = "Examples:\n  snicctl trap policer show netdevsim/netdevsim1 1")]
    Show {
        /// The devlink handle
        device: DevlinkHandle,
        /// The policer's number
        policer: u32,
    },
    /// Set how many packets a policer lets pass
    #[command(after_help = "Examples:\n  \
        snicctl trap policer set netdevsim/netdevsim1 1 --rate 2000 --burst 256")]
    Set {
        /// The devlink handle
        device: DevlinkHandle,
        /// The policer's number
        policer: u32,
        #[command(flatten)]
        change: PolicerChange,
    },
}

/// What to change of a policer.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct PolicerChange {
    /// Packets in a second
    #[arg(long, value_name = "N")]
    rate: Option<u64>,
    /// Packets at once
    #[arg(long, value_name = "N")]
    burst: Option<u64>,
}

/// What is done with packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ActionArg {
    /// Drop them
    Drop,
    /// Give them to the processor
    Trap,
    /// Forward them, and give copies to the processor
    Mirror,
}

impl From<ActionArg> for TrapAction {
    fn from(action: ActionArg) -> Self {
        match action {
            ActionArg::Drop => Self::Drop,
            ActionArg::Trap => Self::Trap,
            ActionArg::Mirror => Self::Mirror,
        }
    }
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { device } => {
            let traps = session.host()?.devlink().traps(device.as_ref())?;
            list(&traps, session)
        }
        Verb::Show { device, trap } => {
            let trap = session.host()?.devlink().trap(device, trap)?;
            list(&[trap], session)
        }
        Verb::Set { device, trap, action } => {
            let note = session.host_to_change()?.devlink().set_trap(device, trap, Some((*action).into()))?;
            set(&format!("{device} trap {trap}"), note, session)
        }
        Verb::Group(verb) => group(verb, session),
        Verb::Policer(verb) => policer(verb, session),
    }
}

fn group(verb: &GroupVerb, session: &mut Session) -> Outcome {
    match verb {
        GroupVerb::List { device } => {
            let groups = session.host()?.devlink().trap_groups(device.as_ref())?;
            list_groups(&groups, session)
        }
        GroupVerb::Show { device, group } => {
            let group = session.host()?.devlink().trap_group(device, group)?;
            list_groups(&[group], session)
        }
        GroupVerb::Set { device, group, change } => {
            let policer = change.policer.or(change.no_policer.then_some(0));
            let change = TrapGroupChange { action: change.action.map(Into::into), policer };
            let note = session.host_to_change()?.devlink().set_trap_group(device, group, &change)?;
            set(&format!("{device} group {group}"), note, session)
        }
    }
}

fn policer(verb: &PolicerVerb, session: &mut Session) -> Outcome {
    match verb {
        PolicerVerb::List { device } => {
            let policers = session.host()?.devlink().trap_policers(device.as_ref())?;
            list_policers(&policers, session)
        }
        PolicerVerb::Show { device, policer } => {
            let policer = session.host()?.devlink().trap_policer(device, *policer)?;
            list_policers(&[policer], session)
        }
        PolicerVerb::Set { device, policer, change } => {
            let change = TrapPolicerChange { rate: change.rate, burst: change.burst };
            session.host_to_change()?.devlink().set_trap_policer(device, *policer, &change)?;
            set(&format!("{device} policer {policer}"), None, session)
        }
    }
}

/// Says that something was set, and what the kernel said along with it.
fn set(what: &str, note: Option<Extack>, session: &mut Session) -> Outcome {
    match note {
        Some(note) => session.warn(format_args!("{what}: {note}")),
        None => session.say(format_args!("{what}: set"))?,
    }
    Ok(Ending::Done)
}

const COUNTERS: [(&str, Align); 3] =
    [("PACKETS", Align::Right), ("BYTES", Align::Right), ("DROPPED", Align::Right)];

fn counters(stats: TrapStats) -> [Cell; 3] {
    [stats.packets, stats.bytes, stats.dropped].map(Cell::option)
}

fn list(traps: &[Trap], session: &mut Session) -> Outcome {
    if session.format() != Format::Table {
        session.data(&traps)?;
        return Ok(Ending::Done);
    }
    if traps.is_empty() {
        return none("no packet traps", session);
    }
    let columns = [
        ("DEVICE", Align::Left),
        ("TRAP", Align::Left),
        ("TYPE", Align::Left),
        ("ACTION", Align::Left),
        ("GROUP", Align::Left),
    ];
    let mut table = Table::new(&[&columns[..], &COUNTERS].concat());
    for trap in traps {
        let mut row = vec![
            Cell::new(&trap.device),
            Cell::new(&trap.name).style(Style::Bold),
            Cell::new(trap.kind),
            Cell::new(trap.action),
            Cell::new(&trap.group),
        ];
        row.extend(counters(trap.stats));
        table.row(row);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn list_groups(groups: &[TrapGroup], session: &mut Session) -> Outcome {
    if session.format() != Format::Table {
        session.data(&groups)?;
        return Ok(Ending::Done);
    }
    if groups.is_empty() {
        return none("no groups of packet traps", session);
    }
    let columns = [("DEVICE", Align::Left), ("GROUP", Align::Left), ("POLICER", Align::Right)];
    let mut table = Table::new(&[&columns[..], &COUNTERS].concat());
    for group in groups {
        let mut row = vec![
            Cell::new(&group.device),
            Cell::new(&group.name).style(Style::Bold),
            Cell::option(group.policer),
        ];
        row.extend(counters(group.stats));
        table.row(row);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn list_policers(policers: &[TrapPolicer], session: &mut Session) -> Outcome {
    if session.format() != Format::Table {
        session.data(&policers)?;
        return Ok(Ending::Done);
    }
    if policers.is_empty() {
        return none("no policers of packet traps", session);
    }
    let mut table = Table::new(&[
        ("DEVICE", Align::Left),
        ("POLICER", Align::Right),
        ("PACKETS/S", Align::Right),
        ("AT ONCE", Align::Right),
        ("DROPPED", Align::Right),
    ]);
    for policer in policers {
        table.row(vec![
            Cell::new(&policer.device),
            Cell::new(policer.id).style(Style::Bold),
            Cell::new(policer.rate),
            Cell::new(policer.burst),
            Cell::option(policer.stats.and_then(|stats| stats.dropped)),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn none(text: &str, session: &mut Session) -> Outcome {
    session.say(text)?;
    Ok(Ending::Done)
}

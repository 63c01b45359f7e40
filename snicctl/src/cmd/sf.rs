//! `snicctl sf`: sub-functions.

use clap::{Args, Subcommand};
use smartnic::cycle::{self, Goal};
use smartnic::device::{FunctionState, PortFunctionChange};
use smartnic::sf::{self, Spec, SubFunction};
use smartnic::types::{DevlinkHandle, HwAddr, SfNumber};
use smartnic::{Error, Host};

use super::cycle::{CycleArgs, carry_out};
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the sub-functions of one device, or of each
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl sf list\n  snicctl -o json sf list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Show one sub-function with its port, device, link and RDMA devices
    #[command(after_help = "Examples:\n  snicctl sf show pci/0000:03:00.0 88")]
    Show {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The number of the sub-function
        number: u32,
    },
    /// Make a sub-function, and return when its driver has taken it and its link and RDMA device are there
    ///
    /// If a step fails, the steps before it are taken back.
    #[command(after_help = "Examples:\n  snicctl sf add pci/0000:03:00.0\n  \
                            snicctl sf add pci/0000:03:00.0 88 --mac 02:00:00:00:00:88 --roce off\n  \
                            snicctl sf add pci/0000:03:00.0 88 --inactive\n  \
                            snicctl sf add pci/0000:03:00.0 88 --dry-run")]
    Add {
        /// The devlink handle of the physical function
        handle: DevlinkHandle,
        /// The number of the sub-function; the lowest that is free if it is left out
        number: Option<u32>,
        /// The physical function's number; that of the device's own ports if it is left out
        #[arg(long, value_name = "NUMBER")]
        pf: Option<u16>,
        /// Leave it inactive
        #[arg(long)]
        inactive: bool,
        #[command(flatten)]
        settings: Settings,
        #[command(flatten)]
        how: CycleArgs,
    },
    /// Change settings of a sub-function; most drivers take them only while it is inactive
    #[command(after_help = "Examples:\n  snicctl sf set pci/0000:03:00.0 88 --mac 02:00:00:00:00:99")]
    Set {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The number of the sub-function
        number: u32,
        #[command(flatten)]
        settings: Settings,
        #[command(flatten)]
        how: CycleArgs,
    },
    /// Let a sub-function be used, and wait until its driver has taken it
    #[command(after_help = "Examples:\n  snicctl sf activate pci/0000:03:00.0 88")]
    Activate {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The number of the sub-function
        number: u32,
        #[command(flatten)]
        how: CycleArgs,
    },
    /// Take a sub-function away from its driver
    #[command(after_help = "Examples:\n  snicctl sf deactivate pci/0000:03:00.0 88")]
    Deactivate {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The number of the sub-function
        number: u32,
        #[command(flatten)]
        how: CycleArgs,
    },
    /// Remove a sub-function
    #[command(alias = "rm", after_help = "Examples:\n  snicctl sf del pci/0000:03:00.0 88")]
    Del {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The number of the sub-function
        number: u32,
        #[command(flatten)]
        how: CycleArgs,
    },
}

/// Settings of the function.
#[derive(Debug, Clone, Args)]
pub(crate) struct Settings {
    /// The address that it comes up with
    #[arg(long, value_name = "ADDRESS")]
    mac: Option<HwAddr>,
    /// Whether it has RoCE
    #[arg(long, value_name = "on|off", value_parser = super::vf::on_off)]
    roce: Option<bool>,
    /// How many event queues for input and output it can have
    #[arg(long, value_name = "NUMBER")]
    max_io_eqs: Option<u32>,
}

impl Settings {
    fn function(&self) -> PortFunctionChange {
        let Self { mac, roce, max_io_eqs } = self;
        PortFunctionChange {
            hw_addr: *mac,
            roce: *roce,
            max_io_eqs: *max_io_eqs,
            ..PortFunctionChange::default()
        }
    }
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let state = |state| PortFunctionChange { state: Some(state), ..PortFunctionChange::default() };
    match verb {
        Verb::List { handle } => {
            let host = session.host()?;
            let mut all = Vec::new();
            for nic in super::nics(&host, handle.as_ref())? {
                if nic.has_devlink {
                    let device = nic.handle().clone();
                    all.extend(sf::list(&host, &device)?.into_iter().map(|sf| (device.clone(), sf)));
                }
            }
            show(&all, session)
        }
        Verb::Show { handle, number } => {
            let found = sf::show(&session.host()?, handle, SfNumber(*number))?;
            show(&[(handle.clone(), found)], session)
        }
        Verb::Add { handle, number, pf, inactive, settings, how } => {
            let host = how.host(session)?;
            let function = settings.function();
            let spec = Spec { number: number.map(SfNumber), pf: *pf, function, inactive: *inactive };
            let plan = sf::plan_create(&host, handle, &spec)?;
            carry_out(&plan, &host, how, session)?;
            match &plan.goal {
                Goal::SfCreate { sf, .. } if !how.dry_run && session.talks() => {
                    let made = sf::show(&host, handle, sf.number)?;
                    show(&[(handle.clone(), made)], session)
                }
                _ => Ok(Ending::Done),
            }
        }
        Verb::Set { handle, number, settings, how } => {
            let function = settings.function();
            if function == PortFunctionChange::default() {
                let error = Error::invalid("change a sub-function", "nothing is to be changed");
                return Err(error.hint("give --mac, --roce or --max-io-eqs").into());
            }
            change(handle, *number, how, session, |sf| Goal::SfChange { sf, function })
        }
        Verb::Activate { handle, number, how } => change(handle, *number, how, session, |sf| {
            Goal::SfChange { sf, function: state(FunctionState::Active) }
        }),
        Verb::Deactivate { handle, number, how } => change(handle, *number, how, session, |sf| {
            Goal::SfChange { sf, function: state(FunctionState::Inactive) }
        }),
        Verb::Del { handle, number, how } => {
            change(handle, *number, how, session, |sf| Goal::SfDelete { sf })
        }
    }
}

fn change(
    handle: &DevlinkHandle,
    number: u32,
    how: &CycleArgs,
    session: &mut Session,
    make: impl FnOnce(cycle::SfId) -> Goal,
) -> Outcome {
    let host: Host = how.host(session)?;
    let goal = sf::goal_of(&host, handle, SfNumber(number), make)?;
    let plan = cycle::plan(&host, handle, goal)?;
    carry_out(&plan, &host, how, session)
}

fn show(all: &[(DevlinkHandle, SubFunction)], session: &mut Session) -> Outcome {
    if session.format() != Format::Table {
        let all: Vec<&SubFunction> = all.iter().map(|(_, sf)| sf).collect();
        session.data(&all)?;
        return Ok(Ending::Done);
    }
    if all.is_empty() {
        session.say("no sub-functions; make one in switchdev mode with: snicctl sf add HANDLE")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("DEVICE", Align::Left),
        ("PF", Align::Right),
        ("SF", Align::Right),
        ("PORT", Align::Left),
        ("MAC", Align::Left),
        ("STATE", Align::Left),
        ("OPSTATE", Align::Left),
        ("REPRESENTOR", Align::Left),
        ("FUNCTION", Align::Left),
        ("NETDEV", Align::Left),
        ("RDMA", Align::Left),
    ]);
    for (device, found) in all {
        table.row(vec![
            Cell::new(device).style(Style::Bold),
            Cell::new(found.id.pf),
            Cell::new(found.id.number),
            Cell::new(&found.port),
            Cell::option(found.hw_addr),
            Cell::option(found.state),
            Cell::option(found.opstate),
            Cell::option(found.representor.as_ref()),
            Cell::option(found.device.as_ref()),
            Cell::option(found.netdev.as_ref().map(|netdev| match &found.netns {
                Some(netns) => format!("{netdev} (netns {netns})"),
                None => netdev.clone(),
            })),
            Cell::option(Some(found.rdma.join(" ")).filter(|names| !names.is_empty())),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

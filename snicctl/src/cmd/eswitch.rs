//! `snicctl eswitch`: the embedded switch, legacy or switchdev.

use clap::Subcommand;
use serde::Serialize;
use smartnic::adapter::EswitchTarget;
use smartnic::device::{EncapMode, EswitchChange, EswitchMode, InlineMode};
use smartnic::eswitch;
use smartnic::types::DevlinkHandle;

use super::cycle::{CycleArgs, carry_out};
use crate::print::devlink::EswitchObject;
use crate::print::{Align, Cell, Format, Pairs, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show the mode of one eswitch, or of each
    #[command(
        after_help = "Examples:\n  snicctl eswitch show\n  snicctl -o json eswitch show pci/0000:03:00.0"
    )]
    Show {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Change the mode, and the VFs with it, in the order that the vendor's driver wants
    ///
    /// If a step fails, the steps before it are taken back.
    #[command(
        after_help = "Examples:\n  snicctl eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4 --dry-run\n  \
                            snicctl eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4\n  \
                            snicctl eswitch set pci/0000:03:00.0 --mode legacy --vfs 0"
    )]
    Set {
        /// The devlink handle
        handle: DevlinkHandle,
        /// legacy, switchdev or switchdev_inactive
        #[arg(long)]
        mode: EswitchMode,
        /// The number of VFs; they stay as they are if it is left out
        #[arg(long, value_name = "N")]
        vfs: Option<u32>,
        #[command(flatten)]
        how: CycleArgs,
    },
    /// Change how packets are handed over, without changing the mode
    #[command(
        group = clap::ArgGroup::new("setting").required(true).multiple(true),
        after_help = "Examples:\n  snicctl eswitch tune pci/0000:03:00.0 --encap-mode basic"
    )]
    Tune {
        /// The devlink handle
        handle: DevlinkHandle,
        /// How much of each packet VFs hand over before it is sent: none, link, network or transport
        #[arg(long, value_name = "MODE", group = "setting")]
        inline_mode: Option<InlineMode>,
        /// Whether tunnel headers can be added: none or basic
        #[arg(long, value_name = "MODE", group = "setting")]
        encap_mode: Option<EncapMode>,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::Show { handle } => show(handle.as_ref(), session),
        Verb::Set { handle, mode, vfs, how } => {
            let host = how.host(session)?;
            let target = EswitchTarget { mode: *mode, num_vfs: *vfs };
            let plan = eswitch::plan(&host, handle, &target)?;
            carry_out(&plan, &host, how, session)
        }
        Verb::Tune { handle, inline_mode, encap_mode } => {
            let host = session.host_to_change()?;
            let change = EswitchChange { mode: None, inline_mode: *inline_mode, encap_mode: *encap_mode };
            let note = host.devlink().set_eswitch(handle, &change)?;
            if let Some(text) = note.and_then(|note| note.message) {
                session.warn(text);
            }
            show(Some(handle), session)
        }
    }
}

fn show(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let nics = super::nics(&session.host()?, handle)?;
    if session.format() != Format::Table {
        #[derive(Serialize)]
        struct Shown {
            dev: Pairs<DevlinkHandle, EswitchObject>,
        }
        let each = nics.iter().map(|nic| (nic.handle().clone(), EswitchObject::of(nic.eswitch.as_ref())));
        session.data(&Shown { dev: each.collect() })?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("HANDLE", Align::Left),
        ("MODE", Align::Left),
        ("INLINE MODE", Align::Left),
        ("ENCAP MODE", Align::Left),
        ("VFS", Align::Right),
    ]);
    for nic in &nics {
        table.row(vec![
            Cell::new(nic.handle()).style(Style::Bold),
            Cell::option(nic.mode()),
            Cell::option(nic.eswitch.and_then(|eswitch| eswitch.inline_mode)),
            Cell::option(nic.eswitch.and_then(|eswitch| eswitch.encap_mode)),
            Cell::option(nic.sriov.as_ref().map(|sriov| sriov.num)),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

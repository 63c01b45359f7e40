//! `snicctl vf`: virtual functions.

use clap::Subcommand;
use serde::Serialize;
use smartnic::adapter::EswitchTarget;
use smartnic::device::{EswitchMode, PortName, VfSettings, VirtualFunction};
use smartnic::inventory::Nic;
use smartnic::types::{DevlinkHandle, Mac, VfId};

use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the VFs of one device, or of each
    #[command(alias = "ls", after_help = "Examples:\n  snicctl vf list\n  snicctl vf list pci/0000:03:00.0")]
    List {
        /// The devlink handle of the physical function; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Set the number of VFs; the eswitch mode stays as it is
    ///
    /// The steps are those of the vendor's driver: some leave switchdev mode for a moment. If a step fails, the
    /// steps before it are taken back.
    #[command(after_help = "Examples:\n  snicctl vf create pci/0000:03:00.0 4\n  \
                            snicctl vf create pci/0000:03:00.0 4 --dry-run\n  \
                            snicctl vf create pci/0000:03:00.0 0    # removes them all")]
    Create {
        /// The devlink handle of the physical function
        handle: DevlinkHandle,
        /// How many VFs there are to be; 0 removes them
        count: u32,
        /// Print the steps and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { handle } => list(handle.as_ref(), session),
        Verb::Create { handle, count, dry_run } => {
            let nic = session.host()?.nic(handle)?;
            // A device without a switch gives VFs as one in legacy mode does.
            let mode = nic.mode().unwrap_or(EswitchMode::Legacy);
            let target = EswitchTarget { mode, num_vfs: Some(*count) };
            super::eswitch::change(handle, &target, *dry_run, session)
        }
    }
}

/// One VF with all that is known of it.
#[derive(Serialize)]
struct Vf {
    pf: DevlinkHandle,
    vf: VfId,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DevlinkHandle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    driver: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac: Option<Mac>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vlan: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spoof_check: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    representor: Option<String>,
}

fn list(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let nics = super::nics(&session.host()?, handle)?;
    let vfs: Vec<Vf> = nics.iter().flat_map(vfs).collect();
    if session.format() != Format::Table {
        session.data(&vfs)?;
        return Ok(Ending::Done);
    }
    if vfs.is_empty() {
        session.say("no VFs; make some with: snicctl vf create HANDLE N")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("PF", Align::Left),
        ("VF", Align::Right),
        ("DEVICE", Align::Left),
        ("DRIVER", Align::Left),
        ("MAC", Align::Left),
        ("VLAN", Align::Right),
        ("SPOOFCHK", Align::Left),
        ("TRUST", Align::Left),
        ("REPRESENTOR", Align::Left),
    ]);
    let on_off = |on: bool| if on { "on" } else { "off" };
    for vf in &vfs {
        table.row(vec![
            Cell::new(&vf.pf),
            Cell::new(vf.vf),
            Cell::option(vf.device.as_ref()),
            Cell::option(vf.driver.as_ref()),
            Cell::option(vf.mac),
            Cell::option(vf.vlan.filter(|vlan| *vlan != 0)),
            Cell::option(vf.spoof_check.map(on_off)),
            Cell::option(vf.trust.map(on_off)),
            Cell::option(vf.representor.as_ref()),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

/// The VFs of a device: by their number, as far as they have devices, and by what their PF lays down for them.
fn vfs(nic: &Nic) -> Vec<Vf> {
    let count = nic.sriov.as_ref().map_or(0, |sriov| sriov.num);
    let settings: Vec<&VfSettings> = nic.links.iter().flat_map(|link| &link.vfs).collect();
    let representors = nic.representors();
    let one = |number: u32| {
        let vf = VfId(number);
        let function: Option<&VirtualFunction> =
            nic.sriov.iter().flat_map(|sriov| &sriov.functions).find(|function| function.vf == vf);
        let setting = settings.iter().find(|setting| setting.vf == vf);
        let stands_for = |name: &PortName| matches!(name, PortName::Vf { vf: known, .. } if *known == vf);
        let representor = representors.iter().find(|representor| stands_for(&representor.name));
        Vf {
            pf: nic.handle().clone(),
            vf,
            device: function.map(|function| function.device.clone()),
            driver: function.and_then(|function| function.driver.clone()),
            mac: setting.and_then(|setting| setting.mac),
            vlan: setting.and_then(|setting| setting.vlan),
            spoof_check: setting.and_then(|setting| setting.spoof_check),
            trust: setting.and_then(|setting| setting.trust),
            representor: representor.map(|representor| representor.link.name.clone()),
        }
    };
    (0..count).map(one).collect()
}

//! `snicctl vf`: virtual functions.

use clap::{Args, Subcommand};
use serde::Serialize;
use smartnic::cycle::{self, DriverGoal, Goal};
use smartnic::device::{Sriov, VfChange, VfLinkState, VfSettings, VfVlan};
use smartnic::types::{DevlinkHandle, EtherType, Guid, Mac, VfId};
use smartnic::{Error, ErrorKind, Host};

use super::cycle::{CycleArgs, carry_out};
use crate::print::vf::VfInfo;
use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the VFs of one device, or of each
    ///
    /// As JSON, what the physical function lays down has the keys of `ip -j -d link show`.
    #[command(alias = "ls", after_help = "Examples:\n  snicctl vf list\n  snicctl vf list pci/0000:03:00.0")]
    List {
        /// The physical function, such as pci/0000:03:00.0; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Set the number of VFs; the eswitch mode stays as it is
    ///
    /// The steps are those of the vendor's driver: some leave switchdev mode for a moment. If a step fails, the
    /// steps before it are taken back.
    #[command(after_help = "Examples:\n  snicctl vf create pci/0000:03:00.0 4\n  \
                            snicctl vf create pci/0000:03:00.0 4 --dry-run\n  \
                            snicctl vf create pci/0000:03:00.0 4 --autoprobe off\n  \
                            snicctl vf create pci/0000:03:00.0 0    # removes them all")]
    Create {
        /// The physical function, such as pci/0000:03:00.0
        handle: DevlinkHandle,
        /// How many VFs there are to be; 0 removes them
        count: u32,
        /// Whether new VFs are bound to their driver (`sriov_drivers_autoprobe`); stays as it is if left out
        #[arg(long, value_name = "on|off", value_parser = on_off)]
        autoprobe: Option<bool>,
        #[command(flatten)]
        how: CycleArgs,
    },
    /// Change what the physical function lays down for a VF
    #[command(
        after_help = "Examples:\n  snicctl vf set pci/0000:03:00.0 0 --mac 02:00:00:00:00:01 --vlan 5 --qos 3\n  \
                            snicctl vf set pci/0000:03:00.0 0 --trust on --spoofchk off --max-rate 1000\n  \
                            snicctl vf set pci/0000:03:00.0 0 --vlan 0 --state auto"
    )]
    Set {
        /// The physical function, such as pci/0000:03:00.0
        handle: DevlinkHandle,
        /// The VF, counted from 0
        vf: u32,
        #[command(flatten)]
        settings: Settings,
        #[command(flatten)]
        how: CycleArgs,
    },
    /// Give VFs to a driver: to the one that claims them, or to a named one such as vfio-pci
    #[command(after_help = "Examples:\n  snicctl vf bind pci/0000:03:00.0 0 1\n  \
                            snicctl vf bind pci/0000:03:00.0 2 --driver vfio-pci")]
    Bind {
        /// The physical function, such as pci/0000:03:00.0
        handle: DevlinkHandle,
        /// The VFs, counted from 0
        #[arg(required = true)]
        vf: Vec<u32>,
        /// The only driver that may take them (`driver_override`); the one that claims them if it is left out
        #[arg(long)]
        driver: Option<String>,
        #[command(flatten)]
        how: CycleArgs,
    },
    /// Take VFs away from their driver
    #[command(after_help = "Examples:\n  snicctl vf unbind pci/0000:03:00.0 0 1")]
    Unbind {
        /// The physical function, such as pci/0000:03:00.0
        handle: DevlinkHandle,
        /// The VFs, counted from 0
        #[arg(required = true)]
        vf: Vec<u32>,
        #[command(flatten)]
        how: CycleArgs,
    },
}

/// What can be laid down; it is carried out in this order.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Settings {
    /// The MAC address; all zero lets the VF choose its own
    #[arg(long)]
    mac: Option<Mac>,
    /// The VLAN that its traffic is put into, 0 for none
    #[arg(long, value_name = "0-4095", value_parser = clap::value_parser!(u16).range(..=4095))]
    vlan: Option<u16>,
    /// The priority in the VLAN's tag
    #[arg(long, value_name = "0-7", requires = "vlan", value_parser = clap::value_parser!(u8).range(..=7))]
    qos: Option<u8>,
    /// The protocol of the VLAN's tag
    #[arg(long, value_name = "802.1Q|802.1ad", requires = "vlan")]
    proto: Option<EtherType>,
    /// The rate that is guaranteed, in Mbit/s, 0 for none
    #[arg(long, value_name = "MBIT")]
    min_rate: Option<u32>,
    /// The limit of the rate, in Mbit/s, 0 for none
    #[arg(long, value_name = "MBIT")]
    max_rate: Option<u32>,
    /// Whether source addresses are checked
    #[arg(long, value_name = "on|off", value_parser = on_off)]
    spoofchk: Option<bool>,
    /// What the VF sees of the link
    #[arg(long, value_name = "auto|enable|disable")]
    state: Option<VfLinkState>,
    /// Whether the VF may read how receive queues are chosen
    #[arg(long, value_name = "on|off", value_parser = on_off)]
    query_rss: Option<bool>,
    /// Whether the VF is trusted
    #[arg(long, value_name = "on|off", value_parser = on_off)]
    trust: Option<bool>,
    /// The node GUID, on InfiniBand
    #[arg(long, value_name = "GUID")]
    node_guid: Option<Guid>,
    /// The port GUID, on InfiniBand
    #[arg(long, value_name = "GUID")]
    port_guid: Option<Guid>,
}

impl Settings {
    /// The changes; of the two rates the one that is not given stays as it is.
    fn changes(&self, host: &Host, handle: &DevlinkHandle, vf: VfId) -> Result<Vec<VfChange>, Error> {
        let vlan = self.vlan.map(|id| VfVlan {
            id,
            qos: self.qos.unwrap_or(0),
            protocol: self.proto.unwrap_or(EtherType::VLAN),
        });
        let rate = match (self.min_rate, self.max_rate) {
            (None, None) => None,
            (Some(min), Some(max)) => Some((min, max)),
            (min, max) => {
                let now = cycle::DeviceState::read(host, handle)?;
                let now = now.vfs.into_iter().find(|now| now.vf == vf).unwrap_or_else(|| VfSettings::new(vf));
                let known = |given: Option<u32>, now: Option<u32>| given.or(now).unwrap_or(0);
                Some((known(min, now.min_tx_rate), known(max, now.max_tx_rate)))
            }
        };
        if let Some((min, max)) = rate
            && max != 0
            && min > max
        {
            let reason = format!("{min} Mbit/s cannot be guaranteed within a limit of {max} Mbit/s");
            return Err(Error::invalid("set the rate of a VF", reason));
        }
        let all = [
            self.mac.map(VfChange::Mac),
            vlan.map(VfChange::Vlan),
            rate.map(|(min, max)| VfChange::Rate { min, max }),
            self.spoofchk.map(VfChange::SpoofCheck),
            self.state.map(VfChange::LinkState),
            self.query_rss.map(VfChange::QueryRss),
            self.trust.map(VfChange::Trust),
            self.node_guid.map(VfChange::NodeGuid),
            self.port_guid.map(VfChange::PortGuid),
        ];
        Ok(all.into_iter().flatten().collect())
    }
}

pub(crate) fn on_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("expected on or off".into()),
    }
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let (handle, how) = match verb {
        Verb::List { handle } => return list(handle.as_ref(), session),
        Verb::Create { handle, how, .. }
        | Verb::Set { handle, how, .. }
        | Verb::Bind { handle, how, .. }
        | Verb::Unbind { handle, how, .. } => (handle, how),
    };
    let host = how.host(session)?;
    let goal = match verb {
        Verb::List { .. } => return Ok(Ending::Done),
        Verb::Create { count, autoprobe, .. } => {
            Goal::Functions { mode: None, vfs: Some(*count), autoprobe: *autoprobe }
        }
        Verb::Set { vf, settings, .. } => {
            let vf = VfId(*vf);
            Goal::Vf { vf, changes: settings.changes(&host, handle, vf)? }
        }
        Verb::Bind { vf, driver, .. } => {
            drivers(vf, driver.clone().map_or(DriverGoal::Own, DriverGoal::Named))
        }
        Verb::Unbind { vf, .. } => drivers(vf, DriverGoal::None),
    };
    let plan = cycle::plan(&host, handle, goal)?;
    carry_out(&plan, &host, how, session)
}

fn drivers(vfs: &[u32], driver: DriverGoal) -> Goal {
    let mut vfs: Vec<VfId> = vfs.iter().copied().map(VfId).collect();
    vfs.sort_unstable();
    vfs.dedup();
    Goal::Drivers { vfs, driver }
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
    driver_override: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    representor: Option<String>,
    #[serde(flatten)]
    info: VfInfo,
}

fn list(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let mut vfs = Vec::new();
    for handle in physical_functions(&host, handle)? {
        vfs.extend(of_one(&host, &handle)?);
    }
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
        ("MIN MBIT", Align::Right),
        ("MAX MBIT", Align::Right),
        ("SPOOFCHK", Align::Left),
        ("TRUST", Align::Left),
        ("LINK", Align::Left),
        ("REPRESENTOR", Align::Left),
    ]);
    let on_off = |on: bool| if on { "on" } else { "off" };
    for Vf { pf, vf, device, driver, representor, info: VfInfo(now), .. } in &vfs {
        table.row(vec![
            Cell::new(pf),
            Cell::new(vf),
            Cell::option(device.as_ref()),
            Cell::option(driver.as_ref()),
            Cell::option(now.mac),
            Cell::option(now.vlan.map(|vlan| vlan.id).filter(|vlan| *vlan != 0)),
            Cell::option(now.min_tx_rate.filter(|rate| *rate != 0)),
            Cell::option(now.max_tx_rate.filter(|rate| *rate != 0)),
            Cell::option(now.spoof_check.map(on_off)),
            Cell::option(now.trust.map(on_off)),
            Cell::option(now.link_state),
            Cell::option(representor.as_ref()),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

/// The device that is named, which may be one without devlink; or every device of the host that devlink knows.
fn physical_functions(host: &Host, handle: Option<&DevlinkHandle>) -> Result<Vec<DevlinkHandle>, Error> {
    match handle {
        Some(handle) => Ok(vec![handle.clone()]),
        None => Ok(host.inventory()?.nics.iter().map(|nic| nic.handle().clone()).collect()),
    }
}

/// The VFs of a device: by their number, as far as they have devices, and by what their PF lays down for them.
fn of_one(host: &Host, handle: &DevlinkHandle) -> Result<Vec<Vf>, Error> {
    let now = match cycle::DeviceState::read(host, handle) {
        // A VF of a driver that gives VFs devlink instances.
        Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(Vec::new()),
        now => now?,
    };
    let representors = host.nic(handle).map(|nic| nic.representors()).unwrap_or_default();
    let stands_for = |vf: VfId| {
        let is = |name: &smartnic::device::PortName| matches!(name, smartnic::device::PortName::Vf { vf: known, .. } if *known == vf);
        representors.iter().find(|representor| is(&representor.name)).map(|found| found.link.name.clone())
    };
    let one = |vf: VfId| {
        let function = now.function(vf);
        let info = now.vfs.iter().find(|setting| setting.vf == vf).cloned();
        Vf {
            pf: handle.clone(),
            vf,
            device: function.map(|function| function.device.clone()),
            driver: function.and_then(|function| function.driver.clone()),
            driver_override: function.and_then(|function| function.driver_override.clone()),
            representor: stands_for(vf),
            info: VfInfo(info.unwrap_or_else(|| VfSettings::new(vf))),
        }
    };
    let count = now.sriov.as_ref().map_or(0, |Sriov { num, .. }| *num);
    Ok((0..count).map(|vf| one(VfId(vf))).collect())
}

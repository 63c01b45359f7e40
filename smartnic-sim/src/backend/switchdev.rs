use smartnic_core::backend::Switchdev;
use smartnic_core::device::{
    Link, LinksElsewhere, NetnsNumber, Sriov, VfChange, VfLinkState, VfSettings, VfVlan, VirtualFunction,
};
use smartnic_core::types::{DevlinkHandle, EtherType, Guid, IfIndex, Mac, VfId};
use smartnic_core::{Error, ErrorKind, Result};

use super::{SimHost, file_error, refused};
use crate::errno::Errno;
use crate::model::sriov::VFIO;
use crate::model::{Function, LaidDown, Machine, Netdev, VfOrder};
use crate::note::Note;

impl Switchdev for SimHost {
    fn links(&self) -> Result<Vec<Link>> {
        let machine = self.machine.lock();
        Ok(machine.netdevs.values().map(|netdev| link(&machine, netdev)).collect())
    }

    fn links_elsewhere(&self) -> Result<LinksElsewhere> {
        let mut locked = self.machine.lock();
        // To look at a namespace is no change that would have to be kept.
        let machine = locked.fabric();
        let mut found = LinksElsewhere::default();
        for name in machine.netns_names() {
            let netns = machine.netns_at(&name).flatten();
            machine.within(netns.as_deref(), |there| {
                let links = there.netdevs.values();
                found
                    .links
                    .extend(links.map(|netdev| Link { netns: Some(name.clone()), ..link(there, netdev) }));
            });
        }
        found.numbers.extend(machine.netns_names().into_iter().filter_map(|name| {
            let number = machine.netns_number_here(machine.netns_at(&name)?.as_deref())?;
            Some(NetnsNumber { by: None, number: number as i32, of: Some(name) })
        }));
        Ok(found)
    }

    fn set_link_up(&self, link: IfIndex, up: bool) -> Result<()> {
        let (mut machine, fate) = self.change();
        let result = fate.and_then(|()| machine.set_link_up(link, up));
        result.map_err(|errno| on_link("set a link up or down", errno, link))
    }

    fn set_mtu(&self, link: IfIndex, mtu: u32) -> Result<()> {
        let (mut machine, fate) = self.change();
        let result = fate.and_then(|()| machine.set_mtu(link, mtu));
        result.map_err(|errno| on_link("set the MTU", errno, link))
    }

    fn tc_offload(&self, link: IfIndex) -> Result<bool> {
        let machine = self.machine.lock();
        let netdev = machine.netdev(link).map_err(|errno| on_link("read hw-tc-offload", errno, link))?;
        Ok(netdev.hw_tc == Some(true))
    }

    fn set_tc_offload(&self, link: IfIndex, on: bool) -> Result<()> {
        let op = "set hw-tc-offload";
        let (mut machine, fate) = self.change();
        let result = fate.and_then(|()| machine.set_tc_offload(link, on));
        match result.map_err(|errno| on_link(op, errno, link))? {
            now if now == on => Ok(()),
            _ => Err(Error::new(ErrorKind::Refused, op)
                .on(format_args!("ifindex {link}"))
                .reason("the driver left the feature as it was")),
        }
    }

    fn sriov(&self, device: &DevlinkHandle) -> Result<Sriov> {
        let machine = self.machine.lock();
        let pf = physical(&machine, "read the SR-IOV state", device)?;
        let state = machine.pfs.get(pf);
        let functions = state.map_or(&[][..], |pf| &pf.vfs).iter().enumerate();
        Ok(Sriov {
            total: Some(u32::from(machine.total_vfs())),
            num: state.map_or(0, |pf| pf.vfs.len() as u32),
            autoprobe: state.map(|pf| pf.autoprobe),
            functions: functions
                .map(|(number, vf)| VirtualFunction {
                    vf: VfId(number as u32),
                    device: vf.address.into(),
                    driver: vf.driver.clone(),
                    driver_override: vf.driver_override.clone(),
                })
                .collect(),
        })
    }

    fn set_num_vfs(&self, device: &DevlinkHandle, num: u32) -> Result<()> {
        let op = "set the number of VFs";
        let (mut machine, fate) = self.change();
        let pf = physical(&machine, op, device)?;
        fate.and_then(|()| machine.set_num_vfs(pf, num)).map_err(|errno| file_error(op, errno).on(device))
    }

    fn set_autoprobe(&self, device: &DevlinkHandle, on: bool) -> Result<()> {
        let op = "set sriov_drivers_autoprobe";
        let (mut machine, fate) = self.change();
        let pf = physical(&machine, op, device)?;
        fate.and_then(|()| machine.set_autoprobe(pf, on)).map_err(|errno| file_error(op, errno).on(device))
    }

    fn unbind(&self, function: &DevlinkHandle) -> Result<()> {
        let op = "unbind a function";
        let (mut machine, fate) = self.change();
        let found = pci(&machine, op, function)?;
        let Some(driver) = machine.bound_driver(found).map(str::to_owned) else { return Ok(()) };
        fate.and_then(|()| machine.unbind(found, &driver)).map_err(|errno| file_error(op, errno).on(function))
    }

    fn bind(&self, function: &DevlinkHandle, driver: &str) -> Result<()> {
        let op = "bind a function";
        let (mut machine, fate) = self.change();
        let found = pci(&machine, op, function)?;
        if machine.bound_driver(found) == Some(driver) {
            return Ok(());
        }
        // A driver that claims no device by itself is told which to take, as a backend for Linux does it.
        let mut bind = || {
            if driver == VFIO {
                machine.set_driver_override(found, Some(driver.to_owned()))?;
            }
            machine.bind(found, driver)
        };
        fate.and_then(|()| bind()).map_err(|errno| file_error(op, errno).on(function))
    }

    fn set_driver_override(&self, function: &DevlinkHandle, driver: Option<&str>) -> Result<()> {
        let op = "set driver_override";
        let (mut machine, fate) = self.change();
        let found = pci(&machine, op, function)?;
        let set = fate.and_then(|()| machine.set_driver_override(found, driver.map(str::to_owned)));
        set.map_err(|errno| file_error(op, errno).on(function))
    }

    fn probe(&self, function: &DevlinkHandle) -> Result<()> {
        let op = "look for a function's driver";
        let (mut machine, fate) = self.change();
        let found = pci(&machine, op, function)?;
        fate.map(|()| machine.probe(found)).map_err(|errno| file_error(op, errno).on(function))
    }

    fn set_vf(&self, link: IfIndex, vf: VfId, change: &VfChange) -> Result<()> {
        let (mut machine, fate) = self.change();
        let set = fate.and_then(|()| machine.set_vf(link, vf.0, order_of(change)));
        set.map_err(|errno| {
            let object = format_args!("ifindex {link} vf {vf} {change}");
            refused("change a VF", errno, Note::default()).on(object)
        })
    }
}

fn on_link(op: &'static str, errno: Errno, link: IfIndex) -> Error {
    refused(op, errno, Note::default()).on(format_args!("ifindex {link}"))
}

/// The PCI function of a handle.
fn pci(machine: &Machine, op: &'static str, device: &DevlinkHandle) -> Result<Function> {
    let found = device.pci().and_then(|address| machine.function(address));
    found.ok_or_else(|| file_error(op, Errno::ENOENT).on(device))
}

/// The physical function of a handle; only those have `sriov_*` files.
fn physical(machine: &Machine, op: &'static str, device: &DevlinkHandle) -> Result<usize> {
    match pci(machine, op, device)? {
        Function::Pf(pf) => Ok(pf),
        Function::Vf { .. } => Err(file_error(op, Errno::ENOENT).on(device)),
    }
}

pub(super) fn link(machine: &Machine, netdev: &Netdev) -> Link {
    let auxiliary = machine.auxiliary_of(netdev).map(|device| ("auxiliary".to_owned(), device));
    let parent = machine.parent_of(netdev).map(|address| ("pci".to_owned(), address.to_string()));
    let (parent_bus, parent_device) = parent.or(auxiliary).unzip();
    let port = machine.devlink_port_of(netdev);
    let trust = machine.profile.driver.facts().vfs.trust;
    let vfs = machine.laid_down_by(netdev).unwrap_or_default();
    Link {
        up: netdev.up,
        carrier: netdev.up,
        mtu: netdev.mtu,
        // One of InfiniBand is longer.
        mac: Some(netdev.mac).filter(|_| !netdev.infiniband && machine.has_address(netdev)),
        kind: machine.tunnel(netdev.ifindex).map(|tunnel| tunnel.kind.name().to_owned()),
        switch_id: machine.switch_id_of(netdev),
        port_name: machine.port_name_of(netdev),
        devlink_port: port.map(|(device, index)| device.port(index)),
        parent_bus,
        parent_device,
        vfs: (0..)
            .zip(vfs)
            .map(|(number, now)| VfSettings {
                trust: trust.then_some(now.trust),
                ..settings(VfId(number), now, netdev.infiniband)
            })
            .collect(),
        ..Link::new(netdev.ifindex, netdev.name.clone())
    }
}

fn settings(vf: VfId, now: &LaidDown, infiniband: bool) -> VfSettings {
    VfSettings {
        mac: Some(now.mac),
        // The first bytes of a longer one.
        broadcast: Some(if infiniband { Mac([0, 0xff, 0xff, 0xff, 0xff, 0x12]) } else { Mac::BROADCAST }),
        vlan: Some(VfVlan { id: now.vlan, qos: now.qos, protocol: EtherType(now.vlan_protocol) }),
        min_tx_rate: Some(now.min_tx_rate),
        max_tx_rate: Some(now.max_tx_rate),
        spoof_check: Some(now.spoof_check),
        link_state: Some(VfLinkState::from_number(now.link_state)),
        node_guid: infiniband.then_some(Guid(now.node_guid)),
        port_guid: infiniband.then_some(Guid(now.port_guid)),
        ..VfSettings::new(vf)
    }
}

fn order_of(change: &VfChange) -> VfOrder {
    match *change {
        VfChange::Mac(mac) => VfOrder::Mac(mac),
        VfChange::Vlan(VfVlan { id, qos, protocol }) => {
            VfOrder::Vlan { id: id.into(), qos: qos.into(), protocol: protocol.0 }
        }
        VfChange::Rate { min, max } => VfOrder::Rate { min, max },
        VfChange::SpoofCheck(on) => VfOrder::SpoofCheck(on),
        VfChange::LinkState(state) => VfOrder::LinkState(state.number()),
        VfChange::QueryRss(on) => VfOrder::QueryRss(on),
        VfChange::Trust(on) => VfOrder::Trust(on),
        VfChange::NodeGuid(Guid(guid)) => VfOrder::Guid { port: false, guid },
        VfChange::PortGuid(Guid(guid)) => VfOrder::Guid { port: true, guid },
    }
}

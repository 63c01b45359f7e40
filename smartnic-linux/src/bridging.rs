//! Bridges and bonds.

use std::fmt;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use smartnic_core::backend::{BridgeWatch, Bridging, DevlinkParams, Switchdev};
use smartnic_core::bridge::{
    Bond, BondChange, Bridge, BridgeChange, BridgeNotice, BridgePort, BridgePortChange, BridgeVlan, FdbAdd,
    FdbEntry, FdbFlush, LagOffload, MdbEntry, VlanSide,
};
use smartnic_core::device::{Link, ParamValue};
use smartnic_core::types::{DevlinkHandle, IfIndex};
use smartnic_core::{Error, Result};
use smartnic_netlink::codec::{Message, Request, WireError};
use smartnic_netlink::rtnl::{bond, bridge, bridge_notice, fdb, link, master, mdb};
use smartnic_netlink::transport::Protocol;

use crate::LinuxHost;
use crate::listener::Listener;
use crate::sysfs::walk::Walk;

/// A socket that is a member of the groups.
struct Ear(Listener<BridgeNotice>);

impl BridgeWatch for Ear {
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<BridgeNotice>> {
        self.0.wait(most)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.0.fd()
    }
}

impl Bridging for LinuxHost {
    fn bridges(&self) -> Result<Vec<Bridge>> {
        self.route.list("list bridges", &"", &link::Dump, &bridge::decode_bridge)
    }

    fn add_bridge(&self, name: &str, settings: &BridgeChange) -> Result<()> {
        self.route.change("make a bridge", &name, &master::AddBridge { name, settings }).map(drop)
    }

    fn add_bond(&self, name: &str, settings: &BondChange) -> Result<()> {
        self.route.change("make a bond", &name, &master::AddBond { name, settings }).map(drop)
    }

    fn set_bond(&self, bond: IfIndex, change: &BondChange) -> Result<()> {
        self.on_link("change a bond", bond, &master::SetBond { link: bond, change })
    }

    fn remove_master(&self, link: IfIndex) -> Result<()> {
        self.on_link("remove a bridge or bond", link, &master::Remove(link))
    }

    fn set_link_master(&self, link: IfIndex, master: Option<IfIndex>) -> Result<()> {
        self.on_link("make a link a port", link, &master::SetMaster { link, master })
    }

    fn set_bridge(&self, bridge: IfIndex, change: &BridgeChange) -> Result<()> {
        let request = bridge::SetBridge { link: bridge, change };
        self.on_link("change a bridge", bridge, &request)
    }

    fn bridge_ports(&self) -> Result<Vec<BridgePort>> {
        self.route.list("list ports of bridges", &"", &bridge::Dump, &bridge::decode)
    }

    fn set_bridge_port(&self, port: IfIndex, change: &BridgePortChange) -> Result<()> {
        let request = bridge::SetPort { link: port, change };
        self.on_link("change a port of a bridge", port, &request)
    }

    fn fdb(&self, bridge: Option<IfIndex>, link: Option<IfIndex>) -> Result<Vec<FdbEntry>> {
        let request = fdb::Dump { bridge, link };
        let fits = |entry: &FdbEntry| link.is_none_or(|link| entry.link == link);
        self.route.list("list addresses", &"", &request, &|message| {
            Ok(fdb::decode(message)?.filter(|entry| fits(entry)))
        })
    }

    fn add_fdb(&self, entry: &FdbEntry, how: FdbAdd) -> Result<()> {
        let object = Address(entry);
        self.route.change("add an address", &object, &fdb::Add { entry, how }).map(drop)
    }

    fn remove_fdb(&self, entry: &FdbEntry) -> Result<()> {
        self.route.change("remove an address", &Address(entry), &fdb::Remove { entry }).map(drop)
    }

    fn flush_fdb(&self, which: &FdbFlush) -> Result<()> {
        self.on_link("remove addresses", which.link, &fdb::Flush(which))
    }

    fn add_vlans(&self, link: IfIndex, vlans: BridgeVlan, side: VlanSide) -> Result<()> {
        vlans.check()?;
        self.on_link("add VLANs", link, &bridge::SetVlans { link, vlans, side, add: true })
    }

    fn remove_vlans(&self, link: IfIndex, vlans: BridgeVlan, side: VlanSide) -> Result<()> {
        vlans.check()?;
        self.on_link("remove VLANs", link, &bridge::SetVlans { link, vlans, side, add: false })
    }

    fn mdb(&self) -> Result<Vec<MdbEntry>> {
        let decode = |message: &Message<'_>| mdb::decode(message).map(Some);
        let groups: Vec<Vec<MdbEntry>> =
            self.route.list("list multicast groups", &"", &mdb::Dump, &decode)?;
        Ok(groups.into_iter().flatten().collect())
    }

    fn add_mdb(&self, entry: &MdbEntry) -> Result<()> {
        let object = format_args!("{} on ifindex {}", entry.group, entry.port);
        self.route.change("add a member to a group", &object, &mdb::Set { entry, add: true }).map(drop)
    }

    fn remove_mdb(&self, entry: &MdbEntry) -> Result<()> {
        let object = format_args!("{} on ifindex {}", entry.group, entry.port);
        self.route.change("remove a member of a group", &object, &mdb::Set { entry, add: false }).map(drop)
    }

    fn watch_bridges(&self) -> Result<Box<dyn BridgeWatch>> {
        let (groups, decode) = (&bridge_notice::GROUPS, bridge_notice::decode);
        Ok(Box::new(Ear(Listener::open(self, "watch bridges", Protocol::Route, groups, decode)?)))
    }

    fn bonds(&self) -> Result<Vec<Bond>> {
        let op = "list bonds";
        let decode = |message: &Message<'_>| -> Result<_, WireError> {
            Ok(bond::decode(message)?.map(|found| (found, link::decode(message).ok())))
        };
        let found = self.route.list(op, &"", &link::Dump, &decode)?;
        let mut bonds = Vec::new();
        let mut ports = Vec::new();
        for (found, link) in found {
            match found {
                bond::Found::Bond(bond) => bonds.push(*bond),
                bond::Found::Port(master, port) => ports.push((master, port, link)),
            }
        }
        for bond in &mut bonds {
            let mut below = Vec::new();
            for (_, port, link) in ports.iter().filter(|(master, ..)| *master == bond.link) {
                let mut port = port.clone();
                port.tc_offload = self.tc_offload(port.link).ok();
                bond.ports.push(port);
                below.extend(link.clone());
            }
            bond.offload = self.lag_offload(&below);
        }
        Ok(bonds)
    }
}

/// An address, as errors name it.
struct Address<'a>(&'a FdbEntry);

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on ifindex {}", self.0.mac, self.0.link)?;
        match self.0.vlan {
            Some(vlan) => write!(f, " vlan {vlan}"),
            None => Ok(()),
        }
    }
}

impl LinuxHost {
    fn on_link(&self, op: &'static str, link: IfIndex, request: &dyn Request) -> Result<()> {
        let changed = self.route.change(op, &format_args!("ifindex {link}"), request);
        changed.map(drop).map_err(|error: Error| match error.errno() {
            Some(libc::EOPNOTSUPP) if error.extack().is_none_or(|extack| extack.message.is_none()) => {
                error.reason("the link is no port of a bridge, or its driver does not take it")
            }
            _ => error,
        })
    }

    /// Whether the NIC itself sends over the ports of a bond. No interface of the kernel's says so; mlx5 tells it among
    /// the files for finding faults.
    fn lag_offload(&self, ports: &[Link]) -> LagOffload {
        let walk = Walk::new(&*self.kernel);
        let devices: Vec<DevlinkHandle> = ports
            .iter()
            .filter_map(|port| {
                Some(DevlinkHandle::new(port.parent_bus.clone()?, port.parent_device.clone()?))
            })
            .collect();
        let inactive = |why: &str| LagOffload::Inactive { why: why.to_owned() };
        if ports.is_empty() {
            return inactive("the bond has no ports");
        }
        if devices.len() < ports.len() {
            return inactive("not all of its ports stand on a device");
        }
        let driver = |device: &DevlinkHandle| {
            walk.link_name(&format!("/sys/bus/{}/devices/{}/driver", device.bus, device.device))
        };
        let drivers: Vec<Option<String>> = devices.iter().map(driver).collect();
        let Some(first) = &drivers[0] else {
            return LagOffload::Unknown { why: "the driver of its ports is not told".to_owned() };
        };
        if drivers.iter().any(|driver| driver.as_ref() != Some(first)) {
            return inactive("its ports have different drivers");
        }
        if first != "mlx5_core" {
            return LagOffload::Unknown { why: format!("{first} does not tell") };
        }
        let device = &devices[0];
        let file = |name: &str| {
            self.kernel.read(&format!("/sys/kernel/debug/mlx5/{}/lag/{name}", device.device)).ok()
        };
        let Some(state) = file("state") else {
            let why = "mlx5 tells it in debugfs, which cannot be read: be root, and mount debugfs";
            return LagOffload::Unknown { why: why.to_owned() };
        };
        if state.trim() != "active" {
            return LagOffload::Inactive { why: format!("mlx5 says: {}", state.trim()) };
        }
        let mut how: Vec<String> = ["type", "port_sel_mode", "flags"].into_iter().filter_map(file).collect();
        let multiport = self.param(device, "esw_multiport").ok();
        if multiport
            .is_some_and(|param| param.values.iter().any(|setting| setting.value == ParamValue::Bool(true)))
        {
            how.push("esw_multiport".into());
        }
        let words = how.iter().flat_map(|text| text.split_whitespace()).collect::<Vec<_>>();
        LagOffload::Active { how: words.join(", ") }
    }
}

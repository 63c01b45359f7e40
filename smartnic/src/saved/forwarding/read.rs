use smartnic_core::bridge::{Bond, Bridge, BridgePort, PortFlag};
use smartnic_core::device::Link;
use smartnic_core::types::{DevlinkHandle, EtherType, IfIndex};

use super::{BondDoc, BridgeDoc, BridgePortDoc, LinkDoc, VlanDoc};
use crate::saved::export::or_none;
use crate::{Host, Result};

/// The switches that are on at a new port.
const ON: [PortFlag; 4] = [PortFlag::Learning, PortFlag::Flood, PortFlag::McastFlood, PortFlag::BcastFlood];
/// The bus whose devices are numbered as they come: a link on one is known by its name.
const AUXILIARY: &str = "auxiliary";

/// The bridges and bonds of a host, with the links that can be ports.
pub(in crate::saved) struct Found {
    pub(super) links: Vec<Link>,
    pub(super) bridges: Vec<Bridge>,
    pub(super) ports: Vec<BridgePort>,
    pub(super) bonds: Vec<Bond>,
}

/// How much is written down of what is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::saved) enum Extent {
    /// What differs from what new ports are like.
    Short,
    /// All, so that it can be brought back from anything.
    Whole,
}

impl Found {
    /// Reads them; none on a host that has no such thing.
    pub(in crate::saved) fn read(host: &Host) -> Result<Option<Self>> {
        let Some(bridging) = or_none(host.bridging())? else { return Ok(None) };
        Ok(Some(Self {
            links: host.switchdev().links()?,
            bridges: bridging.bridges()?,
            ports: bridging.bridge_ports()?,
            bonds: bridging.bonds()?,
        }))
    }

    /// The device that a link stands on, and the name of its port there.
    fn place(link: &Link) -> Option<(DevlinkHandle, Option<&str>)> {
        let told = link.devlink_port.as_ref().map(|port| port.device.clone());
        let parent = || Some(DevlinkHandle::new(link.parent_bus.clone()?, link.parent_device.clone()?));
        let device = told.or_else(parent).filter(|device| device.bus != AUXILIARY)?;
        Some((device, link.port_name.as_deref()))
    }

    pub(super) fn link(&self, index: IfIndex) -> Option<&Link> {
        self.links.iter().find(|link| link.ifindex == index)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.name == name)
    }

    /// The link that a document means, if it means one.
    pub(super) fn find(&self, wanted: &LinkDoc) -> Option<&Link> {
        match (&wanted.link, &wanted.device) {
            (Some(name), _) => self.named(name),
            (None, Some(device)) => {
                let place = (device.clone(), wanted.port.as_deref());
                let mut fit = self.links.iter().filter(|link| Self::place(link).as_ref() == Some(&place));
                fit.next().filter(|_| fit.next().is_none())
            }
            (None, None) => None,
        }
    }

    /// A link as documents name it.
    pub(super) fn name_of(&self, link: &Link) -> LinkDoc {
        let by_place = Self::place(link).map(|(device, port)| LinkDoc {
            link: None,
            device: Some(device),
            port: port.map(str::to_owned),
        });
        let is_it = |doc: &LinkDoc| self.find(doc).is_some_and(|found| found.ifindex == link.ifindex);
        by_place
            .filter(is_it)
            .unwrap_or_else(|| LinkDoc { link: Some(link.name.clone()), ..LinkDoc::default() })
    }

    /// The links that are ports of a bridge or bond, in the order of their names in documents.
    pub(super) fn below(&self, master: IfIndex) -> Vec<&Link> {
        let mut all: Vec<&Link> = self.links.iter().filter(|link| link.master == Some(master)).collect();
        all.sort_by_cached_key(|link| self.name_of(link));
        all
    }

    /// Whether a bridge or bond has a port on one of these devices, itself or by a bond.
    pub(super) fn is_over(&self, master: IfIndex, devices: &[DevlinkHandle]) -> bool {
        self.below(master).into_iter().any(|link| {
            let on = Self::place(link).is_some_and(|(device, _)| devices.contains(&device));
            on || self.bonds.iter().any(|bond| bond.link == link.ifindex && self.is_over(bond.link, devices))
        })
    }

    /// The bridges that have a port on one of the devices, or one of the names.
    pub(in crate::saved) fn bridges_of(
        &self,
        devices: &[DevlinkHandle],
        names: &[&str],
        extent: Extent,
    ) -> Vec<BridgeDoc> {
        let counts = |bridge: &&Bridge| names.contains(&&*bridge.name) || self.is_over(bridge.link, devices);
        self.bridges.iter().filter(counts).map(|bridge| self.bridge(bridge, extent)).collect()
    }

    /// The bonds, likewise.
    pub(in crate::saved) fn bonds_of(&self, devices: &[DevlinkHandle], names: &[&str]) -> Vec<BondDoc> {
        let counts = |bond: &&Bond| names.contains(&&*bond.name) || self.is_over(bond.link, devices);
        self.bonds.iter().filter(counts).map(|bond| self.bond(bond)).collect()
    }

    fn bond(&self, bond: &Bond) -> BondDoc {
        BondDoc {
            bond: bond.name.clone(),
            up: bond.up,
            mode: bond.mode,
            miimon: bond.miimon,
            hash_policy: bond.hash_policy,
            ports: self.below(bond.link).into_iter().map(|link| self.name_of(link)).collect(),
        }
    }

    fn bridge(&self, bridge: &Bridge, extent: Extent) -> BridgeDoc {
        let short = extent == Extent::Short;
        let first =
            [VlanDoc { vlan: bridge.default_pvid.unwrap_or(1), vlan_end: None, pvid: true, untagged: true }];
        let vlans = |link: IfIndex| {
            let own = self.ports.iter().find(|port| port.link == link);
            let told: Vec<VlanDoc> = own.iter().flat_map(|port| &port.vlans).map(VlanDoc::from).collect();
            Some(told).filter(|told| !short || told[..] != first)
        };
        let port = |link: &Link| {
            let LinkDoc { link: name, device, port } = self.name_of(link);
            let told = self.ports.iter().find(|port| port.link == link.ifindex);
            let switches = told.iter().flat_map(|port| &port.flags).copied();
            let switches = switches.filter(|(flag, on)| !short || ON.contains(flag) != *on).collect();
            BridgePortDoc { link: name, device, port, vlans: vlans(link.ifindex), switches }
        };
        BridgeDoc {
            bridge: bridge.name.clone(),
            up: self.link(bridge.link).is_some_and(|link| link.up),
            vlan_filtering: bridge.vlan_filtering,
            vlan_protocol: bridge.vlan_protocol.map(EtherType),
            default_pvid: bridge.default_pvid,
            ageing_time: bridge.ageing_time,
            mcast_snooping: bridge.mcast_snooping,
            stp: bridge.stp.filter(|stp| *stp != 0),
            vlans: vlans(bridge.link),
            ports: self.below(bridge.link).into_iter().map(port).collect(),
        }
    }
}

//! Bridges and bonds: what the kernel keeps of them, and what drivers make of it.

mod bond;
mod fdb;
mod mdb;
mod port;
mod vlan;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::device::EswitchMode;
use smartnic_core::types::IfIndex;

use super::vdpa::VirtioDevice;
use super::{Event, Machine, Netdev, Role};
use crate::driver::{BridgeRules, VlanRules};
use crate::errno::Errno;
use crate::note::Note;

pub(crate) use bond::{BondOrder, BondState};
pub(crate) use fdb::{Address, FlushOrder};
pub(crate) use mdb::Member;
pub(crate) use port::{PortOrder, PortState};
pub(crate) use vlan::VlanState;

/// How long learned addresses stay from the start, in hundredths of a second (`BR_DEFAULT_AGEING_TIME`).
const AGEING: u32 = 300 * 100;
/// The tag of VLANs from the start.
const ETH_P_8021Q: u16 = 0x8100;

/// Bridges, bonds, and virtio devices.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Bridging {
    pub(crate) bridges: BTreeMap<u32, BridgeState>,
    pub(crate) bonds: BTreeMap<u32, BondState>,
    /// The bridge or bond that a link is a port of, by link.
    pub(crate) masters: BTreeMap<u32, IfIndex>,
    /// What bridges keep of their ports, by link.
    pub(crate) ports: BTreeMap<u32, PortState>,
    pub(crate) fdb: Vec<Address>,
    pub(crate) mdb: Vec<Member>,
    pub(crate) vdpa: Vec<VirtioDevice>,
}

/// A bridge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BridgeState {
    pub(crate) vlan_filtering: bool,
    pub(crate) vlan_protocol: u16,
    pub(crate) default_pvid: u16,
    pub(crate) ageing_time: u32,
    pub(crate) mcast_snooping: bool,
    /// Its own VLANs.
    pub(crate) vlans: BTreeMap<u16, VlanState>,
}

impl Default for BridgeState {
    fn default() -> Self {
        Self {
            vlan_filtering: false,
            vlan_protocol: ETH_P_8021Q,
            default_pvid: 1,
            ageing_time: AGEING,
            mcast_snooping: true,
            vlans: BTreeMap::from([(1, VlanState::FIRST)]),
        }
    }
}

/// What a new bridge or bond is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MasterKind {
    Bridge,
    Bond,
}

impl Machine {
    /// The bridge or bond that a link is a port of.
    pub(crate) fn master_of(&self, link: IfIndex) -> Option<IfIndex> {
        self.bridging.masters.get(&link.0).copied()
    }

    /// The links that are ports of a bridge or bond.
    pub(crate) fn lower_of(&self, master: IfIndex) -> Vec<IfIndex> {
        let of = self.bridging.masters.iter().filter(|(_, of)| **of == master);
        of.map(|(link, _)| IfIndex(*link)).collect()
    }

    /// Refuses a name that no link can have, or that one has (`dev_valid_name`).
    pub(crate) fn check_new_name(&self, name: &str) -> Result<(), Errno> {
        if name.is_empty() || name.contains(['/', ':']) || name.contains(char::is_whitespace) {
            return Err(Errno::EINVAL);
        }
        if self.netdevs.values().any(|dev| dev.name == name) {
            return Err(Errno::EEXIST);
        }
        Ok(())
    }

    /// Makes a bridge or bond (`rtnl_newlink_create`).
    pub(crate) fn add_master(&mut self, name: &str, kind: MasterKind) -> Result<IfIndex, Errno> {
        self.check_new_name(name)?;
        let role = match kind {
            MasterKind::Bridge => Role::Bridge,
            MasterKind::Bond => Role::Bond,
        };
        let netdev = Netdev { name: name.to_owned(), ..self.new_netdev(role) };
        let index = netdev.ifindex;
        match kind {
            MasterKind::Bridge => drop(self.bridging.bridges.insert(index.0, BridgeState::default())),
            MasterKind::Bond => drop(self.bridging.bonds.insert(index.0, BondState::default())),
        }
        self.register(netdev);
        Ok(index)
    }

    /// Removes a bridge or bond (`rtnl_dellink`); links of hardware cannot be removed.
    pub(crate) fn remove_master(&mut self, master: IfIndex) -> Result<(), Errno> {
        let role = self.netdev(master)?.role;
        if !matches!(role, Role::Bridge | Role::Bond) {
            return Err(Errno::EOPNOTSUPP);
        }
        for link in self.lower_of(master) {
            self.leave(link);
        }
        self.bridging.bridges.remove(&master.0);
        self.bridging.bonds.remove(&master.0);
        self.unregister_link(master);
        Ok(())
    }

    /// Makes a link a port of a bridge or bond, or of nothing (`do_set_master`).
    pub(crate) fn set_master(
        &mut self,
        link: IfIndex,
        master: Option<IfIndex>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let netdev = self.netdev(link)?;
        let (role, up) = (netdev.role, netdev.up);
        let now = self.master_of(link);
        if now == master {
            return Ok(());
        }
        if now.is_some() {
            self.leave(link);
        }
        let Some(master) = master else { return Ok(()) };
        let to = self.netdevs.get(&master.0).ok_or(Errno::EINVAL)?.role;
        match to {
            Role::Bridge => self.join_bridge(link, role, master, note)?,
            Role::Bond => self.join_bond(link, role, up, master, note)?,
            _ => return Err(Errno::EOPNOTSUPP),
        }
        self.events.push(|| Event::Link(link));
        Ok(())
    }

    /// Takes a link out of its bridge or bond.
    fn leave(&mut self, link: IfIndex) {
        let Some(master) = self.bridging.masters.remove(&link.0) else { return };
        if self.bridging.bonds.contains_key(&master.0) {
            self.leave_bond(link, master);
        } else {
            // `del_nbp`: addresses and members go first, and word of each.
            for address in self.bridging.fdb.extract_if(.., |it| it.master == Some(master) && it.link == link)
            {
                self.events.push(|| Event::AddressGone(Box::new(address)));
            }
            for member in self.bridging.mdb.extract_if(.., |it| it.bridge == master && it.port == link) {
                self.events.push(|| Event::MemberGone(Box::new(member)));
            }
            let port = self.bridging.ports.remove(&link.0);
            if let (Some(port), Some(netdev)) = (port, self.netdevs.get(&link.0)) {
                let netdev = Box::new(netdev.clone());
                self.events.push(|| Event::BridgePortGone(netdev, master, Box::new(port)));
            }
            self.take_lowest_address(master);
        }
        self.events.push(|| Event::Link(link));
    }

    /// Forgets what bridges and bonds keep of a link that goes.
    pub(crate) fn forget_port(&mut self, link: IfIndex) {
        self.leave(link);
        self.bridging.fdb.retain(|address| address.link != link);
    }

    /// Ports of an eswitch that left switchdev mode are strange to its driver from then on.
    pub(crate) fn estrange_ports(&mut self, pf: usize) {
        self.everywhere(|there| {
            let Self { netdevs, bridging, .. } = there;
            let of_pf = |link: u32| netdevs.get(&link).is_some_and(|dev| dev.role.pf() == Some(pf));
            for (_, port) in bridging.ports.iter_mut().filter(|(link, _)| of_pf(**link)) {
                port.known = false;
            }
            let on_port = |link: IfIndex| bridging.ports.contains_key(&link.0) && of_pf(link.0);
            for address in bridging.fdb.iter_mut().filter(|address| on_port(address.link)) {
                address.offload = false;
            }
        });
    }

    fn join_bridge(
        &mut self,
        link: IfIndex,
        role: Role,
        bridge: IfIndex,
        note: &mut Note,
    ) -> Result<(), Errno> {
        match role {
            Role::Loopback => return Err(Errno::EINVAL),
            Role::Bridge => {
                note.say("Can not enslave a bridge to a bridge");
                return Err(Errno::EINVAL);
            }
            _ => {}
        }
        let known = self.take_port(link, role, bridge, note)?;
        let vlan = self.bridging.bridges.get(&bridge.0).map_or(0, |bridge| bridge.default_pvid);
        let mut port = PortState { known, ..PortState::default() };
        if vlan != 0 {
            port.vlans.insert(vlan, VlanState::FIRST);
        }
        self.bridging.ports.insert(link.0, port);
        self.bridging.masters.insert(link.0, bridge);
        self.take_lowest_address(bridge);
        self.add_own_addresses(link, bridge);
        // `br_add_if`
        self.events.push(|| Event::BridgePort(link));
        Ok(())
    }

    /// Asks the driver about a new port of a bridge; says whether it forwards for it (`NETDEV_CHANGEUPPER`).
    fn take_port(&self, link: IfIndex, role: Role, bridge: IfIndex, note: &mut Note) -> Result<bool, Errno> {
        let Some(rules) = self.profile.driver.bridges() else { return Ok(false) };
        if role == Role::Bond {
            return self.take_bond(link, bridge, rules, note);
        }
        let Some(pf) = role.pf().filter(|_| role.is_on_switch()) else { return Ok(false) };
        if !self.in_switchdev(pf) {
            return Ok(false);
        }
        self.check_one_bridge(rules, pf, bridge, note)?;
        Ok(true)
    }

    fn take_bond(
        &self,
        bond: IfIndex,
        bridge: IfIndex,
        rules: &BridgeRules,
        note: &mut Note,
    ) -> Result<bool, Errno> {
        let below: Vec<usize> =
            self.uplinks_of(bond).into_iter().filter(|pf| self.in_switchdev(*pf)).collect();
        let Some(first) = below.first() else { return Ok(false) };
        if rules.vlans == VlanRules::PushAndPop {
            self.check_one_bridge(rules, *first, bridge, note)?;
            return Ok(true);
        }
        // mlx5 refuses bonds that it does not send over itself.
        match self.lag_state() {
            Some(state) if state.of == bond => Ok(true),
            _ => Err(Errno::EAGAIN),
        }
    }

    fn check_one_bridge(
        &self,
        rules: &BridgeRules,
        pf: usize,
        bridge: IfIndex,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let Some(text) = rules.one_bridge else { return Ok(()) };
        let taken = |(link, port): (&u32, &PortState)| {
            let of = self.netdevs.get(link).and_then(|dev| dev.role.pf());
            port.known && of == Some(pf) && self.bridging.masters.get(link) != Some(&bridge)
        };
        if self.bridging.ports.iter().any(taken) {
            note.say(text);
            return Err(Errno::EOPNOTSUPP);
        }
        Ok(())
    }

    pub(super) fn in_switchdev(&self, pf: usize) -> bool {
        self.pfs.get(pf).is_some_and(|pf| pf.bound && pf.eswitch.mode != EswitchMode::Legacy)
    }

    /// A bridge has the lowest address of its ports (`br_stp_recalculate_bridge_id`).
    fn take_lowest_address(&mut self, bridge: IfIndex) {
        let ports = self.lower_of(bridge);
        let lowest = ports.iter().filter_map(|link| self.netdevs.get(&link.0)).map(|dev| dev.mac).min();
        if let (Some(mac), Some(netdev)) = (lowest, self.netdevs.get_mut(&bridge.0)) {
            netdev.mac = mac;
        }
    }
}

use smartnic_core::types::{IfIndex, Mac};

use super::{Event, LaidDown, Machine, Netdev, Role};
use crate::errno::Errno;

/// One thing that a physical function is told to lay down for a VF (`ndo_set_vf_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VfOrder {
    Mac(Mac),
    Vlan {
        id: u32,
        qos: u32,
        protocol: u16,
    },
    Rate {
        min: u32,
        max: u32,
    },
    /// The limit alone, as kernels before 3.18 had it.
    MaxRate(u32),
    SpoofCheck(bool),
    LinkState(u32),
    QueryRss(bool),
    Trust(bool),
    /// The node's, or the port's (`IFLA_VF_IB_NODE_GUID`, `IFLA_VF_IB_PORT_GUID`).
    Guid {
        port: bool,
        guid: u64,
    },
}

impl Machine {
    /// What the link of a port lays down for each VF; none if it is no such link.
    pub(crate) fn laid_down_by(&self, netdev: &Netdev) -> Option<Vec<&LaidDown>> {
        let port = netdev.role.port()?;
        let pf = self.pfs.get(netdev.role.pf()?)?;
        Some(pf.vfs.iter().filter_map(|vf| vf.laid_down_at(port)).collect())
    }

    /// Lays something down for a VF, by the link of its physical function (`do_setvfinfo`).
    pub(crate) fn set_vf(&mut self, link: IfIndex, vf: u32, order: VfOrder) -> Result<(), Errno> {
        if vf >= i32::MAX as u32 {
            return Err(Errno::EINVAL);
        }
        // Other links have none of these operations.
        let netdev = self.netdev(link)?;
        let (Role::Uplink { pf } | Role::Port { pf, .. }, Some(port)) = (netdev.role, netdev.role.port())
        else {
            return Err(Errno::EOPNOTSUPP);
        };
        // `handle_vf_guid`
        if matches!(order, VfOrder::Guid { .. }) && !netdev.infiniband {
            return Err(Errno::EOPNOTSUPP);
        }
        let driver = self.profile.driver;
        let state = self.pfs.get_mut(pf).ok_or(Errno::ENODEV)?;
        let switchdev = state.eswitch.mode != smartnic_core::device::EswitchMode::Legacy;
        let now = state.vfs.get_mut(vf as usize).and_then(|vf| vf.laid_down_at_mut(port));
        let now = now.ok_or(Errno::EINVAL)?;
        let order = match order {
            VfOrder::MaxRate(max) => VfOrder::Rate { min: now.min_tx_rate, max },
            order => order,
        };
        // `rtnl_set_vf_rate`.
        if let VfOrder::Rate { min, max } = order
            && max != 0
            && min > max
        {
            return Err(Errno::EINVAL);
        }
        driver.check_vf(order, now, switchdev)?;
        match order {
            VfOrder::Mac(mac) if mac.is_multicast() => return Err(Errno::EINVAL),
            VfOrder::Mac(mac) => now.mac = mac,
            VfOrder::Vlan { id, qos, .. } if id > 4095 || qos > 7 => return Err(Errno::EINVAL),
            VfOrder::Vlan { id: 0, qos: 0, protocol } => {
                (now.vlan, now.qos, now.vlan_protocol) = (driver.facts().vfs.untagged, 0, protocol);
            }
            VfOrder::Vlan { id, qos, protocol } => {
                (now.vlan, now.qos, now.vlan_protocol) = (id as u16, qos as u8, protocol);
            }
            VfOrder::Rate { min, max } => (now.min_tx_rate, now.max_tx_rate) = (min, max),
            VfOrder::SpoofCheck(on) => now.spoof_check = on,
            VfOrder::LinkState(state) if state > 2 => return Err(Errno::EINVAL),
            VfOrder::LinkState(state) => now.link_state = state,
            VfOrder::Trust(on) => now.trust = on,
            VfOrder::Guid { port: false, guid } => now.node_guid = guid,
            VfOrder::Guid { port: true, guid } => now.port_guid = guid,
            VfOrder::MaxRate(_) | VfOrder::QueryRss(_) => return Err(Errno::EOPNOTSUPP),
        }
        self.events.push(|| Event::Link(link));
        Ok(())
    }
}

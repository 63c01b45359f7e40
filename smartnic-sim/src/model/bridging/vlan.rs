use serde::{Deserialize, Serialize};
use smartnic_core::types::IfIndex;

use super::super::Role;
use crate::driver::VlanRules;
use crate::errno::Errno;
use crate::model::{Event, Machine};
use crate::note::Note;

/// A VLAN of a port or bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VlanState {
    pub(crate) pvid: bool,
    pub(crate) untagged: bool,
    /// Whether the driver took it.
    pub(crate) hardware: bool,
}

impl VlanState {
    /// The VLAN of untagged packets that ports have from the start.
    pub(crate) const FIRST: Self = Self { pvid: true, untagged: true, hardware: true };
}

impl Machine {
    /// Lets a VLAN through a port (`nbp_vlan_add`).
    pub(crate) fn add_port_vlan(
        &mut self,
        link: IfIndex,
        vlan: u16,
        pvid: bool,
        untagged: bool,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let driver = self.profile.driver.bridges().map(|rules| rules.vlans);
        let uplink = matches!(self.netdev(link)?.role, Role::Uplink { .. } | Role::Port { .. } | Role::Bond);
        let port = self.bridging.ports.get_mut(&link.0).ok_or(Errno::EOPNOTSUPP)?;
        let known = port.known;
        let both = pvid && untagged;
        let hardware = match driver.filter(|_| known) {
            None => false,
            Some(VlanRules::Any) => true,
            Some(VlanRules::PushAndPop) => {
                let tagged = |(number, state): (&u16, &VlanState)| {
                    *number != vlan && *number != 1 && state.hardware && state.pvid
                };
                if port.vlans.iter().any(tagged) {
                    // The number of the function's queues is ours.
                    note.say(format!("ice: Failed to create VLAN entry, vid: {vlan}, vsi: {}", link.0));
                    return Err(Errno::EEXIST);
                }
                // What the driver does not support, the bridge does by itself.
                (both && (vlan == 1 || !uplink)) || (!pvid && !untagged)
            }
        };
        if pvid {
            port.vlans.values_mut().for_each(|state| state.pvid = false);
        }
        port.vlans.insert(vlan, VlanState { pvid, untagged, hardware });
        self.events.push(|| Event::BridgePort(link));
        Ok(())
    }

    /// Gives a bridge a VLAN of its own (`br_vlan_add`).
    pub(crate) fn add_bridge_vlan(
        &mut self,
        bridge: IfIndex,
        vlan: u16,
        pvid: bool,
        untagged: bool,
    ) -> Result<(), Errno> {
        let state = self.bridging.bridges.get_mut(&bridge.0).ok_or(Errno::EOPNOTSUPP)?;
        if pvid {
            state.vlans.values_mut().for_each(|state| state.pvid = false);
        }
        state.vlans.insert(vlan, VlanState { pvid, untagged, hardware: false });
        self.events.push(|| Event::BridgePort(bridge));
        Ok(())
    }

    /// Lets a VLAN through no more; one that is not there is no error (`br_vlan_info`).
    pub(crate) fn remove_vlan(&mut self, link: IfIndex, vlan: u16, own: bool) -> Result<(), Errno> {
        let vlans = match own {
            true => self.bridging.bridges.get_mut(&link.0).map(|bridge| &mut bridge.vlans),
            false => self.bridging.ports.get_mut(&link.0).map(|port| &mut port.vlans),
        };
        if vlans.ok_or(Errno::EOPNOTSUPP)?.remove(&vlan).is_some() {
            self.bridging.fdb.retain(|address| address.link != link || address.vlan != vlan);
            self.bridging.mdb.retain(|member| member.port != link || member.vlan != vlan);
            self.events.push(|| Event::BridgePort(link));
        }
        Ok(())
    }
}

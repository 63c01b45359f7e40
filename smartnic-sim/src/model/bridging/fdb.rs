use serde::{Deserialize, Serialize};
use smartnic_core::types::{IfIndex, Mac};

use crate::driver::VlanRules;
use crate::errno::Errno;
use crate::model::{Event, Machine, Role};
use crate::note::Note;

/// An address that a bridge or device forwards to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) mac: Mac,
    /// The link that it is behind.
    pub(crate) link: IfIndex,
    /// The bridge; none for one in a device's own table.
    pub(crate) master: Option<IfIndex>,
    /// 0 for none.
    pub(crate) vlan: u16,
    /// The port's own (`BR_FDB_LOCAL`).
    pub(crate) local: bool,
    /// It stays (`BR_FDB_STATIC`).
    pub(crate) fixed: bool,
    pub(crate) sticky: bool,
    pub(crate) extern_learn: bool,
    /// Whether the driver said that the hardware forwards by it (`BR_FDB_OFFLOADED`).
    pub(crate) offload: bool,
}

/// Which addresses to remove at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FlushOrder {
    pub(crate) bridge: IfIndex,
    pub(crate) port: Option<IfIndex>,
    pub(crate) vlan: Option<u16>,
    pub(crate) local: Option<bool>,
    pub(crate) fixed: Option<bool>,
    pub(crate) sticky: Option<bool>,
    pub(crate) extern_learn: Option<bool>,
    pub(crate) offload: Option<bool>,
}

impl Machine {
    /// Adds an address (`br_fdb_add`, `fdb_add_entry`, `ndo_dflt_fdb_add`). Without a VLAN it is added to all that the
    /// port lets through, too.
    pub(crate) fn add_address(
        &mut self,
        mut address: Address,
        (create, replace, exclusive): (bool, bool, bool),
        note: &mut Note,
    ) -> Result<(), Errno> {
        let vlans = self.vlans_meant(&address)?;
        if address.master.is_none() && !self.bridging.bridges.contains_key(&address.link.0) {
            if !address.local {
                note.say("FDB only supports static addresses");
                return Err(Errno::EINVAL);
            }
            if address.vlan != 0 {
                note.say("vlans aren't supported yet for dev_uc|mc_add()");
                return Err(Errno::EINVAL);
            }
        }
        if address.sticky && address.local {
            return Err(Errno::EINVAL);
        }
        for vlan in vlans {
            address.vlan = vlan;
            address.offload = self.is_offloaded(&address);
            let same = |there: &&mut Address| {
                (there.mac, there.vlan, there.master) == (address.mac, vlan, address.master)
                    && (there.master.is_some() || there.link == address.link)
            };
            let there = self.bridging.fdb.iter_mut().find(same);
            match there {
                Some(_) if exclusive => return Err(Errno::EEXIST),
                Some(there) if replace || there.link == address.link => *there = address.clone(),
                Some(_) => return Err(Errno::EEXIST),
                None if !create => return Err(Errno::ENOENT),
                None => self.bridging.fdb.push(address.clone()),
            }
            self.events.push(|| Event::Address(Box::new(address.clone())));
        }
        Ok(())
    }

    /// Removes an address (`br_fdb_delete`, `ndo_dflt_fdb_del`).
    pub(crate) fn remove_address(&mut self, address: &Address) -> Result<(), Errno> {
        let vlans = self.vlans_meant(address)?;
        let meant = |there: &Address| {
            (there.mac, there.link, there.master) == (address.mac, address.link, address.master)
                && vlans.contains(&there.vlan)
        };
        let gone: Vec<Address> = self.bridging.fdb.extract_if(.., |there| meant(there)).collect();
        if gone.is_empty() {
            return Err(Errno::ENOENT);
        }
        for address in gone {
            self.events.push(|| Event::AddressGone(Box::new(address)));
        }
        Ok(())
    }

    /// Removes many addresses of a bridge (`br_fdb_delete_bulk`).
    pub(crate) fn flush_addresses(&mut self, order: &FlushOrder) {
        let fits = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
        let meant = |there: &Address| {
            (there.master == Some(order.bridge) || there.link == order.bridge)
                && order.port.is_none_or(|port| there.link == port)
                && order.vlan.is_none_or(|vlan| there.vlan == vlan)
                && fits(order.local, there.local)
                && fits(order.fixed, there.fixed)
                && fits(order.sticky, there.sticky)
                && fits(order.extern_learn, there.extern_learn)
                && fits(order.offload, there.offload)
        };
        let gone: Vec<Address> = self.bridging.fdb.extract_if(.., |there| meant(there)).collect();
        for address in gone {
            self.events.push(|| Event::AddressGone(Box::new(address)));
        }
    }

    /// The VLANs that an address without one is for.
    fn vlans_meant(&self, address: &Address) -> Result<Vec<u16>, Errno> {
        let vlans = match address.master {
            Some(_) => self.bridging.ports.get(&address.link.0).map(|port| &port.vlans),
            None => self.bridging.bridges.get(&address.link.0).map(|bridge| &bridge.vlans),
        };
        match (address.vlan, vlans) {
            (0, vlans) => {
                Ok([0].into_iter().chain(vlans.into_iter().flat_map(|it| it.keys().copied())).collect())
            }
            (vlan, Some(vlans)) if !vlans.contains_key(&vlan) => Err(Errno::EINVAL),
            (vlan, _) => Ok(vec![vlan]),
        }
    }

    /// The port's own address, in no VLAN and in those that it lets through (`br_fdb_add_local`).
    pub(super) fn add_own_addresses(&mut self, link: IfIndex, bridge: IfIndex) {
        let Ok(mac) = self.netdev(link).map(|dev| dev.mac) else { return };
        let vlans =
            self.bridging.ports.get(&link.0).map(|port| port.vlans.keys().copied().collect::<Vec<_>>());
        for vlan in [0].into_iter().chain(vlans.unwrap_or_default()) {
            self.bridging.fdb.push(Address {
                mac,
                link,
                master: Some(bridge),
                vlan,
                local: true,
                fixed: true,
                sticky: false,
                extern_learn: false,
                // What drivers make of the ports' own addresses is not simulated.
                offload: false,
            });
        }
    }

    /// Whether the driver puts an address into hardware and says so. It is not told of those that a user added and that
    /// go by themselves (`br_switchdev_fdb_notify`).
    fn is_offloaded(&self, address: &Address) -> bool {
        let (Some(rules), Some(bridge)) = (self.profile.driver.bridges(), address.master) else {
            return false;
        };
        let Some(port) = self.bridging.ports.get(&address.link.0).filter(|port| port.known) else {
            return false;
        };
        let filtering = self.bridging.bridges.get(&bridge.0).is_some_and(|bridge| bridge.vlan_filtering);
        let vlan_known = || port.vlans.get(&address.vlan).is_some_and(|vlan| vlan.hardware);
        let vlan_fits = match rules.vlans {
            VlanRules::Any => !filtering || address.vlan == 0 || vlan_known(),
            VlanRules::PushAndPop => filtering && vlan_known() || !filtering && address.vlan == 0,
        };
        let told = address.fixed || address.extern_learn;
        let is_port =
            self.netdev(address.link).is_ok_and(|dev| dev.role.is_on_switch() || dev.role == Role::Bond);
        told && !address.local && vlan_fits && is_port
    }
}

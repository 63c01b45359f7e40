use smartnic_core::device::EswitchMode;
use smartnic_core::types::{DevlinkHandle, IfIndex, PciAddress, SwitchId};

use super::{Event, HOST_CONTROLLER, Machine, Netdev, Role};
use crate::errno::Errno;

/// What Ethernet takes at least (`ETH_MIN_MTU`), and at most here. The most is ours.
const MIN_MTU: u32 = 68;
const MAX_MTU: u32 = 9978;

/// The number that a physical function of a chip has on it: the first is that of the chip's administration.
pub(super) const fn chip_pf(pf: usize) -> usize {
    pf + 1
}

/// The number of a VF, of which 0 is its physical function.
pub(super) const fn chip_vf(vf: usize) -> usize {
    vf + 1
}

impl Machine {
    /// Adds a link and tells of it.
    pub(super) fn register(&mut self, netdev: Netdev) {
        let index = netdev.ifindex;
        self.netdevs.insert(index.0, netdev.clone());
        self.events.push(|| Event::LinkNew(index));
        self.rdma_follows(&netdev);
    }

    /// Removes the link of a role with its filters, whatever namespace it is in, and tells of it there.
    pub(super) fn unregister(&mut self, role: Role) {
        let Some(netns) = self.netns_with(role) else { return };
        self.within(netns.as_deref(), |there| {
            let link = there.netdevs.values().find(|dev| dev.role == role).map(|dev| dev.ifindex);
            if let Some(index) = link {
                there.unregister_link(index);
            }
        });
    }

    /// Removes a link with its filters, and tells of it.
    pub(super) fn unregister_link(&mut self, index: IfIndex) {
        self.forget_port(index);
        self.rdma_leaves(index);
        self.drop_hook(index);
        self.forget_target(index);
        self.dcb.remove(&index.0);
        if let Some(netdev) = self.netdevs.remove(&index.0) {
            self.events.push(|| Event::LinkGone(Box::new(netdev)));
        }
    }

    /// Sets a link up or down.
    pub(crate) fn set_link_up(&mut self, index: IfIndex, up: bool) -> Result<(), Errno> {
        let netdev = self.netdevs.get_mut(&index.0).ok_or(Errno::ENODEV)?;
        if netdev.up != up {
            netdev.up = up;
            self.events.push(|| Event::Link(index));
        }
        Ok(())
    }

    /// Sets the largest payload of a link (`dev_set_mtu`).
    pub(crate) fn set_mtu(&mut self, index: IfIndex, mtu: u32) -> Result<(), Errno> {
        let netdev = self.netdevs.get_mut(&index.0).ok_or(Errno::ENODEV)?;
        if !(MIN_MTU..=MAX_MTU).contains(&mtu) {
            return Err(Errno::EINVAL);
        }
        if netdev.mtu != mtu {
            netdev.mtu = mtu;
            self.events.push(|| Event::Link(index));
        }
        Ok(())
    }

    /// Asks for `hw-tc-offload` on or off and says what it is then; a driver may leave it as it was.
    pub(crate) fn set_tc_offload(&mut self, index: IfIndex, on: bool) -> Result<bool, Errno> {
        let netdev = self.netdev(index)?;
        let now = netdev.hw_tc == Some(true);
        if netdev.hw_tc.is_none() || now == on {
            return Ok(now);
        }
        let mut log = Vec::new();
        if let (false, Role::Uplink { pf }) = (on, netdev.role) {
            let flows = self.pfs.get(pf).map_or(0, |pf| pf.flows);
            if !self.profile.driver.may_turn_offload_off(flows, &mut log) {
                self.write_log(log);
                return Ok(now);
            }
        }
        if let Some(netdev) = self.netdevs.get_mut(&index.0) {
            netdev.hw_tc = Some(on);
        }
        self.events.push(|| Event::Link(index));
        self.events.push(|| Event::Features(index));
        Ok(on)
    }

    /// The switch that a link tells (`phys_switch_id`).
    pub(crate) fn switch_id_of(&self, netdev: &Netdev) -> Option<SwitchId> {
        let told = match netdev.role {
            Role::Loopback
            | Role::Bridge
            | Role::Bond
            | Role::Tunnel
            | Role::Port { .. }
            | Role::Vf { .. }
            | Role::Sf { .. } => false,
            Role::Representor { .. } | Role::HostRepresentor { .. } | Role::SfRepresentor { .. } => true,
            Role::Uplink { pf } => {
                let legacy = self.pfs.get(pf).is_none_or(|pf| pf.eswitch.mode == EswitchMode::Legacy);
                !legacy || self.profile.driver.facts().switch_id_in_legacy
            }
        };
        told.then(|| self.switch_id())
    }

    /// The name of a link's port on its switch (`phys_port_name`).
    pub(crate) fn port_name_of(&self, netdev: &Netdev) -> Option<String> {
        match netdev.role {
            Role::Loopback
            | Role::Bridge
            | Role::Bond
            | Role::Tunnel
            | Role::Port { .. }
            | Role::Vf { .. }
            | Role::Sf { .. } => None,
            Role::Uplink { .. } if !self.profile.driver.facts().uplink_port => None,
            Role::Uplink { .. } if self.profile.driver.facts().bare_ports => None,
            Role::Uplink { pf } => Some(format!("p{pf}")),
            Role::Representor { pf, vf } if self.profile.driver.facts().port_in_names => {
                Some(format!("p{pf}pf{pf}vf{vf}"))
            }
            Role::Representor { pf, vf } => Some(format!("pf{pf}vf{vf}")),
            Role::HostRepresentor { pf, vf } if self.profile.driver.facts().representors_only => {
                let pf = chip_pf(pf);
                Some(vf.map_or_else(|| format!("p{pf}"), |vf| format!("pf{pf}vf{}", chip_vf(vf))))
            }
            Role::HostRepresentor { pf, vf: None } => Some(format!("c{HOST_CONTROLLER}pf{pf}")),
            Role::HostRepresentor { pf, vf: Some(vf) } => Some(format!("c{HOST_CONTROLLER}pf{pf}vf{vf}")),
            Role::SfRepresentor { pf, sf } => Some(format!("pf{pf}sf{sf}")),
        }
    }

    /// The PCI function that a link stands on; representors stand on their physical function.
    pub(crate) fn parent_of(&self, netdev: &Netdev) -> Option<PciAddress> {
        let pf = self.pfs.get(netdev.role.pf()?)?;
        match netdev.role {
            Role::Vf { vf, .. } => pf.vfs.get(vf).map(|vf| vf.address),
            // It stands on an auxiliary device.
            Role::Sf { .. } => None,
            // `rvu_rep_create` ties its links to devlink ports only.
            _ if self.profile.driver.facts().representors_only => None,
            _ => Some(pf.address),
        }
    }

    /// The auxiliary device that a link stands on: a sub-function's.
    pub(crate) fn auxiliary_of(&self, netdev: &Netdev) -> Option<String> {
        match netdev.role {
            Role::Sf { pf, sf } => self.sf_device(pf, sf),
            _ => None,
        }
    }

    /// The devlink device and port index that a link stands on.
    pub(crate) fn devlink_port_of(&self, netdev: &Netdev) -> Option<(DevlinkHandle, u32)> {
        let instance = self.instance_of_port(netdev.role).filter(|_| !netdev.infiniband)?;
        Some((self.handle_of(instance)?, self.port_index(netdev.role)))
    }
}

use smartnic_core::device::PortFlavour;
use smartnic_core::types::{IfIndex, Mac, PciAddress};

use super::{Machine, Pf, Role};
use crate::driver::VfDevlink;

/// A devlink instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instance {
    /// That of a physical function.
    Pf(usize),
    /// That of a VF which is bound to the driver.
    Vf { pf: usize, vf: usize },
}

/// A devlink port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DevlinkPort {
    pub(crate) device: PciAddress,
    pub(crate) index: u32,
    pub(crate) flavour: PortFlavour,
    /// The link on it, and that link's name.
    pub(crate) netdev: Option<IfIndex>,
    pub(crate) netdev_name: Option<String>,
    /// The number of a physical port.
    pub(crate) number: Option<u32>,
    /// The physical and virtual function of a VF's port.
    pub(crate) function: Option<(u16, u16)>,
    pub(crate) splittable: bool,
    pub(crate) lanes: Option<u32>,
    /// The address that the function comes up with.
    pub(crate) hw_addr: Option<Mac>,
}

impl Machine {
    /// The devlink instances: the physical functions, then the VFs.
    pub(crate) fn instances(&self) -> Vec<Instance> {
        let bound = || self.pfs.iter().enumerate().filter(|(_, pf)| pf.bound);
        let vfs = bound().flat_map(|(pf, state)| {
            let with = move |vf: &usize| self.vf_has_devlink(state, *vf);
            (0..state.vfs.len()).filter(with).map(move |vf| Instance::Vf { pf, vf })
        });
        bound().map(|(pf, _)| Instance::Pf(pf)).chain(vfs).collect()
    }

    /// The instance of a device on a bus.
    pub(crate) fn instance(&self, bus: &str, device: &str) -> Option<Instance> {
        let address = (bus == "pci").then(|| device.parse::<PciAddress>().ok()).flatten()?;
        self.instances().into_iter().find(|instance| self.address_of(*instance) == Some(address))
    }

    /// The instance that a link's port belongs to, if the driver gives such links ports.
    pub(super) fn instance_of_port(&self, role: Role) -> Option<Instance> {
        let facts = self.profile.driver.facts();
        match role {
            Role::Uplink { pf } => Some(Instance::Pf(pf)),
            Role::Representor { pf, .. } => facts.representor_ports.then_some(Instance::Pf(pf)),
            Role::Vf { pf, vf } => {
                (facts.vf_devlink == VfDevlink::VirtualPort).then_some(Instance::Vf { pf, vf })
            }
            Role::Loopback => None,
        }
    }

    /// The device of an instance.
    pub(crate) fn address_of(&self, instance: Instance) -> Option<PciAddress> {
        match instance {
            Instance::Pf(pf) => self.pfs.get(pf).map(|pf| pf.address),
            Instance::Vf { pf, vf } => self.pfs.get(pf)?.vfs.get(vf).map(|vf| vf.address),
        }
    }

    /// The driver of an instance.
    pub(crate) fn driver_of(&self, instance: Instance) -> &'static str {
        let facts = self.profile.driver.facts();
        match instance {
            Instance::Pf(_) => facts.name,
            Instance::Vf { .. } => facts.vf_name,
        }
    }

    /// The place of a device's instance among all, which is its number (`DEVLINK_ATTR_INDEX`).
    pub(crate) fn instance_index(&self, device: &str) -> Option<u32> {
        let wanted = self.instance("pci", device)?;
        self.instances().iter().position(|instance| *instance == wanted).map(|at| at as u32)
    }

    /// The ports of an instance, in the order of their numbers.
    pub(crate) fn devlink_ports(&self, instance: Instance) -> Vec<DevlinkPort> {
        let mut ports = self.unordered_ports(instance);
        ports.sort_unstable_by_key(|port| port.index);
        ports
    }

    fn unordered_ports(&self, instance: Instance) -> Vec<DevlinkPort> {
        let facts = self.profile.driver.facts();
        match instance {
            Instance::Pf(pf) => {
                let Some(state) = self.pfs.get(pf) else { return Vec::new() };
                let uplink = self.devlink_port(pf, state, Role::Uplink { pf });
                let vfs = match facts.representor_ports {
                    true => state.vfs.len(),
                    false => 0,
                };
                let representors = (0..vfs).map(|vf| Role::Representor { pf, vf });
                let there = |role: &Role| self.netdevs.values().any(|dev| dev.role == *role);
                std::iter::once(uplink)
                    .chain(representors.filter(there).map(|role| self.devlink_port(pf, state, role)))
                    .collect()
            }
            Instance::Vf { pf, vf } if facts.vf_devlink == VfDevlink::VirtualPort => {
                let Some(state) = self.pfs.get(pf) else { return Vec::new() };
                vec![self.devlink_port(pf, state, Role::Vf { pf, vf })]
            }
            Instance::Vf { .. } => Vec::new(),
        }
    }

    /// The number of a link's port on its instance.
    pub(super) fn port_index(&self, role: Role) -> u32 {
        let driver = self.profile.driver;
        match role {
            Role::Uplink { pf } => driver.port_index(pf, None),
            Role::Representor { pf, vf } => driver.port_index(pf, Some(vf)),
            Role::Vf { .. } | Role::Loopback => 0,
        }
    }

    /// The port of one link.
    pub(super) fn devlink_port(&self, pf: usize, state: &Pf, role: Role) -> DevlinkPort {
        let netdev = self.netdevs.values().find(|dev| dev.role == role);
        let port = DevlinkPort {
            device: state.address,
            index: self.port_index(role),
            flavour: PortFlavour::Physical,
            netdev: netdev.map(|dev| dev.ifindex),
            netdev_name: netdev.map(|dev| dev.name.clone()),
            number: None,
            function: None,
            splittable: false,
            lanes: None,
            hw_addr: None,
        };
        match role {
            Role::Representor { vf, .. } => DevlinkPort {
                flavour: PortFlavour::PciVf,
                function: Some((pf as u16, vf as u16)),
                hw_addr: state.vfs.get(vf).map(|vf| vf.mac),
                ..port
            },
            Role::Vf { vf, .. } => DevlinkPort {
                device: state.vfs.get(vf).map_or(state.address, |vf| vf.address),
                flavour: PortFlavour::Virtual,
                ..port
            },
            Role::Uplink { .. } | Role::Loopback => DevlinkPort {
                number: Some(pf as u32),
                splittable: self.profile.splittable && pf == 0,
                lanes: self.profile.lanes.filter(|_| pf == 0),
                ..port
            },
        }
    }

    fn vf_has_devlink(&self, pf: &Pf, vf: usize) -> bool {
        let facts = self.profile.driver.facts();
        let driver = pf.vfs.get(vf).and_then(|vf| vf.driver.as_deref());
        facts.vf_devlink != VfDevlink::None && driver == Some(facts.vf_name)
    }

    /// The serial numbers that an instance tells: the device's and the board's.
    pub(crate) fn serials(&self, instance: Instance) -> (Option<String>, Option<String>) {
        let mut dsn = [0; 8];
        dsn.iter_mut().zip(self.switch_id().as_bytes()).for_each(|(to, from)| *to = *from);
        match instance {
            Instance::Pf(_) => self.profile.driver.serials(dsn),
            Instance::Vf { .. } => (None, None),
        }
    }
}

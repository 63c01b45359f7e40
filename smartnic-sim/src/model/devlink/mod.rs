mod buffer;
mod flash;
mod function;
mod linecard;
mod netns;
mod pipeline;
mod port_type;
mod rate;
mod reload;
mod resource;
mod selftest;
mod sf;

pub(crate) use rate::{RateEvent, RateKey, RateObject, RateOrder};

use smartnic_core::device::{PortFlavour, PortType};
use smartnic_core::types::{DevlinkHandle, IfIndex, PciAddress};
use smartnic_netlink::uapi::devlink::DEVLINK_INDEX_BUS_NAME;

use super::link::{chip_pf, chip_vf};
use super::{Machine, Pf, Role};
use crate::driver::VfDevlink;

pub(crate) use function::PortFunctionTold;

/// A devlink instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instance {
    /// That of a physical function.
    Pf(usize),
    /// That of a VF which is bound to the driver.
    Vf { pf: usize, vf: usize },
    /// That of a sub-function which is active, by its number.
    Sf { pf: usize, sf: u32 },
}

/// A devlink port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DevlinkPort {
    pub(crate) device: DevlinkHandle,
    pub(crate) index: u32,
    pub(crate) flavour: PortFlavour,
    /// What it carries, and what it was told to.
    pub(crate) kind: PortType,
    pub(crate) told: Option<PortType>,
    /// The RDMA device on a port that carries InfiniBand.
    pub(crate) ibdev: Option<String>,
    /// The link on it, and that link's name.
    pub(crate) netdev: Option<IfIndex>,
    pub(crate) netdev_name: Option<String>,
    /// The number of a physical port.
    pub(crate) number: Option<u32>,
    /// The physical and virtual function of a VF's port.
    pub(crate) vf: Option<(u16, u16)>,
    /// The physical function of another host that a port is of, or that its VF belongs to.
    pub(crate) host_pf: Option<u16>,
    /// The place of the function behind it among those that are elsewhere ([`Pf::host`]).
    pub(crate) elsewhere: Option<usize>,
    /// The physical function and the number of a sub-function's port.
    pub(crate) sf: Option<(u16, u32)>,
    pub(crate) splittable: bool,
    pub(crate) lanes: Option<u32>,
    /// What is told of the function behind it.
    pub(crate) function: Option<PortFunctionTold>,
}

/// What stands for a flavour that is not told.
pub(crate) const UNTOLD: PortFlavour = PortFlavour::Unknown(u16::MAX);
/// The number of the other host as a controller: the local one is 0.
pub(crate) const HOST_CONTROLLER: u32 = 1;
/// The vport of the first VF of a card's own processor, from which one is taken (`ec_vf_vport_base`). Ours.
const FIRST_OWN_VF: usize = 0x400;

impl Machine {
    /// The devlink instances in the namespace that is looked at.
    pub(crate) fn instances(&self) -> Vec<Instance> {
        let mut all = self.all_instances();
        all.retain(|instance| self.netns_of(*instance) == self.netns());
        all
    }

    /// The devlink instance of a number, if it is in that namespace.
    pub(crate) fn instance_at(&self, index: usize) -> Option<Instance> {
        let found = self.all_instances().get(index).copied()?;
        (self.netns_of(found) == self.netns()).then_some(found)
    }

    /// The devlink instances of all namespaces: the physical functions, then the VFs, then the sub-functions.
    pub(crate) fn all_instances(&self) -> Vec<Instance> {
        let told = self.profile.driver.facts().devlink;
        let bound = || self.pfs.iter().enumerate().filter(move |(_, pf)| told && pf.bound);
        let vfs = bound().flat_map(|(pf, state)| {
            let with = move |vf: &usize| self.vf_has_devlink(state, *vf);
            (0..state.vfs.len()).filter(with).map(move |vf| Instance::Vf { pf, vf })
        });
        let sfs = bound().flat_map(|(pf, state)| {
            let active = state.sfs.iter().filter(|sf| sf.device.is_some());
            active.map(move |sf| Instance::Sf { pf, sf: sf.number })
        });
        bound().map(|(pf, _)| Instance::Pf(pf)).chain(vfs).chain(sfs).collect()
    }

    /// The instance of a device on a bus.
    pub(crate) fn instance(&self, bus: &str, device: &str) -> Option<Instance> {
        if bus == DEVLINK_INDEX_BUS_NAME {
            return self.instance_at(device.parse().ok()?);
        }
        // PCI addresses can be written in several ways.
        let address = (bus == "pci").then(|| device.parse::<PciAddress>().ok()).flatten();
        let wanted = address.map_or_else(|| DevlinkHandle::new(bus, device), DevlinkHandle::from);
        self.instances().into_iter().find(|instance| self.handle_of(*instance).as_ref() == Some(&wanted))
    }

    /// The instance that a link's port belongs to, if the driver gives such links ports.
    pub(super) fn instance_of_port(&self, role: Role) -> Option<Instance> {
        let facts = self.profile.driver.facts();
        match role {
            Role::Uplink { pf } | Role::Port { pf, .. } => facts.uplink_port.then_some(Instance::Pf(pf)),
            Role::Representor { pf, .. } | Role::HostRepresentor { pf, .. } => {
                facts.representor_ports.then_some(Instance::Pf(pf))
            }
            Role::SfRepresentor { pf, .. } => Some(Instance::Pf(pf)),
            Role::Sf { pf, sf } => Some(Instance::Sf { pf, sf }),
            Role::Vf { pf, vf } => {
                (facts.vf_devlink == VfDevlink::VirtualPort).then_some(Instance::Vf { pf, vf })
            }
            Role::Loopback | Role::Bridge | Role::Bond | Role::Tunnel => None,
        }
    }

    /// The handle of an instance.
    pub(crate) fn handle_of(&self, instance: Instance) -> Option<DevlinkHandle> {
        match instance {
            Instance::Pf(pf) => self.pfs.get(pf).map(|pf| pf.address.into()),
            Instance::Vf { pf, vf } => self.pfs.get(pf)?.vfs.get(vf).map(|vf| vf.address.into()),
            Instance::Sf { pf, sf } => Some(DevlinkHandle::new("auxiliary", self.sf_device(pf, sf)?)),
        }
    }

    /// The driver of an instance.
    pub(crate) fn driver_of(&self, instance: Instance) -> &'static str {
        let facts = self.profile.driver.facts();
        match instance {
            Instance::Pf(_) => facts.name,
            Instance::Vf { .. } => facts.vf_name,
            Instance::Sf { .. } => {
                self.profile.driver.device().sub_functions.as_ref().map_or(facts.name, |sfs| sfs.driver)
            }
        }
    }

    /// The place of a device's instance among all, which is its number (`DEVLINK_ATTR_INDEX`).
    pub(crate) fn instance_index(&self, device: &DevlinkHandle) -> Option<u32> {
        let at = self.all_instances().iter().position(|one| self.handle_of(*one).as_ref() == Some(device));
        at.map(|at| at as u32)
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
                let ports = self.port_roles(pf).into_iter().filter(|_| facts.uplink_port);
                let vfs = match facts.representor_ports {
                    true => state.vfs.len(),
                    false => 0,
                };
                let representors = (0..vfs).map(|vf| Role::Representor { pf, vf });
                let there = |role: &Role| self.netns_with(*role).is_some();
                let host =
                    (0..state.host.len()).map(|at| Role::HostRepresentor { pf, vf: at.checked_sub(1) });
                let sfs = state.sfs.iter().map(|sf| Role::SfRepresentor { pf, sf: sf.number });
                // The port of a switch towards its processor.
                let cpu = self.profile.driver.switch().map(|_| self.cpu_port(state));
                cpu.into_iter()
                    .chain(
                        ports
                            .chain(host.chain(representors).filter(there))
                            .chain(sfs)
                            .map(|role| self.devlink_port(pf, state, role)),
                    )
                    .collect()
            }
            Instance::Vf { pf, vf } if facts.vf_devlink == VfDevlink::VirtualPort => {
                let Some(state) = self.pfs.get(pf) else { return Vec::new() };
                vec![self.devlink_port(pf, state, Role::Vf { pf, vf })]
            }
            Instance::Vf { .. } => Vec::new(),
            Instance::Sf { pf, sf } => {
                let Some(state) = self.pfs.get(pf) else { return Vec::new() };
                vec![self.devlink_port(pf, state, Role::Sf { pf, sf })]
            }
        }
    }

    /// The number of a link's port on its instance.
    pub(super) fn port_index(&self, role: Role) -> u32 {
        let driver = self.profile.driver;
        match role {
            Role::Uplink { pf } => driver.port_index(pf, None),
            Role::Port { pf, port } => driver.port_index(pf, None) + port as u32,
            // VFs of the card's own processor come after those of the host.
            Role::Representor { pf, vf } if self.profile.host_vfs.is_some() => {
                driver.port_index(pf, Some(vf + FIRST_OWN_VF))
            }
            Role::Representor { pf, vf } => driver.port_index(pf, Some(vf)),
            Role::HostRepresentor { pf, vf } => driver.host_port_index(pf, vf),
            Role::SfRepresentor { pf, sf } => {
                driver.sf_port_index(pf, self.sf(pf, sf).map(|sf| sf.slot).unwrap_or_default())
            }
            Role::Vf { .. } | Role::Sf { .. } | Role::Loopback | Role::Bridge | Role::Bond | Role::Tunnel => {
                0
            }
        }
    }

    /// The port of one link.
    pub(super) fn devlink_port(&self, pf: usize, state: &Pf, role: Role) -> DevlinkPort {
        let link = self.netdevs.values().find(|dev| dev.role == role);
        // A link of IP over InfiniBand is not the port's.
        let netdev = link.filter(|dev| !dev.infiniband);
        let infiniband = link.filter(|dev| dev.infiniband);
        let port = DevlinkPort {
            device: state.address.into(),
            index: self.port_index(role),
            flavour: PortFlavour::Physical,
            kind: match (netdev, infiniband) {
                (Some(_), _) => PortType::Eth,
                (None, Some(_)) => PortType::Ib,
                // The link's going to another namespace leaves the type (`devlink_port_netdevice_event`).
                (None, None) if self.netns_with(role).is_some() => match self.carries_infiniband(role) {
                    true => PortType::Ib,
                    false => PortType::Eth,
                },
                (None, None) => PortType::NotSet,
            },
            told: None,
            ibdev: infiniband.and_then(|dev| self.rdma_over(dev.ifindex)),
            netdev: netdev.map(|dev| dev.ifindex),
            netdev_name: netdev.map(|dev| dev.name.clone()),
            number: None,
            vf: None,
            host_pf: None,
            elsewhere: None,
            sf: None,
            splittable: false,
            lanes: None,
            function: None,
        };
        match role {
            Role::Representor { vf, .. } => DevlinkPort {
                flavour: PortFlavour::PciVf,
                vf: Some((pf as u16, vf as u16)),
                function: state.vfs.get(vf).map(|vf| self.vf_told(vf)),
                ..port
            },
            Role::HostRepresentor { vf, .. } if self.profile.driver.facts().representors_only => {
                DevlinkPort {
                    flavour: if vf.is_some() { PortFlavour::PciVf } else { PortFlavour::Physical },
                    elsewhere: Some(vf.map_or(0, |vf| vf + 1)),
                    number: vf.is_none().then_some(chip_pf(pf) as u32),
                    vf: vf.map(|vf| (chip_pf(pf) as u16, chip_vf(vf) as u16)),
                    function: self.host_told(state, vf),
                    ..port
                }
            }
            Role::HostRepresentor { vf, .. } => DevlinkPort {
                flavour: if vf.is_some() { PortFlavour::PciVf } else { PortFlavour::PciPf },
                host_pf: Some(pf as u16),
                elsewhere: Some(vf.map_or(0, |vf| vf + 1)),
                vf: vf.map(|vf| (pf as u16, vf as u16)),
                function: self.host_told(state, vf),
                ..port
            },
            Role::SfRepresentor { sf, .. } => DevlinkPort {
                flavour: PortFlavour::PciSf,
                sf: Some((pf as u16, sf)),
                function: self.sf(pf, sf).and_then(|sf| self.sf_told(pf, sf)),
                ..port
            },
            Role::Vf { vf, .. } => DevlinkPort {
                device: state.vfs.get(vf).map_or(state.address, |vf| vf.address).into(),
                flavour: PortFlavour::Virtual,
                ..port
            },
            Role::Sf { sf, .. } => DevlinkPort {
                device: self.handle_of(Instance::Sf { pf, sf }).unwrap_or_else(|| state.address.into()),
                flavour: PortFlavour::Virtual,
                ..port
            },
            Role::Uplink { .. } | Role::Port { .. } if self.profile.driver.facts().bare_ports => {
                let told = role.port().and_then(|at| state.carries_at(at).told);
                DevlinkPort { flavour: UNTOLD, told, ..port }
            }
            Role::Uplink { .. }
            | Role::Port { .. }
            | Role::Loopback
            | Role::Bridge
            | Role::Bond
            | Role::Tunnel => DevlinkPort {
                number: Some(pf as u32),
                splittable: self.profile.splittable && pf == 0,
                lanes: self.profile.lanes.filter(|_| pf == 0),
                ..port
            },
        }
    }

    fn cpu_port(&self, state: &Pf) -> DevlinkPort {
        DevlinkPort {
            device: state.address.into(),
            index: 0,
            flavour: PortFlavour::Cpu,
            kind: PortType::NotSet,
            told: None,
            ibdev: None,
            netdev: None,
            netdev_name: None,
            number: Some(0),
            vf: None,
            host_pf: None,
            elsewhere: None,
            sf: None,
            splittable: false,
            lanes: None,
            function: None,
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
            Instance::Vf { .. } | Instance::Sf { .. } => (None, None),
        }
    }
}

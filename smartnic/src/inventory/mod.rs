//! What is on a host: NICs with their ports, links, functions and representors, joined.

mod build;
mod elsewhere;
mod graph;
mod rdma;
mod seat;
mod watch;

use std::sync::Arc;

use smartnic_core::adapter::{Feature, VendorAdapter};
use smartnic_core::device::{
    DeviceInfo, DevlinkDevice, Eswitch, EswitchMode, FunctionRole, Link, Port, PortFlavour, PortName, Sriov,
};
use smartnic_core::flow::Netdev;
use smartnic_core::types::{DevlinkHandle, IfIndex, PortHandle};

use crate::{ErrorKind, Host, Result};

pub use graph::{Capabilities, Edge, EdgeKind, Facts, Graph, Node, NodeId};
pub use seat::Seat;
pub use watch::{Change, Watch, changes};

/// Kinds of links that put packets into others.
const TUNNELS: [&str; 5] = ["vxlan", "geneve", "gretap", "ip6gretap", "bareudp"];

/// Everything that was found on a host.
#[derive(Debug, Clone)]
pub struct Inventory {
    /// The NICs, in devlink's order.
    pub nics: Vec<Nic>,
    /// The links that belong to no NIC: loopback, bridges, dummies.
    pub other_links: Vec<Link>,
    /// The kernel's release; empty if it is not told.
    pub kernel: String,
}

/// One devlink device, or physical function without devlink, with what belongs to it.
#[derive(Debug, Clone)]
pub struct Nic {
    /// The devlink device.
    pub device: DevlinkDevice,
    /// False if its driver has no devlink instance (igb); the handle is that of its function then.
    pub has_devlink: bool,
    /// Who it is; empty fields where the driver does not tell.
    pub info: DeviceInfo,
    /// The adapter that speaks for it.
    pub adapter: Arc<dyn VendorAdapter>,
    /// Its eswitch, if it has one and the caller may see it.
    pub eswitch: Option<Eswitch>,
    /// Its ports.
    pub ports: Vec<Port>,
    /// Its links: the uplink or PF, and the representors.
    pub links: Vec<Link>,
    /// Those of its links that lie in other network namespaces, as far as they are found there: they are to be seen only,
    /// and their numbers mean other links here.
    pub elsewhere: Vec<Link>,
    /// Its SR-IOV state, if it has VFs to give.
    pub sriov: Option<Sriov>,
}

/// The end of the switch that stands for a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representor {
    /// Its name on the switch.
    pub name: PortName,
    /// The link.
    pub link: Link,
    /// Its devlink port, where the driver has one for it (bnxt has none).
    pub port: Option<Port>,
    /// The device of the VF behind it; none for other functions and for VFs of other hosts.
    pub function: Option<DevlinkHandle>,
}

impl Nic {
    /// The devlink handle.
    #[must_use]
    pub fn handle(&self) -> &DevlinkHandle {
        &self.device.handle
    }

    /// The kernel driver.
    #[must_use]
    pub fn driver(&self) -> &str {
        &self.info.driver
    }

    /// The eswitch mode, if the device has one.
    #[must_use]
    pub fn mode(&self) -> Option<EswitchMode> {
        self.eswitch.and_then(|eswitch| eswitch.mode)
    }

    /// The link of the physical port: the uplink in switchdev mode, the PF otherwise.
    #[must_use]
    pub fn uplink(&self) -> Option<&Link> {
        self.uplink_of(&self.links)
    }

    /// The same link if it lies in another network namespace.
    #[must_use]
    pub fn uplink_elsewhere(&self) -> Option<&Link> {
        self.uplink_of(&self.elsewhere)
    }

    fn uplink_of<'a>(&self, links: &'a [Link]) -> Option<&'a Link> {
        let physical = self.ports.iter().find(|port| port.flavour == PortFlavour::Physical);
        let by_port = physical
            .and_then(|port| links.iter().find(|link| link.devlink_port.as_ref() == Some(&port.handle)));
        by_port.or_else(|| links.iter().find(|link| self.representor_name(link).is_none()))
    }

    /// The link on one of its ports: one that is here, or else one in another network namespace.
    #[must_use]
    pub fn link_on(&self, port: &PortHandle) -> Option<&Link> {
        let mut links = self.links.iter().chain(&self.elsewhere);
        links.find(|link| link.devlink_port.as_ref() == Some(port))
    }

    /// The representors, in the order of their names on the switch.
    #[must_use]
    pub fn representors(&self) -> Vec<Representor> {
        self.representors_of(&self.links)
    }

    /// The representors that lie in other network namespaces, in the same order.
    #[must_use]
    pub fn representors_elsewhere(&self) -> Vec<Representor> {
        self.representors_of(&self.elsewhere)
    }

    fn representors_of(&self, links: &[Link]) -> Vec<Representor> {
        let mut found: Vec<Representor> = links
            .iter()
            .filter_map(|link| {
                let name = self.representor_name(link)?;
                let port = self.ports.iter().find(|port| Some(&port.handle) == link.devlink_port.as_ref());
                let function = self.function_behind(name);
                Some(Representor { name, link: link.clone(), port: port.cloned(), function })
            })
            .collect();
        found.sort_by_key(|representor| representor.name);
        found
    }

    /// The device of the VF that a representor stands for. The VFs under this PF are known here; those of another
    /// controller belong to another host.
    fn function_behind(&self, name: PortName) -> Option<DevlinkHandle> {
        let PortName::Vf { controller: None | Some(0), vf, .. } = name else { return None };
        let mut functions = self.sriov.iter().flat_map(|sriov| &sriov.functions);
        functions.find(|function| function.vf == vf).map(|function| function.device.clone())
    }

    /// How many representors of VFs have a link; those of another host's VFs do not count.
    #[must_use]
    pub fn vf_representors(&self) -> usize {
        self.representors()
            .iter()
            .filter(|representor| matches!(representor.name, PortName::Vf { .. }))
            .filter(|representor| representor.name.controller() == 0)
            .count()
    }

    /// The name on the switch of a link that stands for a function: what its devlink port says counts first, since
    /// the driver's own name may be of an older form; `None` for the uplink and for links without a port.
    fn representor_name(&self, link: &Link) -> Option<PortName> {
        let port = self.ports.iter().find(|port| Some(&port.handle) == link.devlink_port.as_ref());
        match port.filter(|port| port.is_representor()) {
            Some(port) => port.name(),
            None => link.port().filter(PortName::is_representor),
        }
    }
}

impl Inventory {
    /// The NIC that a link belongs to.
    #[must_use]
    pub fn nic_of(&self, link: IfIndex) -> Option<&Nic> {
        self.nics.iter().find(|nic| nic.links.iter().any(|own| own.ifindex == link))
    }

    /// The NIC whose driver is asked about rules on a tunnel device, which is no NIC's: of several, the first in switchdev
    /// mode.
    #[must_use]
    pub fn asked_about(&self, link: IfIndex) -> Option<&Nic> {
        let device = self.other_links.iter().find(|other| other.ifindex == link)?;
        device.kind.as_deref().filter(|kind| TUNNELS.contains(kind))?;
        let asked = |nic: &&Nic| nic.adapter.facts().support(Feature::OtherDevices).is_there();
        let ready = |nic: &&Nic| nic.mode().is_some_and(|mode| mode != EswitchMode::Legacy);
        let nics = || self.nics.iter().filter(asked);
        nics().find(ready).or_else(|| nics().next())
    }

    /// The links on the same switch as a NIC's own: where rules can send packets without leaving the hardware.
    ///
    /// Both functions of a dual-port card may share a switch, so links of other devices are among them.
    #[must_use]
    pub fn switch_members(&self, nic: &Nic) -> Vec<Netdev> {
        let own: Vec<_> = nic.links.iter().filter_map(|link| link.switch_id.as_ref()).collect();
        let links = self.nics.iter().flat_map(|nic| &nic.links);
        let shares = links.filter(|link| link.switch_id.as_ref().is_some_and(|id| own.contains(&id)));
        shares.map(|link| link.ifindex.into()).collect()
    }

    /// Those of them that are uplinks.
    #[must_use]
    pub fn uplinks(&self, nic: &Nic) -> Vec<Netdev> {
        let members = self.switch_members(nic);
        let uplinks = self.nics.iter().filter_map(|nic| nic.uplink()).map(|link| link.ifindex.into());
        uplinks.filter(|uplink| members.contains(uplink)).collect()
    }
}

pub(crate) fn read(host: &Host) -> Result<Inventory> {
    // What may not be seen is absent.
    read_with(host, host.switchdev().links_elsewhere().map(|found| found.links).unwrap_or_default())
}

/// As [`read`], without what is in other network namespaces: to look there costs a thread and a socket for each.
pub(crate) fn read_here(host: &Host) -> Result<Inventory> {
    read_with(host, Vec::new())
}

fn read_with(host: &Host, elsewhere: Vec<Link>) -> Result<Inventory> {
    let links = host.switchdev().links()?;
    let all = (&links[..], &elsewhere[..]);
    let mut nics = Vec::new();
    let (devices, told) = match host.devlink().devices() {
        // A kernel without devlink has NICs all the same.
        Err(error) if error.kind() == ErrorKind::Unsupported => (Vec::new(), false),
        result => (result?, true),
    };
    for device in devices {
        let sriov = absent_is_none(host.switchdev().sriov(&device.handle))?;
        nics.push(read_nic(host, device, true, sriov, all)?);
    }
    // Drivers without devlink (igb, and all of them in a copy of a device tree): their physical functions.
    let tree = host.hardware().and_then(|hardware| hardware.tree()).unwrap_or_default();
    for function in tree.functions {
        let known = nics.iter().any(|nic: &Nic| *nic.handle() == function.handle);
        if known || function.role != FunctionRole::Physical || function.driver.is_none() {
            continue;
        }
        let device = DevlinkDevice::new(function.handle);
        let mut nic = read_nic(host, device, false, function.sriov, all)?;
        nic.info.driver = function.driver.unwrap_or_default();
        nic.adapter = host.adapter(&nic.info.driver, &nic.device.handle.bus);
        // One whose driver has an eswitch mode, or whose links are not here, is in another namespace or about to go.
        let has_mode = nic.adapter.facts().support(Feature::EswitchMode).is_there();
        if !told || !(has_mode || nic.links.is_empty()) {
            nics.push(nic);
        }
    }
    let owned =
        |link: &Link| nics.iter().any(|nic: &Nic| nic.links.iter().any(|own| own.ifindex == link.ifindex));
    let other_links = links.iter().filter(|link| !owned(link)).cloned().collect();
    Ok(Inventory { nics, other_links, kernel: host.backend().kernel_release().unwrap_or_default() })
}

fn read_nic(
    host: &Host,
    device: DevlinkDevice,
    has_devlink: bool,
    sriov: Option<Sriov>,
    (links, elsewhere): (&[Link], &[Link]),
) -> Result<Nic> {
    let handle = &device.handle;
    let info = absent_is_none(host.devlink().info(handle))?.unwrap_or_default();
    let eswitch = match host.devlink().eswitch(handle) {
        // Everyone may see what is there, but the kernel shows the eswitch to CAP_NET_ADMIN only.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => None,
        result => absent_is_none(result)?,
    };
    let ports = absent_is_none(host.devlink().ports(Some(handle)))?.unwrap_or_default();
    let adapter = host.adapter(&info.driver, &handle.bus);
    let on_it = |links: &[Link]| -> Vec<Link> {
        links.iter().filter(|link| stands_on(link, handle)).cloned().collect()
    };
    let (mut own, elsewhere) = (on_it(links), on_it(elsewhere));
    // Representors of drivers without devlink ports for them (bnxt) are known by the switch they share.
    let switches: Vec<_> = own.iter().filter_map(|link| link.switch_id.clone()).collect();
    let shares = |link: &&Link| {
        let other_device = link.devlink_port.is_some() || link.parent_device.is_some();
        !other_device && link.switch_id.as_ref().is_some_and(|id| switches.contains(id))
    };
    own.extend(links.iter().filter(shares).cloned());
    Ok(Nic { device, has_devlink, info, adapter, eswitch, ports, links: own, elsewhere, sriov })
}

fn stands_on(link: &Link, handle: &DevlinkHandle) -> bool {
    match &link.devlink_port {
        Some(port) => port.device == *handle,
        None => {
            link.parent_bus.as_deref() == Some(&*handle.bus)
                && link.parent_device.as_deref() == Some(&*handle.device)
        }
    }
}

/// What a driver does not have is no failure of reading the inventory.
fn absent_is_none<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

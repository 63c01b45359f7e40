//! What nldev tells of RDMA devices, joined with what files tell: devices that only one of them knows, the netdev under each
//! port, and sub-devices.

use std::collections::BTreeSet;

use smartnic_core::backend::Rdma;
use smartnic_core::device::{Link, RdmaDevice, RdmaPort};
use smartnic_core::rdma::{Device, NodeType, Port};
use smartnic_core::types::{DevlinkHandle, Guid, IfIndex};

use super::build::parent_of;
use crate::{Error, Result};

/// The drivers that stand on a link and on no function (`RDMA_DRIVER_RXE`, `RDMA_DRIVER_SIW`).
const SOFTWARE: [u32; 2] = [14, 18];

/// A device as nldev tells of it.
#[derive(Debug)]
pub(super) struct Told {
    device: Device,
    ports: Vec<Port>,
    /// The number of its driver, if it was to be had.
    driver: Option<u32>,
}

/// What nldev tells; only of devices that files do not know is the driver asked for.
pub(super) fn ask(rdma: &dyn Rdma, known: &[RdmaDevice], failed: &mut dyn FnMut(Error)) -> Result<Vec<Told>> {
    let mut all = Vec::new();
    for device in rdma.rdma_devices()? {
        // It may have gone meanwhile.
        let ports = rdma.rdma_ports(&device.name).map_err(&mut *failed).unwrap_or_default();
        let by_files = known.iter().any(|known| known.name == device.name);
        let driver = if by_files { None } else { rdma.rdma_driver(&device.name).ok().flatten() };
        all.push(Told { device, ports, driver });
    }
    Ok(all)
}

/// Files and nldev together, in the order of names, with the devices whose function follows from the netdevs of their ports.
pub(super) fn join(
    mut devices: Vec<RdmaDevice>,
    told: Vec<Told>,
    links: &[&Link],
) -> (Vec<RdmaDevice>, BTreeSet<String>) {
    let mut followed = BTreeSet::new();
    for told in told {
        let Told { device, ports, .. } = &told;
        match devices.iter_mut().find(|known| known.name == device.name) {
            Some(known) => {
                known.protocol.clone_from(&device.protocol);
                known.sub_device_of.clone_from(&device.parent);
                for port in ports {
                    match known.ports.iter_mut().find(|known| known.number == port.number) {
                        Some(known) => known.netdev_index = netdev_of(port),
                        None => known.ports.push(of_port(port)),
                    }
                }
            }
            None => {
                let made = made(&told, links);
                if made.function.is_some() {
                    followed.insert(made.name.clone());
                }
                devices.push(made);
            }
        }
    }
    devices.sort_by(|one, other| one.name.cmp(&other.name));
    (devices, followed)
}

/// A device that only nldev knows. It stands on the function that all netdevs of its ports stand on; one of which the driver is
/// not known may be one of software, so that nothing is said of it.
fn made(told: &Told, links: &[&Link]) -> RdmaDevice {
    let Told { device, ports, driver } = told;
    let is_software = driver.map(|driver| SOFTWARE.contains(&driver));
    let under = |port: &Port| links.iter().find(|link| Some(link.ifindex) == netdev_of(port));
    let on: BTreeSet<DevlinkHandle> =
        ports.iter().filter_map(under).filter_map(|link| parent_of(link)).collect();
    let function = if is_software == Some(false) && on.len() == 1 { on.into_iter().next() } else { None };
    let first = ports.first().filter(|_| is_software == Some(true));
    RdmaDevice {
        name: device.name.clone(),
        function,
        parent_netdev: first.and_then(|port| port.netdev.clone()),
        node_type: device.node_type.map(words),
        node_guid: device.node_guid.map(groups),
        system_guid: device.system_guid.map(groups),
        firmware: device.firmware.clone(),
        board: None,
        protocol: device.protocol.clone(),
        sub_device_of: device.parent.clone(),
        ports: ports.iter().map(of_port).collect(),
    }
}

fn of_port(port: &Port) -> RdmaPort {
    RdmaPort {
        number: port.number,
        state: port.state.map(|state| state.to_string()),
        link_layer: None,
        rate: None,
        netdevs: Vec::new(),
        netdev_index: netdev_of(port),
    }
}

fn netdev_of(port: &Port) -> Option<IfIndex> {
    port.netdev_index.map(IfIndex)
}

/// As files have it.
fn groups(guid: Guid) -> String {
    let [a, b, c, d] = [48, 32, 16, 0].map(|shift| guid.0 >> shift & 0xffff);
    format!("{a:04x}:{b:04x}:{c:04x}:{d:04x}")
}

/// As files have it.
fn words(kind: NodeType) -> String {
    match kind {
        NodeType::Ca => "CA".to_owned(),
        NodeType::Rnic => "RNIC".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(name: &str) -> Device {
        Device {
            index: 0,
            name: name.to_owned(),
            ports: 1,
            node_type: Some(NodeType::Ca),
            protocol: Some("roce".to_owned()),
            firmware: None,
            node_guid: None,
            system_guid: None,
            caps: None,
            adaptive_moderation: None,
            kind: None,
            parent: None,
            user_named: None,
            unknown: Vec::new(),
        }
    }

    fn port(number: u32, netdev: Option<u32>) -> Port {
        Port {
            device_index: 0,
            device: String::new(),
            number,
            caps: None,
            subnet_prefix: None,
            lid: None,
            sm_lid: None,
            lmc: None,
            state: None,
            phys_state: None,
            netdev: netdev.map(|index| format!("net{index}")),
            netdev_index: netdev,
            unknown: Vec::new(),
        }
    }

    fn link(index: u32, device: Option<&str>) -> Link {
        let mut link = Link::new(IfIndex(index), format!("net{index}"));
        link.parent_bus = device.map(|_| "pci".to_owned());
        link.parent_device = device.map(str::to_owned);
        link
    }

    fn told(name: &str, driver: Option<u32>, ports: Vec<Port>) -> Told {
        Told { device: device(name), ports, driver }
    }

    #[test]
    fn what_only_nldev_knows_stands_where_its_netdevs_stand() {
        let links = [link(3, Some("0000:03:00.0")), link(4, Some("0000:03:00.0")), link(5, None)];
        let links: Vec<&Link> = links.iter().collect();
        let all = vec![
            told("card", Some(1), vec![port(1, Some(3)), port(2, Some(4))]),
            told("soft", Some(14), vec![port(1, Some(3))]),
            told("unknown", None, vec![port(1, Some(3))]),
            told("bare", Some(1), vec![port(1, None)]),
        ];
        let (devices, followed) = join(Vec::new(), all, &links);
        let function = |name: &str| {
            let device = devices.iter().find(|device| device.name == name).unwrap();
            (device.function.as_ref().map(ToString::to_string), device.parent_netdev.clone())
        };
        assert_eq!(function("card"), (Some("pci/0000:03:00.0".to_owned()), None));
        assert_eq!(function("soft"), (None, Some("net3".to_owned())), "it stands on a link");
        assert_eq!(function("unknown"), (None, None), "nobody knows whether it is software");
        assert_eq!(function("bare"), (None, None));
        assert_eq!(followed, BTreeSet::from(["card".to_owned()]));
    }

    #[test]
    fn ports_on_several_functions_tell_of_none() {
        let links = [link(3, Some("0000:03:00.0")), link(4, Some("0000:04:00.0"))];
        let links: Vec<&Link> = links.iter().collect();
        let all = vec![told("wide", Some(1), vec![port(1, Some(3)), port(2, Some(4))])];
        assert_eq!(join(Vec::new(), all, &links).0[0].function, None);
    }

    #[test]
    fn what_files_know_is_kept_and_added_to() {
        let known =
            RdmaDevice { board: Some("MT_1".to_owned()), ..made(&told("a", None, vec![port(1, None)]), &[]) };
        let mut sub = told("a", None, vec![port(1, Some(7)), port(2, None)]);
        sub.device.parent = Some("b".to_owned());
        let (devices, followed) = join(vec![known], vec![sub], &[]);
        let [only] = &devices[..] else { panic!("{devices:?}") };
        assert_eq!(only.board.as_deref(), Some("MT_1"));
        assert_eq!(only.sub_device_of.as_deref(), Some("b"));
        assert_eq!(
            only.ports.iter().map(|port| port.netdev_index).collect::<Vec<_>>(),
            [Some(IfIndex(7)), None]
        );
        assert!(followed.is_empty());
    }
}

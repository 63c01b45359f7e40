use smartnic_core::Result;
use smartnic_core::backend::{Hardware, Switchdev};
use smartnic_core::device::{
    Function as Device, FunctionRole, Hardware as Tree, PciIdentity, RdmaDevice, RdmaPort,
};
use smartnic_core::types::{DevlinkHandle, VfId};

use super::SimHost;
use crate::model::{Function, Machine, RdmaKind};

/// The class of an Ethernet controller.
const ETHERNET: u32 = 0x02_0000;

impl Hardware for SimHost {
    fn tree(&self) -> Result<Tree> {
        let links = self.links()?;
        let mut functions = Vec::new();
        let count = self.machine.lock().pfs.len();
        for pf in 0..count {
            let Some(handle) = self.machine.lock().pfs.get(pf).map(|pf| DevlinkHandle::from(pf.address))
            else {
                continue;
            };
            let sriov = self.sriov(&handle)?;
            let machine = self.machine.lock();
            let profile = machine.profile;
            let identity = |device| PciIdentity {
                vendor: profile.pci_id.0,
                device,
                class: ETHERNET,
                ..Default::default()
            };
            functions.push(Device {
                driver: machine.bound_driver(Function::Pf(pf)).map(str::to_owned),
                pci: Some(identity(profile.pci_id.1)),
                sriov: Some(sriov),
                ..Device::new(handle.clone())
            });
            let vfs = machine.pfs.get(pf).map_or(&[][..], |pf| &pf.vfs);
            functions.extend(vfs.iter().enumerate().map(|(number, vf)| Device {
                role: FunctionRole::Virtual { of: handle.clone(), vf: Some(VfId(number as u32)) },
                driver: vf.driver.clone(),
                pci: Some(identity(profile.vf_device_id)),
                ..Device::new(vf.address.into())
            }));
        }
        functions.sort_by_key(|function| function.handle.pci());
        let rdma = rdma(&self.machine.lock());
        Ok(Tree { functions, links, rdma, ..Tree::default() })
    }
}

/// The RDMA devices, as files tell of them.
fn rdma(machine: &Machine) -> Vec<RdmaDevice> {
    let mut all: Vec<RdmaDevice> = machine
        .rdma
        .devices
        .iter()
        .filter_map(|device| {
            let netdev = machine.netdev(device.netdev).ok()?;
            let on_function = device.kind == RdmaKind::Function;
            let guid = machine.node_guid(device);
            let [a, b, c, d] = [48, 32, 16, 0].map(|shift| guid >> shift & 0xffff);
            let guid = Some(format!("{a:04x}:{b:04x}:{c:04x}:{d:04x}"));
            let port = RdmaPort {
                number: 1,
                state: Some(if netdev.up { "ACTIVE" } else { "DOWN" }.to_owned()),
                link_layer: Some("Ethernet".to_owned()),
                rate: Some("100 Gb/sec (4X EDR)".to_owned()),
                netdevs: vec![netdev.name.clone()],
                netdev_index: None,
            };
            Some(RdmaDevice {
                name: device.name.clone(),
                function: machine.rdma_parent(device).map(|parent| parent.handle()),
                parent_netdev: (!on_function).then(|| netdev.name.clone()),
                node_type: Some("CA".to_owned()),
                node_guid: guid.clone(),
                system_guid: guid,
                firmware: machine.rdma_spec(device).firmware.map(str::to_owned),
                board: None,
                protocol: None,
                sub_device_of: None,
                ports: vec![port],
            })
        })
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

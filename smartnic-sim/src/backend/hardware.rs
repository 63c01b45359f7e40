use smartnic_core::Result;
use smartnic_core::backend::{Hardware, Switchdev};
use smartnic_core::device::{Function as Device, FunctionRole, Hardware as Tree, PciIdentity};
use smartnic_core::types::{DevlinkHandle, VfId};

use super::SimHost;
use crate::model::Function;

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
        Ok(Tree { functions, links, ..Tree::default() })
    }
}

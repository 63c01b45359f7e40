//! vDPA: virtio devices on the functions of a NIC.

use serde::{Deserialize, Serialize};
use smartnic_core::types::Mac;
use smartnic_core::vdpa::MgmtHandle;

use super::Machine;
use crate::driver::VdpaRules;
use crate::errno::Errno;
use crate::note::Note;

/// The largest payload from the start.
const MTU: u16 = 1500;

/// A virtio device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct VirtioDevice {
    pub(crate) name: String,
    pub(crate) mgmt: MgmtHandle,
    pub(crate) mac: Mac,
    pub(crate) mtu: u16,
    /// Pairs of queues.
    pub(crate) pairs: u16,
    pub(crate) features: u64,
}

/// What a new virtio device is to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct VirtioOrder {
    pub(crate) name: String,
    pub(crate) mac: Option<Mac>,
    pub(crate) mtu: Option<u16>,
    pub(crate) pairs: Option<u16>,
    pub(crate) features: Option<u64>,
}

impl Machine {
    /// The devices that virtio devices can be made on: VFs and sub-functions with their driver, not the physical
    /// functions (`mlx5_vnet` of the auxiliary bus).
    pub(crate) fn virtio_parents(&self) -> Vec<(MgmtHandle, &'static VdpaRules)> {
        let Some(rules) = self.profile.driver.vdpa() else { return Vec::new() };
        let name = self.profile.driver.facts().vf_name;
        let mut handles = Vec::new();
        for (pf, state) in self.pfs.iter().enumerate() {
            let bound = state.vfs.iter().filter(|vf| vf.driver.as_deref() == Some(name));
            handles.extend(
                bound.map(|vf| MgmtHandle { bus: Some("pci".into()), device: vf.address.to_string() }),
            );
            let devices = state.sfs.iter().filter_map(|sf| self.sf_device(pf, sf.number));
            handles.extend(devices.map(|device| MgmtHandle { bus: Some("auxiliary".into()), device }));
        }
        handles.into_iter().map(|handle| (handle, rules)).collect()
    }

    /// The virtio devices; those whose parents went are gone with them.
    pub(crate) fn virtio_devices(&self) -> Vec<(&VirtioDevice, &'static VdpaRules)> {
        let parents = self.virtio_parents();
        let rules = |device: &VirtioDevice| {
            parents.iter().find(|(handle, _)| *handle == device.mgmt).map(|(_, rules)| *rules)
        };
        self.bridging.vdpa.iter().filter_map(|device| Some((device, rules(device)?))).collect()
    }

    /// Makes a virtio device (`vdpa_nl_cmd_dev_add_set_doit`, then the driver).
    pub(crate) fn add_virtio(
        &mut self,
        mgmt: &MgmtHandle,
        order: VirtioOrder,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let parents = self.virtio_parents();
        let Some((_, rules)) = parents.iter().find(|(handle, _)| handle == mgmt) else {
            note.say("vdpa: Fail to find the specified management device");
            return Err(Errno::ENODEV);
        };
        self.bridging.vdpa.retain(|device| parents.iter().any(|(handle, _)| *handle == device.mgmt));
        if self.bridging.vdpa.iter().any(|device| device.mgmt == *mgmt) {
            return Err(Errno::ENOSPC);
        }
        if self.bridging.vdpa.iter().any(|device| device.name == order.name) {
            return Err(Errno::EEXIST);
        }
        let most = (rules.max_vqs / 2) as u16;
        if order.pairs.is_some_and(|pairs| pairs == 0 || pairs > most)
            || order.features.is_some_and(|features| features & !rules.features != 0)
        {
            return Err(Errno::EINVAL);
        }
        self.bridging.vdpa.push(VirtioDevice {
            mac: order.mac.unwrap_or_default(),
            mtu: order.mtu.unwrap_or(MTU),
            pairs: order.pairs.unwrap_or(most),
            features: order.features.unwrap_or(rules.features),
            name: order.name,
            mgmt: mgmt.clone(),
        });
        Ok(())
    }

    /// Removes a virtio device.
    pub(crate) fn remove_virtio(&mut self, name: &str, note: &mut Note) -> Result<(), Errno> {
        let at = self.find_virtio(name, note)?;
        self.bridging.vdpa.remove(at);
        Ok(())
    }

    /// Gives a virtio device another address.
    pub(crate) fn set_virtio_mac(&mut self, name: &str, mac: Mac, note: &mut Note) -> Result<(), Errno> {
        let at = self.find_virtio(name, note)?;
        if let Some(device) = self.bridging.vdpa.get_mut(at) {
            device.mac = mac;
        }
        Ok(())
    }

    fn find_virtio(&self, name: &str, note: &mut Note) -> Result<usize, Errno> {
        let there = self.virtio_devices().iter().any(|(device, _)| device.name == name);
        let at = self.bridging.vdpa.iter().position(|device| device.name == name);
        at.filter(|_| there).ok_or_else(|| {
            note.say("vdpa: device not found");
            Errno::ENODEV
        })
    }
}

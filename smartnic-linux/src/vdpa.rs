//! vDPA: virtio devices carried by a NIC.

use smartnic_core::Result;
use smartnic_core::backend::Vdpa;
use smartnic_core::types::Mac;
use smartnic_core::vdpa::{MgmtDevice, NewVdpa, VdpaConfig, VdpaDevice, VdpaStats};
use smartnic_netlink::vdpa::{self, Ask, Call, FAMILY};

use crate::LinuxHost;

impl Vdpa for LinuxHost {
    fn management_devices(&self) -> Result<Vec<MgmtDevice>> {
        let op = "list vDPA management devices";
        let call = self.vdpa(op, "", Ask::MgmtDevices)?;
        self.generic.list(op, &"", &call, &|message| vdpa::decode_mgmt(message).map(Some))
    }

    fn vdpa_devices(&self) -> Result<Vec<VdpaDevice>> {
        let op = "list vDPA devices";
        let call = self.vdpa(op, "", Ask::Devices)?;
        self.generic.list(op, &"", &call, &|message| vdpa::decode_device(message).map(Some))
    }

    fn add_vdpa(&self, device: &NewVdpa) -> Result<()> {
        let op = "add a vDPA device";
        let call = self.vdpa(op, &device.name, Ask::Add(device))?;
        self.generic.change(op, &format_args!("{} on {}", device.name, device.mgmt), &call).map(drop)
    }

    fn remove_vdpa(&self, name: &str) -> Result<()> {
        let op = "remove a vDPA device";
        self.generic.change(op, &name, &self.vdpa(op, name, Ask::Remove(name))?).map(drop)
    }

    fn set_vdpa_mac(&self, name: &str, mac: Mac) -> Result<()> {
        let op = "set the address of a vDPA device";
        self.generic.change(op, &name, &self.vdpa(op, name, Ask::SetMac(name, mac))?).map(drop)
    }

    fn vdpa_configs(&self, name: Option<&str>) -> Result<Vec<VdpaConfig>> {
        let op = "read the settings of vDPA devices";
        match name {
            Some(name) => {
                let call = self.vdpa(op, name, Ask::Config(name))?;
                self.generic.fetch(op, &name, &call, &vdpa::decode_config).map(|config| vec![config])
            }
            None => {
                let call = self.vdpa(op, "", Ask::Configs)?;
                self.generic.list(op, &"", &call, &|message| vdpa::decode_config(message).map(Some))
            }
        }
    }

    fn vdpa_stats(&self, name: &str, queue: u32) -> Result<VdpaStats> {
        let op = "read the counters of a vDPA device";
        let call = self.vdpa(op, name, Ask::Stats(name, queue))?;
        self.generic.fetch(op, &format_args!("{name} queue {queue}"), &call, &vdpa::decode_stats)
    }
}

impl LinuxHost {
    fn vdpa<'a>(&self, op: &'static str, object: &str, ask: Ask<'a>) -> Result<Call<'a>> {
        let family = self.family(FAMILY, op, &object);
        Ok(Call { family: family.map_err(|error| error.hint("load it: modprobe vdpa"))?, ask })
    }
}

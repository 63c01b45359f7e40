//! devlink: devices as a whole, their ports, eswitch and parameters.

use smartnic_core::backend::Devlink;
use smartnic_core::device::{
    DeviceInfo, DevlinkDevice, Eswitch, EswitchChange, Param, ParamMode, ParamValue, Port,
};
use smartnic_core::types::{DevlinkHandle, PortHandle};
use smartnic_core::{Error, ErrorKind, Extack, Result};
use smartnic_netlink::devlink::{FAMILY, dev, eswitch, info, param, port};

use crate::LinuxHost;

impl Devlink for LinuxHost {
    fn devices(&self) -> Result<Vec<DevlinkDevice>> {
        let op = "list devlink devices";
        let family = self.family(FAMILY, op, &"")?;
        self.generic.list(op, &"", &dev::Dump { family }, &|message| dev::decode(message).map(Some))
    }

    fn info(&self, device: &DevlinkHandle) -> Result<DeviceInfo> {
        let op = "read device information";
        let family = self.family(FAMILY, op, device)?;
        let found = self.generic.fetch(op, device, &info::Get { family, device }, &info::decode);
        found.map(|(_, info)| info).map_err(about_device)
    }

    fn ports(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Port>> {
        let op = "list devlink ports";
        let object = device.map(DevlinkHandle::to_string).unwrap_or_default();
        let family = self.family(FAMILY, op, &object)?;
        // Older kernels answer for all devices, whichever was asked for.
        let ports = self.generic.list(op, &object, &port::Dump { family, device }, &|message| {
            let port = port::decode(message)?;
            Ok(device.is_none_or(|device| port.handle.device == *device).then_some(port))
        });
        ports.map_err(about_device)
    }

    fn port(&self, port: &PortHandle) -> Result<Port> {
        let op = "read a devlink port";
        let family = self.family(FAMILY, op, port)?;
        self.generic.fetch(op, port, &port::Get { family, port }, &port::decode).map_err(about_device)
    }

    fn eswitch(&self, device: &DevlinkHandle) -> Result<Eswitch> {
        let op = "read the eswitch mode";
        let family = self.family(FAMILY, op, device)?;
        let found = self.generic.fetch(op, device, &eswitch::Get { family, device }, &eswitch::decode);
        found.map_err(about_device)
    }

    fn set_eswitch(&self, device: &DevlinkHandle, change: &EswitchChange) -> Result<Option<Extack>> {
        let op = "change the eswitch";
        let family = self.family(FAMILY, op, device)?;
        let changed = self.generic.change(op, device, &eswitch::Set { family, device, change });
        changed.map_err(about_device)
    }

    fn params(&self, device: &DevlinkHandle) -> Result<Vec<Param>> {
        let op = "list devlink parameters";
        let family = self.family(FAMILY, op, device)?;
        let request = param::Dump { family, device: Some(device) };
        let params = self.generic.list(op, device, &request, &|message| {
            let (owner, param) = param::decode(message)?;
            Ok((owner == *device).then_some(param))
        });
        params.map_err(about_device)
    }

    fn param(&self, device: &DevlinkHandle, name: &str) -> Result<Param> {
        let op = "read a devlink parameter";
        let object = format_args!("{device} {name}");
        let family = self.family(FAMILY, op, &object)?;
        let request = param::Get { family, device, name };
        let found = self.generic.fetch(op, &object, &request, &param::decode);
        found.map(|(_, param)| param).map_err(|error| self.about_param(error, device, name))
    }

    fn set_param(
        &self,
        device: &DevlinkHandle,
        name: &str,
        mode: ParamMode,
        value: &ParamValue,
    ) -> Result<()> {
        let op = "set a devlink parameter";
        let object = format_args!("{device} {name}");
        let family = self.family(FAMILY, op, &object)?;
        let request = param::Set { family, device, name, mode, value };
        let set = self.generic.change(op, &object, &request);
        set.map(drop).map_err(|error| self.about_param(error, device, name))
    }
}

impl LinuxHost {
    /// Of a parameter that the driver does not have, the kernel says EINVAL and nothing more.
    fn about_param(&self, error: Error, device: &DevlinkHandle, name: &str) -> Error {
        let unknown = error.errno() == Some(libc::EINVAL)
            && self.params(device).is_ok_and(|params| params.iter().all(|param| param.name != name));
        if !unknown {
            return about_device(error);
        }
        error.of_kind(ErrorKind::NotFound).reason("the driver has no parameter of this name")
    }
}

/// Of a device or port that is not there, the kernel says ENODEV and nothing more.
fn about_device(error: Error) -> Error {
    let silent =
        error.extack().is_some_and(|extack| extack.errno == libc::ENODEV && extack.message.is_none());
    if silent { error.reason("there is no such devlink device or port") } else { error }
}

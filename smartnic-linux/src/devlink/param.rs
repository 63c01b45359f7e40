use smartnic_core::backend::DevlinkParams;
use smartnic_core::device::{Param, ParamMode, ParamValue};
use smartnic_core::types::{DevlinkHandle, PortHandle};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::devlink::{FAMILY, param};

use super::about_device;
use crate::LinuxHost;

impl DevlinkParams for LinuxHost {
    fn params(&self, device: &DevlinkHandle) -> Result<Vec<Param>> {
        let op = "list devlink parameters";
        let family = self.family(FAMILY, op, device)?;
        let request = param::Dump { family, device: Some(device) };
        let params = self.generic.list(op, device, &request, &|message| {
            let (owner, param) = param::decode(message)?;
            Ok(device.names(&owner).then_some(param))
        });
        params.map_err(about_device)
    }

    fn all_params(&self) -> Result<Vec<(DevlinkHandle, Param)>> {
        let op = "list devlink parameters";
        let family = self.family(FAMILY, op, &"")?;
        let request = param::Dump { family, device: None };
        self.generic.list(op, &"", &request, &|message| param::decode(message).map(Some))
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

    fn reset_param(&self, device: &DevlinkHandle, name: &str, mode: ParamMode) -> Result<()> {
        let op = "reset a devlink parameter";
        let object = format_args!("{device} {name}");
        // The kernel wants to hear the type even where there is no value.
        let kind = self.param(device, name)?.kind;
        let family = self.family(FAMILY, op, &object)?;
        let request = param::Reset { family, device, name, mode, kind };
        self.generic.change(op, &object, &request).map(drop).map_err(about_device)
    }

    fn port_params(&self) -> Result<Vec<(PortHandle, Param)>> {
        let op = "list parameters of ports";
        let family = self.family(FAMILY, op, &"")?;
        self.generic
            .list(op, &"", &param::PortDump { family }, &|message| param::decode_port(message).map(Some))
    }

    fn port_param(&self, port: &PortHandle, name: &str) -> Result<Param> {
        let op = "read a port's parameter";
        let object = format_args!("{port} {name}");
        let family = self.family(FAMILY, op, &object)?;
        let request = param::PortGet { family, port, name };
        let found = self.generic.fetch(op, &object, &request, &param::decode_port);
        found.map(|(_, param)| param).map_err(about_device)
    }

    fn set_port_param(
        &self,
        port: &PortHandle,
        name: &str,
        mode: ParamMode,
        value: &ParamValue,
    ) -> Result<()> {
        let op = "set a port's parameter";
        let object = format_args!("{port} {name}");
        let family = self.family(FAMILY, op, &object)?;
        let request = param::PortSet { family, port, name, mode, value };
        self.generic.change(op, &object, &request).map(drop).map_err(about_device)
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

use std::fmt::Display;

use smartnic_core::backend::DevlinkPorts;
use smartnic_core::device::{NewPort, Port, PortFunctionChange, PortType};
use smartnic_core::types::{DevlinkHandle, PortHandle};
use smartnic_core::{Error, Extack, Result};
use smartnic_netlink::codec::Request;
use smartnic_netlink::devlink::{FAMILY, port};

use super::about_device;
use crate::LinuxHost;

impl DevlinkPorts for LinuxHost {
    fn ports(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Port>> {
        let op = "list devlink ports";
        let object = device.map(DevlinkHandle::to_string).unwrap_or_default();
        let family = self.family(FAMILY, op, &object)?;
        // Older kernels answer for all devices, whichever was asked for.
        let ports = self.generic.list(op, &object, &port::Dump { family, device }, &|message| {
            let port = port::decode(message)?;
            Ok(device.is_none_or(|device| device.names(&port.handle.device)).then_some(port))
        });
        ports.map_err(about_device)
    }

    fn port(&self, port: &PortHandle) -> Result<Port> {
        let op = "read a devlink port";
        let family = self.family(FAMILY, op, port)?;
        self.generic.fetch(op, port, &port::Get { family, port }, &port::decode).map_err(about_device)
    }

    fn set_port_type(&self, port: &PortHandle, kind: PortType) -> Result<Option<Extack>> {
        let op = "set the type of a devlink port";
        self.change_port(op, port, &|family| Box::new(port::SetType { family, port, kind }))
    }

    fn set_port_function(&self, port: &PortHandle, change: &PortFunctionChange) -> Result<Option<Extack>> {
        let op = "change a port's function";
        self.change_port(op, port, &|family| Box::new(port::SetFunction { family, port, change }))
    }

    fn split_port(&self, port: &PortHandle, count: u32) -> Result<Option<Extack>> {
        let op = "split a devlink port";
        self.change_port(op, port, &|family| Box::new(port::Split { family, port, count }))
    }

    fn unsplit_port(&self, port: &PortHandle) -> Result<Option<Extack>> {
        let op = "join a split devlink port";
        self.change_port(op, port, &|family| Box::new(port::Unsplit { family, port }))
    }

    fn add_port(&self, port: &NewPort) -> Result<Port> {
        let op = "add a devlink port";
        let family = self.family(FAMILY, op, port)?;
        let made = self.generic.change_told(op, port, &port::New { family, port }, &port::decode);
        let (made, _) = made.map_err(about_device)?;
        made.ok_or_else(|| Error::protocol(op, "the kernel does not tell which port was added").on(port))
    }

    fn remove_port(&self, port: &PortHandle) -> Result<Option<Extack>> {
        let op = "remove a devlink port";
        self.change_port(op, port, &|family| Box::new(port::Del { family, port }))
    }
}

impl LinuxHost {
    fn change_port<'r>(
        &self,
        op: &'static str,
        port: &dyn Display,
        request: &dyn Fn(u16) -> Box<dyn Request + 'r>,
    ) -> Result<Option<Extack>> {
        let family = self.family(FAMILY, op, port)?;
        self.generic.change(op, port, &*request(family)).map_err(about_device)
    }
}

use std::fmt::Display;

use smartnic_core::backend::DevlinkBuffers;
use smartnic_core::device::{BufferPool, PortPool, PortTc, SharedBuffer, TcBinding, ThresholdKind};
use smartnic_core::types::{DevlinkHandle, PortHandle};
use smartnic_core::{Error, Result};
use smartnic_netlink::codec::Request;
use smartnic_netlink::devlink::{FAMILY, buffer};

use super::is_silent;
use crate::LinuxHost;

impl DevlinkBuffers for LinuxHost {
    fn buffers(&self, device: Option<&DevlinkHandle>) -> Result<Vec<SharedBuffer>> {
        let (op, object) = ("list shared buffers", words(device));
        let family = self.family(FAMILY, op, &object)?;
        let found = self.generic.list(op, &object, &buffer::Dump { family, device }, &|message| {
            let found = buffer::decode(message)?;
            Ok(device.is_none_or(|device| found.device == *device).then_some(found))
        });
        found.map_err(about_buffer)
    }

    fn buffer_pools(&self, device: Option<&DevlinkHandle>) -> Result<Vec<BufferPool>> {
        let (op, object) = ("list buffer pools", words(device));
        let family = self.family(FAMILY, op, &object)?;
        let found = self.generic.list(op, &object, &buffer::DumpPools { family, device }, &|message| {
            let found = buffer::decode_pool(message)?;
            Ok(device.is_none_or(|device| found.device == *device).then_some(found))
        });
        found.map_err(about_buffer)
    }

    fn set_buffer_pool(
        &self,
        device: &DevlinkHandle,
        buffer: u32,
        pool: u16,
        size: u32,
        thresholds: ThresholdKind,
    ) -> Result<()> {
        let op = "change a buffer pool";
        let object = format_args!("{device} sb {buffer} pool {pool}");
        let family = self.family(FAMILY, op, &object)?;
        self.set(op, &object, &buffer::SetPool { family, device, buffer, pool, size, thresholds })
    }

    fn port_pools(&self, device: Option<&DevlinkHandle>) -> Result<Vec<PortPool>> {
        let (op, object) = ("list the pools of ports", words(device));
        let family = self.family(FAMILY, op, &object)?;
        let found = self.generic.list(op, &object, &buffer::DumpPortPools { family, device }, &|message| {
            let found = buffer::decode_port_pool(message)?;
            Ok(device.is_none_or(|device| found.port.device == *device).then_some(found))
        });
        found.map_err(about_buffer)
    }

    fn set_port_pool(&self, port: &PortHandle, buffer: u32, pool: u16, threshold: u32) -> Result<()> {
        let op = "change a port's share of a pool";
        let object = format_args!("{port} sb {buffer} pool {pool}");
        let family = self.family(FAMILY, op, &object)?;
        self.set(op, &object, &buffer::SetPortPool { family, port, buffer, pool, threshold })
    }

    fn tc_bindings(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TcBinding>> {
        let (op, object) = ("list the pools of traffic classes", words(device));
        let family = self.family(FAMILY, op, &object)?;
        let found = self.generic.list(op, &object, &buffer::DumpBindings { family, device }, &|message| {
            let found = buffer::decode_binding(message)?;
            Ok(device.is_none_or(|device| found.tc.port.device == *device).then_some(found))
        });
        found.map_err(about_buffer)
    }

    fn bind_tc(&self, tc: &PortTc, pool: u16, threshold: u32) -> Result<()> {
        let op = "bind a traffic class to a pool";
        let object = format_args!("{} sb {} {} tc {} pool {pool}", tc.port, tc.buffer, tc.kind, tc.tc);
        let family = self.family(FAMILY, op, &object)?;
        self.set(op, &object, &buffer::SetBinding { family, tc, pool, threshold })
    }

    fn snapshot_occupancy(&self, device: &DevlinkHandle, buffer: u32) -> Result<()> {
        let op = "take a snapshot of a buffer";
        let object = format_args!("{device} sb {buffer}");
        let family = self.family(FAMILY, op, &object)?;
        self.set(op, &object, &buffer::Snapshot { family, device, buffer })
    }

    fn clear_max_occupancy(&self, device: &DevlinkHandle, buffer: u32) -> Result<()> {
        let op = "clear the marks of a buffer";
        let object = format_args!("{device} sb {buffer}");
        let family = self.family(FAMILY, op, &object)?;
        self.set(op, &object, &buffer::ClearMax { family, device, buffer })
    }
}

impl LinuxHost {
    fn set(&self, op: &'static str, object: &dyn Display, request: &dyn Request) -> Result<()> {
        self.generic.change(op, object, request).map(drop).map_err(about_buffer)
    }
}

fn words(device: Option<&DevlinkHandle>) -> String {
    device.map(DevlinkHandle::to_string).unwrap_or_default()
}

fn about_buffer(error: Error) -> Error {
    if is_silent(&error, libc::ENODEV) {
        return error.reason("there is no such devlink device, port or shared buffer");
    }
    match is_silent(&error, libc::EINVAL) {
        true => {
            error.reason("the buffer has no such pool or traffic class, or the driver takes no such value")
        }
        false => error,
    }
}

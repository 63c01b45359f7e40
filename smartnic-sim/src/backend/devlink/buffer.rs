use smartnic_core::Result;
use smartnic_core::backend::DevlinkBuffers;
use smartnic_core::device::{BufferPool, PortPool, PortTc, SharedBuffer, TcBinding, ThresholdKind};
use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::{every, find};
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::model::{Instance, Machine};
use crate::note::Note;

impl DevlinkBuffers for SimHost {
    fn buffers(&self, device: Option<&DevlinkHandle>) -> Result<Vec<SharedBuffer>> {
        every(&self.machine.lock(), "list shared buffers", device, Machine::buffers)
    }

    fn buffer_pools(&self, device: Option<&DevlinkHandle>) -> Result<Vec<BufferPool>> {
        every(&self.machine.lock(), "list buffer pools", device, Machine::buffer_pools)
    }

    fn set_buffer_pool(
        &self,
        device: &DevlinkHandle,
        buffer: u32,
        pool: u16,
        size: u32,
        thresholds: ThresholdKind,
    ) -> Result<()> {
        let object = format!("{device} sb {buffer} pool {pool}");
        self.change_buffer("change a buffer pool", device, object, |machine, instance, note| {
            machine.set_buffer_pool(instance, (buffer, pool), size, thresholds, note)
        })
    }

    fn port_pools(&self, device: Option<&DevlinkHandle>) -> Result<Vec<PortPool>> {
        every(&self.machine.lock(), "list the pools of ports", device, Machine::port_pools)
    }

    fn set_port_pool(&self, port: &PortHandle, buffer: u32, pool: u16, threshold: u32) -> Result<()> {
        let object = format!("{port} sb {buffer} pool {pool}");
        self.change_buffer(
            "change a port's share of a pool",
            &port.device,
            object,
            |machine, instance, note| {
                machine.set_port_pool(instance, port.index.0, (buffer, pool), threshold, note)
            },
        )
    }

    fn tc_bindings(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TcBinding>> {
        every(&self.machine.lock(), "list the pools of traffic classes", device, Machine::tc_bindings)
    }

    fn bind_tc(&self, tc: &PortTc, pool: u16, threshold: u32) -> Result<()> {
        let object = format!("{} tc {}", tc.port, tc.tc);
        self.change_buffer(
            "bind a traffic class to a pool",
            &tc.port.device,
            object,
            |machine, instance, note| machine.bind_tc(instance, tc, pool, threshold, note),
        )
    }

    fn snapshot_occupancy(&self, device: &DevlinkHandle, buffer: u32) -> Result<()> {
        let object = format!("{device} sb {buffer}");
        self.change_buffer("take a snapshot of a buffer", device, object, |machine, instance, _| {
            machine.snapshot_occupancy(instance, buffer)
        })
    }

    fn clear_max_occupancy(&self, device: &DevlinkHandle, buffer: u32) -> Result<()> {
        let object = format!("{device} sb {buffer}");
        self.change_buffer("clear the marks of a buffer", device, object, |machine, instance, _| {
            machine.clear_max_occupancy(instance, buffer)
        })
    }
}

impl SimHost {
    fn change_buffer(
        &self,
        op: &'static str,
        device: &DevlinkHandle,
        object: String,
        change: impl FnOnce(&mut Machine, Instance, &mut Note) -> std::result::Result<(), Errno>,
    ) -> Result<()> {
        let (mut machine, fate) = self.change();
        let instance = find(&machine, op, device)?;
        let mut note = Note::default();
        let done = fate.and_then(|()| change(&mut machine, instance, &mut note));
        done.map_err(|errno| refused(op, errno, note).on(object))
    }
}

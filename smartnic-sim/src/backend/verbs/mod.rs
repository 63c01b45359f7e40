//! Verbs straight on the model: works on machines without libibverbs, within one process.
//!
//! Handles keep the machine and the numbers of what they stand for, and each keeps alive what it stands on. Descriptors tell
//! of what others do; a request that only fails because its time is over is noticed by whoever asks or waits here.

mod batch;
mod connection;
mod context;
mod device_memory;
mod direct;
mod domain;
mod queue;
mod queue_pair;
mod region;
mod steering;
mod window;
mod xrc;

use std::any::Any;
use std::sync::Arc;

use smartnic_core::backend::{Verbs, VerbsCm, VerbsContext};
use smartnic_core::verbs::VerbsDevice;
use smartnic_core::{Error, ErrorKind, Result};

use super::SimHost;
use crate::model::RdmaDevice;
use crate::model::verbs::unique;

/// The places of [`smartnic_core::verbs::VerbsGidEntry`] and all limits but those of the profile. Ours.
const MOST_REQUESTS: u32 = 16_384;
const MOST_PIECES: u32 = 32;
const MOST_ENTRIES: u32 = 65_536;
const MOST_INLINE: u32 = 512;

impl Verbs for SimHost {
    fn devices(&self) -> Result<Vec<VerbsDevice>> {
        let machine = self.machine.lock();
        let one =
            |device: &RdmaDevice| VerbsDevice { name: device.name.clone(), guid: machine.node_guid(device) };
        Ok(machine.rdma.devices.iter().map(one).collect())
    }

    fn open(&self, device: &str) -> Result<Arc<dyn VerbsContext>> {
        context::open(&self.machine, device)
    }

    fn connections(&self) -> Result<Arc<dyn VerbsCm>> {
        Ok(Arc::new(connection::SimCm::new(&self.machine)))
    }
}

/// An object of this backend, if it is one, of the same machine.
fn own<'a, T: Any>(op: &'static str, object: &'a dyn Any) -> Result<&'a T> {
    object.downcast_ref::<T>().ok_or_else(|| Error::invalid(op, "it belongs to another backend"))
}

fn refused(op: &'static str, reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Refused, op).reason(reason)
}

fn gone(op: &'static str, device: &str) -> Error {
    Error::new(ErrorKind::DeviceGone, op)
        .on(device)
        .reason("the device failed")
        .hint("close it and open it again")
}

/// Some were posted before one was refused.
fn after(error: Error, posted: usize) -> Error {
    let why = error.why();
    error.reason(format!("{why}; {posted} were posted before it"))
}

//! devlink: one file for each group of objects.

mod device;
mod eswitch;
mod flash;
mod health;
mod param;
mod port;
mod rate;
mod region;
mod reload;
mod resource;
mod selftest;
mod trap;
mod watch;

pub(crate) use health::reporter_of;

use smartnic_core::Error;
use smartnic_core::backend::{DevlinkBuffers, DevlinkLineCards, DevlinkPipeline};
use smartnic_core::types::DevlinkHandle;

use super::{SimHost, refused};
use crate::errno::Errno;
use crate::model::{Instance, Machine};
use crate::note::{Note, Spot};

impl DevlinkBuffers for SimHost {}
impl DevlinkLineCards for SimHost {}
impl DevlinkPipeline for SimHost {}

/// Numbers are looked at before anything else, by the command's policy (`nla_validate_int_range_unsigned`).
fn in_range(known: &[(Option<bool>, Spot)], note: &mut Note) -> Result<(), Errno> {
    match known.iter().find(|(known, _)| *known == Some(false)) {
        Some((_, spot)) => {
            note.say_at(*spot, "integer out of range");
            Err(Errno::ERANGE)
        }
        None => Ok(()),
    }
}

fn find(machine: &Machine, op: &'static str, device: &DevlinkHandle) -> Result<Instance, Error> {
    machine
        .instance(&device.bus, &device.device)
        .ok_or_else(|| refused(op, Errno::ENODEV, Note::default()).on(device))
}

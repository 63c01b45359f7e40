//! devlink: one file for each group of objects.

mod buffer;
mod device;
mod eswitch;
mod flash;
mod health;
mod linecard;
mod param;
mod pipeline;
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
use smartnic_core::types::DevlinkHandle;

use super::refused;
use crate::errno::Errno;
use crate::model::{Instance, Machine};
use crate::note::{Note, Spot};

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

/// The objects of one instance, or of all.
fn every<T>(
    machine: &Machine,
    op: &'static str,
    device: Option<&DevlinkHandle>,
    of: impl Fn(&Machine, Instance) -> Vec<T>,
) -> Result<Vec<T>, Error> {
    let instances = match device {
        Some(device) => vec![find(machine, op, device)?],
        None => machine.instances(),
    };
    Ok(instances.into_iter().flat_map(|instance| of(machine, instance)).collect())
}

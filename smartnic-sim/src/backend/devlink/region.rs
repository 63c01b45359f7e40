//! Regions of devices' memory.

use smartnic_core::backend::DevlinkRegions;
use smartnic_core::device::{Region, RegionChunk, RegionId, RegionRead};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{ErrorKind, Result};

use super::find;
use crate::SimHost;
use crate::backend::refused;
use crate::driver::RegionSpec;
use crate::errno::Errno;
use crate::model::{Instance, Machine};
use crate::note::Note;

/// Bytes of one piece.
const CHUNK: u64 = 256;

impl DevlinkRegions for SimHost {
    fn regions(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Region>> {
        let machine = self.machine.lock();
        let instances = match device {
            Some(device) => vec![find(&machine, "list regions", device)?],
            None => machine.instances(),
        };
        let of = |instance| {
            machine.regions(instance).iter().map(|spec| region(&machine, instance, spec)).collect::<Vec<_>>()
        };
        Ok(instances.into_iter().flat_map(of).collect())
    }

    fn region(&self, id: &RegionId) -> Result<Region> {
        let machine = self.machine.lock();
        let (instance, spec) = region_of(&machine, "read a region", id)?;
        Ok(region(&machine, instance, spec))
    }

    fn take_snapshot(&self, id: &RegionId, number: Option<u32>) -> Result<u32> {
        let op = "take a snapshot of a region";
        let (mut machine, fate) = self.change();
        let (instance, spec) = region_of(&machine, op, id)?;
        let mut note = Note::default();
        let taken = fate.and_then(|()| machine.take_snapshot(instance, spec, number, &mut note));
        taken.map_err(|errno| {
            let silent = note.text.is_none();
            let error = refused(op, errno, note).on(id);
            match errno {
                Errno::EEXIST if silent => {
                    error.reason("the number is in use in another region of the device")
                }
                _ => error,
            }
        })
    }

    fn remove_snapshot(&self, id: &RegionId, number: u32) -> Result<()> {
        let op = "remove a snapshot of a region";
        let (mut machine, fate) = self.change();
        let (instance, spec) = region_of(&machine, op, id)?;
        let removed = fate.and_then(|()| machine.remove_snapshot(instance, spec, number));
        removed.map_err(|errno| {
            let error = refused(op, errno, Note::default()).on(id);
            match errno {
                Errno::EINVAL => {
                    error.of_kind(ErrorKind::NotFound).reason("there is no snapshot of this number")
                }
                _ => error,
            }
        })
    }

    fn read_region(
        &self,
        id: &RegionId,
        read: &RegionRead,
        each: &mut dyn FnMut(&RegionChunk) -> Result<()>,
    ) -> Result<()> {
        let op = "read a region";
        let machine = self.machine.lock();
        let (_, spec) = region_of(&machine, op, id)?;
        let say = |errno, text: &'static str| {
            let mut note = Note::default();
            note.say(text);
            refused(op, errno, note).on(id)
        };
        match read.snapshot {
            None if !spec.direct => {
                return Err(say(Errno::EOPNOTSUPP, "Requested region does not support direct read"));
            }
            Some(number) => {
                let (instance, _) = region_of(&machine, op, id)?;
                if !machine.snapshots(instance, spec.name).contains(&number) {
                    let error = say(Errno::EINVAL, "Requested snapshot does not exist");
                    return Err(error
                        .of_kind(ErrorKind::NotFound)
                        .reason("there is no snapshot of this number"));
                }
            }
            None => {}
        }
        let (start, length) = read.range.unwrap_or((0, spec.size));
        if start > spec.size {
            return Err(refused(op, Errno::EINVAL, Note::default())
                .of_kind(ErrorKind::InvalidInput)
                .reason("the address is beyond the region's end")
                .on(id));
        }
        let end = start.saturating_add(length).min(spec.size);
        let mut address = start;
        while address < end {
            let length = CHUNK.min(end - address);
            let data = machine.region_content(spec, address, length as usize);
            each(&RegionChunk { address, data })?;
            address += length;
        }
        Ok(())
    }
}

fn region_of(machine: &Machine, op: &'static str, id: &RegionId) -> Result<(Instance, &'static RegionSpec)> {
    let instance = find(machine, op, &id.place.device)?;
    // No port has regions here.
    let found = machine.regions(instance).iter().find(|region| region.name == id.name);
    found.filter(|_| id.place.port.is_none()).map(|spec| (instance, spec)).ok_or_else(|| {
        refused(op, Errno::EINVAL, Note::default())
            .of_kind(ErrorKind::NotFound)
            .reason("there is no region of this name here")
            .on(id)
    })
}

fn region(machine: &Machine, instance: Instance, spec: &RegionSpec) -> Region {
    let device = machine.handle_of(instance).unwrap_or_else(|| DevlinkHandle::new("", ""));
    Region {
        size: Some(spec.size),
        snapshots: Some(machine.snapshots(instance, spec.name).to_vec()),
        max_snapshots: Some(spec.max_snapshots),
        ..Region::new(RegionId::new(device, spec.name))
    }
}

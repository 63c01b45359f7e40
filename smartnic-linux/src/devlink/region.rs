//! Regions of devices' memory.

use smartnic_core::backend::DevlinkRegions;
use smartnic_core::device::{Region, RegionChunk, RegionId, RegionRead};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::devlink::FAMILY;
use smartnic_netlink::devlink::region::{Del, Dump, Get, New, Read, decode, decode_chunks};

use super::about_device;
use crate::LinuxHost;

impl DevlinkRegions for LinuxHost {
    fn regions(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Region>> {
        let op = "list regions";
        let object = device.map(DevlinkHandle::to_string).unwrap_or_default();
        let family = self.family(FAMILY, op, &object)?;
        // Older kernels answer for all devices, whichever was asked for.
        let regions = self.generic.list(op, &object, &Dump { family, device }, &|message| {
            let region = decode(message)?;
            Ok(device.is_none_or(|device| region.id.place.device == *device).then_some(region))
        });
        regions.map_err(about_device)
    }

    fn region(&self, region: &RegionId) -> Result<Region> {
        let op = "read a region";
        let family = self.family(FAMILY, op, region)?;
        let found = self.generic.fetch(op, region, &Get { family, region }, &decode);
        found.map_err(|error| self.about_region(error, region, None))
    }

    fn take_snapshot(&self, region: &RegionId, number: Option<u32>) -> Result<u32> {
        let op = "take a snapshot of a region";
        let family = self.family(FAMILY, op, region)?;
        let request = New { family, region, snapshot: number };
        match number {
            Some(number) => {
                let taken = self.generic.change(op, region, &request).map(|_| number);
                taken.map_err(|error| match (error.errno(), error.extack()) {
                    // The kernel says it only of numbers of the same region.
                    (Some(libc::EEXIST), Some(extack)) if extack.message.is_none() => {
                        error.reason("the number is in use in another region of the device")
                    }
                    _ => self.about_region(error, region, None),
                })
            }
            None => {
                let told = self.generic.change_told(op, region, &request, &decode);
                let (told, _) = told.map_err(|error| self.about_region(error, region, None))?;
                told.and_then(|region| region.snapshot).ok_or_else(|| {
                    Error::protocol(op, "the kernel tells no number of the snapshot").on(region)
                })
            }
        }
    }

    fn remove_snapshot(&self, region: &RegionId, number: u32) -> Result<()> {
        let op = "remove a snapshot of a region";
        let family = self.family(FAMILY, op, region)?;
        let removed = self.generic.change(op, region, &Del { family, region, snapshot: number });
        removed.map(drop).map_err(|error| self.about_region(error, region, Some(number)))
    }

    fn read_region(
        &self,
        region: &RegionId,
        read: &RegionRead,
        each: &mut dyn FnMut(&RegionChunk) -> Result<()>,
    ) -> Result<()> {
        let op = "read a region";
        let family = self.family(FAMILY, op, region)?;
        let mut chunks: Vec<RegionChunk> = Vec::new();
        let end = self.generic.stream(
            op,
            region,
            &Read { family, region, read },
            &mut chunks,
            &mut |message, chunks| decode_chunks(message, chunks).map(|()| true),
            &mut |chunks| chunks.iter().try_for_each(&mut *each),
        );
        end.map_err(|error| match self.beyond(&error, region, read) {
            true => error.of_kind(ErrorKind::InvalidInput).reason("the address is beyond the region's end"),
            false => self.about_region(error, region, read.snapshot),
        })
    }
}

impl LinuxHost {
    /// Whether a read that failed without a word began behind the end.
    fn beyond(&self, error: &Error, region: &RegionId, read: &RegionRead) -> bool {
        let silent = error.extack().is_some_and(|it| it.errno == libc::EINVAL && it.message.is_none());
        let Some((address, _)) = read.range.filter(|_| silent) else { return false };
        self.region(region).is_ok_and(|region| region.size.is_some_and(|size| address > size))
    }

    /// Of a region or snapshot that is not there, the kernel says EINVAL, and not always more.
    fn about_region(&self, error: Error, id: &RegionId, snapshot: Option<u32>) -> Error {
        if error.errno() != Some(libc::EINVAL) {
            return about_device(error);
        }
        let Ok(regions) = self.regions(Some(&id.place.device)) else { return error };
        let what = match regions.iter().find(|region| region.id == *id) {
            None => "there is no region of this name here",
            Some(region) if snapshot.is_some_and(|number| !has(region, number)) => {
                "there is no snapshot of this number"
            }
            Some(_) => return error,
        };
        error.of_kind(ErrorKind::NotFound).reason(what)
    }
}

fn has(region: &Region, snapshot: u32) -> bool {
    region.snapshots.as_ref().is_some_and(|numbers| numbers.contains(&snapshot))
}

use std::collections::BTreeMap;

use super::{Event, Instance, Machine};
use crate::driver::RegionSpec;
use crate::errno::Errno;
use crate::note::Note;
use crate::random::Random;

/// Purpose of random numbers; see [`Random::new`].
const CONTENT: u64 = 21;

/// The numbers of the snapshots that are kept, by the name of the region, the oldest first. Nothing changes the content
/// of a region here, so that a snapshot has what the region has.
pub(crate) type Snapshots = BTreeMap<String, Vec<u32>>;

impl Machine {
    /// The regions of an instance; VFs have none.
    pub(crate) fn regions(&self, instance: Instance) -> &'static [RegionSpec] {
        match instance {
            Instance::Pf(_) => self.profile.driver.upkeep().regions,
            _ => &[],
        }
    }

    /// The snapshots of a region.
    pub(crate) fn snapshots(&self, instance: Instance, region: &str) -> &[u32] {
        self.all_snapshots(instance).and_then(|all| all.get(region)).map_or(&[], Vec::as_slice)
    }

    fn all_snapshots(&self, instance: Instance) -> Option<&Snapshots> {
        match instance {
            Instance::Pf(pf) => self.pfs.get(pf).map(|pf| &pf.upkeep.snapshots),
            _ => None,
        }
    }

    /// Takes a snapshot (`devlink_nl_region_new_doit`). Numbers are of the whole instance.
    pub(crate) fn take_snapshot(
        &mut self,
        instance: Instance,
        region: &'static RegionSpec,
        number: Option<u32>,
        note: &mut Note,
    ) -> Result<u32, Errno> {
        if !region.on_demand {
            note.say("The requested region does not support taking an immediate snapshot");
            return Err(Errno::EOPNOTSUPP);
        }
        let here = self.snapshots(instance, region.name);
        self.check_room(instance, region, note)?;
        if number.is_some_and(|number| here.contains(&number)) {
            note.say("The requested snapshot id is already in use");
            return Err(Errno::EEXIST);
        }
        let number = match number {
            Some(number) if self.uses_snapshot(instance, number) => return Err(Errno::EEXIST),
            Some(number) => number,
            None => self.free_snapshot(instance).ok_or(Errno::ENOSPC)?,
        };
        self.keep_snapshot(instance, region, number, note)?;
        Ok(number)
    }

    fn check_room(&self, instance: Instance, region: &RegionSpec, note: &mut Note) -> Result<(), Errno> {
        if self.snapshots(instance, region.name).len() >= region.max_snapshots as usize {
            note.say("The region has reached the maximum number of stored snapshots");
            return Err(Errno::ENOSPC);
        }
        Ok(())
    }

    fn uses_snapshot(&self, instance: Instance, number: u32) -> bool {
        self.all_snapshots(instance).into_iter().flat_map(BTreeMap::values).any(|kept| kept.contains(&number))
    }

    /// A number that no snapshot of an instance has.
    pub(super) fn free_snapshot(&self, instance: Instance) -> Option<u32> {
        (0..).find(|number| !self.uses_snapshot(instance, *number))
    }

    /// Keeps a snapshot under a number that is free in its region, if there is room for it.
    pub(super) fn keep_snapshot(
        &mut self,
        instance: Instance,
        region: &'static RegionSpec,
        number: u32,
        note: &mut Note,
    ) -> Result<(), Errno> {
        self.check_room(instance, region, note)?;
        if let Instance::Pf(pf) = instance
            && let Some(pf) = self.pfs.get_mut(pf)
        {
            pf.upkeep.snapshots.entry(region.name.to_owned()).or_default().push(number);
        }
        self.events.push(|| Event::Snapshot { instance, region, number, there: true });
        Ok(())
    }

    /// Removes a snapshot.
    pub(crate) fn remove_snapshot(
        &mut self,
        instance: Instance,
        region: &'static RegionSpec,
        number: u32,
    ) -> Result<(), Errno> {
        let Instance::Pf(pf) = instance else { return Err(Errno::EINVAL) };
        let kept = self.pfs.get_mut(pf).and_then(|pf| pf.upkeep.snapshots.get_mut(region.name));
        let kept = kept.ok_or(Errno::EINVAL)?;
        let at = kept.iter().position(|it| *it == number).ok_or(Errno::EINVAL)?;
        kept.remove(at);
        self.events.push(|| Event::Snapshot { instance, region, number, there: false });
        Ok(())
    }

    /// Part of the content of a region.
    pub(crate) fn region_content(&self, region: &RegionSpec, address: u64, length: usize) -> Vec<u8> {
        let name = region.name.bytes().fold(0_u64, |sum, byte| sum.rotate_left(8) ^ u64::from(byte));
        let word = |at: u64| Random::new(self.seed ^ name.rotate_left(17) ^ at, CONTENT).next().to_le_bytes();
        let skip = (address % 8) as usize;
        (address / 8..).flat_map(word).skip(skip).take(length).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_does_not_depend_on_how_it_is_read() {
        let machine = Machine::new(crate::profile::find("e810").unwrap(), 7, None, 0);
        let region = &machine.regions(Instance::Pf(0))[0];
        let whole = machine.region_content(region, 0, 1000);
        assert_eq!(machine.region_content(region, 13, 300), whole[13..313]);
        assert_ne!(whole[..100], whole[100..200]);
    }

    #[test]
    fn numbers_are_of_the_whole_device() {
        let mut machine = Machine::new(crate::profile::find("e810").unwrap(), 7, None, 0);
        let pf = Instance::Pf(0);
        let [flash, _, caps] = machine.regions(pf) else { panic!() };
        let mut note = Note::default();
        assert_eq!(machine.take_snapshot(pf, flash, None, &mut note), Ok(0));
        assert_eq!(machine.take_snapshot(pf, flash, None, &mut note), Err(Errno::ENOSPC));
        assert_eq!(machine.take_snapshot(pf, caps, Some(0), &mut note), Err(Errno::EEXIST));
        assert_eq!(machine.take_snapshot(pf, caps, None, &mut note), Ok(1));
        assert_eq!(machine.remove_snapshot(pf, flash, 1), Err(Errno::EINVAL));
        machine.remove_snapshot(pf, flash, 0).unwrap();
        assert_eq!(machine.take_snapshot(pf, caps, Some(0), &mut note), Ok(0));
        assert_eq!(machine.snapshots(pf, "device-caps"), [1, 0]);
    }
}

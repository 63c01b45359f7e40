use smartnic_core::device::{Resource, ResourceUnit};

use super::Instance;
use crate::driver::ResourceSpec;
use crate::errno::Errno;
use crate::model::Machine;
use crate::note::Note;

impl Machine {
    /// The resources of an instance: mlx5_core tells how many sub-functions there can be, here and at other hosts
    /// (`mlx5_sf_hw_table_res_register`); a switch tells of its memory.
    pub(crate) fn resources(&self, instance: Instance) -> Vec<Resource> {
        let driver = self.profile.driver;
        let Instance::Pf(pf) = instance else { return Vec::new() };
        if let Some(switch) = driver.switch() {
            return self.memory(pf, switch.resources, None);
        }
        let Some(sfs) = driver.device().sub_functions.as_ref().filter(|_| driver.facts().name == "mlx5_core")
        else {
            return Vec::new();
        };
        let resource = |name: &str, id, size: u64| Resource {
            name: name.into(),
            id,
            size,
            size_new: None,
            size_valid: None,
            size_min: size,
            size_max: size,
            granularity: 1,
            unit: ResourceUnit::Entry,
            occupancy: None,
            parts: Vec::new(),
        };
        vec![resource("max_local_SFs", 1, u64::from(sfs.most)), resource("max_external_SFs", 2, 0)]
    }

    /// The parts of a whole, or what is no part.
    fn memory(&self, pf: usize, all: &'static [ResourceSpec], parent: Option<u64>) -> Vec<Resource> {
        let state = self.pfs.get(pf).map(|pf| &pf.switch.sizes);
        let sizes = |spec: &ResourceSpec| {
            state.and_then(|sizes| sizes.get(&spec.id)).copied().unwrap_or((spec.size, spec.size))
        };
        let here = all.iter().filter(|spec| spec.parent == parent);
        let resource = |spec: &'static ResourceSpec| {
            let (size, new) = sizes(spec);
            let parts = self.memory(pf, all, Some(spec.id));
            let taken: u64 = parts.iter().map(|part| part.size_new.unwrap_or(part.size)).sum();
            Resource {
                name: spec.name.into(),
                id: spec.id,
                size,
                size_new: (size != new).then_some(new),
                size_valid: (!parts.is_empty()).then_some(taken <= new),
                size_min: spec.min,
                size_max: spec.max,
                granularity: spec.granularity,
                unit: ResourceUnit::Entry,
                occupancy: None,
                parts,
            }
        };
        here.map(resource).collect()
    }

    /// Changes a resource's size (`devlink_nl_resource_set_doit`). The new one counts from the next reload on; most
    /// resources have one size only.
    pub(crate) fn set_resource(
        &mut self,
        instance: Instance,
        id: u64,
        size: u64,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let all = self.resources(instance);
        let resource = all.iter().find_map(|resource| resource.find(id)).ok_or(Errno::EINVAL)?;
        let refusal = if size > resource.size_max {
            "Size larger than maximum"
        } else if size < resource.size_min {
            "Size smaller than minimum"
        } else if !size.is_multiple_of(resource.granularity.max(1)) {
            "Wrong granularity"
        } else {
            let now = resource.size;
            if size != now || resource.size_new.is_some() {
                self.change_switch(instance, |state| {
                    state.sizes.insert(id, (now, size));
                })?;
            }
            return Ok(());
        };
        note.say(refusal);
        Err(Errno::EINVAL)
    }

    /// Whether all parts fit into their wholes (`devlink_resources_validate`).
    pub(super) fn check_resources(&self, instance: Instance, note: &mut Note) -> Result<(), Errno> {
        if self.resources(instance).iter().all(|resource| resource.size_valid != Some(false)) {
            return Ok(());
        }
        note.say("resources size validation failed");
        Err(Errno::EINVAL)
    }

    /// A reload: new sizes count from now on.
    pub(super) fn renew_resources(&mut self, pf: usize) {
        if let Some(state) = self.pfs.get_mut(pf) {
            state.switch.sizes.values_mut().for_each(|(now, new)| *now = *new);
        }
    }
}

use smartnic_core::device::{Resource, ResourceUnit};

use super::Instance;
use crate::errno::Errno;
use crate::model::Machine;
use crate::note::Note;

impl Machine {
    /// The resources of an instance: mlx5_core tells how many sub-functions there can be, here and at other hosts
    /// (`mlx5_sf_hw_table_res_register`).
    pub(crate) fn resources(&self, instance: Instance) -> Vec<Resource> {
        let driver = self.profile.driver;
        let Instance::Pf(_) = instance else { return Vec::new() };
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

    /// Changes a resource's size (`devlink_nl_resource_set_doit`). Those that there are have one size only.
    pub(crate) fn set_resource(
        &self,
        instance: Instance,
        id: u64,
        size: u64,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let all = self.resources(instance);
        let resource = all.iter().find_map(|resource| resource.find(id)).ok_or(Errno::EINVAL)?;
        if size > resource.size_max {
            note.say("Size larger than maximum");
            return Err(Errno::EINVAL);
        }
        if size < resource.size_min {
            note.say("Size smaller than minimum");
            return Err(Errno::EINVAL);
        }
        Ok(())
    }
}

use serde::{Deserialize, Serialize};

use super::kernel_enum;
use crate::types::{DevlinkHandle, PortIndex};

kernel_enum! {
    /// What a resource is counted in (`enum devlink_resource_unit`).
    ResourceUnit: u8 {
        /// Entries of a table.
        Entry = 0, "entry";
    }
}

/// Whose resources are read (`DEVLINK_ATTR_RESOURCE_SCOPE_MASK`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceScope {
    /// Those of devices.
    Device,
    /// Those of ports.
    Port,
}

/// Something of which a device has only so much (`DEVLINK_ATTR_RESOURCE`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its name.
    pub name: String,
    /// Its number on the device.
    pub id: u64,
    /// Its size.
    pub size: u64,
    /// The size that it has after the next reload, if that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_new: Option<u64>,
    /// Whether the parts fit in; `None` if it has no parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_valid: Option<bool>,
    /// The least that it can have.
    pub size_min: u64,
    /// The most that it can have.
    pub size_max: u64,
    /// Its size is a multiple of this.
    pub granularity: u64,
    /// What it is counted in.
    pub unit: ResourceUnit,
    /// How much is in use, if the driver tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occupancy: Option<u64>,
    /// Its parts.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parts: Vec<Resource>,
}

impl Resource {
    /// The resource of this number: itself or one of its parts.
    #[must_use]
    pub fn find(&self, id: u64) -> Option<&Self> {
        if self.id == id {
            return Some(self);
        }
        self.parts.iter().find_map(|part| part.find(id))
    }
}

/// The resources of a device or of one of its ports (`DEVLINK_CMD_RESOURCE_DUMP`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// The device.
    pub device: DevlinkHandle,
    /// The port on it, if they are a port's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<PortIndex>,
    /// The resources.
    pub resources: Vec<Resource>,
}

impl Resources {
    /// The resource at a path such as `/IPv4/fib`; the first `/` may be missing.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Resource> {
        let mut parts = path.strip_prefix('/').unwrap_or(path).split('/');
        let named = |list: &'_ [Resource], name: &str| list.iter().position(|one| one.name == name);
        let first = parts.next()?;
        let mut found = &self.resources[named(&self.resources, first)?];
        for name in parts {
            found = &found.parts[named(&found.parts, name)?];
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(name: &str, id: u64, parts: Vec<Resource>) -> Resource {
        Resource {
            name: name.into(),
            id,
            size: 1,
            size_new: None,
            size_valid: None,
            size_min: 0,
            size_max: 9,
            granularity: 1,
            unit: ResourceUnit::Entry,
            occupancy: None,
            parts,
        }
    }

    #[test]
    fn resources_are_found_by_path_and_by_number() {
        let ipv4 = resource("IPv4", 1, vec![resource("fib", 2, Vec::new())]);
        let device = DevlinkHandle::new("netdevsim", "netdevsim1");
        let all = Resources { device, port: None, resources: vec![ipv4] };
        assert_eq!(all.at("/IPv4/fib").map(|found| found.id), Some(2));
        assert_eq!(all.at("IPv4").map(|found| found.id), Some(1));
        for wrong in ["", "/", "fib", "/IPv4/", "/IPv4/fib/x"] {
            assert_eq!(all.at(wrong), None, "{wrong}");
        }
        assert_eq!(all.resources[0].find(2).map(|found| found.name.as_str()), Some("fib"));
    }
}

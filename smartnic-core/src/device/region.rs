use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::types::{DevlinkPlace, UnknownAttr};
use crate::{Error, Result};

/// The name of a region of a device's memory, and the device or port that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RegionId {
    /// What it belongs to.
    pub place: DevlinkPlace,
    /// The name (`DEVLINK_ATTR_REGION_NAME`), such as `nvm-flash`.
    pub name: String,
}

impl RegionId {
    /// The region of this name.
    pub fn new(place: impl Into<DevlinkPlace>, name: impl Into<String>) -> Self {
        Self { place: place.into(), name: name.into() }
    }
}

impl fmt::Display for RegionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.place, self.name)
    }
}

impl FromStr for RegionId {
    type Err = Error;

    /// Reads `BUS/DEVICE/NAME` or `BUS/DEVICE/PORT/NAME`.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            let want = "expected DEVICE/REGION such as pci/0000:03:00.0/nvm-flash";
            Error::parse("read the name of a region", want).on(text)
        };
        let (place, name) = text.rsplit_once('/').ok_or_else(wrong)?;
        let place = place.parse().map_err(|_| wrong())?;
        if name.is_empty() { Err(wrong()) } else { Ok(Self { place, name: name.to_owned() }) }
    }
}

/// A region of a device's memory, of which snapshots can be taken (`DEVLINK_CMD_REGION_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Which it is.
    #[serde(flatten)]
    pub id: RegionId,
    /// Its size in bytes (`DEVLINK_ATTR_REGION_SIZE`); a notification about a snapshot does not tell.
    pub size: Option<u64>,
    /// The numbers of the snapshots that are kept (`DEVLINK_ATTR_REGION_SNAPSHOTS`); a notification does not tell.
    pub snapshots: Option<Vec<u32>>,
    /// How many snapshots can be kept (`DEVLINK_ATTR_REGION_MAX_SNAPSHOTS`); kernels before 6.0 do not tell.
    pub max_snapshots: Option<u32>,
    /// The snapshot that a notification is about (`DEVLINK_ATTR_REGION_SNAPSHOT_ID`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub snapshot: Option<u32>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

impl Region {
    /// A region of which nothing else is known.
    #[must_use]
    pub fn new(id: RegionId) -> Self {
        Self { id, size: None, snapshots: None, max_snapshots: None, snapshot: None, unknown: Vec::new() }
    }
}

/// What of a region is to be read (`DEVLINK_CMD_REGION_READ`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RegionRead {
    /// The snapshot to read; none reads the device itself (`DEVLINK_ATTR_REGION_DIRECT`), which few drivers allow.
    pub snapshot: Option<u32>,
    /// The first byte and how many; what goes beyond the end is left out. None reads everything.
    pub range: Option<(u64, u64)>,
}

/// A piece of a region's content (`DEVLINK_ATTR_REGION_CHUNK`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegionChunk {
    /// Where it begins (`DEVLINK_ATTR_REGION_CHUNK_ADDR`).
    pub address: u64,
    /// The bytes (`DEVLINK_ATTR_REGION_CHUNK_DATA`), 256 of them except at the end.
    pub data: Vec<u8>,
}

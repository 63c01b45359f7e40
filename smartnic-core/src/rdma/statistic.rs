use serde::Serialize;

/// A hardware counter of a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HwCounter {
    /// The driver's name for it.
    pub name: String,
    /// Its value.
    pub value: u64,
}

/// What the counters of queue pairs are given out by (`enum rdma_nl_counter_mask`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct AutoMode {
    /// One counter for each type of queue pairs.
    pub by_type: bool,
    /// One counter for each process.
    pub by_pid: bool,
}

/// How queue pairs get counters (`RDMA_NLDEV_ATTR_STAT_MODE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QpMode {
    /// They have none.
    Off,
    /// They get one as they are made.
    Auto(AutoMode),
    /// Each is bound by hand.
    Manual,
    /// A mode that this version of the SDK has no word for.
    Unknown(u32),
}

/// How the queue pairs of a port get counters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatMode {
    /// The number of the device.
    pub device_index: u32,
    /// The device.
    pub device: String,
    /// The port.
    pub port: u32,
    /// How.
    pub mode: QpMode,
    /// Whether optional counters are counted per queue pair too (`RDMA_NLDEV_ATTR_STAT_OPCOUNTER_ENABLED`).
    pub optional_counters: Option<bool>,
}

/// A counter that queue pairs are bound to, with what it counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoundCounter {
    /// The device.
    pub device: String,
    /// The number of the device.
    pub device_index: u32,
    /// The port.
    pub port: Option<u32>,
    /// The counter's number.
    pub counter: u32,
    /// The type of its queue pairs, where it was given out by type.
    pub qp_type: Option<super::QpType>,
    /// Whose queue pairs they are.
    pub owner: super::Owner,
    /// The queue pairs.
    pub qps: super::QpNumbers,
    /// What was counted.
    pub counters: Vec<HwCounter>,
}

/// What a memory region counted: pages that came in or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MrCounters {
    /// The device.
    pub device: String,
    /// The number of the device.
    pub device_index: u32,
    /// The region.
    pub mr: u32,
    /// What was counted.
    pub counters: Vec<HwCounter>,
}

/// A counter that can be turned on and off (`RDMA_NLDEV_CMD_STAT_GET_STATUS`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptionalCounter {
    /// The driver's name for it.
    pub name: String,
    /// Its number, by which it is set.
    pub index: u32,
    /// Whether it is on; none for counters that always are.
    pub on: Option<bool>,
}

/// A queue pair and the counter that it was bound to by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The counter.
    pub counter: u32,
    /// The queue pair; none for all of the counter.
    pub qp: Option<u32>,
}

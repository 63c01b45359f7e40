use serde::{Deserialize, Serialize};

/// One interval of a gate's cycle (`TCA_GATE_ONE_ENTRY`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GateEntry {
    /// True while packets pass (`TCA_GATE_ENTRY_GATE`).
    pub open: bool,
    /// How long it lasts, in nanoseconds (`TCA_GATE_ENTRY_INTERVAL`).
    pub interval_ns: u32,
    /// The internal priority value that packets get (`TCA_GATE_ENTRY_IPV`); -1 for their own.
    pub ipv: i32,
    /// The most bytes that pass (`TCA_GATE_ENTRY_MAX_OCTETS`); -1 for no limit.
    pub max_octets: i32,
}

/// A gate that opens and closes in a cycle (`gate`, IEEE 802.1Qci).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Gate {
    /// The priority of the gate's own schedule (`TCA_GATE_PRIORITY`).
    pub priority: Option<i32>,
    /// When the first cycle begins, in nanoseconds of the clock (`TCA_GATE_BASE_TIME`).
    pub base_time_ns: Option<u64>,
    /// How long a cycle lasts, in nanoseconds (`TCA_GATE_CYCLE_TIME`).
    pub cycle_time_ns: Option<u64>,
    /// By how much a last cycle may be longer, in nanoseconds (`TCA_GATE_CYCLE_TIME_EXT`).
    pub cycle_time_ext_ns: Option<u64>,
    /// The clock, such as `CLOCK_TAI` 11 (`TCA_GATE_CLOCKID`).
    pub clock_id: Option<i32>,
    /// `TCA_GATE_FLAGS`.
    pub flags: Option<u32>,
    /// The intervals of a cycle, in order (`TCA_GATE_ENTRY_LIST`).
    pub entries: Vec<GateEntry>,
}

/// The clock of a gate for which none is said (`CLOCK_TAI`).
const CLOCK_TAI: i32 = 11;

impl Gate {
    /// What is not said has the kernel's default: a cycle is as long as its intervals together.
    pub(super) fn make_canonical(&mut self) {
        self.priority.get_or_insert(-1);
        self.base_time_ns.get_or_insert(0);
        self.cycle_time_ext_ns.get_or_insert(0);
        self.clock_id.get_or_insert(CLOCK_TAI);
        self.flags.get_or_insert(0);
        if self.cycle_time_ns.is_none_or(|time| time == 0) {
            self.cycle_time_ns = Some(self.entries.iter().map(|entry| u64::from(entry.interval_ns)).sum());
        }
    }
}

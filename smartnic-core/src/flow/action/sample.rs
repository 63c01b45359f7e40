use serde::{Deserialize, Serialize};

/// Samples of packets for a listener in user space (`sample`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sample {
    /// One of so many packets (`TCA_SAMPLE_RATE`).
    pub rate: Option<u32>,
    /// How many bytes of it (`TCA_SAMPLE_TRUNC_SIZE`); `None` for all.
    pub truncate: Option<u32>,
    /// The group of listeners (`TCA_SAMPLE_PSAMPLE_GROUP`).
    pub group: Option<u32>,
}

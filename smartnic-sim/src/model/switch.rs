//! What has changed of a switch since its driver came up.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use smartnic_core::device::ThresholdKind;

/// The state of a switch, where it is not what the driver starts with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SwitchState {
    /// What thresholds in a pool mean, and its size in cells.
    pub(crate) pools: BTreeMap<u16, (ThresholdKind, u32)>,
    /// How much of pools ports may use.
    pub(crate) port_pools: Vec<(PortPoolKey, u32)>,
    /// The pools of traffic classes, and how much of them.
    pub(crate) bindings: Vec<(BindingKey, (u16, u32))>,
    /// Snapshots of the buffer's occupancy so far, and the one that the marks of the most began with.
    pub(crate) snapshots: u32,
    pub(crate) marks_since: u32,
    /// Tables whose entries are counted.
    pub(crate) counted: BTreeSet<String>,
    /// The types that slots are provisioned for.
    pub(crate) cards: BTreeMap<u32, String>,
    /// Sizes of resources: the present one, and the one from the next reload on.
    pub(crate) sizes: BTreeMap<u64, (u64, u64)>,
}

/// A port and a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PortPoolKey {
    pub(crate) port: u32,
    pub(crate) pool: u16,
}

/// A port, a direction and a traffic class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BindingKey {
    pub(crate) port: u32,
    pub(crate) egress: bool,
    pub(crate) tc: u16,
}

/// The value under a key.
pub(crate) fn held<K: PartialEq, V: Copy>(list: &[(K, V)], key: &K) -> Option<V> {
    list.iter().find(|(known, _)| known == key).map(|(_, value)| *value)
}

/// Puts a value under a key.
pub(crate) fn hold<K: PartialEq, V>(list: &mut Vec<(K, V)>, key: K, value: V) {
    match list.iter_mut().find(|(known, _)| *known == key) {
        Some((_, old)) => *old = value,
        None => list.push((key, value)),
    }
}

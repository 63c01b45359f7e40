use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::ethtool::{Bits, Bytes, HashFunction, InputTransformation, Rss as Told};

/// Slots of a table, and bytes of a key; ours.
pub(crate) const SLOTS: usize = 128;
pub(crate) const KEY: usize = 40;

/// Drivers that have contexts besides the link's own.
const WITH_CONTEXTS: [&str; 3] = ["mlx5_core", "bnxt_en", "sfc"];

/// How an uplink spreads what comes in; 0 is the link's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rss {
    pub(crate) contexts: BTreeMap<u32, Told>,
    /// The highest number of a context; 0 if the driver has none.
    pub(crate) most: u32,
}

impl Default for Rss {
    fn default() -> Self {
        Self::new("", 0)
    }
}

impl Rss {
    /// As after boot; the key is ours.
    pub(crate) fn new(driver: &str, clock: u32) -> Self {
        let fields = |names: &[&str]| {
            Some(Bits { on: names.iter().map(|name| (*name).to_owned()).collect(), of: None })
        };
        let (ip, ports) = (["ip-src", "ip-dst"], ["ip-src", "ip-dst", "l4-b-0-1", "l4-b-2-3"]);
        let first = clock as u8;
        let own = Told {
            function: Some(HashFunction::Toeplitz),
            transformation: Some(InputTransformation::None),
            key: Some(Bytes((0..KEY as u8).map(|at| at.wrapping_mul(37).wrapping_add(first)).collect())),
            ip4: fields(&ip),
            ip6: fields(&ip),
            tcp4: fields(&ports),
            tcp6: fields(&ports),
            udp4: fields(&ip),
            udp6: fields(&ip),
            ..Told::default()
        };
        let most = if WITH_CONTEXTS.contains(&driver) { 8 } else { 0 };
        Self { contexts: BTreeMap::from([(0, own)]), most }
    }

    /// A table that goes round over so many queues.
    pub(crate) fn even(queues: u32) -> Vec<u64> {
        (0..u64::from(queues.max(1))).cycle().take(SLOTS).collect()
    }
}

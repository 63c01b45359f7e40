//! What links, their drivers and their PHYs count, as one list.

use serde::Serialize;
use smartnic_core::ethtool::{Bucket, Counter, StatsGroup, StatsSource};

use crate::{Host, Result};

/// A counter of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkCounter {
    /// The group: a standard's (`eth-mac`, `rmon`), `private` for the driver's own, `phy` for the PHY's own.
    pub group: String,
    /// The counter, as the standard or the driver names it; of frames by their length `received` or `sent`.
    pub name: String,
    /// What was counted.
    pub value: u64,
    /// Of frames by their length: the least and the greatest, in bytes.
    pub bytes: Option<(u32, u32)>,
}

/// Counters of the link of this name: of the groups that are named, or of all groups of standards that the kernel has. With a
/// source, of one MAC where frames that give way have one of their own.
///
/// # Errors
/// `Parse` for a group that there is not, `Unsupported` if the driver counts nothing of one that is named.
pub fn counters(
    host: &Host,
    link: &str,
    groups: Option<&[&str]>,
    source: Option<StatsSource>,
) -> Result<Vec<LinkCounter>> {
    let words = groups.unwrap_or_default();
    let named = words.iter().filter(|word| !["private", "phy"].contains(word));
    let named: Vec<StatsGroup> = named.map(|word| word.parse()).collect::<Result<_>>()?;
    let (index, ethtool) = (host.names()?.index(link)?, host.ethtool()?);
    let mut all = Vec::new();
    if groups.is_none() || !named.is_empty() {
        for found in ethtool.statistics(index, &named, source).map_err(|error| error.on(link))? {
            let group = found.group.to_string();
            all.extend(own(&group, found.counters));
            for (name, buckets) in [("received", found.received), ("sent", found.sent)] {
                all.extend(buckets.into_iter().map(|Bucket { low, high, value }| LinkCounter {
                    group: group.clone(),
                    name: name.to_owned(),
                    value,
                    bytes: Some((low, high)),
                }));
            }
        }
    }
    if words.contains(&"private") {
        all.extend(own("private", ethtool.private_statistics(index).map_err(|error| error.on(link))?));
    }
    if words.contains(&"phy") {
        all.extend(own("phy", ethtool.phy_statistics(index).map_err(|error| error.on(link))?));
    }
    Ok(all)
}

fn own(group: &str, counters: Vec<Counter>) -> impl Iterator<Item = LinkCounter> {
    let group = group.to_owned();
    let one = move |Counter { name, value }| LinkCounter { group: group.clone(), name, value, bytes: None };
    counters.into_iter().map(one)
}

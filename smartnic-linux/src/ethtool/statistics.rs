//! Counters: those of standards over netlink, those of drivers by ioctl.

use smartnic_core::backend::EthtoolStatistics;
use smartnic_core::ethtool::{Counter, Statistics, StatsGroup, StatsSource, StringSet};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::ethtool::statistics::Counted;
use smartnic_netlink::ethtool::{FAMILY, ioctl, statistics, strings};
use smartnic_netlink::uapi::ethtool::{ETHTOOL_GPHYSTATS, ETHTOOL_GSTATS};

use crate::LinuxHost;

impl EthtoolStatistics for LinuxHost {
    fn statistics(
        &self,
        link: IfIndex,
        groups: &[StatsGroup],
        source: Option<StatsSource>,
    ) -> Result<Vec<Statistics>> {
        let (op, object) = ("read statistics", format_args!("ifindex {link}"));
        let family = self.family(FAMILY, op, &object)?;
        let known;
        let groups = match groups {
            [] => {
                known = self.groups()?;
                &known[..]
            }
            named => named,
        };
        let request = statistics::Get { family, link, groups, source };
        let counted = self.generic.fetch(op, &object, &request, &statistics::decode)?;
        let sets: Vec<StringSet> = counted.iter().map(|group| group.names).collect();
        if sets.is_empty() {
            return Ok(Vec::new());
        }
        let named = self.generic.fetch(
            op,
            &object,
            &strings::Get { family, link: None, sets: &sets },
            &strings::decode,
        )?;
        let names = |set| named.iter().find(|(id, _)| *id == set).map_or(&[][..], |(_, names)| names);
        Ok(counted.into_iter().map(|group| with_names(names(group.names), group)).collect())
    }

    fn private_statistics(&self, link: IfIndex) -> Result<Vec<Counter>> {
        self.counters("read the driver's statistics", link, ETHTOOL_GSTATS, StringSet::Private)
    }

    fn phy_statistics(&self, link: IfIndex) -> Result<Vec<Counter>> {
        self.counters("read the PHY's statistics", link, ETHTOOL_GPHYSTATS, StringSet::Phy)
    }

    fn names(&self, link: Option<IfIndex>, set: StringSet) -> Result<Vec<String>> {
        let op = "read names";
        let family = self.family(FAMILY, op, &set)?;
        let request = strings::Get { family, link, sets: &[set] };
        let found = self.generic.fetch(op, &set, &request, &strings::decode)?;
        let found = found.into_iter().find(|(id, _)| *id == set);
        Ok(found.map(|(_, names)| names).unwrap_or_default())
    }
}

impl LinuxHost {
    /// The groups that this kernel has: one that it has not is refused with all others.
    fn groups(&self) -> Result<Vec<StatsGroup>> {
        let names = EthtoolStatistics::names(self, None, StringSet::Groups)?;
        Ok((0_u32..).zip(names).map(|(number, _)| StatsGroup::from_number(number)).filter(is_named).collect())
    }

    fn counters(&self, op: &'static str, link: IfIndex, order: u32, set: StringSet) -> Result<Vec<Counter>> {
        let count = self.order(op, link, ioctl::strings::count(set), ioctl::strings::read_count)?;
        if count == 0 {
            return Err(Error::unsupported(op).on(format_args!("ifindex {link}")));
        }
        let names = self.order(op, link, ioctl::strings::names(set, count), ioctl::strings::read_names)?;
        let values =
            self.order(op, link, ioctl::strings::counters(order, count), ioctl::strings::read_counters)?;
        if names.len() != values.len() {
            let changed = Error::new(ErrorKind::Interrupted, op).on(format_args!("ifindex {link}"));
            return Err(changed.reason("the driver's counters changed meanwhile").hint("try again"));
        }
        Ok(names.into_iter().zip(values).map(|(name, value)| Counter { name, value }).collect())
    }
}

fn is_named(group: &StatsGroup) -> bool {
    !matches!(group, StatsGroup::Unknown(_))
}

/// A counter whose name the kernel does not tell goes by its number.
fn with_names(names: &[String], group: Counted) -> Statistics {
    let name = |at: u16| match names.get(usize::from(at)) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => format!("counter-{at}"),
    };
    let counters = group.counters.iter().map(|(at, value)| Counter { name: name(*at), value: *value });
    Statistics {
        group: group.group,
        counters: counters.collect(),
        received: group.received,
        sent: group.sent,
    }
}

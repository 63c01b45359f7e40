//! Counters and names straight on the model.

use smartnic_core::backend::EthtoolStatistics;
use smartnic_core::ethtool::{Counter, Statistics, StatsGroup, StatsSource, StringSet};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, Result};
use smartnic_netlink::uapi::ethtool::ETHTOOL_MAC_STATS_SRC_AGGREGATE;
use smartnic_netlink::uapi::ethtool::{ETH_SS_COUNT, ETH_SS_STATS};

use super::super::{SimHost, refused};
use crate::errno::Errno;
use crate::kernel::ioctl;
use crate::kernel::statistics::{OF_DRIVERS, groups, set_of};
use crate::note::Note;

impl EthtoolStatistics for SimHost {
    fn statistics(
        &self,
        link: IfIndex,
        wanted: &[StatsGroup],
        source: Option<StatsSource>,
    ) -> Result<Vec<Statistics>> {
        let source = source.map_or(ETHTOOL_MAC_STATS_SRC_AGGREGATE, StatsSource::number);
        self.read("read statistics", link, |machine| groups(machine, link, wanted, source))
    }

    fn private_statistics(&self, link: IfIndex) -> Result<Vec<Counter>> {
        self.read("read the driver's statistics", link, |machine| {
            let values = ioctl::counters(machine, link)?;
            let names = ioctl::own_names(machine, machine.netdev(link)?, ETH_SS_STATS);
            let counted = names.unwrap_or_default().into_iter().zip(values);
            Ok(counted.map(|(name, value)| Counter { name, value }).collect())
        })
    }

    fn phy_statistics(&self, link: IfIndex) -> Result<Vec<Counter>> {
        // Firmware serves the PHYs.
        self.read("read the PHY's statistics", link, |machine| {
            machine.netdev(link)?;
            Err(Errno::EOPNOTSUPP)
        })
    }

    fn names(&self, link: Option<IfIndex>, set: StringSet) -> Result<Vec<String>> {
        let op = "read names";
        let machine = self.machine.lock();
        let failed = |errno| -> Error { refused(op, errno, Note::default()).on(set) };
        let netdev = link.map(|link| machine.netdev(link)).transpose().map_err(failed)?;
        let number = set.number();
        if number >= ETH_SS_COUNT {
            return Err(failed(Errno::EOPNOTSUPP));
        }
        if netdev.is_none() && OF_DRIVERS.contains(&number) {
            return Err(failed(Errno::EINVAL));
        }
        Ok(set_of(&machine, netdev, number).unwrap_or_default())
    }
}

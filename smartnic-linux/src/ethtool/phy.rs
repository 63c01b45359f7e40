//! PHYs, what they receive, and the cable behind them.

use std::time::{Duration, Instant};

use smartnic_core::backend::{EthtoolNotices, EthtoolPhy};
use smartnic_core::ethtool::{CableReach, CableStatus, CableTest, LinkChanged, Phy, SignalError};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::codec::Message;
use smartnic_netlink::ethtool::{FAMILY, cable, phy, record};

use crate::LinuxHost;

impl EthtoolPhy for LinuxHost {
    fn phys(&self, link: IfIndex) -> Result<Vec<Phy>> {
        let (op, object) = ("list PHYs", format_args!("ifindex {link}"));
        let family = self.family(FAMILY, op, &object)?;
        let decode = |message: &Message<'_>| record::decode(message, &phy::LAYOUT).map(Some);
        self.generic.list(op, &object, &phy::Dump { family, link }, &decode)
    }

    fn signal_error(&self, link: IfIndex) -> Result<SignalError> {
        self.record("read how good the signal is", link, &phy::SIGNAL, 0)
    }

    fn test_cable(&self, link: IfIndex, reach: Option<&CableReach>, most: Duration) -> Result<CableTest> {
        let (op, object) = ("test a cable", format_args!("ifindex {link}"));
        let family = self.family(FAMILY, op, &object)?;
        // What is found may be told before the order is answered.
        let mut watch = self.watch_links()?;
        self.generic.change(op, &object, &cable::Test { family, link, reach })?;
        let end = Instant::now() + most;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let heard = watch.wait(Some(left)).map_err(|error| error.on(object))?;
            let Some(notice) = heard else {
                let error = Error::new(ErrorKind::Timeout, op).on(object);
                return Err(error.reason("the PHY has told nothing in time; the test may go on"));
            };
            if let LinkChanged::Cable(test) = notice.what
                && notice.link == link
                && test.tdr == reach.is_some()
                && test.status == CableStatus::Completed
            {
                return Ok(*test);
            }
        }
    }
}

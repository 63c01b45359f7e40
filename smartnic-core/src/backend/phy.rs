use std::time::Duration;

use crate::ethtool::{CableReach, CableTest, Phy, SignalError};
use crate::types::IfIndex;
use crate::{Error, Result};

/// PHYs of a link, what they receive, and the cable behind them.
///
/// # Errors
/// As [`super::EthtoolQueues`].
pub trait EthtoolPhy: Send + Sync {
    /// The PHYs that the kernel's own library serves (`ETHTOOL_MSG_PHY_GET`, kernel 6.12 and later). Those that a driver or
    /// firmware serves are not among them.
    fn phys(&self, link: IfIndex) -> Result<Vec<Phy>> {
        Err(Error::unsupported("list PHYs").on(format_args!("ifindex {link}")))
    }

    /// How far off the received signal is (`ETHTOOL_MSG_MSE_GET`).
    fn signal_error(&self, link: IfIndex) -> Result<SignalError> {
        Err(Error::unsupported("read how good the signal is").on(format_args!("ifindex {link}")))
    }

    /// Tests the cable, and waits for what is found, at most so long (`ETHTOOL_MSG_CABLE_TEST_ACT`); with a reach, raw
    /// reflections are measured (`ETHTOOL_MSG_CABLE_TEST_TDR_ACT`). The link goes down for that time.
    ///
    /// # Errors
    /// `Timeout` if nothing was found in time; the test may go on. Those of [`super::EthtoolQueues`].
    fn test_cable(&self, link: IfIndex, reach: Option<&CableReach>, most: Duration) -> Result<CableTest> {
        let _ = (reach, most);
        Err(Error::unsupported("test a cable").on(format_args!("ifindex {link}")))
    }
}

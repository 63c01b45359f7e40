use std::time::Duration;

use crate::device::ReporterId;
use crate::flow::{Packet, Path};
use crate::types::IfIndex;
use crate::{Error, Result};

/// What became of packets that were sent into a simulated NIC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The way one of them took through the rules.
    pub path: Path,
    /// True if the NIC handled them alone; false if the CPU saw them.
    pub in_hardware: bool,
}

/// What can happen to a simulated NIC: packets, and errors.
pub trait Datapath: Send + Sync {
    /// Sends `count` equal packets into the switch where `from` stands: for a representor, as if its VF had sent
    /// them; for the uplink, as if they came from the wire. Counters move.
    ///
    /// # Errors
    /// `NotFound` if there is no such link.
    fn send(&self, from: IfIndex, packet: &Packet, count: u64) -> Result<Delivery>;

    /// Lets what a health reporter watches have an error, so long after whatever happened before. Returns whether the
    /// driver recovered from it by itself.
    ///
    /// # Errors
    /// `NotFound` if there is no such reporter.
    fn report_error(&self, reporter: &ReporterId, error: &str, after: Duration) -> Result<bool> {
        let _ = (error, after);
        Err(Error::unsupported("let a device have an error").on(reporter))
    }
}

use crate::Result;
use crate::flow::{Packet, Path};
use crate::types::IfIndex;

/// What became of packets that were sent into a simulated NIC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The way one of them took through the rules.
    pub path: Path,
    /// True if the NIC handled them alone; false if the CPU saw them.
    pub in_hardware: bool,
}

/// A way to send packets through a simulated NIC.
pub trait Datapath: Send + Sync {
    /// Sends `count` equal packets into the switch where `from` stands: for a representor, as if its VF had sent
    /// them; for the uplink, as if they came from the wire. Counters move.
    ///
    /// # Errors
    /// `NotFound` if there is no such link.
    fn send(&self, from: IfIndex, packet: &Packet, count: u64) -> Result<Delivery>;
}

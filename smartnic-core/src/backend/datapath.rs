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

/// What can happen to a simulated NIC: packets, errors, and what others do with its links.
pub trait Datapath: Send + Sync {
    /// Sends `count` equal packets into the switch where `from` stands: for a representor, as if its VF had sent
    /// them; for the uplink, as if they came from the wire. Counters move.
    ///
    /// # Errors
    /// `NotFound` if there is no such link.
    fn send(&self, from: IfIndex, packet: &Packet, count: u64) -> Result<Delivery>;

    /// Lets what a health reporter watches have an error, so long after whatever happened before. Returns whether the
    /// driver recovered from it by itself. Drivers without reporters can break as a whole, by a name of their own (`catas`, of
    /// mlx4).
    ///
    /// # Errors
    /// `NotFound` if there is no such reporter.
    fn report_error(&self, reporter: &ReporterId, error: &str, after: Duration) -> Result<bool> {
        let _ = (error, after);
        Err(Error::unsupported("let a device have an error").on(reporter))
    }

    /// Makes a network namespace, as `ip netns add` does; with the path of a process' file, such as `/proc/4711/ns/net`, one
    /// that has no name.
    ///
    /// # Errors
    /// `AlreadyExists` if there is one of this name, `Refused` if it can be none.
    fn add_netns(&self, name: &str) -> Result<()> {
        Err(Error::unsupported("make a network namespace").on(name))
    }

    /// Ends a network namespace, as `ip netns del` does: what was moved there comes back.
    ///
    /// # Errors
    /// `NotFound` if there is none of this name.
    fn remove_netns(&self, name: &str) -> Result<()> {
        Err(Error::unsupported("end a network namespace").on(name))
    }

    /// Moves a link from one network namespace to another, as `ip link set LINK netns NAME` does; the first one has no name.
    ///
    /// # Errors
    /// `NotFound` if there is no such link or namespace, `AlreadyExists` if the link's name is taken there, or what the kernel says
    /// of a link that cannot be moved.
    fn move_link(&self, link: &str, from: Option<&str>, to: Option<&str>) -> Result<()> {
        let _ = (from, to);
        Err(Error::unsupported("move a link to another network namespace").on(link))
    }
}

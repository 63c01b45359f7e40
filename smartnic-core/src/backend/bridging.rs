use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::bridge::{
    Bond, BondChange, Bridge, BridgeChange, BridgeNotice, BridgePort, BridgePortChange, BridgeVlan, FdbAdd,
    FdbEntry, FdbFlush, MdbEntry, VlanSide,
};
use crate::types::IfIndex;
use crate::{Error, Result};

/// Bridges and bonds: what they forward by, and what of it the NIC forwards itself.
///
/// # Errors
/// Every operation can fail with `Unsupported`, `NotFound`, `PermissionDenied`, or what the kernel or driver says.
pub trait Bridging: Send + Sync {
    /// The bridges of this network namespace.
    fn bridges(&self) -> Result<Vec<Bridge>> {
        Err(Error::unsupported("list bridges"))
    }

    /// Makes a bridge. It is down at first, as every new link.
    fn add_bridge(&self, name: &str, settings: &BridgeChange) -> Result<()> {
        let _ = settings;
        Err(Error::unsupported("make a bridge").on(name))
    }

    /// Makes a bond. It is down at first, as every new link.
    fn add_bond(&self, name: &str, settings: &BondChange) -> Result<()> {
        let _ = settings;
        Err(Error::unsupported("make a bond").on(name))
    }

    /// Changes a bond.
    fn set_bond(&self, bond: IfIndex, change: &BondChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change a bond").on(format_args!("ifindex {bond}")))
    }

    /// Removes a bridge or bond; its ports are free then.
    fn remove_master(&self, master: IfIndex) -> Result<()> {
        Err(Error::unsupported("remove a bridge or bond").on(format_args!("ifindex {master}")))
    }

    /// Makes a link a port of a bridge or bond, or with `None` of nothing. A port of a bond must be down before.
    fn set_link_master(&self, link: IfIndex, master: Option<IfIndex>) -> Result<()> {
        let _ = master;
        Err(Error::unsupported("make a link a port").on(format_args!("ifindex {link}")))
    }

    /// Changes a bridge.
    fn set_bridge(&self, bridge: IfIndex, change: &BridgeChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change a bridge").on(format_args!("ifindex {bridge}")))
    }

    /// The ports of all bridges, and the bridges as far as they have VLANs; with devices that bridge by themselves.
    fn bridge_ports(&self) -> Result<Vec<BridgePort>> {
        Err(Error::unsupported("list ports of bridges"))
    }

    /// Changes a port.
    fn set_bridge_port(&self, port: IfIndex, change: &BridgePortChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change a port of a bridge").on(format_args!("ifindex {port}")))
    }

    /// All addresses, those of one bridge, or those behind one link.
    fn fdb(&self, bridge: Option<IfIndex>, link: Option<IfIndex>) -> Result<Vec<FdbEntry>> {
        let _ = (bridge, link);
        Err(Error::unsupported("list addresses"))
    }

    /// Adds an address. Without `SELF` and `MASTER` it goes into the device's own table, as with `bridge`.
    fn add_fdb(&self, entry: &FdbEntry, how: FdbAdd) -> Result<()> {
        let _ = how;
        Err(Error::unsupported("add an address").on(entry.mac))
    }

    /// Removes an address.
    fn remove_fdb(&self, entry: &FdbEntry) -> Result<()> {
        Err(Error::unsupported("remove an address").on(entry.mac))
    }

    /// Removes many addresses at once.
    fn flush_fdb(&self, which: &FdbFlush) -> Result<()> {
        Err(Error::unsupported("remove addresses").on(format_args!("ifindex {}", which.link)))
    }

    /// Lets VLANs through a port or bridge.
    fn add_vlans(&self, link: IfIndex, vlans: BridgeVlan, side: VlanSide) -> Result<()> {
        let _ = (vlans, side);
        Err(Error::unsupported("add VLANs").on(format_args!("ifindex {link}")))
    }

    /// Lets VLANs through no more.
    fn remove_vlans(&self, link: IfIndex, vlans: BridgeVlan, side: VlanSide) -> Result<()> {
        let _ = (vlans, side);
        Err(Error::unsupported("remove VLANs").on(format_args!("ifindex {link}")))
    }

    /// The members of multicast groups.
    fn mdb(&self) -> Result<Vec<MdbEntry>> {
        Err(Error::unsupported("list multicast groups"))
    }

    /// Adds a member to a group.
    fn add_mdb(&self, entry: &MdbEntry) -> Result<()> {
        Err(Error::unsupported("add a member to a group").on(entry.group))
    }

    /// Removes a member of a group.
    fn remove_mdb(&self, entry: &MdbEntry) -> Result<()> {
        Err(Error::unsupported("remove a member of a group").on(entry.group))
    }

    /// Begins to listen to what changes at bridges: addresses, members of groups, ports with their VLANs.
    fn watch_bridges(&self) -> Result<Box<dyn BridgeWatch>> {
        Err(Error::unsupported("watch bridges"))
    }

    /// The bonds of this network namespace, with what is known of their offload.
    fn bonds(&self) -> Result<Vec<Bond>> {
        Err(Error::unsupported("list bonds"))
    }
}

/// What changes at bridges, as it happens.
pub trait BridgeWatch: Send {
    /// Waits for the next message, at most so long; `None` if nothing came.
    ///
    /// # Errors
    /// `Overrun` if the kernel dropped messages because they were not read in time: what is kept of the state must be
    /// read again, and the watch goes on.
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<BridgeNotice>>;

    /// A descriptor that becomes readable when a message waits, for use with `poll`; a simulated kernel has none.
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

impl Iterator for dyn BridgeWatch {
    type Item = Result<BridgeNotice>;

    /// The next message, however long it takes.
    fn next(&mut self) -> Option<Self::Item> {
        self.wait(None).transpose()
    }
}

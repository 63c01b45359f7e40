use super::{BridgePort, FdbEntry, MdbEntry};

/// What changed at a bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BridgeChanged {
    /// An address (`RTM_NEWNEIGH`, `RTM_DELNEIGH`).
    Address(Box<FdbEntry>),
    /// A member of a multicast group (`RTM_NEWMDB`, `RTM_DELMDB`).
    Member(Box<MdbEntry>),
    /// A port, or a bridge with its own VLANs, with all VLANs that it lets through now (`RTM_NEWLINK`, `RTM_DELLINK`).
    Port(Box<BridgePort>),
}

/// Word of a change at a bridge, as it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgeNotice {
    /// What changed, as it is now, or as it was if it is gone.
    pub what: BridgeChanged,
    /// True if it is gone; else it came or changed, which the kernel does not tell apart.
    pub gone: bool,
}

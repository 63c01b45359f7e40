use crate::rdma::Gid;

/// The way to a peer, as an address handle or a connected queue pair keeps it (`struct ibv_ah_attr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AddressVector {
    /// The port that packets leave by, from 1.
    pub port: u8,
    /// The peer's GID; none for a peer in the same InfiniBand subnet. RoCE always needs it.
    pub gid: Option<Gid>,
    /// The place of our own GID in the port's table; it counts if there is a GID.
    pub gid_index: u8,
    /// How many routers may be passed (the hop limit of IP).
    pub hop_limit: u8,
    /// The traffic class, of which IP takes its DSCP.
    pub traffic_class: u8,
    /// The flow label of IPv6: 20 bits.
    pub flow_label: u32,
    /// The peer's local identifier; 0 on Ethernet.
    pub lid: u16,
    /// The service level; on Ethernet its priority.
    pub service_level: u8,
    /// Which of our own local identifiers, if the port has several.
    pub source_path_bits: u8,
    /// The most that is sent per time, as InfiniBand encodes it; 0 for the port's own rate.
    pub static_rate: u8,
}

impl AddressVector {
    /// The way to a GID, from the GID at `gid_index` of `port`.
    #[must_use]
    pub fn to_gid(port: u8, gid_index: u8, gid: Gid) -> Self {
        Self { port, gid: Some(gid), gid_index, hop_limit: 64, ..Self::default() }
    }

    /// The way to a local identifier in the same InfiniBand subnet.
    #[must_use]
    pub fn to_lid(port: u8, lid: u16) -> Self {
        Self { port, lid, ..Self::default() }
    }
}

use std::time::Duration;

use super::PathMtu;
use crate::rdma::Gid;

/// A way from one port to another, as the kernel or a subnet manager found it (`struct ibv_sa_path_rec`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRecord {
    /// The GID that it begins at.
    pub source: Gid,
    /// The GID that it ends at.
    pub destination: Gid,
    /// The local identifiers of both (InfiniBand); 0 on Ethernet.
    pub lids: [u16; 2],
    /// The partition key.
    pub pkey: u16,
    /// The service level.
    pub service_level: u8,
    /// The traffic class, which on Ethernet is IP's type of service.
    pub traffic_class: u8,
    /// The flow label: 20 bits, as the host counts.
    pub flow_label: u32,
    /// Routers on the way, at most.
    pub hop_limit: u8,
    /// The longest payload of a packet.
    pub mtu: PathMtu,
    /// How fast it is, by the specification's number (`enum ibv_rate`): 3 is 10 Gbit/s, 7 is 40.
    pub rate: u8,
    /// How long a packet is on its way at most: 4.096 µs, doubled so many times.
    pub packet_lifetime: u8,
}

impl PathRecord {
    /// How long a packet is on its way at most.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        Duration::from_nanos(4096u64.saturating_mul(1u64 << self.packet_lifetime.min(40)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_double() {
        let path = |packet_lifetime| PathRecord {
            source: Gid::default(),
            destination: Gid::default(),
            lids: [0; 2],
            pkey: 0xffff,
            service_level: 0,
            traffic_class: 0,
            flow_label: 0,
            hop_limit: 1,
            mtu: PathMtu::Mtu1024,
            rate: 3,
            packet_lifetime,
        };
        assert_eq!(path(0).lifetime(), Duration::from_nanos(4096));
        assert_eq!(path(16).lifetime(), Duration::from_nanos(4096 * 65536));
        assert!(
            path(255).lifetime() > Duration::from_secs(4000),
            "longer than can be meant, and no overflow"
        );
    }
}

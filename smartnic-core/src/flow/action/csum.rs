use bitflags::bitflags;
use serde::{Deserialize, Serialize};

bitflags! {
    /// Checksums to compute anew (`TCA_CSUM_UPDATE_FLAG_*`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub struct Csum: u32 {
        /// The IPv4 header's.
        const IPV4_HEADER = 1;
        /// ICMP's.
        const ICMP = 2;
        /// IGMP's.
        const IGMP = 4;
        /// TCP's.
        const TCP = 8;
        /// UDP's.
        const UDP = 16;
        /// UDP-Lite's.
        const UDPLITE = 32;
        /// SCTP's.
        const SCTP = 64;
        const _ = !0;
    }
}

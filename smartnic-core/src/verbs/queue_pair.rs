use bitflags::bitflags;

use super::AddressVector;
use crate::rdma::{QpState, codes};

bitflags! {
    /// What may be done with memory, or over a queue pair with memory (`enum ibv_access_flags`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Access: u32 {
        /// The device may write: what receives, reads and atomics of ours need.
        const LOCAL_WRITE = 1;
        /// Peers may write. Regions need `LOCAL_WRITE` with it.
        const REMOTE_WRITE = 2;
        /// Peers may read.
        const REMOTE_READ = 4;
        /// Peers may use atomics. Regions need `LOCAL_WRITE` with it.
        const REMOTE_ATOMIC = 8;
        /// Memory windows may be bound.
        const WINDOW_BIND = 16;
        /// Addresses of peers begin at zero.
        const ZERO_BASED = 32;
        /// Pages are brought in when they are touched.
        const ON_DEMAND = 64;
        /// Peers may have what they wrote made visible to all of this host (`IBV_ACCESS_FLUSH_GLOBAL`).
        const FLUSH_GLOBAL = 1 << 8;
        /// Peers may have what they wrote made to outlast a loss of power, of memory that can (`IBV_ACCESS_FLUSH_PERSISTENT`).
        const FLUSH_PERSISTENT = 1 << 9;
        /// Writes may pass one another.
        const RELAXED_ORDERING = 1 << 20;
    }
}

codes! {
    /// The largest payload of a packet of a connection (`enum ibv_mtu`).
    PathMtu {
        /// 256 bytes.
        Mtu256 = 1, "256";
        /// 512 bytes.
        Mtu512 = 2, "512";
        /// 1024 bytes.
        Mtu1024 = 3, "1024";
        /// 2048 bytes.
        Mtu2048 = 4, "2048";
        /// 4096 bytes.
        Mtu4096 = 5, "4096";
    }
}

impl PathMtu {
    /// The largest that has no more bytes than these; the smallest there is if they are fewer.
    #[must_use]
    pub fn within(bytes: u32) -> Self {
        let fits = Self::ALL.iter().rev().find(|mtu| 128 << mtu.number() <= bytes);
        fits.copied().unwrap_or(Self::Mtu256)
    }
}

/// How long an answer is waited for before a packet is sent again: 4.096 µs · 2ⁿ; 0 waits for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AckTimeout(
    /// n, up to 31.
    pub u8,
);

/// How long a peer is asked to wait if there is no receive request, as InfiniBand encodes it: 0 is 655.36 ms, 1 is
/// 0.01 ms, and up to 31, 491.52 ms, each is longer than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RnrTimer(
    /// The code.
    pub u8,
);

/// How much fits into a queue pair (`struct ibv_qp_cap`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QpCapacity {
    /// Send requests that wait.
    pub send_requests: u32,
    /// Receive requests that wait; none with a shared receive queue.
    pub receive_requests: u32,
    /// Pieces of memory of a send request.
    pub send_sges: u32,
    /// Pieces of memory of a receive request.
    pub receive_sges: u32,
    /// Bytes of a request that are copied while it is posted.
    pub inline: u32,
}

impl Default for QpCapacity {
    fn default() -> Self {
        Self { send_requests: 128, receive_requests: 128, send_sges: 1, receive_sges: 1, inline: 64 }
    }
}

/// How much fits into a shared receive queue (`struct ibv_srq_attr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SrqCapacity {
    /// Receive requests that wait.
    pub requests: u32,
    /// Pieces of memory of a request.
    pub sges: u32,
}

/// What a vendor's hardware does for connections between its own kind beyond the specification (`struct ibv_ece`). Both ends
/// tell each other, as `rdma_cm` does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Ece {
    /// The vendor, by the number that IEEE gave it.
    pub vendor_id: u32,
    /// What it is, in the vendor's own bits.
    pub options: u32,
}

/// A change of a queue pair (`ibv_modify_qp`): what is `None` stays. Which fields a change of state needs and takes
/// is said by InfiniBand's specification; the typed queue pairs of `smartnic::verbs` ask for just those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QpChange {
    /// The state to go to.
    pub state: Option<QpState>,
    /// The place of the partition key.
    pub pkey_index: Option<u16>,
    /// The port, from 1.
    pub port: Option<u8>,
    /// What peers may do over it.
    pub access: Option<Access>,
    /// The key that datagrams to it must have.
    pub qkey: Option<u32>,
    /// The way to the peer.
    pub address: Option<AddressVector>,
    /// The largest payload of a packet.
    pub path_mtu: Option<PathMtu>,
    /// The peer's queue pair.
    pub peer: Option<u32>,
    /// The number of the first packet that comes: 24 bits.
    pub receive_psn: Option<u32>,
    /// The number of the first packet that goes: 24 bits.
    pub send_psn: Option<u32>,
    /// Reads and atomics of the peer's that are answered at a time.
    pub max_answered_reads: Option<u8>,
    /// Reads and atomics of ours that are under way at a time.
    pub max_reads: Option<u8>,
    /// How long the peer waits if there is no receive request.
    pub rnr_timer: Option<RnrTimer>,
    /// How long an answer is waited for.
    pub timeout: Option<AckTimeout>,
    /// How often a packet is sent again without an answer: up to 7.
    pub retries: Option<u8>,
    /// How often it is sent again because there is no receive request: up to 6, and 7 for ever.
    pub rnr_retries: Option<u8>,
}

impl QpChange {
    /// A change to a state.
    #[must_use]
    pub fn to(state: QpState) -> Self {
        Self { state: Some(state), ..Self::default() }
    }
}

/// A queue pair as it is now (`ibv_query_qp`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QpAttributes {
    /// Its state.
    pub state: QpState,
    /// How much fits into it.
    pub capacity: QpCapacity,
    /// The port.
    pub port: u8,
    /// The place of its partition key.
    pub pkey_index: u16,
    /// What peers may do over it.
    pub access: Access,
    /// The key that datagrams to it must have.
    pub qkey: u32,
    /// The way to the peer.
    pub address: AddressVector,
    /// The largest payload of a packet.
    pub path_mtu: PathMtu,
    /// The peer's queue pair.
    pub peer: u32,
    /// The number of the next packet that comes.
    pub receive_psn: u32,
    /// The number of the next packet that goes.
    pub send_psn: u32,
    /// Reads and atomics of the peer's that are answered at a time.
    pub max_answered_reads: u8,
    /// Reads and atomics of ours that are under way at a time.
    pub max_reads: u8,
    /// How long the peer waits if there is no receive request.
    pub rnr_timer: RnrTimer,
    /// How long an answer is waited for.
    pub timeout: AckTimeout,
    /// How often a packet is sent again without an answer.
    pub retries: u8,
    /// How often it is sent again because there is no receive request.
    pub rnr_retries: u8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mtu_that_fits() {
        for (bytes, mtu) in [(0, 256), (1023, 512), (1024, 1024), (1450, 1024), (9000, 4096)] {
            assert_eq!(PathMtu::within(bytes).word(), mtu.to_string());
        }
    }
}

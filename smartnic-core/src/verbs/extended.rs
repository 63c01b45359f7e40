use std::time::Duration;

use bitflags::bitflags;

bitflags! {
    /// What a transport can do with memory whose pages come when they are touched (`enum ibv_odp_transport_cap_bits`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct OdpOps: u32 {
        /// Send from it.
        const SEND = 1;
        /// Receive into it.
        const RECEIVE = 1 << 1;
        /// Write it, or be written to.
        const WRITE = 1 << 2;
        /// Read it.
        const READ = 1 << 3;
        /// Atomics.
        const ATOMIC = 1 << 4;
        /// Receive into it by a shared receive queue.
        const SHARED_RECEIVE = 1 << 5;
        /// Flush it.
        const FLUSH = 1 << 6;
        /// Write a word of it at once.
        const ATOMIC_WRITE = 1 << 7;
    }
}

/// On-demand paging: regions whose pages come when they are touched (`struct ibv_odp_caps`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OdpCaps {
    /// Whether there are such regions at all (`IBV_ODP_SUPPORT`): those registered with [`super::Access::ON_DEMAND`].
    pub supported: bool,
    /// Whether one can span the whole address space (`IBV_ODP_SUPPORT_IMPLICIT`).
    pub implicit: bool,
    /// Of reliable connections.
    pub rc: OdpOps,
    /// Of unreliable connections.
    pub uc: OdpOps,
    /// Of datagrams.
    pub ud: OdpOps,
    /// Of extended reliable connections.
    pub xrc: OdpOps,
}

bitflags! {
    /// Types of queue pairs, as capabilities name them: one bit for each number of `enum ibv_qp_type`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct QpTypes: u32 {
        /// Reliable connections.
        const RC = 1 << 2;
        /// Unreliable connections.
        const UC = 1 << 3;
        /// Datagrams.
        const UD = 1 << 4;
        /// Raw packets.
        const RAW_PACKET = 1 << 8;
    }
}

/// Long TCP segments that the device cuts into packets (`struct ibv_tso_caps`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TsoCaps {
    /// The most bytes of one; 0 if it cuts none.
    pub max: u32,
    /// For which queue pairs.
    pub qp_types: QpTypes,
}

/// Packets that the device spreads over receive queues by a hash (`struct ibv_rss_caps`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RssCaps {
    /// For which queue pairs.
    pub qp_types: QpTypes,
    /// Tables of queues.
    pub max_tables: u32,
    /// Queues of a table.
    pub max_table_size: u32,
    /// What of a packet goes into the hash: bits of `enum ibv_rx_hash_fields`.
    pub hash_fields: u64,
    /// By which functions: bits of `enum ibv_rx_hash_function_flags`, of which 1 is Toeplitz's.
    pub hash_functions: u8,
}

/// How slow queue pairs can be made to send (`struct ibv_packet_pacing_caps`), in kbit/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PacingCaps {
    /// The slowest.
    pub min: u32,
    /// The fastest; 0 if they cannot be slowed down.
    pub max: u32,
    /// For which queue pairs.
    pub qp_types: QpTypes,
}

bitflags! {
    /// What a device does with raw packets (`enum ibv_raw_packet_caps`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct RawPacketCaps: u32 {
        /// Takes the VLAN's tag off.
        const VLAN_STRIPPING = 1;
        /// Hands the frame's check sequence over.
        const SCATTER_FCS = 1 << 1;
        /// Makes and checks the checksums of IP, TCP and UDP.
        const IP_CHECKSUM = 1 << 2;
        /// Waits for a receive request instead of dropping.
        const DELAY_DROP = 1 << 3;
    }
}

/// Messages that find their memory by a tag (`struct ibv_tm_caps`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TagMatchingCaps {
    /// The longest header of a rendezvous, in bytes.
    pub max_rendezvous_header: u32,
    /// Tagged buffers of one list; 0 if there are none.
    pub max_tags: u32,
    /// Whether it is there for reliable connections.
    pub rc: bool,
    /// Operations on a list that are under way at a time.
    pub max_ops: u32,
    /// Pieces of memory of a tagged buffer.
    pub max_sge: u32,
}

/// How completions can be held back, so that one wakes for several (`struct ibv_cq_moderation_caps`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ModerationCaps {
    /// Completions.
    pub max_count: u16,
    /// Microseconds.
    pub max_period: u16,
}

/// Atomics of the device over PCI (`struct ibv_pci_atomic_caps`): bits for sizes, 1 for 4 bytes, 2 for 8, 4 for 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PciAtomicCaps {
    /// Additions.
    pub fetch_add: u16,
    /// Exchanges.
    pub swap: u16,
    /// Comparisons and exchanges.
    pub compare_swap: u16,
}

/// What a device says it can do beyond [`super::VerbsLimits`] (`struct ibv_device_attr_ex`). Of a driver that does not say,
/// all is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VerbsExtended {
    /// Regions whose pages come when they are touched.
    pub odp: OdpCaps,
    /// The bits that a completion's time stamp has; 0 if there is none.
    pub timestamp_mask: u64,
    /// How fast the device's clock goes, in kHz; 0 if it has none.
    pub core_clock_khz: u64,
    /// Flags of the device, bits of `enum ibv_device_cap_flags` and beyond.
    pub flags: u64,
    /// Long TCP segments.
    pub tso: TsoCaps,
    /// Packets spread over receive queues.
    pub rss: RssCaps,
    /// Receive queues that stand alone (`struct ibv_wq`).
    pub max_receive_queues: u32,
    /// Queue pairs that send slowly.
    pub pacing: PacingCaps,
    /// Raw packets.
    pub raw_packet: RawPacketCaps,
    /// Messages with tags.
    pub tag_matching: TagMatchingCaps,
    /// Completions held back.
    pub moderation: ModerationCaps,
    /// Memory of the device itself, in bytes.
    pub max_device_memory: u64,
    /// Atomics over PCI.
    pub pci_atomics: PciAtomicCaps,
    /// Ports, of which there may be more than a `u8` can count.
    pub ports: u32,
}

impl VerbsExtended {
    /// The time between two stamps of this device, of which the later may have begun anew; none without a clock.
    #[must_use]
    pub fn between(&self, earlier: u64, later: u64) -> Option<Duration> {
        if self.core_clock_khz == 0 || self.timestamp_mask == 0 {
            return None;
        }
        let ticks = u128::from(later.wrapping_sub(earlier) & self.timestamp_mask);
        let nanos = ticks * 1_000_000 / u128::from(self.core_clock_khz);
        u64::try_from(nanos).ok().map(Duration::from_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_told_apart_when_the_clock_begins_anew() {
        let device =
            VerbsExtended { timestamp_mask: 0xffff, core_clock_khz: 1000, ..VerbsExtended::default() };
        assert_eq!(device.between(100, 350), Some(Duration::from_micros(250)));
        assert_eq!(device.between(0xfff0, 0x10), Some(Duration::from_micros(32)));
        assert_eq!(VerbsExtended::default().between(1, 2), None);
        let fast = VerbsExtended { timestamp_mask: u64::MAX, core_clock_khz: 1, ..device };
        assert_eq!(fast.between(0, u64::MAX), None, "longer than can be said");
    }
}

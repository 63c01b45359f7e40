use bitflags::bitflags;
use serde::{Serialize, Serializer};

use super::{OdpOps, QpTypes};

/// A library of a vendor's own for what its devices have beyond the common verbs ("direct verbs").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum DirectVerbs {
    /// NVIDIA's `mlx5dv`, in `libmlx5.so.1`.
    #[serde(rename = "mlx5dv")]
    Mlx5,
    /// Amazon's `efadv`, in `libefa.so.1`.
    #[serde(rename = "efadv")]
    Efa,
}

impl DirectVerbs {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mlx5 => "mlx5dv",
            Self::Efa => "efadv",
        }
    }
}

/// What a device can do by its vendor's own library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "library")]
pub enum DirectCaps {
    /// By `mlx5dv`.
    #[serde(rename = "mlx5dv")]
    Mlx5(Mlx5Caps),
    /// By `efadv`.
    #[serde(rename = "efadv")]
    Efa(EfaCaps),
}

/// Writes the names of bits, and what has no name as one number, such as `["a", "0x80"]`.
fn names<F: bitflags::Flags<Bits: Into<u64>>, S: Serializer>(
    flags: &F,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let known = flags.iter_names().map(|(name, _)| name.to_ascii_lowercase());
    let unknown: u64 = (flags.bits() & !F::all().bits()).into();
    serializer.collect_seq(known.chain((unknown != 0).then(|| format!("{unknown:#x}"))))
}

bitflags! {
    /// What an mlx5 device is (`enum mlx5dv_context_flags`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Mlx5Flags: u64 {
        /// Its completions have the newer form.
        const CQE_VERSION_1 = 1;
        /// Several packets go in one request.
        const MULTI_PACKET = 1 << 2;
        /// They do so with all that a request can have.
        const ENHANCED_MULTI_PACKET = 1 << 3;
        /// Completions of 128 bytes are compressed.
        const COMPRESSED_CQE_128 = 1 << 4;
        /// They are padded.
        const PADDED_CQE_128 = 1 << 5;
        /// Credits go by packets.
        const PACKET_CREDITS = 1 << 6;
        /// Stamps are times of day.
        const REAL_TIME_STAMPS = 1 << 7;
        /// Requests are written straight to the card.
        const BLUEFLAME = 1 << 8;
    }
}

bitflags! {
    /// Forms of compressed completions (`enum mlx5dv_cqe_comp_res_format`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Mlx5CqeFormats: u32 {
        /// With the hash of the packet.
        const HASH = 1;
        /// With its checksum.
        const CHECKSUM = 1 << 1;
        /// With its checksum and its stride.
        const CHECKSUM_AND_STRIDE = 1 << 2;
    }
}

bitflags! {
    /// Tunnels whose inner packets are offloaded (`enum mlx5dv_tunnel_offloads`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Mlx5Tunnels: u32 {
        /// VXLAN.
        const VXLAN = 1;
        /// GRE.
        const GRE = 1 << 1;
        /// Geneve.
        const GENEVE = 1 << 2;
        /// MPLS over GRE, by control word.
        const MPLS_OVER_GRE = 1 << 3;
        /// MPLS over UDP, by control word.
        const MPLS_OVER_UDP = 1 << 4;
    }
}

bitflags! {
    /// What is done with packets whose headers software points out (`enum mlx5dv_sw_parsing_offloads`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Mlx5Parsing: u32 {
        /// They are parsed so.
        const PARSING = 1;
        /// Their checksums are made.
        const CHECKSUM = 1 << 1;
        /// They are cut into segments.
        const SEGMENTATION = 1 << 2;
    }
}

/// Receive queues whose buffers take several packets each (`struct mlx5dv_striding_rq_caps`): powers of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Mlx5Striding {
    /// Bytes of a stride, at least and at most.
    pub log_stride_bytes: [u32; 2],
    /// Strides of a buffer, at least and at most.
    pub log_strides: [u32; 2],
    /// For which queue pairs.
    #[serde(serialize_with = "names")]
    pub qp_types: QpTypes,
}

/// Receive requests that need not be used in their order, by transport; 0 where they must (`struct mlx5dv_ooo_recv_wrs_caps`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Mlx5OutOfOrder {
    /// Reliable connections.
    pub rc: u32,
    /// Extended reliable connections.
    pub xrc: u32,
    /// Targets of dynamic connections.
    pub dct: u32,
    /// Datagrams.
    pub ud: u32,
    /// Unreliable connections.
    pub uc: u32,
}

/// What an mlx5 device says (`struct mlx5dv_context`). What the library in use does not know is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Mlx5Caps {
    /// What it is.
    #[serde(serialize_with = "names")]
    pub flags: Mlx5Flags,
    /// Completions that are compressed into one; 0 if they are not.
    pub compressed_cqes: Option<u32>,
    /// In which forms.
    #[serde(serialize_with = "names")]
    pub cqe_formats: Mlx5CqeFormats,
    /// Packets whose headers software points out.
    #[serde(serialize_with = "names")]
    pub software_parsing: Mlx5Parsing,
    /// Buffers for several packets; none where there are no such queues.
    pub striding: Option<Mlx5Striding>,
    /// Tunnels.
    #[serde(serialize_with = "names")]
    pub tunnels: Mlx5Tunnels,
    /// Doorbells that can be made while the device is in use.
    pub max_dynamic_doorbells: Option<u32>,
    /// How often the clock's values must be read again, in nanoseconds.
    pub clock_update_ns: Option<u64>,
    /// What dynamic connections do with memory whose pages come when they are touched.
    #[serde(serialize_with = "names")]
    pub dc_on_demand: OdpOps,
    /// Ports of a bond; 0 or 1 without.
    pub lag_ports: Option<u8>,
    /// Streams of an initiator of dynamic connections, at most at a time and at most in error, as powers of two.
    pub dci_log_streams: Option<[u8; 2]>,
    /// The most bytes that a request copies within local memory; 0 if none does.
    pub max_memcpy: Option<u64>,
    /// Reads and atomics that a dynamic connection answers, and has under way.
    pub max_dc_reads: Option<[u64; 2]>,
    /// Receive requests out of their order.
    pub out_of_order: Option<Mlx5OutOfOrder>,
}

bitflags! {
    /// What an EFA device can do (`EFADV_DEVICE_ATTR_CAPS_…`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct EfaFlags: u32 {
        /// Read memory of a peer.
        const RDMA_READ = 1;
        /// Try again where a receiver is not ready.
        const RNR_RETRY = 1 << 1;
        /// Say from which GID a message came.
        const CQ_WITH_SOURCE_GID = 1 << 2;
        /// Write memory of a peer.
        const RDMA_WRITE = 1 << 3;
        /// Take numbers of writes without a receive request.
        const UNSOLICITED_WRITE_RECEIVE = 1 << 4;
        /// Have completion queues in memory of another device.
        const CQ_IN_DMA_BUF = 1 << 5;
        /// Count completions.
        const COMPLETION_COUNTERS = 1 << 6;
    }
}

/// What an EFA device says (`struct efadv_device_attr`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct EfaCaps {
    /// What it can do.
    #[serde(serialize_with = "names")]
    pub flags: EfaFlags,
    /// Requests of a send queue.
    pub max_send_requests: u32,
    /// Requests of a receive queue.
    pub max_receive_requests: u32,
    /// Pieces of memory of a send.
    pub max_send_sges: u16,
    /// Pieces of memory of a receive.
    pub max_receive_sges: u16,
    /// The most bytes that are copied while a request is posted.
    pub inline: u16,
    /// The same, of queue pairs with longer requests.
    pub inline_extended: u16,
    /// The most bytes that one read or write moves; 0 without them.
    pub max_rdma: u32,
}

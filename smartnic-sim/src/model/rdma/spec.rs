//! What drivers' RDMA devices are.

use smartnic_core::verbs::Ece;

use super::{RdmaDevice, RdmaKind};
use crate::model::Machine;

/// What a driver's RDMA devices are; the counters and their order are those of the drivers in kernel 7.3.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RdmaSpec {
    /// The driver of the RDMA devices.
    pub(crate) driver: &'static str,
    /// Its number (`enum rdma_driver_id`); none if it keeps it from programs (`uverbs_no_driver_id_binding`).
    pub(crate) id: Option<u32>,
    /// What devices are called, before their number.
    pub(crate) prefix: &'static str,
    /// Whether there are GIDs of RoCE v1.
    pub(crate) v1: bool,
    /// Its firmware's version, if it has firmware. Ours.
    pub(crate) firmware: Option<&'static str>,
    /// The bits of `ib_device_attr.device_cap_flags`. Ours.
    pub(crate) caps: u64,
    /// How many of everything there can be. Ours.
    pub(crate) most: u64,
    /// Whether regions can be registered whose pages come when they are touched.
    pub(crate) pages_on_demand: bool,
    /// How many bytes of its own memory a device lends. Ours.
    pub(crate) device_memory: u64,
    /// Whether there are raw packets, which rules bring to queue pairs.
    pub(crate) raw_packets: bool,
    /// Whether words are written at once, and what was written is flushed.
    pub(crate) flushes: bool,
    /// What the vendor's hardware does beyond the specification between its own kind; ours but for the vendor's number.
    pub(crate) ece: Ece,
    pub(crate) counters: &'static [&'static str],
    /// Counters that are off until they are turned on.
    pub(crate) optional: &'static [&'static str],
}

const NO_ECE: Ece = Ece { vendor_id: 0, options: 0 };

pub(super) const MLX5_IB: RdmaSpec = RdmaSpec {
    driver: "mlx5_ib",
    id: Some(1),
    prefix: "mlx5_",
    v1: true,
    firmware: Some("32.43.1014"),
    caps: 1 << 1 | 1 << 2 | 1 << 10 | 1 << 12 | 1 << 17 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 29,
    most: 262_144,
    pages_on_demand: true,
    device_memory: 131_072,
    raw_packets: true,
    flushes: false,
    ece: Ece { vendor_id: 0x15b3, options: 0x7 },
    counters: &[
        "rx_write_requests",
        "rx_read_requests",
        "rx_atomic_requests",
        "out_of_buffer",
        "out_of_sequence",
        "duplicate_request",
        "rnr_nak_retry_err",
        "packet_seq_err",
        "implied_nak_seq_err",
        "local_ack_timeout_err",
        "np_cnp_sent",
        "rp_cnp_handled",
        "np_ecn_marked_roce_packets",
    ],
    optional: &["cc_rx_ce_pkts", "cc_rx_cnp_pkts", "cc_tx_cnp_pkts"],
};

const MLX4_IB: RdmaSpec = RdmaSpec {
    driver: "mlx4_ib",
    id: Some(2),
    prefix: "mlx4_",
    v1: true,
    firmware: Some("2.42.5000"),
    caps: 1 << 1 | 1 << 2 | 1 << 10 | 1 << 12 | 1 << 17 | 1 << 21,
    most: 65_536,
    pages_on_demand: false,
    device_memory: 0,
    raw_packets: false,
    flushes: false,
    ece: NO_ECE,
    counters: &[
        "rq_num_lle",
        "sq_num_lle",
        "rq_num_lqpoe",
        "sq_num_lqpoe",
        "rq_num_lpe",
        "sq_num_lpe",
        "rq_num_wrfe",
        "sq_num_wrfe",
        "sq_num_mwbe",
        "sq_num_bre",
        "sq_num_rire",
        "rq_num_rire",
        "sq_num_rae",
        "rq_num_rae",
        "sq_num_roe",
        "sq_num_tree",
        "sq_num_rree",
        "rq_num_rnr",
        "sq_num_rnr",
        "rq_num_oos",
        "sq_num_oos",
    ],
    optional: &[],
};

pub(super) const IRDMA: RdmaSpec = RdmaSpec {
    driver: "irdma",
    id: Some(9),
    prefix: "irdma",
    v1: false,
    firmware: Some("1.71"),
    caps: 1 << 17 | 1 << 21 | 1 << 24,
    most: 65_532,
    pages_on_demand: false,
    device_memory: 0,
    raw_packets: false,
    flushes: false,
    ece: NO_ECE,
    counters: &["ip4InPkts", "ip4OutPkts", "RxUDP", "TxUDP", "cnpHandled", "cnpSent", "RxECNMrkd"],
    optional: &[],
};

const BNXT_RE: RdmaSpec = RdmaSpec {
    driver: "bnxt_re",
    id: Some(6),
    prefix: "bnxt_re",
    v1: true,
    firmware: Some("230.0.157.0"),
    caps: 1 << 10 | 1 << 12 | 1 << 21,
    most: 65_536,
    pages_on_demand: false,
    device_memory: 0,
    raw_packets: false,
    flushes: false,
    ece: NO_ECE,
    counters: &[
        "to_retransmits",
        "seq_err_naks_rcvd",
        "max_retry_exceeded",
        "rnr_naks_rcvd",
        "rx_ecn_marked_pkts",
    ],
    optional: &[],
};

const RXE: RdmaSpec = RdmaSpec {
    driver: "rxe",
    id: Some(14),
    prefix: "rxe",
    v1: false,
    firmware: None,
    caps: 1 << 1
        | 1 << 2
        | 1 << 4
        | 1 << 5
        | 1 << 6
        | 1 << 10
        | 1 << 11
        | 1 << 12
        | 1 << 13
        | 1 << 17
        | 1 << 21
        | 1 << 24,
    most: 1_048_576,
    pages_on_demand: true,
    device_memory: 0,
    raw_packets: false,
    flushes: true,
    ece: NO_ECE,
    counters: &[
        "sent_pkts",
        "rcvd_pkts",
        "duplicate_request",
        "out_of_seq_request",
        "rcvd_rnr_err",
        "send_rnr_err",
        "rcvd_seq_err",
        "ack_deferred",
        "retry_exceeded_err",
        "retry_rnr_exceeded_err",
        "completer_retry_err",
        "send_err",
        "link_downed",
        "rdma_sends",
        "rdma_recvs",
        "sent_bytes",
        "rcvd_bytes",
    ],
    optional: &[],
};

impl Machine {
    /// What the devices of the functions are, if the driver makes some.
    pub(super) fn function_spec(&self) -> Option<&'static RdmaSpec> {
        match self.profile.driver.facts().name {
            "mlx4_core" => Some(&MLX4_IB),
            "mlx5_core" => Some(&MLX5_IB),
            "ice" => Some(&IRDMA),
            "bnxt_en" => Some(&BNXT_RE),
            _ => None,
        }
    }

    /// What a device is.
    pub(crate) fn rdma_spec(&self, device: &RdmaDevice) -> &'static RdmaSpec {
        match device.kind {
            RdmaKind::Rxe => &RXE,
            RdmaKind::Function => self.function_spec().unwrap_or(&RXE),
        }
    }
}

//! What devices say that they can do beyond their limits.

use smartnic_core::verbs::{
    ModerationCaps, OdpCaps, OdpOps, PacingCaps, PciAtomicCaps, QpTypes, RawPacketCaps, RssCaps,
    TagMatchingCaps, TsoCaps, VerbsExtended,
};

use crate::ffi::types::ibv_device_attr_ex;

/// `IBV_ODP_SUPPORT` and `IBV_ODP_SUPPORT_IMPLICIT`.
const ODP: [u64; 2] = [1, 2];
/// `IBV_TM_CAP_RC`.
const TAGS_OVER_RC: u32 = 1;

pub(crate) fn extended(attr: &ibv_device_attr_ex) -> VerbsExtended {
    let ops = OdpOps::from_bits_retain;
    let types = QpTypes::from_bits_retain;
    let transports = &attr.odp_caps.per_transport_caps;
    VerbsExtended {
        odp: OdpCaps {
            supported: attr.odp_caps.general_caps & ODP[0] != 0,
            implicit: attr.odp_caps.general_caps & ODP[1] != 0,
            rc: ops(transports.rc_odp_caps),
            uc: ops(transports.uc_odp_caps),
            ud: ops(transports.ud_odp_caps),
            xrc: ops(attr.xrc_odp_caps),
        },
        timestamp_mask: attr.completion_timestamp_mask,
        core_clock_khz: attr.hca_core_clock,
        flags: attr.device_cap_flags_ex,
        tso: TsoCaps { max: attr.tso_caps.max_tso, qp_types: types(attr.tso_caps.supported_qpts) },
        rss: RssCaps {
            qp_types: types(attr.rss_caps.supported_qpts),
            max_tables: attr.rss_caps.max_rwq_indirection_tables,
            max_table_size: attr.rss_caps.max_rwq_indirection_table_size,
            hash_fields: attr.rss_caps.rx_hash_fields_mask,
            hash_functions: attr.rss_caps.rx_hash_function,
        },
        max_receive_queues: attr.max_wq_type_rq,
        pacing: PacingCaps {
            min: attr.packet_pacing_caps.qp_rate_limit_min,
            max: attr.packet_pacing_caps.qp_rate_limit_max,
            qp_types: types(attr.packet_pacing_caps.supported_qpts),
        },
        raw_packet: RawPacketCaps::from_bits_retain(attr.raw_packet_caps),
        tag_matching: TagMatchingCaps {
            max_rendezvous_header: attr.tm_caps.max_rndv_hdr_size,
            max_tags: attr.tm_caps.max_num_tags,
            rc: attr.tm_caps.flags & TAGS_OVER_RC != 0,
            max_ops: attr.tm_caps.max_ops,
            max_sge: attr.tm_caps.max_sge,
        },
        moderation: ModerationCaps {
            max_count: attr.cq_mod_caps.max_cq_count,
            max_period: attr.cq_mod_caps.max_cq_period,
        },
        max_device_memory: attr.max_dm_size,
        pci_atomics: PciAtomicCaps {
            fetch_add: attr.pci_atomic_caps.fetch_add,
            swap: attr.pci_atomic_caps.swap,
            compare_swap: attr.pci_atomic_caps.compare_swap,
        },
        // Libraries that do not know this member yet leave it empty.
        ports: attr.phys_port_cnt_ex.max(attr.orig_attr.phys_port_cnt.into()),
    }
}

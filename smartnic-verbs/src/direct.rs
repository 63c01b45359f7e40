//! What vendors' libraries say of their devices, as ours.

use smartnic_core::verbs::{
    EfaCaps, EfaFlags, Mlx5Caps, Mlx5CqeFormats, Mlx5Flags, Mlx5OutOfOrder, Mlx5Parsing, Mlx5Striding,
    Mlx5Tunnels, OdpOps, QpTypes,
};

use crate::ffi::constants::{
    MLX5DV_CONTEXT_MASK_CLOCK_INFO_UPDATE, MLX5DV_CONTEXT_MASK_CQE_COMPRESION,
    MLX5DV_CONTEXT_MASK_DCI_STREAMS, MLX5DV_CONTEXT_MASK_DYN_BFREGS, MLX5DV_CONTEXT_MASK_MAX_DC_RD_ATOM,
    MLX5DV_CONTEXT_MASK_NUM_LAG_PORTS, MLX5DV_CONTEXT_MASK_OOO_RECV_WRS, MLX5DV_CONTEXT_MASK_STRIDING_RQ,
    MLX5DV_CONTEXT_MASK_WR_MEMCPY_LENGTH,
};
use crate::ffi::types::{efadv_device_attr, mlx5dv_context};

/// The library keeps the bits of what it knows in the mask; the rest is zero.
pub(crate) fn mlx5(attr: &mlx5dv_context) -> Mlx5Caps {
    let has = |bit: u32| attr.comp_mask & u64::from(bit) != 0;
    let rq = &attr.striding_rq_caps;
    let striding = Mlx5Striding {
        log_stride_bytes: [rq.min_single_stride_log_num_of_bytes, rq.max_single_stride_log_num_of_bytes],
        log_strides: [rq.min_single_wqe_log_num_of_strides, rq.max_single_wqe_log_num_of_strides],
        qp_types: QpTypes::from_bits_retain(rq.supported_qpts),
    };
    let dci = &attr.dci_streams_caps;
    let ooo = &attr.ooo_recv_wrs_caps;
    let ooo =
        Mlx5OutOfOrder { rc: ooo.max_rc, xrc: ooo.max_xrc, dct: ooo.max_dct, ud: ooo.max_ud, uc: ooo.max_uc };
    Mlx5Caps {
        flags: Mlx5Flags::from_bits_retain(attr.flags),
        compressed_cqes: has(MLX5DV_CONTEXT_MASK_CQE_COMPRESION).then_some(attr.cqe_comp_caps.max_num),
        cqe_formats: Mlx5CqeFormats::from_bits_retain(attr.cqe_comp_caps.supported_format),
        software_parsing: Mlx5Parsing::from_bits_retain(attr.sw_parsing_caps.sw_parsing_offloads),
        striding: (has(MLX5DV_CONTEXT_MASK_STRIDING_RQ) && rq.supported_qpts != 0).then_some(striding),
        tunnels: Mlx5Tunnels::from_bits_retain(attr.tunnel_offloads_caps),
        max_dynamic_doorbells: has(MLX5DV_CONTEXT_MASK_DYN_BFREGS).then_some(attr.max_dynamic_bfregs),
        clock_update_ns: has(MLX5DV_CONTEXT_MASK_CLOCK_INFO_UPDATE)
            .then_some(attr.max_clock_info_update_nsec),
        dc_on_demand: OdpOps::from_bits_retain(attr.dc_odp_caps),
        lag_ports: has(MLX5DV_CONTEXT_MASK_NUM_LAG_PORTS).then_some(attr.num_lag_ports),
        dci_log_streams: has(MLX5DV_CONTEXT_MASK_DCI_STREAMS)
            .then_some([dci.max_log_num_concurent, dci.max_log_num_errored]),
        max_memcpy: has(MLX5DV_CONTEXT_MASK_WR_MEMCPY_LENGTH).then_some(attr.max_wr_memcpy_length as u64),
        max_dc_reads: has(MLX5DV_CONTEXT_MASK_MAX_DC_RD_ATOM)
            .then_some([attr.max_dc_rd_atom, attr.max_dc_init_rd_atom]),
        out_of_order: has(MLX5DV_CONTEXT_MASK_OOO_RECV_WRS).then_some(ooo),
    }
}

pub(crate) fn efa(attr: &efadv_device_attr) -> EfaCaps {
    EfaCaps {
        flags: EfaFlags::from_bits_retain(attr.device_caps),
        max_send_requests: attr.max_sq_wr,
        max_receive_requests: attr.max_rq_wr,
        max_send_sges: attr.max_sq_sge,
        max_receive_sges: attr.max_rq_sge,
        inline: attr.inline_buf_size,
        inline_extended: attr.inline_buf_size_ex,
        max_rdma: attr.max_rdma_size,
    }
}

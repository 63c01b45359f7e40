//! Sizes and offsets of rdma-core 65.0, by `cargo xtask uapi --bless`. Not to be edited.

use super::super::types::*;

#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mlx5dv_cqe_comp_caps"][::std::mem::size_of::<mlx5dv_cqe_comp_caps>() - 8usize];
    ["Alignment of mlx5dv_cqe_comp_caps"][::std::mem::align_of::<mlx5dv_cqe_comp_caps>() - 4usize];
    ["Offset of field: mlx5dv_cqe_comp_caps::max_num"]
        [::std::mem::offset_of!(mlx5dv_cqe_comp_caps, max_num) - 0usize];
    ["Offset of field: mlx5dv_cqe_comp_caps::supported_format"]
        [::std::mem::offset_of!(mlx5dv_cqe_comp_caps, supported_format) - 4usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mlx5dv_sw_parsing_caps"][::std::mem::size_of::<mlx5dv_sw_parsing_caps>() - 8usize];
    ["Alignment of mlx5dv_sw_parsing_caps"][::std::mem::align_of::<mlx5dv_sw_parsing_caps>() - 4usize];
    ["Offset of field: mlx5dv_sw_parsing_caps::sw_parsing_offloads"]
        [::std::mem::offset_of!(mlx5dv_sw_parsing_caps, sw_parsing_offloads) - 0usize];
    ["Offset of field: mlx5dv_sw_parsing_caps::supported_qpts"]
        [::std::mem::offset_of!(mlx5dv_sw_parsing_caps, supported_qpts) - 4usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mlx5dv_striding_rq_caps"][::std::mem::size_of::<mlx5dv_striding_rq_caps>() - 20usize];
    ["Alignment of mlx5dv_striding_rq_caps"][::std::mem::align_of::<mlx5dv_striding_rq_caps>() - 4usize];
    ["Offset of field: mlx5dv_striding_rq_caps::min_single_stride_log_num_of_bytes"]
        [::std::mem::offset_of!(mlx5dv_striding_rq_caps, min_single_stride_log_num_of_bytes) - 0usize];
    ["Offset of field: mlx5dv_striding_rq_caps::max_single_stride_log_num_of_bytes"]
        [::std::mem::offset_of!(mlx5dv_striding_rq_caps, max_single_stride_log_num_of_bytes) - 4usize];
    ["Offset of field: mlx5dv_striding_rq_caps::min_single_wqe_log_num_of_strides"]
        [::std::mem::offset_of!(mlx5dv_striding_rq_caps, min_single_wqe_log_num_of_strides) - 8usize];
    ["Offset of field: mlx5dv_striding_rq_caps::max_single_wqe_log_num_of_strides"]
        [::std::mem::offset_of!(mlx5dv_striding_rq_caps, max_single_wqe_log_num_of_strides) - 12usize];
    ["Offset of field: mlx5dv_striding_rq_caps::supported_qpts"]
        [::std::mem::offset_of!(mlx5dv_striding_rq_caps, supported_qpts) - 16usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mlx5dv_dci_streams_caps"][::std::mem::size_of::<mlx5dv_dci_streams_caps>() - 2usize];
    ["Alignment of mlx5dv_dci_streams_caps"][::std::mem::align_of::<mlx5dv_dci_streams_caps>() - 1usize];
    ["Offset of field: mlx5dv_dci_streams_caps::max_log_num_concurent"]
        [::std::mem::offset_of!(mlx5dv_dci_streams_caps, max_log_num_concurent) - 0usize];
    ["Offset of field: mlx5dv_dci_streams_caps::max_log_num_errored"]
        [::std::mem::offset_of!(mlx5dv_dci_streams_caps, max_log_num_errored) - 1usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mlx5dv_sig_caps"][::std::mem::size_of::<mlx5dv_sig_caps>() - 16usize];
    ["Alignment of mlx5dv_sig_caps"][::std::mem::align_of::<mlx5dv_sig_caps>() - 8usize];
    ["Offset of field: mlx5dv_sig_caps::block_size"]
        [::std::mem::offset_of!(mlx5dv_sig_caps, block_size) - 0usize];
    ["Offset of field: mlx5dv_sig_caps::block_prot"]
        [::std::mem::offset_of!(mlx5dv_sig_caps, block_prot) - 8usize];
    ["Offset of field: mlx5dv_sig_caps::t10dif_bg"]
        [::std::mem::offset_of!(mlx5dv_sig_caps, t10dif_bg) - 12usize];
    ["Offset of field: mlx5dv_sig_caps::crc_type"]
        [::std::mem::offset_of!(mlx5dv_sig_caps, crc_type) - 14usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mlx5dv_crypto_caps"][::std::mem::size_of::<mlx5dv_crypto_caps>() - 12usize];
    ["Alignment of mlx5dv_crypto_caps"][::std::mem::align_of::<mlx5dv_crypto_caps>() - 4usize];
    ["Offset of field: mlx5dv_crypto_caps::failed_selftests"]
        [::std::mem::offset_of!(mlx5dv_crypto_caps, failed_selftests) - 0usize];
    ["Offset of field: mlx5dv_crypto_caps::crypto_engines"]
        [::std::mem::offset_of!(mlx5dv_crypto_caps, crypto_engines) - 2usize];
    ["Offset of field: mlx5dv_crypto_caps::wrapped_import_method"]
        [::std::mem::offset_of!(mlx5dv_crypto_caps, wrapped_import_method) - 3usize];
    ["Offset of field: mlx5dv_crypto_caps::log_max_num_deks"]
        [::std::mem::offset_of!(mlx5dv_crypto_caps, log_max_num_deks) - 4usize];
    ["Offset of field: mlx5dv_crypto_caps::flags"]
        [::std::mem::offset_of!(mlx5dv_crypto_caps, flags) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mlx5dv_ooo_recv_wrs_caps"][::std::mem::size_of::<mlx5dv_ooo_recv_wrs_caps>() - 20usize];
    ["Alignment of mlx5dv_ooo_recv_wrs_caps"][::std::mem::align_of::<mlx5dv_ooo_recv_wrs_caps>() - 4usize];
    ["Offset of field: mlx5dv_ooo_recv_wrs_caps::max_rc"]
        [::std::mem::offset_of!(mlx5dv_ooo_recv_wrs_caps, max_rc) - 0usize];
    ["Offset of field: mlx5dv_ooo_recv_wrs_caps::max_xrc"]
        [::std::mem::offset_of!(mlx5dv_ooo_recv_wrs_caps, max_xrc) - 4usize];
    ["Offset of field: mlx5dv_ooo_recv_wrs_caps::max_dct"]
        [::std::mem::offset_of!(mlx5dv_ooo_recv_wrs_caps, max_dct) - 8usize];
    ["Offset of field: mlx5dv_ooo_recv_wrs_caps::max_ud"]
        [::std::mem::offset_of!(mlx5dv_ooo_recv_wrs_caps, max_ud) - 12usize];
    ["Offset of field: mlx5dv_ooo_recv_wrs_caps::max_uc"]
        [::std::mem::offset_of!(mlx5dv_ooo_recv_wrs_caps, max_uc) - 16usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mlx5dv_context"][::std::mem::size_of::<mlx5dv_context>() - 200usize];
    ["Alignment of mlx5dv_context"][::std::mem::align_of::<mlx5dv_context>() - 8usize];
    ["Offset of field: mlx5dv_context::version"][::std::mem::offset_of!(mlx5dv_context, version) - 0usize];
    ["Offset of field: mlx5dv_context::flags"][::std::mem::offset_of!(mlx5dv_context, flags) - 8usize];
    ["Offset of field: mlx5dv_context::comp_mask"]
        [::std::mem::offset_of!(mlx5dv_context, comp_mask) - 16usize];
    ["Offset of field: mlx5dv_context::cqe_comp_caps"]
        [::std::mem::offset_of!(mlx5dv_context, cqe_comp_caps) - 24usize];
    ["Offset of field: mlx5dv_context::sw_parsing_caps"]
        [::std::mem::offset_of!(mlx5dv_context, sw_parsing_caps) - 32usize];
    ["Offset of field: mlx5dv_context::striding_rq_caps"]
        [::std::mem::offset_of!(mlx5dv_context, striding_rq_caps) - 40usize];
    ["Offset of field: mlx5dv_context::tunnel_offloads_caps"]
        [::std::mem::offset_of!(mlx5dv_context, tunnel_offloads_caps) - 60usize];
    ["Offset of field: mlx5dv_context::max_dynamic_bfregs"]
        [::std::mem::offset_of!(mlx5dv_context, max_dynamic_bfregs) - 64usize];
    ["Offset of field: mlx5dv_context::max_clock_info_update_nsec"]
        [::std::mem::offset_of!(mlx5dv_context, max_clock_info_update_nsec) - 72usize];
    ["Offset of field: mlx5dv_context::flow_action_flags"]
        [::std::mem::offset_of!(mlx5dv_context, flow_action_flags) - 80usize];
    ["Offset of field: mlx5dv_context::dc_odp_caps"]
        [::std::mem::offset_of!(mlx5dv_context, dc_odp_caps) - 84usize];
    ["Offset of field: mlx5dv_context::hca_core_clock"]
        [::std::mem::offset_of!(mlx5dv_context, hca_core_clock) - 88usize];
    ["Offset of field: mlx5dv_context::num_lag_ports"]
        [::std::mem::offset_of!(mlx5dv_context, num_lag_ports) - 96usize];
    ["Offset of field: mlx5dv_context::sig_caps"]
        [::std::mem::offset_of!(mlx5dv_context, sig_caps) - 104usize];
    ["Offset of field: mlx5dv_context::dci_streams_caps"]
        [::std::mem::offset_of!(mlx5dv_context, dci_streams_caps) - 120usize];
    ["Offset of field: mlx5dv_context::max_wr_memcpy_length"]
        [::std::mem::offset_of!(mlx5dv_context, max_wr_memcpy_length) - 128usize];
    ["Offset of field: mlx5dv_context::crypto_caps"]
        [::std::mem::offset_of!(mlx5dv_context, crypto_caps) - 136usize];
    ["Offset of field: mlx5dv_context::max_dc_rd_atom"]
        [::std::mem::offset_of!(mlx5dv_context, max_dc_rd_atom) - 152usize];
    ["Offset of field: mlx5dv_context::max_dc_init_rd_atom"]
        [::std::mem::offset_of!(mlx5dv_context, max_dc_init_rd_atom) - 160usize];
    ["Offset of field: mlx5dv_context::reg_c0"][::std::mem::offset_of!(mlx5dv_context, reg_c0) - 168usize];
    ["Offset of field: mlx5dv_context::ooo_recv_wrs_caps"]
        [::std::mem::offset_of!(mlx5dv_context, ooo_recv_wrs_caps) - 176usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of efadv_device_attr"][::std::mem::size_of::<efadv_device_attr>() - 32usize];
    ["Alignment of efadv_device_attr"][::std::mem::align_of::<efadv_device_attr>() - 8usize];
    ["Offset of field: efadv_device_attr::comp_mask"]
        [::std::mem::offset_of!(efadv_device_attr, comp_mask) - 0usize];
    ["Offset of field: efadv_device_attr::max_sq_wr"]
        [::std::mem::offset_of!(efadv_device_attr, max_sq_wr) - 8usize];
    ["Offset of field: efadv_device_attr::max_rq_wr"]
        [::std::mem::offset_of!(efadv_device_attr, max_rq_wr) - 12usize];
    ["Offset of field: efadv_device_attr::max_sq_sge"]
        [::std::mem::offset_of!(efadv_device_attr, max_sq_sge) - 16usize];
    ["Offset of field: efadv_device_attr::max_rq_sge"]
        [::std::mem::offset_of!(efadv_device_attr, max_rq_sge) - 18usize];
    ["Offset of field: efadv_device_attr::inline_buf_size"]
        [::std::mem::offset_of!(efadv_device_attr, inline_buf_size) - 20usize];
    ["Offset of field: efadv_device_attr::inline_buf_size_ex"]
        [::std::mem::offset_of!(efadv_device_attr, inline_buf_size_ex) - 22usize];
    ["Offset of field: efadv_device_attr::device_caps"]
        [::std::mem::offset_of!(efadv_device_attr, device_caps) - 24usize];
    ["Offset of field: efadv_device_attr::max_rdma_size"]
        [::std::mem::offset_of!(efadv_device_attr, max_rdma_size) - 28usize];
};

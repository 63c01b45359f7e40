//! What vendors' own libraries say of simulated devices.

use smartnic_core::verbs::{
    DirectCaps, DirectVerbs, Mlx5Caps, Mlx5CqeFormats, Mlx5Flags, Mlx5OutOfOrder, Mlx5Parsing, Mlx5Striding,
    Mlx5Tunnels, OdpOps, QpTypes,
};
use smartnic_core::{Error, Result};

use super::context::Opened;
use super::gone;

/// Simulated devices of mlx5 alone have such a library; what they can is ours, within what its driver can tell
/// (`drivers/infiniband/hw/mlx5/main.c`: `mlx5_ib_query_device`, `set_ucontext_resp`).
pub(super) fn caps(opened: &Opened, library: DirectVerbs) -> Result<DirectCaps> {
    const OP: &str = "query what a vendor adds to RDMA";
    let locked = opened.alive(OP)?;
    let device = locked.rdma_device(opened.index).map_err(|_| gone(OP, &opened.name))?;
    let driver = locked.rdma_spec(device).driver;
    if (library, driver) != (DirectVerbs::Mlx5, "mlx5_ib") {
        let error = Error::unsupported(OP).on(&opened.name);
        let reason = format!("{} knows no devices of {driver}", library.name());
        return Err(error.reason(reason));
    }
    Ok(DirectCaps::Mlx5(Mlx5Caps {
        flags: Mlx5Flags::CQE_VERSION_1
            | Mlx5Flags::MULTI_PACKET
            | Mlx5Flags::ENHANCED_MULTI_PACKET
            | Mlx5Flags::COMPRESSED_CQE_128
            | Mlx5Flags::PADDED_CQE_128
            | Mlx5Flags::PACKET_CREDITS
            | Mlx5Flags::BLUEFLAME,
        compressed_cqes: Some(8),
        cqe_formats: Mlx5CqeFormats::HASH | Mlx5CqeFormats::CHECKSUM,
        software_parsing: Mlx5Parsing::all(),
        striding: Some(Mlx5Striding {
            log_stride_bytes: [6, 13],
            log_strides: [3, 16],
            qp_types: QpTypes::RAW_PACKET,
        }),
        tunnels: Mlx5Tunnels::VXLAN | Mlx5Tunnels::GRE | Mlx5Tunnels::GENEVE,
        max_dynamic_doorbells: Some(1024),
        clock_update_ns: Some(1_000_000_000),
        dc_on_demand: OdpOps::empty(),
        lag_ports: Some(1),
        // Neither initiators nor targets of dynamic connections are simulated.
        dci_log_streams: Some([0, 0]),
        max_memcpy: Some(0),
        max_dc_reads: Some([0, 0]),
        out_of_order: Some(Mlx5OutOfOrder::default()),
    }))
}

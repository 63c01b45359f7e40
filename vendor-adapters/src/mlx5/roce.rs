use smartnic_core::adapter::{Evidence, RoceFacts};

use crate::macros::said;

/// Buffers stand behind what is paused, and behind the MTU.
pub(super) const ROCE: RoceFacts = RoceFacts {
    trust_by_entries: true,
    params: &[("enable_rdma", true), ("enable_roce", true)],
    rules: said! { in "drivers/net/ethernet/mellanox/mlx5/core/" {
        "the first entry by DSCP makes the port go by DSCP, the last one that goes makes it go by PCP": "en_dcbnl.c", "mlx5e_set_trust_state";
        "a change of what is paused, or of the MTU, lays receive buffers out anew: buffers come after both": "en_dcbnl.c", "mlx5e_port_manual_buffer_config";
    } },
    ..RoceFacts::new(Evidence::kernel(
        "drivers/net/ethernet/mellanox/mlx5/core/en_dcbnl.c",
        "mlx5e_dcbnl_ieee_setapp",
    ))
};

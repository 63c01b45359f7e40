use smartnic_core::adapter::{Evidence, RoceFacts};

use crate::macros::said;

/// Classes come before what is paused in them.
pub(super) const ROCE: RoceFacts = RoceFacts {
    trust_by_entries: true,
    classes_first: true,
    params: &[("enable_roce", true)],
    rules: said! { in "drivers/net/ethernet/broadcom/bnxt/" {
        "nothing is paused while no classes were set by the host": "bnxt_dcb.c", "if (!my_ets)";
        "which queue of a class is lossless follows from what is paused, and from the classes that are there": "bnxt_dcb.c", "bnxt_hwrm_queue_pfc_cfg";
    } },
    ..RoceFacts::new(Evidence::kernel(
        "drivers/net/ethernet/broadcom/bnxt/bnxt_dcb.c",
        "bnxt_dcbnl_ieee_setapp",
    ))
};

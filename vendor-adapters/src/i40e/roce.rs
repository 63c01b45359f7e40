use smartnic_core::adapter::{Evidence, FirmwareAgent, RoceFacts};

use crate::macros::said;

/// Its cards have iWARP, not RoCE; who has DCB is known all the same.
pub(super) const ROCE: RoceFacts = RoceFacts {
    agent: Some(FirmwareAgent { flag: "disable-fw-lldp", on: false }),
    rules: said! { in "drivers/net/ethernet/intel/i40e/" {
        "while firmware's agent is on, all that the host sets is refused": "i40e_dcb_nl.c", "DCB_CAP_DCBX_LLD_MANAGED";
    } },
    ..RoceFacts::new(Evidence::kernel("drivers/net/ethernet/intel/i40e/i40e_ethtool.c", "disable-fw-lldp"))
};

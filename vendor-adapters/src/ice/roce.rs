use smartnic_core::adapter::RocePart::{
    Buffers, Classes, Congestion, Connections, Dcbx, Entries, GiveToFirmware, Mtu, Parameters, PauseOff,
    PauseOn, Priorities, TakeFromFirmware, Trust,
};
use smartnic_core::adapter::{Evidence, FirmwareAgent, RoceFacts};

use crate::macros::said;

/// Entries come before classes, which the first of them sets anew.
pub(super) const ROCE: RoceFacts = RoceFacts {
    trust_by_entries: true,
    fixed_classes: true,
    one_entry: true,
    agent: Some(FirmwareAgent { flag: "fw-lldp-agent", on: true }),
    params: &[("enable_rdma", true), ("enable_iwarp", false), ("enable_roce", true)],
    order: &[
        TakeFromFirmware,
        Parameters,
        Dcbx,
        PauseOff,
        Mtu,
        Entries,
        Trust,
        Classes,
        Priorities,
        PauseOn,
        Buffers,
        Connections,
        Congestion,
        GiveToFirmware,
    ],
    rules: said! { in "drivers/net/ethernet/intel/ice/" {
        "while firmware's agent is on, all that the host sets is refused": "ice_dcb_nl.c", "DCB_CAP_DCBX_LLD_MANAGED";
        "the first entry by DSCP gives every class its first setting: classes come after entries": "ice_dcb_nl.c", "Switched QoS to L3 DSCP mode";
        "the agent does not start while a port goes by DSCP": "ice_ethtool.c", "QoS in L3 DSCP mode, FW Agent not allowed to start";
        "a DSCP that has an entry takes no other": "ice_dcb_nl.c", "already user mapped";
        "enable_iwarp goes off before enable_roce goes on": "devlink/devlink.c", "iWARP is currently enabled";
    } },
    ..RoceFacts::new(Evidence::kernel("drivers/net/ethernet/intel/ice/ice_dcb_nl.c", "ice_dcbnl_setapp"))
};

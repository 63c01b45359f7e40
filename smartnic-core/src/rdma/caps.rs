use serde::{Deserialize, Serialize};

/// What a device can do (`RDMA_NLDEV_ATTR_CAP_FLAGS` of a device): bits with the names that `rdma -d dev` gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceCaps(
    /// The bits.
    pub u64,
);

/// What a port can do (`RDMA_NLDEV_ATTR_CAP_FLAGS` of a port), with the names that `rdma -d link` gives the bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PortCaps(
    /// The bits.
    pub u64,
);

impl DeviceCaps {
    /// The names of the bits that are set, from the lowest on.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        names(self.0, DEVICE)
    }
}

impl PortCaps {
    /// The names of the bits that are set, from the lowest on.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        names(self.0, PORT)
    }
}

fn names(bits: u64, known: &'static [(u8, &'static str)]) -> impl Iterator<Item = &'static str> {
    (0..64)
        .filter(move |bit| bits >> bit & 1 != 0)
        .map(|bit| known.iter().find(|(number, _)| *number == bit).map_or("UNKNOWN", |(_, name)| *name))
}

const DEVICE: &[(u8, &str)] = &[
    (0, "RESIZE_MAX_WR"),
    (1, "BAD_PKEY_CNTR"),
    (2, "BAD_QKEY_CNTR"),
    (3, "RAW_MULTI"),
    (4, "AUTO_PATH_MIG"),
    (5, "CHANGE_PHY_PORT"),
    (6, "UD_AV_PORT_ENFORCE_PORT_ENFORCE"),
    (7, "CURR_QP_STATE_MOD"),
    (8, "SHUTDOWN_PORT"),
    (9, "INIT_TYPE"),
    (10, "PORT_ACTIVE_EVENT"),
    (11, "SYS_IMAGE_GUID"),
    (12, "RC_RNR_NAK_GEN"),
    (13, "SRQ_RESIZE"),
    (14, "N_NOTIFY_CQ"),
    (15, "LOCAL_DMA_LKEY"),
    (17, "MEM_WINDOW"),
    (18, "UD_IP_CSUM"),
    (19, "UD_TSO"),
    (20, "XRC"),
    (21, "MEM_MGT_EXTENSIONS"),
    (22, "BLOCK_MULTICAST_LOOPBACK"),
    (23, "MEM_WINDOW_TYPE_2A"),
    (24, "MEM_WINDOW_TYPE_2B"),
    (25, "RC_IP_CSUM"),
    (26, "RAW_IP_CSUM"),
    (27, "CROSS_CHANNEL"),
    (29, "MANAGED_FLOW_STEERING"),
    (30, "SIGNATURE_HANDOVER"),
    (31, "ON_DEMAND_PAGING"),
    (32, "SG_GAPS_REG"),
    (33, "VIRTUAL_FUNCTION"),
    (34, "RAW_SCATTER_FCS"),
    (35, "RDMA_NETDEV_OPA_VNIC"),
    (36, "PCI_WRITE_END_PADDING"),
];

const PORT: &[(u8, &str)] = &[
    (1, "SM"),
    (2, "NOTICE"),
    (3, "TRAP"),
    (4, "OPT_IPD"),
    (5, "AUTO_MIGR"),
    (6, "SL_MAP"),
    (7, "MKEY_NVRAM"),
    (8, "PKEY_NVRAM"),
    (9, "LED_INFO"),
    (10, "SM_DISABLED"),
    (11, "SYS_IMAGE_GUID"),
    (12, "PKEY_SW_EXT_PORT_TRAP"),
    (14, "EXTENDED_SPEEDS"),
    (15, "CAP_MASK2"),
    (16, "CM"),
    (17, "SNMP_TUNNEL"),
    (18, "REINIT"),
    (19, "DEVICE_MGMT"),
    (20, "VENDOR_CLASS"),
    (21, "DR_NOTICE"),
    (22, "CAP_MASK_NOTICE"),
    (23, "BOOT_MGMT"),
    (24, "LINK_LATENCY"),
    (25, "CLIENT_REG"),
    (26, "IP_BASED_GIDS"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_have_names_and_others_are_said_to_be_unknown() {
        let caps = DeviceCaps(1 << 1 | 1 << 16 | 1 << 24);
        assert_eq!(caps.names().collect::<Vec<_>>(), ["BAD_PKEY_CNTR", "UNKNOWN", "MEM_WINDOW_TYPE_2B"]);
        assert_eq!(PortCaps(1 << 16).names().collect::<Vec<_>>(), ["CM"]);
    }
}

use std::fmt;

use serde::{Serialize, Serializer};

/// How far a driver has a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "support", content = "why")]
pub enum Support {
    /// It has it.
    Supported,
    /// It has it within the limits that are said.
    Limited(&'static str),
    /// It does not have it; with the reason, if there is more to say than that.
    Absent(&'static str),
    /// Nobody has looked.
    Unknown,
}

impl Support {
    /// What goes with it: limits or a reason; empty if there is nothing to say.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Limited(why) | Self::Absent(why) => why,
            Self::Supported | Self::Unknown => "",
        }
    }

    /// True if the driver has the feature, with or without limits.
    #[must_use]
    pub const fn is_there(self) -> bool {
        matches!(self, Self::Supported | Self::Limited(_))
    }
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Supported => "supported",
            Self::Limited(_) => "limited",
            Self::Absent(_) => "absent",
            Self::Unknown => "unknown",
        })
    }
}

/// What a feature belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureGroup {
    /// Functions, eswitch, ports of functions.
    Functions,
    /// devlink beside these.
    Devlink,
    /// Rules of classifiers.
    Flow,
    /// Disciplines of queues.
    Queueing,
    /// Bridges and bonds.
    Bridge,
    /// Encryption.
    Security,
    /// The rest of what links can do.
    Link,
    /// RDMA.
    Rdma,
}

macro_rules! features {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $group:ident, [$($marker:literal),*];)*) => {
        /// What a driver may have or not have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Feature { $($(#[$doc])* $name,)* }

        impl Feature {
            /// Every feature, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in a few letters, such as `sub-functions`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it belongs to.
            #[must_use]
            pub const fn group(self) -> FeatureGroup {
                match self { $(Self::$name => FeatureGroup::$group,)* }
            }

            /// Words one of which stands in the source of every driver that has the feature; none if there is no such word.
            #[must_use]
            pub const fn markers(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($marker),*],)* }
            }
        }
    };
}

features! {
    /// Virtual functions.
    Sriov = "sriov", Functions, ["sriov_configure"];
    /// MAC address and VLAN of a VF, from the PF.
    VfAddress = "vf-mac", Functions, ["ndo_set_vf_mac"];
    /// Rates of a VF, from the PF (`ip link set … vf N rate`).
    VfRate = "vf-rate", Functions, ["ndo_set_vf_rate"];
    /// Trust in a VF.
    VfTrust = "vf-trust", Functions, ["ndo_set_vf_trust"];
    /// The state of a VF's link.
    VfLink = "vf-link", Functions, ["ndo_set_vf_link_state"];
    /// The eswitch mode can be set.
    EswitchMode = "eswitch-mode", Functions, ["eswitch_mode_set"];
    /// Links that stand for functions.
    Representors = "representors", Functions, [];
    /// How much of a packet a VF puts into its descriptor.
    InlineMode = "inline-mode", Functions, ["eswitch_inline_mode_set"];
    /// Whether the eswitch encapsulates.
    EncapMode = "encap-mode", Functions, ["eswitch_encap_mode_set"];
    /// Sub-functions.
    SubFunctions = "sub-functions", Functions, [".port_new ="];
    /// The address that a function comes up with, by its port.
    PortAddress = "port-hw-addr", Functions, ["port_fn_hw_addr_set"];
    /// Whether a function has RoCE, by its port.
    PortRoce = "port-roce", Functions, ["port_fn_roce_set"];
    /// Whether a VF can be moved to another machine, by its port.
    PortMigratable = "port-migratable", Functions, ["port_fn_migratable_set"];
    /// Whether a function has IPsec, by its port.
    PortIpsec = "port-ipsec", Functions, ["port_fn_ipsec_packet_set"];
    /// How many event queues a function has, by its port.
    PortEventQueues = "port-max-io-eqs", Functions, ["port_fn_max_io_eqs_set"];
    /// Rates of functions, by their ports.
    Rate = "rate", Functions, ["rate_leaf_tx_max_set"];
    /// Groups of such rates.
    RateNodes = "rate-nodes", Functions, ["rate_node_new"];
    /// Shares of traffic classes in such rates.
    RateClasses = "rate-tc-bw", Functions, ["rate_leaf_tc_bw_set"];
    /// vDPA devices.
    Vdpa = "vdpa", Functions, [];

    /// Who the device is, which firmware it has.
    Info = "info", Devlink, [".info_get ="];
    /// Parameters.
    Params = "params", Devlink, ["devlink_params_register", "devl_params_register"];
    /// The driver starts anew.
    Reload = "reload", Devlink, ["DEVLINK_RELOAD_ACTION_DRIVER_REINIT"];
    /// New firmware starts.
    FirmwareActivate = "fw-activate", Devlink, ["DEVLINK_RELOAD_ACTION_FW_ACTIVATE"];
    /// New firmware is written.
    Flash = "flash", Devlink, [".flash_update ="];
    /// Health reporters.
    Health = "health", Devlink, ["devlink_health_reporter_ops"];
    /// Traps.
    Traps = "traps", Devlink, [".trap_action_set ="];
    /// Regions.
    Regions = "regions", Devlink, ["devlink_region_ops"];
    /// Resources.
    Resources = "resources", Devlink, ["devl_resource_register", "devlink_resource_register"];
    /// Shared buffers.
    SharedBuffers = "shared-buffers", Devlink, [".sb_pool_set"];
    /// Ports that can be split.
    PortSplit = "port-split", Devlink, [".port_split"];
    /// Self-tests.
    Selftests = "selftests", Devlink, [".selftest_run"];

    /// Rules of flower.
    Flower = "flower", Flow, ["TC_SETUP_CLSFLOWER"];
    /// Rules of flower in more than one chain.
    Chains = "chains", Flow, [];
    /// Pushing, popping, changing VLAN tags.
    VlanActions = "vlan", Flow, [];
    /// Changing other fields (`pedit`).
    Rewrite = "pedit", Flow, [];
    /// Sending copies.
    Mirror = "mirror", Flow, [];
    /// Putting packets into tunnels and taking them out.
    Tunnels = "tunnel", Flow, [];
    /// Connection tracking.
    Conntrack = "ct", Flow, [];
    /// Limiting rates (`police`).
    Police = "police", Flow, [];
    /// Sampling.
    Sample = "sample", Flow, [];
    /// MPLS entries.
    Mpls = "mpls", Flow, [];
    /// The packets of rules are counted in hardware.
    RuleCounters = "rule-counters", Flow, [];
    /// Rules of matchall.
    Matchall = "matchall", Flow, ["TC_SETUP_CLSMATCHALL"];
    /// Rules of u32.
    U32 = "u32", Flow, ["TC_SETUP_CLSU32"];
    /// Programs of bpf as classifiers.
    Bpf = "bpf", Flow, ["TC_SETUP_CLSBPF"];
    /// nftables' flow tables.
    FlowTable = "flowtable", Flow, ["TC_SETUP_FT"];
    /// Actions that stand alone and are shared.
    Actions = "actions", Flow, ["TC_SETUP_ACT"];
    /// Rules on devices that are not the driver's, such as tunnel devices.
    OtherDevices = "other-devices", Flow, ["flow_indr_dev_register"];

    /// mqprio.
    Mqprio = "mqprio", Queueing, ["TC_SETUP_QDISC_MQPRIO"];
    /// htb.
    Htb = "htb", Queueing, ["TC_SETUP_QDISC_HTB"];
    /// ets.
    Ets = "ets", Queueing, ["TC_SETUP_QDISC_ETS"];
    /// red.
    Red = "red", Queueing, ["TC_SETUP_QDISC_RED"];
    /// taprio.
    Taprio = "taprio", Queueing, ["TC_SETUP_QDISC_TAPRIO"];
    /// cbs.
    Cbs = "cbs", Queueing, ["TC_SETUP_QDISC_CBS"];
    /// etf.
    Etf = "etf", Queueing, ["TC_SETUP_QDISC_ETF"];
    /// Rates by `net_shaper`.
    Shaper = "net-shaper", Queueing, ["net_shaper_ops"];
    /// Traffic classes of DCB.
    DcbEts = "dcb-ets", Queueing, ["ieee_setets"];
    /// Priority flow control of DCB.
    DcbPfc = "dcb-pfc", Queueing, ["ieee_setpfc"];
    /// Rates of DCB.
    DcbMaxRate = "dcb-maxrate", Queueing, ["ieee_setmaxrate"];
    /// Buffers of DCB.
    DcbBuffer = "dcb-buffer", Queueing, ["dcbnl_setbuffer"];

    /// Forwarding entries of bridges.
    BridgeFdb = "bridge-fdb", Bridge, ["SWITCHDEV_FDB_ADD_TO_DEVICE"];
    /// VLANs of bridges.
    BridgeVlan = "bridge-vlan", Bridge, ["SWITCHDEV_OBJ_ID_PORT_VLAN"];
    /// Multicast groups of bridges.
    BridgeMdb = "bridge-mdb", Bridge, ["SWITCHDEV_OBJ_ID_PORT_MDB"];
    /// Bonds of uplinks.
    Lag = "lag", Bridge, ["netif_is_lag_master"];

    /// IPsec: encryption.
    IpsecCrypto = "ipsec-crypto", Security, ["xdo_dev_state_add"];
    /// IPsec: the whole packet.
    IpsecPacket = "ipsec-packet", Security, ["xdo_dev_policy_add"];
    /// MACsec.
    Macsec = "macsec", Security, ["mdo_add_secy"];
    /// TLS.
    Tls = "tls", Security, ["tls_dev_add"];
    /// PSP.
    Psp = "psp", Security, ["psp_dev_create"];

    /// XDP programs on the card.
    XdpOffload = "xdp-offload", Link, ["XDP_SETUP_PROG_HW"];
    /// AF_XDP without copies.
    Xsk = "af-xdp", Link, ["ndo_xsk_wakeup"];
    /// Ports of UDP tunnels that the card is told of.
    TunnelPorts = "tunnel-ports", Link, ["udp_tunnel_nic_info"];
    /// Queues that start and stop one by one.
    QueueApi = "queue-api", Link, ["queue_mgmt_ops"];
    /// Clocks (`dpll`).
    Dpll = "dpll", Link, ["dpll_device_register"];
    /// Counters of forward error correction.
    FecStats = "fec-stats", Link, ["get_fec_stats"];
    /// RDMA by this card.
    Rdma = "rdma", Link, [];

    /// RoCE v2.
    RoceV2 = "roce-v2", Rdma, [];
    /// iWARP.
    Iwarp = "iwarp", Rdma, [];
    /// InfiniBand.
    Infiniband = "infiniband", Rdma, [];
    /// Reliable connections.
    ReliableConnections = "rc", Rdma, [];
    /// Unreliable datagrams.
    Datagrams = "ud", Rdma, [];
    /// Atomic operations.
    Atomics = "atomics", Rdma, [];
    /// Extended reliable connections.
    Xrc = "xrc", Rdma, [".alloc_xrcd"];
    /// Dynamically connected transport.
    Dct = "dct", Rdma, [];
    /// Shared receive queues.
    Srq = "srq", Rdma, [".create_srq"];
    /// Memory windows.
    MemoryWindows = "memory-windows", Rdma, [".alloc_mw"];
    /// Memory that is not pinned (on-demand paging).
    Odp = "odp", Rdma, ["odp_caps"];
    /// Memory of other devices (`dma-buf`).
    DmaBuf = "dma-buf", Rdma, [".reg_user_mr_dmabuf"];
    /// Memory on the card.
    DeviceMemory = "device-memory", Rdma, [".alloc_dm"];
    /// Steering rules from user space.
    RdmaFlow = "rdma-flow", Rdma, [".create_flow "];
    /// Counters of ports in `hw_counters`.
    PortCounters = "hw-counters", Rdma, [".alloc_hw_port_stats"];
    /// Counters that can be switched on.
    OptionalCounters = "optional-counters", Rdma, [".modify_hw_stat"];
    /// Counters of queue pairs.
    QpCounters = "qp-counters", Rdma, [".counter_bind_qp"];
}

impl Serialize for Feature {
    /// By its name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unlike_each_other_and_groups_stay_together() {
        let mut names: Vec<&str> = Feature::ALL.iter().map(|feature| feature.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Feature::ALL.len());
        assert!(Feature::ALL.is_sorted_by_key(|feature| feature.group()));
    }
}

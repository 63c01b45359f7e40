//! Which headers are read, and what their constants become.

/// One header to read.
pub(super) struct Header {
    /// The header's path below the include directory.
    pub(super) path: &'static str,
    /// The module it becomes.
    pub(super) module: &'static str,
    /// Attribute enumerations, each named by one of its members, and the table of names to write for it.
    pub(super) attrs: &'static [(&'static str, &'static str)],
    /// Types for constants by the start of their names; the first that fits counts.
    pub(super) types: &'static [(&'static str, &'static str)],
}

#[rustfmt::skip]
pub(super) const HEADERS: &[Header] = &[
    Header { path: "asm-generic/errno-base.h", module: "errno_base", attrs: &[], types: &[("E", "i32")] },
    Header { path: "asm-generic/errno.h", module: "errno", attrs: &[], types: &[("E", "i32")] },
    Header {
        path: "linux/netlink.h",
        module: "netlink",
        attrs: &[
            ("NLMSGERR_ATTR_UNUSED", "NLMSGERR_ATTR_NAMES"),
            ("NL_POLICY_TYPE_ATTR_UNSPEC", "NL_POLICY_TYPE_ATTR_NAMES"),
        ],
        types: &[
            ("NLMSG_MIN_TYPE", "u16"), ("NLMSG_NOOP", "u16"), ("NLMSG_ERROR", "u16"), ("NLMSG_DONE", "u16"),
            ("NLMSG_OVERRUN", "u16"), ("NLM_F_", "u16"), ("NLA_F_", "u16"),
        ],
    },
    Header {
        path: "linux/genetlink.h",
        module: "genetlink",
        attrs: &[
            ("CTRL_ATTR_UNSPEC", "CTRL_ATTR_NAMES"),
            ("CTRL_ATTR_OP_UNSPEC", "CTRL_ATTR_OP_NAMES"),
            ("CTRL_ATTR_MCAST_GRP_UNSPEC", "CTRL_ATTR_MCAST_GRP_NAMES"),
        ],
        types: &[("CTRL_CMD_", "u8"), ("GENL_ID_", "u16")],
    },
    Header {
        path: "linux/devlink.h",
        module: "devlink",
        attrs: &[
            ("DEVLINK_ATTR_UNSPEC", "DEVLINK_ATTR_NAMES"),
            ("DEVLINK_PORT_FUNCTION_ATTR_UNSPEC", "DEVLINK_PORT_FUNCTION_ATTR_NAMES"),
            ("DEVLINK_RATE_TC_ATTR_UNSPEC", "DEVLINK_RATE_TC_ATTR_NAMES"),
            ("DEVLINK_ATTR_SELFTEST_ID_UNSPEC", "DEVLINK_ATTR_SELFTEST_ID_NAMES"),
            ("DEVLINK_ATTR_SELFTEST_RESULT_UNSPEC", "DEVLINK_ATTR_SELFTEST_RESULT_NAMES"),
        ],
        types: &[("DEVLINK_CMD_", "u8"), ("DEVLINK_GENL_VERSION", "u8")],
    },
    Header {
        path: "linux/ethtool_netlink_generated.h",
        module: "ethtool_netlink",
        attrs: &[
            ("ETHTOOL_A_HEADER_UNSPEC", "ETHTOOL_A_HEADER_NAMES"),
            ("ETHTOOL_A_BITSET_UNSPEC", "ETHTOOL_A_BITSET_NAMES"),
            ("ETHTOOL_A_BITSET_BITS_UNSPEC", "ETHTOOL_A_BITSET_BITS_NAMES"),
            ("ETHTOOL_A_BITSET_BIT_UNSPEC", "ETHTOOL_A_BITSET_BIT_NAMES"),
            ("ETHTOOL_A_FEATURES_UNSPEC", "ETHTOOL_A_FEATURES_NAMES"),
        ],
        types: &[("ETHTOOL_MSG_", "u8"), ("ETHTOOL_GENL_VERSION", "u8")],
    },
    Header { path: "linux/ife.h", module: "ife", attrs: &[], types: &[("IFE_META_", "u16")] },
    Header { path: "linux/if.h", module: "if_", attrs: &[], types: &[("IF_OPER_", "u8")] },
    Header { path: "linux/if_arp.h", module: "if_arp", attrs: &[], types: &[("ARPHRD_", "u16")] },
    Header { path: "linux/if_ether.h", module: "if_ether", attrs: &[], types: &[("ETH_P_", "u16")] },
    Header {
        path: "linux/if_link.h",
        module: "if_link",
        attrs: &[
            ("IFLA_UNSPEC", "IFLA_NAMES"),
            ("IFLA_INFO_UNSPEC", "IFLA_INFO_NAMES"),
            ("IFLA_VF_INFO_UNSPEC", "IFLA_VF_INFO_NAMES"),
            ("IFLA_VF_UNSPEC", "IFLA_VF_NAMES"),
            ("IFLA_VF_VLAN_INFO_UNSPEC", "IFLA_VF_VLAN_INFO_NAMES"),
            ("IFLA_VF_STATS_RX_PACKETS", "IFLA_VF_STATS_NAMES"),
        ],
        types: &[],
    },
    Header {
        path: "linux/rtnetlink.h",
        module: "rtnetlink",
        attrs: &[("TCA_UNSPEC", "TCA_NAMES"), ("TCA_ROOT_UNSPEC", "TCA_ROOT_NAMES")],
        types: &[("RTM_F_", "u32"), ("RTM_", "u16")],
    },
    Header {
        path: "linux/gen_stats.h",
        module: "gen_stats",
        attrs: &[("TCA_STATS_UNSPEC", "TCA_STATS_NAMES")],
        types: &[],
    },
    Header { path: "linux/pkt_sched.h", module: "pkt_sched", attrs: &[], types: &[] },
    Header {
        path: "linux/pkt_cls.h",
        module: "pkt_cls",
        attrs: &[
            ("TCA_ACT_UNSPEC", "TCA_ACT_NAMES"),
            ("TCA_FLOWER_UNSPEC", "TCA_FLOWER_NAMES"),
            ("TCA_FLOWER_KEY_ENC_OPTS_UNSPEC", "TCA_FLOWER_KEY_ENC_OPTS_NAMES"),
            ("TCA_FLOWER_KEY_ENC_OPT_GENEVE_UNSPEC", "TCA_FLOWER_KEY_ENC_OPT_GENEVE_NAMES"),
            ("TCA_FLOWER_KEY_ENC_OPT_VXLAN_UNSPEC", "TCA_FLOWER_KEY_ENC_OPT_VXLAN_NAMES"),
            ("TCA_FLOWER_KEY_ENC_OPT_ERSPAN_UNSPEC", "TCA_FLOWER_KEY_ENC_OPT_ERSPAN_NAMES"),
            ("TCA_FLOWER_KEY_ENC_OPT_GTP_UNSPEC", "TCA_FLOWER_KEY_ENC_OPT_GTP_NAMES"),
            ("TCA_FLOWER_KEY_ENC_OPT_PFCP_UNSPEC", "TCA_FLOWER_KEY_ENC_OPT_PFCP_NAMES"),
            ("TCA_FLOWER_KEY_MPLS_OPTS_UNSPEC", "TCA_FLOWER_KEY_MPLS_OPTS_NAMES"),
            ("TCA_FLOWER_KEY_MPLS_OPT_LSE_UNSPEC", "TCA_FLOWER_KEY_MPLS_OPT_LSE_NAMES"),
            ("TCA_FLOWER_KEY_CFM_OPT_UNSPEC", "TCA_FLOWER_KEY_CFM_NAMES"),
            ("TCA_MATCHALL_UNSPEC", "TCA_MATCHALL_NAMES"),
            ("TCA_POLICE_UNSPEC", "TCA_POLICE_NAMES"),
        ],
        types: &[("TC_ACT_", "i32"), ("TCA_FLOWER_KEY_CT_FLAGS_", "u16")],
    },
    Header {
        path: "linux/tc_act/tc_bpf.h",
        module: "tc_bpf",
        attrs: &[("TCA_ACT_BPF_UNSPEC", "TCA_ACT_BPF_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_connmark.h",
        module: "tc_connmark",
        attrs: &[("TCA_CONNMARK_UNSPEC", "TCA_CONNMARK_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_csum.h",
        module: "tc_csum",
        attrs: &[("TCA_CSUM_UNSPEC", "TCA_CSUM_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_ct.h",
        module: "tc_ct",
        attrs: &[("TCA_CT_UNSPEC", "TCA_CT_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_ctinfo.h",
        module: "tc_ctinfo",
        attrs: &[("TCA_CTINFO_UNSPEC", "TCA_CTINFO_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_defact.h",
        module: "tc_defact",
        attrs: &[("TCA_DEF_UNSPEC", "TCA_DEF_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_gact.h",
        module: "tc_gact",
        attrs: &[("TCA_GACT_UNSPEC", "TCA_GACT_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_gate.h",
        module: "tc_gate",
        attrs: &[
            ("TCA_GATE_UNSPEC", "TCA_GATE_NAMES"),
            ("TCA_GATE_ONE_ENTRY_UNSPEC", "TCA_GATE_ONE_ENTRY_NAMES"),
            ("TCA_GATE_ENTRY_UNSPEC", "TCA_GATE_ENTRY_NAMES"),
        ],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_ife.h",
        module: "tc_ife",
        attrs: &[("TCA_IFE_UNSPEC", "TCA_IFE_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_mirred.h",
        module: "tc_mirred",
        attrs: &[("TCA_MIRRED_UNSPEC", "TCA_MIRRED_NAMES")],
        types: &[("TCA_EGRESS_", "i32"), ("TCA_INGRESS_", "i32")],
    },
    Header {
        path: "linux/tc_act/tc_mpls.h",
        module: "tc_mpls",
        attrs: &[("TCA_MPLS_UNSPEC", "TCA_MPLS_NAMES")],
        types: &[("TCA_MPLS_ACT_", "i32")],
    },
    Header {
        path: "linux/tc_act/tc_nat.h",
        module: "tc_nat",
        attrs: &[("TCA_NAT_UNSPEC", "TCA_NAT_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_pedit.h",
        module: "tc_pedit",
        attrs: &[("TCA_PEDIT_UNSPEC", "TCA_PEDIT_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_sample.h",
        module: "tc_sample",
        attrs: &[("TCA_SAMPLE_UNSPEC", "TCA_SAMPLE_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_skbedit.h",
        module: "tc_skbedit",
        attrs: &[("TCA_SKBEDIT_UNSPEC", "TCA_SKBEDIT_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_skbmod.h",
        module: "tc_skbmod",
        attrs: &[("TCA_SKBMOD_UNSPEC", "TCA_SKBMOD_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_tunnel_key.h",
        module: "tc_tunnel_key",
        attrs: &[("TCA_TUNNEL_KEY_UNSPEC", "TCA_TUNNEL_KEY_NAMES")],
        types: &[],
    },
    Header {
        path: "linux/tc_act/tc_vlan.h",
        module: "tc_vlan",
        attrs: &[("TCA_VLAN_UNSPEC", "TCA_VLAN_NAMES")],
        types: &[("TCA_VLAN_ACT_", "i32")],
    },
];

//! `linux/pkt_cls.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TC_COOKIE_MAX_SIZE: u32 = 16;
pub const TCA_ACT_FLAGS_NO_PERCPU_STATS: u32 = 1;
pub const TCA_ACT_FLAGS_SKIP_HW: u32 = 2;
pub const TCA_ACT_FLAGS_SKIP_SW: u32 = 4;
pub const TCA_ACT_HW_STATS_IMMEDIATE: u32 = 1;
pub const TCA_ACT_HW_STATS_DELAYED: u32 = 2;
pub const TCA_ACT_MAX: u32 = 11;
pub const TCA_OLD_COMPAT: u32 = 12;
pub const TCA_ACT_MAX_PRIO: u32 = 32;
pub const TCA_ACT_BIND: u32 = 1;
pub const TCA_ACT_NOBIND: u32 = 0;
pub const TCA_ACT_UNBIND: u32 = 1;
pub const TCA_ACT_NOUNBIND: u32 = 0;
pub const TCA_ACT_REPLACE: u32 = 1;
pub const TCA_ACT_NOREPLACE: u32 = 0;
pub const TC_ACT_UNSPEC: i32 = -1;
pub const TC_ACT_OK: i32 = 0;
pub const TC_ACT_RECLASSIFY: i32 = 1;
pub const TC_ACT_SHOT: i32 = 2;
pub const TC_ACT_PIPE: i32 = 3;
pub const TC_ACT_STOLEN: i32 = 4;
pub const TC_ACT_QUEUED: i32 = 5;
pub const TC_ACT_REPEAT: i32 = 6;
pub const TC_ACT_REDIRECT: i32 = 7;
pub const TC_ACT_TRAP: i32 = 8;
pub const TC_ACT_VALUE_MAX: i32 = 8;
pub const TC_ACT_EXT_VAL_MASK: i32 = 0xfff_ffff;
pub const TC_ACT_JUMP: i32 = 0x1000_0000;
pub const TC_ACT_GOTO_CHAIN: i32 = 0x2000_0000;
pub const TC_ACT_EXT_OPCODE_MAX: i32 = 0x2000_0000;
pub const TCA_ACT_GACT: u32 = 5;
pub const TCA_ACT_IPT: u32 = 6;
pub const TCA_ACT_PEDIT: u32 = 7;
pub const TCA_ACT_MIRRED: u32 = 8;
pub const TCA_ACT_NAT: u32 = 9;
pub const TCA_ACT_XT: u32 = 10;
pub const TCA_ACT_SKBEDIT: u32 = 11;
pub const TCA_ACT_VLAN: u32 = 12;
pub const TCA_ACT_BPF: u32 = 13;
pub const TCA_ACT_CONNMARK: u32 = 14;
pub const TCA_ACT_SKBMOD: u32 = 15;
pub const TCA_ACT_CSUM: u32 = 16;
pub const TCA_ACT_TUNNEL_KEY: u32 = 17;
pub const TCA_ACT_SIMP: u32 = 22;
pub const TCA_ACT_IFE: u32 = 25;
pub const TCA_ACT_SAMPLE: u32 = 26;
pub const TCA_ID_MAX: u32 = 255;
pub const TC_POLICE_UNSPEC: i32 = -1;
pub const TC_POLICE_OK: u32 = 0;
pub const TC_POLICE_RECLASSIFY: u32 = 1;
pub const TC_POLICE_SHOT: u32 = 2;
pub const TC_POLICE_PIPE: u32 = 3;
pub const TCA_POLICE_MAX: u32 = 11;
pub const TCA_CLS_FLAGS_SKIP_HW: u32 = 1;
pub const TCA_CLS_FLAGS_SKIP_SW: u32 = 2;
pub const TCA_CLS_FLAGS_IN_HW: u32 = 4;
pub const TCA_CLS_FLAGS_NOT_IN_HW: u32 = 8;
pub const TCA_CLS_FLAGS_VERBOSE: u32 = 16;
pub const TC_U32_UNSPEC: u32 = 0;
pub const TC_U32_ROOT: u32 = 0xfff0_0000;
pub const TCA_U32_MAX: u32 = 12;
pub const TC_U32_TERMINAL: u32 = 1;
pub const TC_U32_OFFSET: u32 = 2;
pub const TC_U32_VAROFFSET: u32 = 4;
pub const TC_U32_EAT: u32 = 8;
pub const TC_U32_MAXDEPTH: u32 = 8;
pub const TCA_ROUTE4_MAX: u32 = 6;
pub const TCA_FW_MAX: u32 = 5;
pub const FLOW_KEY_MAX: u32 = 17;
pub const TCA_FLOW_MAX: u32 = 12;
pub const TCA_BASIC_MAX: u32 = 6;
pub const TCA_CGROUP_MAX: u32 = 3;
pub const TCA_BPF_FLAG_ACT_DIRECT: u32 = 1;
pub const TCA_BPF_MAX: u32 = 11;
pub const TCA_FLOWER_MAX: u32 = 111;
pub const TCA_FLOWER_KEY_ENC_OPTS_MAX: u32 = 5;
pub const TCA_FLOWER_KEY_ENC_OPT_GENEVE_MAX: u32 = 3;
pub const TCA_FLOWER_KEY_ENC_OPT_VXLAN_MAX: u32 = 1;
pub const TCA_FLOWER_KEY_ENC_OPT_ERSPAN_MAX: u32 = 4;
pub const TCA_FLOWER_KEY_ENC_OPT_GTP_MAX: u32 = 2;
pub const TCA_FLOWER_KEY_ENC_OPT_PFCP_MAX: u32 = 2;
pub const TCA_FLOWER_KEY_MPLS_OPTS_MAX: u32 = 1;
pub const TCA_FLOWER_KEY_MPLS_OPT_LSE_MAX: u32 = 5;
pub const TCA_FLOWER_KEY_FLAGS_MAX: u32 = 32;
pub const TCA_FLOWER_KEY_CFM_OPT_MAX: u32 = 2;
pub const TCA_FLOWER_KEY_CFM_MAX: u32 = 2;
pub const TCA_FLOWER_MASK_FLAGS_RANGE: u32 = 1;
pub const TCA_MATCHALL_MAX: u32 = 5;
pub const TCA_EMATCH_TREE_MAX: u32 = 2;
pub const TCF_EM_REL_END: u32 = 0;
pub const TCF_EM_REL_AND: u32 = 1;
pub const TCF_EM_REL_OR: u32 = 2;
pub const TCF_EM_INVERT: u32 = 4;
pub const TCF_EM_SIMPLE: u32 = 8;
pub const TCF_EM_REL_MASK: u32 = 3;
pub const TCF_LAYER_MAX: u32 = 2;
pub const TCF_EM_CONTAINER: u32 = 0;
pub const TCF_EM_CMP: u32 = 1;
pub const TCF_EM_NBYTE: u32 = 2;
pub const TCF_EM_U32: u32 = 3;
pub const TCF_EM_META: u32 = 4;
pub const TCF_EM_TEXT: u32 = 5;
pub const TCF_EM_VLAN: u32 = 6;
pub const TCF_EM_CANID: u32 = 7;
pub const TCF_EM_IPSET: u32 = 8;
pub const TCF_EM_IPT: u32 = 9;
pub const TCF_EM_MAX: u32 = 9;
pub const SIZEOF_TC_RATESPEC: usize = 12;
pub const TCA_ACT_UNSPEC: u16 = 0;
pub const TCA_ACT_KIND: u16 = 1;
pub const TCA_ACT_OPTIONS: u16 = 2;
pub const TCA_ACT_INDEX: u16 = 3;
pub const TCA_ACT_STATS: u16 = 4;
pub const TCA_ACT_PAD: u16 = 5;
pub const TCA_ACT_COOKIE: u16 = 6;
pub const TCA_ACT_FLAGS: u16 = 7;
pub const TCA_ACT_HW_STATS: u16 = 8;
pub const TCA_ACT_USED_HW_STATS: u16 = 9;
pub const TCA_ACT_IN_HW_COUNT: u16 = 10;
pub const TCA_ID_UNSPEC: u32 = 0;
pub const TCA_ID_POLICE: u32 = 1;
pub const TCA_ID_GACT: u32 = 5;
pub const TCA_ID_IPT: u32 = 6;
pub const TCA_ID_PEDIT: u32 = 7;
pub const TCA_ID_MIRRED: u32 = 8;
pub const TCA_ID_NAT: u32 = 9;
pub const TCA_ID_XT: u32 = 10;
pub const TCA_ID_SKBEDIT: u32 = 11;
pub const TCA_ID_VLAN: u32 = 12;
pub const TCA_ID_BPF: u32 = 13;
pub const TCA_ID_CONNMARK: u32 = 14;
pub const TCA_ID_SKBMOD: u32 = 15;
pub const TCA_ID_CSUM: u32 = 16;
pub const TCA_ID_TUNNEL_KEY: u32 = 17;
pub const TCA_ID_SIMP: u32 = 22;
pub const TCA_ID_IFE: u32 = 25;
pub const TCA_ID_SAMPLE: u32 = 26;
pub const TCA_ID_CTINFO: u32 = 27;
pub const TCA_ID_MPLS: u32 = 28;
pub const TCA_ID_CT: u32 = 29;
pub const TCA_ID_GATE: u32 = 30;
pub const SIZEOF_TC_POLICE: usize = 56;
pub const SIZEOF_TCF_T: usize = 32;
pub const SIZEOF_TC_CNT: usize = 8;
pub const TCA_POLICE_UNSPEC: u16 = 0;
pub const TCA_POLICE_TBF: u16 = 1;
pub const TCA_POLICE_RATE: u16 = 2;
pub const TCA_POLICE_PEAKRATE: u16 = 3;
pub const TCA_POLICE_AVRATE: u16 = 4;
pub const TCA_POLICE_RESULT: u16 = 5;
pub const TCA_POLICE_TM: u16 = 6;
pub const TCA_POLICE_PAD: u16 = 7;
pub const TCA_POLICE_RATE64: u16 = 8;
pub const TCA_POLICE_PEAKRATE64: u16 = 9;
pub const TCA_POLICE_PKTRATE64: u16 = 10;
pub const TCA_POLICE_PKTBURST64: u16 = 11;
pub const TCA_U32_UNSPEC: u32 = 0;
pub const TCA_U32_CLASSID: u32 = 1;
pub const TCA_U32_HASH: u32 = 2;
pub const TCA_U32_LINK: u32 = 3;
pub const TCA_U32_DIVISOR: u32 = 4;
pub const TCA_U32_SEL: u32 = 5;
pub const TCA_U32_POLICE: u32 = 6;
pub const TCA_U32_ACT: u32 = 7;
pub const TCA_U32_INDEV: u32 = 8;
pub const TCA_U32_PCNT: u32 = 9;
pub const TCA_U32_MARK: u32 = 10;
pub const TCA_U32_FLAGS: u32 = 11;
pub const TCA_U32_PAD: u32 = 12;
pub const SIZEOF_TC_U32_KEY: usize = 16;
pub const SIZEOF_TC_U32_SEL__BINDGEN_TY_1: usize = 16;
pub const SIZEOF_TC_U32_SEL: usize = 16;
pub const SIZEOF_TC_U32_MARK: usize = 12;
pub const SIZEOF_TC_U32_PCNT: usize = 16;
pub const TCA_ROUTE4_UNSPEC: u32 = 0;
pub const TCA_ROUTE4_CLASSID: u32 = 1;
pub const TCA_ROUTE4_TO: u32 = 2;
pub const TCA_ROUTE4_FROM: u32 = 3;
pub const TCA_ROUTE4_IIF: u32 = 4;
pub const TCA_ROUTE4_POLICE: u32 = 5;
pub const TCA_ROUTE4_ACT: u32 = 6;
pub const TCA_FW_UNSPEC: u32 = 0;
pub const TCA_FW_CLASSID: u32 = 1;
pub const TCA_FW_POLICE: u32 = 2;
pub const TCA_FW_INDEV: u32 = 3;
pub const TCA_FW_ACT: u32 = 4;
pub const TCA_FW_MASK: u32 = 5;
pub const FLOW_KEY_SRC: u32 = 0;
pub const FLOW_KEY_DST: u32 = 1;
pub const FLOW_KEY_PROTO: u32 = 2;
pub const FLOW_KEY_PROTO_SRC: u32 = 3;
pub const FLOW_KEY_PROTO_DST: u32 = 4;
pub const FLOW_KEY_IIF: u32 = 5;
pub const FLOW_KEY_PRIORITY: u32 = 6;
pub const FLOW_KEY_MARK: u32 = 7;
pub const FLOW_KEY_NFCT: u32 = 8;
pub const FLOW_KEY_NFCT_SRC: u32 = 9;
pub const FLOW_KEY_NFCT_DST: u32 = 10;
pub const FLOW_KEY_NFCT_PROTO_SRC: u32 = 11;
pub const FLOW_KEY_NFCT_PROTO_DST: u32 = 12;
pub const FLOW_KEY_RTCLASSID: u32 = 13;
pub const FLOW_KEY_SKUID: u32 = 14;
pub const FLOW_KEY_SKGID: u32 = 15;
pub const FLOW_KEY_VLAN_TAG: u32 = 16;
pub const FLOW_KEY_RXHASH: u32 = 17;
pub const FLOW_MODE_MAP: u32 = 0;
pub const FLOW_MODE_HASH: u32 = 1;
pub const TCA_FLOW_UNSPEC: u32 = 0;
pub const TCA_FLOW_KEYS: u32 = 1;
pub const TCA_FLOW_MODE: u32 = 2;
pub const TCA_FLOW_BASECLASS: u32 = 3;
pub const TCA_FLOW_RSHIFT: u32 = 4;
pub const TCA_FLOW_ADDEND: u32 = 5;
pub const TCA_FLOW_MASK: u32 = 6;
pub const TCA_FLOW_XOR: u32 = 7;
pub const TCA_FLOW_DIVISOR: u32 = 8;
pub const TCA_FLOW_ACT: u32 = 9;
pub const TCA_FLOW_POLICE: u32 = 10;
pub const TCA_FLOW_EMATCHES: u32 = 11;
pub const TCA_FLOW_PERTURB: u32 = 12;
pub const SIZEOF_TC_BASIC_PCNT: usize = 16;
pub const TCA_BASIC_UNSPEC: u32 = 0;
pub const TCA_BASIC_CLASSID: u32 = 1;
pub const TCA_BASIC_EMATCHES: u32 = 2;
pub const TCA_BASIC_ACT: u32 = 3;
pub const TCA_BASIC_POLICE: u32 = 4;
pub const TCA_BASIC_PCNT: u32 = 5;
pub const TCA_BASIC_PAD: u32 = 6;
pub const TCA_CGROUP_UNSPEC: u32 = 0;
pub const TCA_CGROUP_ACT: u32 = 1;
pub const TCA_CGROUP_POLICE: u32 = 2;
pub const TCA_CGROUP_EMATCHES: u32 = 3;
pub const TCA_BPF_UNSPEC: u32 = 0;
pub const TCA_BPF_ACT: u32 = 1;
pub const TCA_BPF_POLICE: u32 = 2;
pub const TCA_BPF_CLASSID: u32 = 3;
pub const TCA_BPF_OPS_LEN: u32 = 4;
pub const TCA_BPF_OPS: u32 = 5;
pub const TCA_BPF_FD: u32 = 6;
pub const TCA_BPF_NAME: u32 = 7;
pub const TCA_BPF_FLAGS: u32 = 8;
pub const TCA_BPF_FLAGS_GEN: u32 = 9;
pub const TCA_BPF_TAG: u32 = 10;
pub const TCA_BPF_ID: u32 = 11;
pub const TCA_FLOWER_UNSPEC: u16 = 0;
pub const TCA_FLOWER_CLASSID: u16 = 1;
pub const TCA_FLOWER_INDEV: u16 = 2;
pub const TCA_FLOWER_ACT: u16 = 3;
pub const TCA_FLOWER_KEY_ETH_DST: u16 = 4;
pub const TCA_FLOWER_KEY_ETH_DST_MASK: u16 = 5;
pub const TCA_FLOWER_KEY_ETH_SRC: u16 = 6;
pub const TCA_FLOWER_KEY_ETH_SRC_MASK: u16 = 7;
pub const TCA_FLOWER_KEY_ETH_TYPE: u16 = 8;
pub const TCA_FLOWER_KEY_IP_PROTO: u16 = 9;
pub const TCA_FLOWER_KEY_IPV4_SRC: u16 = 10;
pub const TCA_FLOWER_KEY_IPV4_SRC_MASK: u16 = 11;
pub const TCA_FLOWER_KEY_IPV4_DST: u16 = 12;
pub const TCA_FLOWER_KEY_IPV4_DST_MASK: u16 = 13;
pub const TCA_FLOWER_KEY_IPV6_SRC: u16 = 14;
pub const TCA_FLOWER_KEY_IPV6_SRC_MASK: u16 = 15;
pub const TCA_FLOWER_KEY_IPV6_DST: u16 = 16;
pub const TCA_FLOWER_KEY_IPV6_DST_MASK: u16 = 17;
pub const TCA_FLOWER_KEY_TCP_SRC: u16 = 18;
pub const TCA_FLOWER_KEY_TCP_DST: u16 = 19;
pub const TCA_FLOWER_KEY_UDP_SRC: u16 = 20;
pub const TCA_FLOWER_KEY_UDP_DST: u16 = 21;
pub const TCA_FLOWER_FLAGS: u16 = 22;
pub const TCA_FLOWER_KEY_VLAN_ID: u16 = 23;
pub const TCA_FLOWER_KEY_VLAN_PRIO: u16 = 24;
pub const TCA_FLOWER_KEY_VLAN_ETH_TYPE: u16 = 25;
pub const TCA_FLOWER_KEY_ENC_KEY_ID: u16 = 26;
pub const TCA_FLOWER_KEY_ENC_IPV4_SRC: u16 = 27;
pub const TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK: u16 = 28;
pub const TCA_FLOWER_KEY_ENC_IPV4_DST: u16 = 29;
pub const TCA_FLOWER_KEY_ENC_IPV4_DST_MASK: u16 = 30;
pub const TCA_FLOWER_KEY_ENC_IPV6_SRC: u16 = 31;
pub const TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK: u16 = 32;
pub const TCA_FLOWER_KEY_ENC_IPV6_DST: u16 = 33;
pub const TCA_FLOWER_KEY_ENC_IPV6_DST_MASK: u16 = 34;
pub const TCA_FLOWER_KEY_TCP_SRC_MASK: u16 = 35;
pub const TCA_FLOWER_KEY_TCP_DST_MASK: u16 = 36;
pub const TCA_FLOWER_KEY_UDP_SRC_MASK: u16 = 37;
pub const TCA_FLOWER_KEY_UDP_DST_MASK: u16 = 38;
pub const TCA_FLOWER_KEY_SCTP_SRC_MASK: u16 = 39;
pub const TCA_FLOWER_KEY_SCTP_DST_MASK: u16 = 40;
pub const TCA_FLOWER_KEY_SCTP_SRC: u16 = 41;
pub const TCA_FLOWER_KEY_SCTP_DST: u16 = 42;
pub const TCA_FLOWER_KEY_ENC_UDP_SRC_PORT: u16 = 43;
pub const TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK: u16 = 44;
pub const TCA_FLOWER_KEY_ENC_UDP_DST_PORT: u16 = 45;
pub const TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK: u16 = 46;
pub const TCA_FLOWER_KEY_FLAGS: u16 = 47;
pub const TCA_FLOWER_KEY_FLAGS_MASK: u16 = 48;
pub const TCA_FLOWER_KEY_ICMPV4_CODE: u16 = 49;
pub const TCA_FLOWER_KEY_ICMPV4_CODE_MASK: u16 = 50;
pub const TCA_FLOWER_KEY_ICMPV4_TYPE: u16 = 51;
pub const TCA_FLOWER_KEY_ICMPV4_TYPE_MASK: u16 = 52;
pub const TCA_FLOWER_KEY_ICMPV6_CODE: u16 = 53;
pub const TCA_FLOWER_KEY_ICMPV6_CODE_MASK: u16 = 54;
pub const TCA_FLOWER_KEY_ICMPV6_TYPE: u16 = 55;
pub const TCA_FLOWER_KEY_ICMPV6_TYPE_MASK: u16 = 56;
pub const TCA_FLOWER_KEY_ARP_SIP: u16 = 57;
pub const TCA_FLOWER_KEY_ARP_SIP_MASK: u16 = 58;
pub const TCA_FLOWER_KEY_ARP_TIP: u16 = 59;
pub const TCA_FLOWER_KEY_ARP_TIP_MASK: u16 = 60;
pub const TCA_FLOWER_KEY_ARP_OP: u16 = 61;
pub const TCA_FLOWER_KEY_ARP_OP_MASK: u16 = 62;
pub const TCA_FLOWER_KEY_ARP_SHA: u16 = 63;
pub const TCA_FLOWER_KEY_ARP_SHA_MASK: u16 = 64;
pub const TCA_FLOWER_KEY_ARP_THA: u16 = 65;
pub const TCA_FLOWER_KEY_ARP_THA_MASK: u16 = 66;
pub const TCA_FLOWER_KEY_MPLS_TTL: u16 = 67;
pub const TCA_FLOWER_KEY_MPLS_BOS: u16 = 68;
pub const TCA_FLOWER_KEY_MPLS_TC: u16 = 69;
pub const TCA_FLOWER_KEY_MPLS_LABEL: u16 = 70;
pub const TCA_FLOWER_KEY_TCP_FLAGS: u16 = 71;
pub const TCA_FLOWER_KEY_TCP_FLAGS_MASK: u16 = 72;
pub const TCA_FLOWER_KEY_IP_TOS: u16 = 73;
pub const TCA_FLOWER_KEY_IP_TOS_MASK: u16 = 74;
pub const TCA_FLOWER_KEY_IP_TTL: u16 = 75;
pub const TCA_FLOWER_KEY_IP_TTL_MASK: u16 = 76;
pub const TCA_FLOWER_KEY_CVLAN_ID: u16 = 77;
pub const TCA_FLOWER_KEY_CVLAN_PRIO: u16 = 78;
pub const TCA_FLOWER_KEY_CVLAN_ETH_TYPE: u16 = 79;
pub const TCA_FLOWER_KEY_ENC_IP_TOS: u16 = 80;
pub const TCA_FLOWER_KEY_ENC_IP_TOS_MASK: u16 = 81;
pub const TCA_FLOWER_KEY_ENC_IP_TTL: u16 = 82;
pub const TCA_FLOWER_KEY_ENC_IP_TTL_MASK: u16 = 83;
pub const TCA_FLOWER_KEY_ENC_OPTS: u16 = 84;
pub const TCA_FLOWER_KEY_ENC_OPTS_MASK: u16 = 85;
pub const TCA_FLOWER_IN_HW_COUNT: u16 = 86;
pub const TCA_FLOWER_KEY_PORT_SRC_MIN: u16 = 87;
pub const TCA_FLOWER_KEY_PORT_SRC_MAX: u16 = 88;
pub const TCA_FLOWER_KEY_PORT_DST_MIN: u16 = 89;
pub const TCA_FLOWER_KEY_PORT_DST_MAX: u16 = 90;
pub const TCA_FLOWER_KEY_CT_STATE: u16 = 91;
pub const TCA_FLOWER_KEY_CT_STATE_MASK: u16 = 92;
pub const TCA_FLOWER_KEY_CT_ZONE: u16 = 93;
pub const TCA_FLOWER_KEY_CT_ZONE_MASK: u16 = 94;
pub const TCA_FLOWER_KEY_CT_MARK: u16 = 95;
pub const TCA_FLOWER_KEY_CT_MARK_MASK: u16 = 96;
pub const TCA_FLOWER_KEY_CT_LABELS: u16 = 97;
pub const TCA_FLOWER_KEY_CT_LABELS_MASK: u16 = 98;
pub const TCA_FLOWER_KEY_MPLS_OPTS: u16 = 99;
pub const TCA_FLOWER_KEY_HASH: u16 = 100;
pub const TCA_FLOWER_KEY_HASH_MASK: u16 = 101;
pub const TCA_FLOWER_KEY_NUM_OF_VLANS: u16 = 102;
pub const TCA_FLOWER_KEY_PPPOE_SID: u16 = 103;
pub const TCA_FLOWER_KEY_PPP_PROTO: u16 = 104;
pub const TCA_FLOWER_KEY_L2TPV3_SID: u16 = 105;
pub const TCA_FLOWER_L2_MISS: u16 = 106;
pub const TCA_FLOWER_KEY_CFM: u16 = 107;
pub const TCA_FLOWER_KEY_SPI: u16 = 108;
pub const TCA_FLOWER_KEY_SPI_MASK: u16 = 109;
pub const TCA_FLOWER_KEY_ENC_FLAGS: u16 = 110;
pub const TCA_FLOWER_KEY_ENC_FLAGS_MASK: u16 = 111;
pub const TCA_FLOWER_KEY_CT_FLAGS_NEW: u32 = 1;
pub const TCA_FLOWER_KEY_CT_FLAGS_ESTABLISHED: u32 = 2;
pub const TCA_FLOWER_KEY_CT_FLAGS_RELATED: u32 = 4;
pub const TCA_FLOWER_KEY_CT_FLAGS_TRACKED: u32 = 8;
pub const TCA_FLOWER_KEY_CT_FLAGS_INVALID: u32 = 16;
pub const TCA_FLOWER_KEY_CT_FLAGS_REPLY: u32 = 32;
pub const TCA_FLOWER_KEY_ENC_OPTS_UNSPEC: u32 = 0;
pub const TCA_FLOWER_KEY_ENC_OPTS_GENEVE: u32 = 1;
pub const TCA_FLOWER_KEY_ENC_OPTS_VXLAN: u32 = 2;
pub const TCA_FLOWER_KEY_ENC_OPTS_ERSPAN: u32 = 3;
pub const TCA_FLOWER_KEY_ENC_OPTS_GTP: u32 = 4;
pub const TCA_FLOWER_KEY_ENC_OPTS_PFCP: u32 = 5;
pub const TCA_FLOWER_KEY_ENC_OPT_GENEVE_UNSPEC: u32 = 0;
pub const TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS: u32 = 1;
pub const TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE: u32 = 2;
pub const TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA: u32 = 3;
pub const TCA_FLOWER_KEY_ENC_OPT_VXLAN_UNSPEC: u32 = 0;
pub const TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP: u32 = 1;
pub const TCA_FLOWER_KEY_ENC_OPT_ERSPAN_UNSPEC: u32 = 0;
pub const TCA_FLOWER_KEY_ENC_OPT_ERSPAN_VER: u32 = 1;
pub const TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX: u32 = 2;
pub const TCA_FLOWER_KEY_ENC_OPT_ERSPAN_DIR: u32 = 3;
pub const TCA_FLOWER_KEY_ENC_OPT_ERSPAN_HWID: u32 = 4;
pub const TCA_FLOWER_KEY_ENC_OPT_GTP_UNSPEC: u32 = 0;
pub const TCA_FLOWER_KEY_ENC_OPT_GTP_PDU_TYPE: u32 = 1;
pub const TCA_FLOWER_KEY_ENC_OPT_GTP_QFI: u32 = 2;
pub const TCA_FLOWER_KEY_ENC_OPT_PFCP_UNSPEC: u32 = 0;
pub const TCA_FLOWER_KEY_ENC_OPT_PFCP_TYPE: u32 = 1;
pub const TCA_FLOWER_KEY_ENC_OPT_PFCP_SEID: u32 = 2;
pub const TCA_FLOWER_KEY_MPLS_OPTS_UNSPEC: u32 = 0;
pub const TCA_FLOWER_KEY_MPLS_OPTS_LSE: u32 = 1;
pub const TCA_FLOWER_KEY_MPLS_OPT_LSE_UNSPEC: u32 = 0;
pub const TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH: u32 = 1;
pub const TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL: u32 = 2;
pub const TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS: u32 = 3;
pub const TCA_FLOWER_KEY_MPLS_OPT_LSE_TC: u32 = 4;
pub const TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL: u32 = 5;
pub const TCA_FLOWER_KEY_FLAGS_IS_FRAGMENT: u32 = 1;
pub const TCA_FLOWER_KEY_FLAGS_FRAG_IS_FIRST: u32 = 2;
pub const TCA_FLOWER_KEY_FLAGS_TUNNEL_CSUM: u32 = 4;
pub const TCA_FLOWER_KEY_FLAGS_TUNNEL_DONT_FRAGMENT: u32 = 8;
pub const TCA_FLOWER_KEY_FLAGS_TUNNEL_OAM: u32 = 16;
pub const TCA_FLOWER_KEY_FLAGS_TUNNEL_CRIT_OPT: u32 = 32;
pub const TCA_FLOWER_KEY_CFM_OPT_UNSPEC: u32 = 0;
pub const TCA_FLOWER_KEY_CFM_MD_LEVEL: u32 = 1;
pub const TCA_FLOWER_KEY_CFM_OPCODE: u32 = 2;
pub const SIZEOF_TC_MATCHALL_PCNT: usize = 8;
pub const TCA_MATCHALL_UNSPEC: u32 = 0;
pub const TCA_MATCHALL_CLASSID: u32 = 1;
pub const TCA_MATCHALL_ACT: u32 = 2;
pub const TCA_MATCHALL_FLAGS: u32 = 3;
pub const TCA_MATCHALL_PCNT: u32 = 4;
pub const TCA_MATCHALL_PAD: u32 = 5;
pub const SIZEOF_TCF_EMATCH_TREE_HDR: usize = 4;
pub const TCA_EMATCH_TREE_UNSPEC: u32 = 0;
pub const TCA_EMATCH_TREE_HDR: u32 = 1;
pub const TCA_EMATCH_TREE_LIST: u32 = 2;
pub const SIZEOF_TCF_EMATCH_HDR: usize = 8;
pub const TCF_LAYER_LINK: u32 = 0;
pub const TCF_LAYER_NETWORK: u32 = 1;
pub const TCF_LAYER_TRANSPORT: u32 = 2;
pub const TCF_EM_PROG_TC: u32 = 0;
pub const TCF_EM_OPND_EQ: u32 = 0;
pub const TCF_EM_OPND_GT: u32 = 1;
pub const TCF_EM_OPND_LT: u32 = 2;

pub const TCA_ACT_NAMES: &[(u16, &str)] = &[
    (0, "TCA_ACT_UNSPEC"),
    (1, "TCA_ACT_KIND"),
    (2, "TCA_ACT_OPTIONS"),
    (3, "TCA_ACT_INDEX"),
    (4, "TCA_ACT_STATS"),
    (5, "TCA_ACT_PAD"),
    (6, "TCA_ACT_COOKIE"),
    (7, "TCA_ACT_FLAGS"),
    (8, "TCA_ACT_HW_STATS"),
    (9, "TCA_ACT_USED_HW_STATS"),
    (10, "TCA_ACT_IN_HW_COUNT"),
];

pub const TCA_FLOWER_NAMES: &[(u16, &str)] = &[
    (0, "TCA_FLOWER_UNSPEC"),
    (1, "TCA_FLOWER_CLASSID"),
    (2, "TCA_FLOWER_INDEV"),
    (3, "TCA_FLOWER_ACT"),
    (4, "TCA_FLOWER_KEY_ETH_DST"),
    (5, "TCA_FLOWER_KEY_ETH_DST_MASK"),
    (6, "TCA_FLOWER_KEY_ETH_SRC"),
    (7, "TCA_FLOWER_KEY_ETH_SRC_MASK"),
    (8, "TCA_FLOWER_KEY_ETH_TYPE"),
    (9, "TCA_FLOWER_KEY_IP_PROTO"),
    (10, "TCA_FLOWER_KEY_IPV4_SRC"),
    (11, "TCA_FLOWER_KEY_IPV4_SRC_MASK"),
    (12, "TCA_FLOWER_KEY_IPV4_DST"),
    (13, "TCA_FLOWER_KEY_IPV4_DST_MASK"),
    (14, "TCA_FLOWER_KEY_IPV6_SRC"),
    (15, "TCA_FLOWER_KEY_IPV6_SRC_MASK"),
    (16, "TCA_FLOWER_KEY_IPV6_DST"),
    (17, "TCA_FLOWER_KEY_IPV6_DST_MASK"),
    (18, "TCA_FLOWER_KEY_TCP_SRC"),
    (19, "TCA_FLOWER_KEY_TCP_DST"),
    (20, "TCA_FLOWER_KEY_UDP_SRC"),
    (21, "TCA_FLOWER_KEY_UDP_DST"),
    (22, "TCA_FLOWER_FLAGS"),
    (23, "TCA_FLOWER_KEY_VLAN_ID"),
    (24, "TCA_FLOWER_KEY_VLAN_PRIO"),
    (25, "TCA_FLOWER_KEY_VLAN_ETH_TYPE"),
    (26, "TCA_FLOWER_KEY_ENC_KEY_ID"),
    (27, "TCA_FLOWER_KEY_ENC_IPV4_SRC"),
    (28, "TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK"),
    (29, "TCA_FLOWER_KEY_ENC_IPV4_DST"),
    (30, "TCA_FLOWER_KEY_ENC_IPV4_DST_MASK"),
    (31, "TCA_FLOWER_KEY_ENC_IPV6_SRC"),
    (32, "TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK"),
    (33, "TCA_FLOWER_KEY_ENC_IPV6_DST"),
    (34, "TCA_FLOWER_KEY_ENC_IPV6_DST_MASK"),
    (35, "TCA_FLOWER_KEY_TCP_SRC_MASK"),
    (36, "TCA_FLOWER_KEY_TCP_DST_MASK"),
    (37, "TCA_FLOWER_KEY_UDP_SRC_MASK"),
    (38, "TCA_FLOWER_KEY_UDP_DST_MASK"),
    (39, "TCA_FLOWER_KEY_SCTP_SRC_MASK"),
    (40, "TCA_FLOWER_KEY_SCTP_DST_MASK"),
    (41, "TCA_FLOWER_KEY_SCTP_SRC"),
    (42, "TCA_FLOWER_KEY_SCTP_DST"),
    (43, "TCA_FLOWER_KEY_ENC_UDP_SRC_PORT"),
    (44, "TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK"),
    (45, "TCA_FLOWER_KEY_ENC_UDP_DST_PORT"),
    (46, "TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK"),
    (47, "TCA_FLOWER_KEY_FLAGS"),
    (48, "TCA_FLOWER_KEY_FLAGS_MASK"),
    (49, "TCA_FLOWER_KEY_ICMPV4_CODE"),
    (50, "TCA_FLOWER_KEY_ICMPV4_CODE_MASK"),
    (51, "TCA_FLOWER_KEY_ICMPV4_TYPE"),
    (52, "TCA_FLOWER_KEY_ICMPV4_TYPE_MASK"),
    (53, "TCA_FLOWER_KEY_ICMPV6_CODE"),
    (54, "TCA_FLOWER_KEY_ICMPV6_CODE_MASK"),
    (55, "TCA_FLOWER_KEY_ICMPV6_TYPE"),
    (56, "TCA_FLOWER_KEY_ICMPV6_TYPE_MASK"),
    (57, "TCA_FLOWER_KEY_ARP_SIP"),
    (58, "TCA_FLOWER_KEY_ARP_SIP_MASK"),
    (59, "TCA_FLOWER_KEY_ARP_TIP"),
    (60, "TCA_FLOWER_KEY_ARP_TIP_MASK"),
    (61, "TCA_FLOWER_KEY_ARP_OP"),
    (62, "TCA_FLOWER_KEY_ARP_OP_MASK"),
    (63, "TCA_FLOWER_KEY_ARP_SHA"),
    (64, "TCA_FLOWER_KEY_ARP_SHA_MASK"),
    (65, "TCA_FLOWER_KEY_ARP_THA"),
    (66, "TCA_FLOWER_KEY_ARP_THA_MASK"),
    (67, "TCA_FLOWER_KEY_MPLS_TTL"),
    (68, "TCA_FLOWER_KEY_MPLS_BOS"),
    (69, "TCA_FLOWER_KEY_MPLS_TC"),
    (70, "TCA_FLOWER_KEY_MPLS_LABEL"),
    (71, "TCA_FLOWER_KEY_TCP_FLAGS"),
    (72, "TCA_FLOWER_KEY_TCP_FLAGS_MASK"),
    (73, "TCA_FLOWER_KEY_IP_TOS"),
    (74, "TCA_FLOWER_KEY_IP_TOS_MASK"),
    (75, "TCA_FLOWER_KEY_IP_TTL"),
    (76, "TCA_FLOWER_KEY_IP_TTL_MASK"),
    (77, "TCA_FLOWER_KEY_CVLAN_ID"),
    (78, "TCA_FLOWER_KEY_CVLAN_PRIO"),
    (79, "TCA_FLOWER_KEY_CVLAN_ETH_TYPE"),
    (80, "TCA_FLOWER_KEY_ENC_IP_TOS"),
    (81, "TCA_FLOWER_KEY_ENC_IP_TOS_MASK"),
    (82, "TCA_FLOWER_KEY_ENC_IP_TTL"),
    (83, "TCA_FLOWER_KEY_ENC_IP_TTL_MASK"),
    (84, "TCA_FLOWER_KEY_ENC_OPTS"),
    (85, "TCA_FLOWER_KEY_ENC_OPTS_MASK"),
    (86, "TCA_FLOWER_IN_HW_COUNT"),
    (87, "TCA_FLOWER_KEY_PORT_SRC_MIN"),
    (88, "TCA_FLOWER_KEY_PORT_SRC_MAX"),
    (89, "TCA_FLOWER_KEY_PORT_DST_MIN"),
    (90, "TCA_FLOWER_KEY_PORT_DST_MAX"),
    (91, "TCA_FLOWER_KEY_CT_STATE"),
    (92, "TCA_FLOWER_KEY_CT_STATE_MASK"),
    (93, "TCA_FLOWER_KEY_CT_ZONE"),
    (94, "TCA_FLOWER_KEY_CT_ZONE_MASK"),
    (95, "TCA_FLOWER_KEY_CT_MARK"),
    (96, "TCA_FLOWER_KEY_CT_MARK_MASK"),
    (97, "TCA_FLOWER_KEY_CT_LABELS"),
    (98, "TCA_FLOWER_KEY_CT_LABELS_MASK"),
    (99, "TCA_FLOWER_KEY_MPLS_OPTS"),
    (100, "TCA_FLOWER_KEY_HASH"),
    (101, "TCA_FLOWER_KEY_HASH_MASK"),
    (102, "TCA_FLOWER_KEY_NUM_OF_VLANS"),
    (103, "TCA_FLOWER_KEY_PPPOE_SID"),
    (104, "TCA_FLOWER_KEY_PPP_PROTO"),
    (105, "TCA_FLOWER_KEY_L2TPV3_SID"),
    (106, "TCA_FLOWER_L2_MISS"),
    (107, "TCA_FLOWER_KEY_CFM"),
    (108, "TCA_FLOWER_KEY_SPI"),
    (109, "TCA_FLOWER_KEY_SPI_MASK"),
    (110, "TCA_FLOWER_KEY_ENC_FLAGS"),
    (111, "TCA_FLOWER_KEY_ENC_FLAGS_MASK"),
];

pub const TCA_POLICE_NAMES: &[(u16, &str)] = &[
    (0, "TCA_POLICE_UNSPEC"),
    (1, "TCA_POLICE_TBF"),
    (2, "TCA_POLICE_RATE"),
    (3, "TCA_POLICE_PEAKRATE"),
    (4, "TCA_POLICE_AVRATE"),
    (5, "TCA_POLICE_RESULT"),
    (6, "TCA_POLICE_TM"),
    (7, "TCA_POLICE_PAD"),
    (8, "TCA_POLICE_RATE64"),
    (9, "TCA_POLICE_PEAKRATE64"),
    (10, "TCA_POLICE_PKTRATE64"),
    (11, "TCA_POLICE_PKTBURST64"),
];

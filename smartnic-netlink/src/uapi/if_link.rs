//! `linux/if_link.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const IFLA_MAX: u32 = 69;
pub const IFLA_INET_MAX: u32 = 1;
pub const IFLA_INET6_MAX: u32 = 9;
pub const IFLA_BR_MAX: u32 = 50;
pub const BR_STP_MODE_MAX: u32 = 2;
pub const IFLA_BRPORT_MAX: u32 = 45;
pub const IFLA_INFO_MAX: u32 = 5;
pub const IFLA_VLAN_MAX: u32 = 5;
pub const IFLA_VLAN_QOS_MAX: u32 = 1;
pub const IFLA_MACVLAN_MAX: u32 = 9;
pub const MACVLAN_FLAG_NOPROMISC: u32 = 1;
pub const MACVLAN_FLAG_NODST: u32 = 2;
pub const IFLA_VRF_MAX: u32 = 1;
pub const IFLA_VRF_PORT_MAX: u32 = 1;
pub const IFLA_MACSEC_MAX: u32 = 15;
pub const IFLA_XFRM_MAX: u32 = 3;
pub const IFLA_IPVLAN_MAX: u32 = 2;
pub const IPVLAN_F_PRIVATE: u32 = 1;
pub const IPVLAN_F_VEPA: u32 = 2;
pub const IFLA_NETKIT_MAX: u32 = 10;
pub const TUNNEL_MSG_FLAG_STATS: u32 = 1;
pub const TUNNEL_MSG_VALID_USER_FLAGS: u32 = 1;
pub const VNIFILTER_ENTRY_STATS_MAX: u32 = 9;
pub const VXLAN_VNIFILTER_ENTRY_MAX: u32 = 5;
pub const VXLAN_VNIFILTER_MAX: u32 = 1;
pub const IFLA_VXLAN_MAX: u32 = 34;
pub const IFLA_GENEVE_MAX: u32 = 18;
pub const IFLA_BAREUDP_MAX: u32 = 4;
pub const IFLA_PPP_MAX: u32 = 1;
pub const IFLA_GTP_MAX: u32 = 8;
pub const IFLA_BOND_MAX: u32 = 34;
pub const IFLA_BOND_AD_INFO_MAX: u32 = 5;
pub const IFLA_BOND_SLAVE_MAX: u32 = 12;
pub const IFLA_VF_INFO_MAX: u32 = 1;
pub const IFLA_VF_MAX: u32 = 13;
pub const IFLA_VF_VLAN_INFO_MAX: u32 = 1;
pub const MAX_VLAN_LIST_LEN: u32 = 1;
pub const IFLA_VF_STATS_MAX: u32 = 8;
pub const IFLA_VF_PORT_MAX: u32 = 1;
pub const IFLA_PORT_MAX: u32 = 7;
pub const PORT_PROFILE_MAX: u32 = 40;
pub const PORT_UUID_MAX: u32 = 16;
pub const PORT_SELF_VF: i32 = -1;
pub const IFLA_IPOIB_MAX: u32 = 3;
pub const IFLA_HSR_MAX: u32 = 8;
pub const IFLA_STATS_MAX: u32 = 5;
pub const IFLA_STATS_GETSET_MAX: u32 = 2;
pub const LINK_XSTATS_TYPE_MAX: u32 = 2;
pub const IFLA_OFFLOAD_XSTATS_MAX: u32 = 3;
pub const IFLA_OFFLOAD_XSTATS_HW_S_INFO_MAX: u32 = 2;
pub const XDP_FLAGS_UPDATE_IF_NOEXIST: u32 = 1;
pub const XDP_FLAGS_SKB_MODE: u32 = 2;
pub const XDP_FLAGS_DRV_MODE: u32 = 4;
pub const XDP_FLAGS_HW_MODE: u32 = 8;
pub const XDP_FLAGS_REPLACE: u32 = 16;
pub const XDP_FLAGS_MODES: u32 = 14;
pub const XDP_FLAGS_MASK: u32 = 31;
pub const IFLA_XDP_MAX: u32 = 8;
pub const IFLA_TUN_MAX: u32 = 9;
pub const RMNET_FLAGS_INGRESS_DEAGGREGATION: u32 = 1;
pub const RMNET_FLAGS_INGRESS_MAP_COMMANDS: u32 = 2;
pub const RMNET_FLAGS_INGRESS_MAP_CKSUMV4: u32 = 4;
pub const RMNET_FLAGS_EGRESS_MAP_CKSUMV4: u32 = 8;
pub const RMNET_FLAGS_INGRESS_MAP_CKSUMV5: u32 = 16;
pub const RMNET_FLAGS_EGRESS_MAP_CKSUMV5: u32 = 32;
pub const IFLA_RMNET_MAX: u32 = 2;
pub const IFLA_MCTP_MAX: u32 = 2;
pub const IFLA_DSA_MAX: u32 = 1;
pub const IFLA_OVPN_MAX: u32 = 1;
pub const SIZEOF_RTNL_LINK_STATS: usize = 96;
pub const SIZEOF_RTNL_LINK_STATS64: usize = 200;
pub const SIZEOF_RTNL_HW_STATS64: usize = 72;
pub const SIZEOF_RTNL_LINK_IFMAP: usize = 32;
pub const IFLA_UNSPEC: u16 = 0;
pub const IFLA_ADDRESS: u16 = 1;
pub const IFLA_BROADCAST: u16 = 2;
pub const IFLA_IFNAME: u16 = 3;
pub const IFLA_MTU: u16 = 4;
pub const IFLA_LINK: u16 = 5;
pub const IFLA_QDISC: u16 = 6;
pub const IFLA_STATS: u16 = 7;
pub const IFLA_COST: u16 = 8;
pub const IFLA_PRIORITY: u16 = 9;
pub const IFLA_MASTER: u16 = 10;
pub const IFLA_WIRELESS: u16 = 11;
pub const IFLA_PROTINFO: u16 = 12;
pub const IFLA_TXQLEN: u16 = 13;
pub const IFLA_MAP: u16 = 14;
pub const IFLA_WEIGHT: u16 = 15;
pub const IFLA_OPERSTATE: u16 = 16;
pub const IFLA_LINKMODE: u16 = 17;
pub const IFLA_LINKINFO: u16 = 18;
pub const IFLA_NET_NS_PID: u16 = 19;
pub const IFLA_IFALIAS: u16 = 20;
pub const IFLA_NUM_VF: u16 = 21;
pub const IFLA_VFINFO_LIST: u16 = 22;
pub const IFLA_STATS64: u16 = 23;
pub const IFLA_VF_PORTS: u16 = 24;
pub const IFLA_PORT_SELF: u16 = 25;
pub const IFLA_AF_SPEC: u16 = 26;
pub const IFLA_GROUP: u16 = 27;
pub const IFLA_NET_NS_FD: u16 = 28;
pub const IFLA_EXT_MASK: u16 = 29;
pub const IFLA_PROMISCUITY: u16 = 30;
pub const IFLA_NUM_TX_QUEUES: u16 = 31;
pub const IFLA_NUM_RX_QUEUES: u16 = 32;
pub const IFLA_CARRIER: u16 = 33;
pub const IFLA_PHYS_PORT_ID: u16 = 34;
pub const IFLA_CARRIER_CHANGES: u16 = 35;
pub const IFLA_PHYS_SWITCH_ID: u16 = 36;
pub const IFLA_LINK_NETNSID: u16 = 37;
pub const IFLA_PHYS_PORT_NAME: u16 = 38;
pub const IFLA_PROTO_DOWN: u16 = 39;
pub const IFLA_GSO_MAX_SEGS: u16 = 40;
pub const IFLA_GSO_MAX_SIZE: u16 = 41;
pub const IFLA_PAD: u16 = 42;
pub const IFLA_XDP: u16 = 43;
pub const IFLA_EVENT: u16 = 44;
pub const IFLA_NEW_NETNSID: u16 = 45;
pub const IFLA_IF_NETNSID: u16 = 46;
pub const IFLA_TARGET_NETNSID: u16 = 46;
pub const IFLA_CARRIER_UP_COUNT: u16 = 47;
pub const IFLA_CARRIER_DOWN_COUNT: u16 = 48;
pub const IFLA_NEW_IFINDEX: u16 = 49;
pub const IFLA_MIN_MTU: u16 = 50;
pub const IFLA_MAX_MTU: u16 = 51;
pub const IFLA_PROP_LIST: u16 = 52;
pub const IFLA_ALT_IFNAME: u16 = 53;
pub const IFLA_PERM_ADDRESS: u16 = 54;
pub const IFLA_PROTO_DOWN_REASON: u16 = 55;
pub const IFLA_PARENT_DEV_NAME: u16 = 56;
pub const IFLA_PARENT_DEV_BUS_NAME: u16 = 57;
pub const IFLA_GRO_MAX_SIZE: u16 = 58;
pub const IFLA_TSO_MAX_SIZE: u16 = 59;
pub const IFLA_TSO_MAX_SEGS: u16 = 60;
pub const IFLA_ALLMULTI: u16 = 61;
pub const IFLA_DEVLINK_PORT: u16 = 62;
pub const IFLA_GSO_IPV4_MAX_SIZE: u16 = 63;
pub const IFLA_GRO_IPV4_MAX_SIZE: u16 = 64;
pub const IFLA_DPLL_PIN: u16 = 65;
pub const IFLA_MAX_PACING_OFFLOAD_HORIZON: u16 = 66;
pub const IFLA_NETNS_IMMUTABLE: u16 = 67;
pub const IFLA_HEADROOM: u16 = 68;
pub const IFLA_TAILROOM: u16 = 69;
pub const IFLA_PROTO_DOWN_REASON_UNSPEC: u32 = 0;
pub const IFLA_PROTO_DOWN_REASON_MASK: u32 = 1;
pub const IFLA_PROTO_DOWN_REASON_VALUE: u32 = 2;
pub const IFLA_PROTO_DOWN_REASON_MAX: u32 = 2;
pub const IFLA_INET_UNSPEC: u32 = 0;
pub const IFLA_INET_CONF: u32 = 1;
pub const IFLA_INET6_UNSPEC: u32 = 0;
pub const IFLA_INET6_FLAGS: u32 = 1;
pub const IFLA_INET6_CONF: u32 = 2;
pub const IFLA_INET6_STATS: u32 = 3;
pub const IFLA_INET6_MCAST: u32 = 4;
pub const IFLA_INET6_CACHEINFO: u32 = 5;
pub const IFLA_INET6_ICMP6STATS: u32 = 6;
pub const IFLA_INET6_TOKEN: u32 = 7;
pub const IFLA_INET6_ADDR_GEN_MODE: u32 = 8;
pub const IFLA_INET6_RA_MTU: u32 = 9;
pub const IN6_ADDR_GEN_MODE_EUI64: u32 = 0;
pub const IN6_ADDR_GEN_MODE_NONE: u32 = 1;
pub const IN6_ADDR_GEN_MODE_STABLE_PRIVACY: u32 = 2;
pub const IN6_ADDR_GEN_MODE_RANDOM: u32 = 3;
pub const IFLA_BR_UNSPEC: u32 = 0;
pub const IFLA_BR_FORWARD_DELAY: u32 = 1;
pub const IFLA_BR_HELLO_TIME: u32 = 2;
pub const IFLA_BR_MAX_AGE: u32 = 3;
pub const IFLA_BR_AGEING_TIME: u32 = 4;
pub const IFLA_BR_STP_STATE: u32 = 5;
pub const IFLA_BR_PRIORITY: u32 = 6;
pub const IFLA_BR_VLAN_FILTERING: u32 = 7;
pub const IFLA_BR_VLAN_PROTOCOL: u32 = 8;
pub const IFLA_BR_GROUP_FWD_MASK: u32 = 9;
pub const IFLA_BR_ROOT_ID: u32 = 10;
pub const IFLA_BR_BRIDGE_ID: u32 = 11;
pub const IFLA_BR_ROOT_PORT: u32 = 12;
pub const IFLA_BR_ROOT_PATH_COST: u32 = 13;
pub const IFLA_BR_TOPOLOGY_CHANGE: u32 = 14;
pub const IFLA_BR_TOPOLOGY_CHANGE_DETECTED: u32 = 15;
pub const IFLA_BR_HELLO_TIMER: u32 = 16;
pub const IFLA_BR_TCN_TIMER: u32 = 17;
pub const IFLA_BR_TOPOLOGY_CHANGE_TIMER: u32 = 18;
pub const IFLA_BR_GC_TIMER: u32 = 19;
pub const IFLA_BR_GROUP_ADDR: u32 = 20;
pub const IFLA_BR_FDB_FLUSH: u32 = 21;
pub const IFLA_BR_MCAST_ROUTER: u32 = 22;
pub const IFLA_BR_MCAST_SNOOPING: u32 = 23;
pub const IFLA_BR_MCAST_QUERY_USE_IFADDR: u32 = 24;
pub const IFLA_BR_MCAST_QUERIER: u32 = 25;
pub const IFLA_BR_MCAST_HASH_ELASTICITY: u32 = 26;
pub const IFLA_BR_MCAST_HASH_MAX: u32 = 27;
pub const IFLA_BR_MCAST_LAST_MEMBER_CNT: u32 = 28;
pub const IFLA_BR_MCAST_STARTUP_QUERY_CNT: u32 = 29;
pub const IFLA_BR_MCAST_LAST_MEMBER_INTVL: u32 = 30;
pub const IFLA_BR_MCAST_MEMBERSHIP_INTVL: u32 = 31;
pub const IFLA_BR_MCAST_QUERIER_INTVL: u32 = 32;
pub const IFLA_BR_MCAST_QUERY_INTVL: u32 = 33;
pub const IFLA_BR_MCAST_QUERY_RESPONSE_INTVL: u32 = 34;
pub const IFLA_BR_MCAST_STARTUP_QUERY_INTVL: u32 = 35;
pub const IFLA_BR_NF_CALL_IPTABLES: u32 = 36;
pub const IFLA_BR_NF_CALL_IP6TABLES: u32 = 37;
pub const IFLA_BR_NF_CALL_ARPTABLES: u32 = 38;
pub const IFLA_BR_VLAN_DEFAULT_PVID: u32 = 39;
pub const IFLA_BR_PAD: u32 = 40;
pub const IFLA_BR_VLAN_STATS_ENABLED: u32 = 41;
pub const IFLA_BR_MCAST_STATS_ENABLED: u32 = 42;
pub const IFLA_BR_MCAST_IGMP_VERSION: u32 = 43;
pub const IFLA_BR_MCAST_MLD_VERSION: u32 = 44;
pub const IFLA_BR_VLAN_STATS_PER_PORT: u32 = 45;
pub const IFLA_BR_MULTI_BOOLOPT: u32 = 46;
pub const IFLA_BR_MCAST_QUERIER_STATE: u32 = 47;
pub const IFLA_BR_FDB_N_LEARNED: u32 = 48;
pub const IFLA_BR_FDB_MAX_LEARNED: u32 = 49;
pub const IFLA_BR_STP_MODE: u32 = 50;
pub const BR_STP_MODE_AUTO: u32 = 0;
pub const BR_STP_MODE_USER: u32 = 1;
pub const BR_STP_MODE_KERNEL: u32 = 2;
pub const SIZEOF_IFLA_BRIDGE_ID: usize = 8;
pub const BRIDGE_MODE_UNSPEC: u32 = 0;
pub const BRIDGE_MODE_HAIRPIN: u32 = 1;
pub const IFLA_BRPORT_UNSPEC: u32 = 0;
pub const IFLA_BRPORT_STATE: u32 = 1;
pub const IFLA_BRPORT_PRIORITY: u32 = 2;
pub const IFLA_BRPORT_COST: u32 = 3;
pub const IFLA_BRPORT_MODE: u32 = 4;
pub const IFLA_BRPORT_GUARD: u32 = 5;
pub const IFLA_BRPORT_PROTECT: u32 = 6;
pub const IFLA_BRPORT_FAST_LEAVE: u32 = 7;
pub const IFLA_BRPORT_LEARNING: u32 = 8;
pub const IFLA_BRPORT_UNICAST_FLOOD: u32 = 9;
pub const IFLA_BRPORT_PROXYARP: u32 = 10;
pub const IFLA_BRPORT_LEARNING_SYNC: u32 = 11;
pub const IFLA_BRPORT_PROXYARP_WIFI: u32 = 12;
pub const IFLA_BRPORT_ROOT_ID: u32 = 13;
pub const IFLA_BRPORT_BRIDGE_ID: u32 = 14;
pub const IFLA_BRPORT_DESIGNATED_PORT: u32 = 15;
pub const IFLA_BRPORT_DESIGNATED_COST: u32 = 16;
pub const IFLA_BRPORT_ID: u32 = 17;
pub const IFLA_BRPORT_NO: u32 = 18;
pub const IFLA_BRPORT_TOPOLOGY_CHANGE_ACK: u32 = 19;
pub const IFLA_BRPORT_CONFIG_PENDING: u32 = 20;
pub const IFLA_BRPORT_MESSAGE_AGE_TIMER: u32 = 21;
pub const IFLA_BRPORT_FORWARD_DELAY_TIMER: u32 = 22;
pub const IFLA_BRPORT_HOLD_TIMER: u32 = 23;
pub const IFLA_BRPORT_FLUSH: u32 = 24;
pub const IFLA_BRPORT_MULTICAST_ROUTER: u32 = 25;
pub const IFLA_BRPORT_PAD: u32 = 26;
pub const IFLA_BRPORT_MCAST_FLOOD: u32 = 27;
pub const IFLA_BRPORT_MCAST_TO_UCAST: u32 = 28;
pub const IFLA_BRPORT_VLAN_TUNNEL: u32 = 29;
pub const IFLA_BRPORT_BCAST_FLOOD: u32 = 30;
pub const IFLA_BRPORT_GROUP_FWD_MASK: u32 = 31;
pub const IFLA_BRPORT_NEIGH_SUPPRESS: u32 = 32;
pub const IFLA_BRPORT_ISOLATED: u32 = 33;
pub const IFLA_BRPORT_BACKUP_PORT: u32 = 34;
pub const IFLA_BRPORT_MRP_RING_OPEN: u32 = 35;
pub const IFLA_BRPORT_MRP_IN_OPEN: u32 = 36;
pub const IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT: u32 = 37;
pub const IFLA_BRPORT_MCAST_EHT_HOSTS_CNT: u32 = 38;
pub const IFLA_BRPORT_LOCKED: u32 = 39;
pub const IFLA_BRPORT_MAB: u32 = 40;
pub const IFLA_BRPORT_MCAST_N_GROUPS: u32 = 41;
pub const IFLA_BRPORT_MCAST_MAX_GROUPS: u32 = 42;
pub const IFLA_BRPORT_NEIGH_VLAN_SUPPRESS: u32 = 43;
pub const IFLA_BRPORT_BACKUP_NHID: u32 = 44;
pub const IFLA_BRPORT_NEIGH_FORWARD_GRAT: u32 = 45;
pub const SIZEOF_IFLA_CACHEINFO: usize = 16;
pub const IFLA_INFO_UNSPEC: u16 = 0;
pub const IFLA_INFO_KIND: u16 = 1;
pub const IFLA_INFO_DATA: u16 = 2;
pub const IFLA_INFO_XSTATS: u16 = 3;
pub const IFLA_INFO_SLAVE_KIND: u16 = 4;
pub const IFLA_INFO_SLAVE_DATA: u16 = 5;
pub const IFLA_VLAN_UNSPEC: u32 = 0;
pub const IFLA_VLAN_ID: u32 = 1;
pub const IFLA_VLAN_FLAGS: u32 = 2;
pub const IFLA_VLAN_EGRESS_QOS: u32 = 3;
pub const IFLA_VLAN_INGRESS_QOS: u32 = 4;
pub const IFLA_VLAN_PROTOCOL: u32 = 5;
pub const SIZEOF_IFLA_VLAN_FLAGS: usize = 8;
pub const IFLA_VLAN_QOS_UNSPEC: u32 = 0;
pub const IFLA_VLAN_QOS_MAPPING: u32 = 1;
pub const SIZEOF_IFLA_VLAN_QOS_MAPPING: usize = 8;
pub const IFLA_MACVLAN_UNSPEC: u32 = 0;
pub const IFLA_MACVLAN_MODE: u32 = 1;
pub const IFLA_MACVLAN_FLAGS: u32 = 2;
pub const IFLA_MACVLAN_MACADDR_MODE: u32 = 3;
pub const IFLA_MACVLAN_MACADDR: u32 = 4;
pub const IFLA_MACVLAN_MACADDR_DATA: u32 = 5;
pub const IFLA_MACVLAN_MACADDR_COUNT: u32 = 6;
pub const IFLA_MACVLAN_BC_QUEUE_LEN: u32 = 7;
pub const IFLA_MACVLAN_BC_QUEUE_LEN_USED: u32 = 8;
pub const IFLA_MACVLAN_BC_CUTOFF: u32 = 9;
pub const MACVLAN_MODE_PRIVATE: u32 = 1;
pub const MACVLAN_MODE_VEPA: u32 = 2;
pub const MACVLAN_MODE_BRIDGE: u32 = 4;
pub const MACVLAN_MODE_PASSTHRU: u32 = 8;
pub const MACVLAN_MODE_SOURCE: u32 = 16;
pub const MACVLAN_MACADDR_ADD: u32 = 0;
pub const MACVLAN_MACADDR_DEL: u32 = 1;
pub const MACVLAN_MACADDR_FLUSH: u32 = 2;
pub const MACVLAN_MACADDR_SET: u32 = 3;
pub const IFLA_VRF_UNSPEC: u32 = 0;
pub const IFLA_VRF_TABLE: u32 = 1;
pub const IFLA_VRF_PORT_UNSPEC: u32 = 0;
pub const IFLA_VRF_PORT_TABLE: u32 = 1;
pub const IFLA_MACSEC_UNSPEC: u32 = 0;
pub const IFLA_MACSEC_SCI: u32 = 1;
pub const IFLA_MACSEC_PORT: u32 = 2;
pub const IFLA_MACSEC_ICV_LEN: u32 = 3;
pub const IFLA_MACSEC_CIPHER_SUITE: u32 = 4;
pub const IFLA_MACSEC_WINDOW: u32 = 5;
pub const IFLA_MACSEC_ENCODING_SA: u32 = 6;
pub const IFLA_MACSEC_ENCRYPT: u32 = 7;
pub const IFLA_MACSEC_PROTECT: u32 = 8;
pub const IFLA_MACSEC_INC_SCI: u32 = 9;
pub const IFLA_MACSEC_ES: u32 = 10;
pub const IFLA_MACSEC_SCB: u32 = 11;
pub const IFLA_MACSEC_REPLAY_PROTECT: u32 = 12;
pub const IFLA_MACSEC_VALIDATION: u32 = 13;
pub const IFLA_MACSEC_PAD: u32 = 14;
pub const IFLA_MACSEC_OFFLOAD: u32 = 15;
pub const IFLA_XFRM_UNSPEC: u32 = 0;
pub const IFLA_XFRM_LINK: u32 = 1;
pub const IFLA_XFRM_IF_ID: u32 = 2;
pub const IFLA_XFRM_COLLECT_METADATA: u32 = 3;
pub const MACSEC_VALIDATE_DISABLED: u32 = 0;
pub const MACSEC_VALIDATE_CHECK: u32 = 1;
pub const MACSEC_VALIDATE_STRICT: u32 = 2;
pub const MACSEC_VALIDATE_MAX: u32 = 2;
pub const MACSEC_OFFLOAD_OFF: u32 = 0;
pub const MACSEC_OFFLOAD_PHY: u32 = 1;
pub const MACSEC_OFFLOAD_MAC: u32 = 2;
pub const MACSEC_OFFLOAD_MAX: u32 = 2;
pub const IFLA_IPVLAN_UNSPEC: u32 = 0;
pub const IFLA_IPVLAN_MODE: u32 = 1;
pub const IFLA_IPVLAN_FLAGS: u32 = 2;
pub const IPVLAN_MODE_L2: u32 = 0;
pub const IPVLAN_MODE_L3: u32 = 1;
pub const IPVLAN_MODE_L3S: u32 = 2;
pub const IPVLAN_MODE_MAX: u32 = 3;
pub const SIZEOF_TUNNEL_MSG: usize = 8;
pub const NETKIT_NEXT: i32 = -1;
pub const NETKIT_PASS: u32 = 0;
pub const NETKIT_DROP: u32 = 2;
pub const NETKIT_REDIRECT: u32 = 7;
pub const NETKIT_L2: u32 = 0;
pub const NETKIT_L3: u32 = 1;
pub const NETKIT_DEVICE_PAIR: u32 = 0;
pub const NETKIT_DEVICE_SINGLE: u32 = 1;
pub const NETKIT_SCRUB_NONE: u32 = 0;
pub const NETKIT_SCRUB_DEFAULT: u32 = 1;
pub const IFLA_NETKIT_UNSPEC: u32 = 0;
pub const IFLA_NETKIT_PEER_INFO: u32 = 1;
pub const IFLA_NETKIT_PRIMARY: u32 = 2;
pub const IFLA_NETKIT_POLICY: u32 = 3;
pub const IFLA_NETKIT_PEER_POLICY: u32 = 4;
pub const IFLA_NETKIT_MODE: u32 = 5;
pub const IFLA_NETKIT_SCRUB: u32 = 6;
pub const IFLA_NETKIT_PEER_SCRUB: u32 = 7;
pub const IFLA_NETKIT_HEADROOM: u32 = 8;
pub const IFLA_NETKIT_TAILROOM: u32 = 9;
pub const IFLA_NETKIT_PAIRING: u32 = 10;
pub const VNIFILTER_ENTRY_STATS_UNSPEC: u32 = 0;
pub const VNIFILTER_ENTRY_STATS_RX_BYTES: u32 = 1;
pub const VNIFILTER_ENTRY_STATS_RX_PKTS: u32 = 2;
pub const VNIFILTER_ENTRY_STATS_RX_DROPS: u32 = 3;
pub const VNIFILTER_ENTRY_STATS_RX_ERRORS: u32 = 4;
pub const VNIFILTER_ENTRY_STATS_TX_BYTES: u32 = 5;
pub const VNIFILTER_ENTRY_STATS_TX_PKTS: u32 = 6;
pub const VNIFILTER_ENTRY_STATS_TX_DROPS: u32 = 7;
pub const VNIFILTER_ENTRY_STATS_TX_ERRORS: u32 = 8;
pub const VNIFILTER_ENTRY_STATS_PAD: u32 = 9;
pub const VXLAN_VNIFILTER_ENTRY_UNSPEC: u32 = 0;
pub const VXLAN_VNIFILTER_ENTRY_START: u32 = 1;
pub const VXLAN_VNIFILTER_ENTRY_END: u32 = 2;
pub const VXLAN_VNIFILTER_ENTRY_GROUP: u32 = 3;
pub const VXLAN_VNIFILTER_ENTRY_GROUP6: u32 = 4;
pub const VXLAN_VNIFILTER_ENTRY_STATS: u32 = 5;
pub const VXLAN_VNIFILTER_UNSPEC: u32 = 0;
pub const VXLAN_VNIFILTER_ENTRY: u32 = 1;
pub const IFLA_VXLAN_UNSPEC: u32 = 0;
pub const IFLA_VXLAN_ID: u32 = 1;
pub const IFLA_VXLAN_GROUP: u32 = 2;
pub const IFLA_VXLAN_LINK: u32 = 3;
pub const IFLA_VXLAN_LOCAL: u32 = 4;
pub const IFLA_VXLAN_TTL: u32 = 5;
pub const IFLA_VXLAN_TOS: u32 = 6;
pub const IFLA_VXLAN_LEARNING: u32 = 7;
pub const IFLA_VXLAN_AGEING: u32 = 8;
pub const IFLA_VXLAN_LIMIT: u32 = 9;
pub const IFLA_VXLAN_PORT_RANGE: u32 = 10;
pub const IFLA_VXLAN_PROXY: u32 = 11;
pub const IFLA_VXLAN_RSC: u32 = 12;
pub const IFLA_VXLAN_L2MISS: u32 = 13;
pub const IFLA_VXLAN_L3MISS: u32 = 14;
pub const IFLA_VXLAN_PORT: u32 = 15;
pub const IFLA_VXLAN_GROUP6: u32 = 16;
pub const IFLA_VXLAN_LOCAL6: u32 = 17;
pub const IFLA_VXLAN_UDP_CSUM: u32 = 18;
pub const IFLA_VXLAN_UDP_ZERO_CSUM6_TX: u32 = 19;
pub const IFLA_VXLAN_UDP_ZERO_CSUM6_RX: u32 = 20;
pub const IFLA_VXLAN_REMCSUM_TX: u32 = 21;
pub const IFLA_VXLAN_REMCSUM_RX: u32 = 22;
pub const IFLA_VXLAN_GBP: u32 = 23;
pub const IFLA_VXLAN_REMCSUM_NOPARTIAL: u32 = 24;
pub const IFLA_VXLAN_COLLECT_METADATA: u32 = 25;
pub const IFLA_VXLAN_LABEL: u32 = 26;
pub const IFLA_VXLAN_GPE: u32 = 27;
pub const IFLA_VXLAN_TTL_INHERIT: u32 = 28;
pub const IFLA_VXLAN_DF: u32 = 29;
pub const IFLA_VXLAN_VNIFILTER: u32 = 30;
pub const IFLA_VXLAN_LOCALBYPASS: u32 = 31;
pub const IFLA_VXLAN_LABEL_POLICY: u32 = 32;
pub const IFLA_VXLAN_RESERVED_BITS: u32 = 33;
pub const IFLA_VXLAN_MC_ROUTE: u32 = 34;
pub const SIZEOF_IFLA_VXLAN_PORT_RANGE: usize = 4;
pub const VXLAN_DF_UNSET: u32 = 0;
pub const VXLAN_DF_SET: u32 = 1;
pub const VXLAN_DF_INHERIT: u32 = 2;
pub const VXLAN_DF_MAX: u32 = 2;
pub const VXLAN_LABEL_FIXED: u32 = 0;
pub const VXLAN_LABEL_INHERIT: u32 = 1;
pub const VXLAN_LABEL_MAX: u32 = 1;
pub const IFLA_GENEVE_UNSPEC: u32 = 0;
pub const IFLA_GENEVE_ID: u32 = 1;
pub const IFLA_GENEVE_REMOTE: u32 = 2;
pub const IFLA_GENEVE_TTL: u32 = 3;
pub const IFLA_GENEVE_TOS: u32 = 4;
pub const IFLA_GENEVE_PORT: u32 = 5;
pub const IFLA_GENEVE_COLLECT_METADATA: u32 = 6;
pub const IFLA_GENEVE_REMOTE6: u32 = 7;
pub const IFLA_GENEVE_UDP_CSUM: u32 = 8;
pub const IFLA_GENEVE_UDP_ZERO_CSUM6_TX: u32 = 9;
pub const IFLA_GENEVE_UDP_ZERO_CSUM6_RX: u32 = 10;
pub const IFLA_GENEVE_LABEL: u32 = 11;
pub const IFLA_GENEVE_TTL_INHERIT: u32 = 12;
pub const IFLA_GENEVE_DF: u32 = 13;
pub const IFLA_GENEVE_INNER_PROTO_INHERIT: u32 = 14;
pub const IFLA_GENEVE_PORT_RANGE: u32 = 15;
pub const IFLA_GENEVE_GRO_HINT: u32 = 16;
pub const IFLA_GENEVE_LOCAL: u32 = 17;
pub const IFLA_GENEVE_LOCAL6: u32 = 18;
pub const GENEVE_DF_UNSET: u32 = 0;
pub const GENEVE_DF_SET: u32 = 1;
pub const GENEVE_DF_INHERIT: u32 = 2;
pub const GENEVE_DF_MAX: u32 = 2;
pub const SIZEOF_IFLA_GENEVE_PORT_RANGE: usize = 4;
pub const IFLA_BAREUDP_UNSPEC: u32 = 0;
pub const IFLA_BAREUDP_PORT: u32 = 1;
pub const IFLA_BAREUDP_ETHERTYPE: u32 = 2;
pub const IFLA_BAREUDP_SRCPORT_MIN: u32 = 3;
pub const IFLA_BAREUDP_MULTIPROTO_MODE: u32 = 4;
pub const IFLA_PPP_UNSPEC: u32 = 0;
pub const IFLA_PPP_DEV_FD: u32 = 1;
pub const GTP_ROLE_GGSN: u32 = 0;
pub const GTP_ROLE_SGSN: u32 = 1;
pub const IFLA_GTP_UNSPEC: u32 = 0;
pub const IFLA_GTP_FD0: u32 = 1;
pub const IFLA_GTP_FD1: u32 = 2;
pub const IFLA_GTP_PDP_HASHSIZE: u32 = 3;
pub const IFLA_GTP_ROLE: u32 = 4;
pub const IFLA_GTP_CREATE_SOCKETS: u32 = 5;
pub const IFLA_GTP_RESTART_COUNT: u32 = 6;
pub const IFLA_GTP_LOCAL: u32 = 7;
pub const IFLA_GTP_LOCAL6: u32 = 8;
pub const IFLA_BOND_UNSPEC: u32 = 0;
pub const IFLA_BOND_MODE: u32 = 1;
pub const IFLA_BOND_ACTIVE_SLAVE: u32 = 2;
pub const IFLA_BOND_MIIMON: u32 = 3;
pub const IFLA_BOND_UPDELAY: u32 = 4;
pub const IFLA_BOND_DOWNDELAY: u32 = 5;
pub const IFLA_BOND_USE_CARRIER: u32 = 6;
pub const IFLA_BOND_ARP_INTERVAL: u32 = 7;
pub const IFLA_BOND_ARP_IP_TARGET: u32 = 8;
pub const IFLA_BOND_ARP_VALIDATE: u32 = 9;
pub const IFLA_BOND_ARP_ALL_TARGETS: u32 = 10;
pub const IFLA_BOND_PRIMARY: u32 = 11;
pub const IFLA_BOND_PRIMARY_RESELECT: u32 = 12;
pub const IFLA_BOND_FAIL_OVER_MAC: u32 = 13;
pub const IFLA_BOND_XMIT_HASH_POLICY: u32 = 14;
pub const IFLA_BOND_RESEND_IGMP: u32 = 15;
pub const IFLA_BOND_NUM_PEER_NOTIF: u32 = 16;
pub const IFLA_BOND_ALL_SLAVES_ACTIVE: u32 = 17;
pub const IFLA_BOND_MIN_LINKS: u32 = 18;
pub const IFLA_BOND_LP_INTERVAL: u32 = 19;
pub const IFLA_BOND_PACKETS_PER_SLAVE: u32 = 20;
pub const IFLA_BOND_AD_LACP_RATE: u32 = 21;
pub const IFLA_BOND_AD_SELECT: u32 = 22;
pub const IFLA_BOND_AD_INFO: u32 = 23;
pub const IFLA_BOND_AD_ACTOR_SYS_PRIO: u32 = 24;
pub const IFLA_BOND_AD_USER_PORT_KEY: u32 = 25;
pub const IFLA_BOND_AD_ACTOR_SYSTEM: u32 = 26;
pub const IFLA_BOND_TLB_DYNAMIC_LB: u32 = 27;
pub const IFLA_BOND_PEER_NOTIF_DELAY: u32 = 28;
pub const IFLA_BOND_AD_LACP_ACTIVE: u32 = 29;
pub const IFLA_BOND_MISSED_MAX: u32 = 30;
pub const IFLA_BOND_NS_IP6_TARGET: u32 = 31;
pub const IFLA_BOND_COUPLED_CONTROL: u32 = 32;
pub const IFLA_BOND_BROADCAST_NEIGH: u32 = 33;
pub const IFLA_BOND_LACP_STRICT: u32 = 34;
pub const IFLA_BOND_AD_INFO_UNSPEC: u32 = 0;
pub const IFLA_BOND_AD_INFO_AGGREGATOR: u32 = 1;
pub const IFLA_BOND_AD_INFO_NUM_PORTS: u32 = 2;
pub const IFLA_BOND_AD_INFO_ACTOR_KEY: u32 = 3;
pub const IFLA_BOND_AD_INFO_PARTNER_KEY: u32 = 4;
pub const IFLA_BOND_AD_INFO_PARTNER_MAC: u32 = 5;
pub const IFLA_BOND_SLAVE_UNSPEC: u32 = 0;
pub const IFLA_BOND_SLAVE_STATE: u32 = 1;
pub const IFLA_BOND_SLAVE_MII_STATUS: u32 = 2;
pub const IFLA_BOND_SLAVE_LINK_FAILURE_COUNT: u32 = 3;
pub const IFLA_BOND_SLAVE_PERM_HWADDR: u32 = 4;
pub const IFLA_BOND_SLAVE_QUEUE_ID: u32 = 5;
pub const IFLA_BOND_SLAVE_AD_AGGREGATOR_ID: u32 = 6;
pub const IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE: u32 = 7;
pub const IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE: u32 = 8;
pub const IFLA_BOND_SLAVE_PRIO: u32 = 9;
pub const IFLA_BOND_SLAVE_ACTOR_PORT_PRIO: u32 = 10;
pub const IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE: u32 = 11;
pub const IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE: u32 = 12;
pub const IFLA_VF_INFO_UNSPEC: u16 = 0;
pub const IFLA_VF_INFO: u16 = 1;
pub const IFLA_VF_UNSPEC: u16 = 0;
pub const IFLA_VF_MAC: u16 = 1;
pub const IFLA_VF_VLAN: u16 = 2;
pub const IFLA_VF_TX_RATE: u16 = 3;
pub const IFLA_VF_SPOOFCHK: u16 = 4;
pub const IFLA_VF_LINK_STATE: u16 = 5;
pub const IFLA_VF_RATE: u16 = 6;
pub const IFLA_VF_RSS_QUERY_EN: u16 = 7;
pub const IFLA_VF_STATS: u16 = 8;
pub const IFLA_VF_TRUST: u16 = 9;
pub const IFLA_VF_IB_NODE_GUID: u16 = 10;
pub const IFLA_VF_IB_PORT_GUID: u16 = 11;
pub const IFLA_VF_VLAN_LIST: u16 = 12;
pub const IFLA_VF_BROADCAST: u16 = 13;
pub const SIZEOF_IFLA_VF_MAC: usize = 36;
pub const SIZEOF_IFLA_VF_BROADCAST: usize = 32;
pub const SIZEOF_IFLA_VF_VLAN: usize = 12;
pub const IFLA_VF_VLAN_INFO_UNSPEC: u16 = 0;
pub const IFLA_VF_VLAN_INFO: u16 = 1;
pub const SIZEOF_IFLA_VF_VLAN_INFO: usize = 16;
pub const SIZEOF_IFLA_VF_TX_RATE: usize = 8;
pub const SIZEOF_IFLA_VF_RATE: usize = 12;
pub const SIZEOF_IFLA_VF_SPOOFCHK: usize = 8;
pub const SIZEOF_IFLA_VF_GUID: usize = 16;
pub const IFLA_VF_LINK_STATE_AUTO: u32 = 0;
pub const IFLA_VF_LINK_STATE_ENABLE: u32 = 1;
pub const IFLA_VF_LINK_STATE_DISABLE: u32 = 2;
pub const SIZEOF_IFLA_VF_LINK_STATE: usize = 8;
pub const SIZEOF_IFLA_VF_RSS_QUERY_EN: usize = 8;
pub const IFLA_VF_STATS_RX_PACKETS: u16 = 0;
pub const IFLA_VF_STATS_TX_PACKETS: u16 = 1;
pub const IFLA_VF_STATS_RX_BYTES: u16 = 2;
pub const IFLA_VF_STATS_TX_BYTES: u16 = 3;
pub const IFLA_VF_STATS_BROADCAST: u16 = 4;
pub const IFLA_VF_STATS_MULTICAST: u16 = 5;
pub const IFLA_VF_STATS_PAD: u16 = 6;
pub const IFLA_VF_STATS_RX_DROPPED: u16 = 7;
pub const IFLA_VF_STATS_TX_DROPPED: u16 = 8;
pub const SIZEOF_IFLA_VF_TRUST: usize = 8;
pub const IFLA_VF_PORT_UNSPEC: u32 = 0;
pub const IFLA_VF_PORT: u32 = 1;
pub const IFLA_PORT_UNSPEC: u32 = 0;
pub const IFLA_PORT_VF: u32 = 1;
pub const IFLA_PORT_PROFILE: u32 = 2;
pub const IFLA_PORT_VSI_TYPE: u32 = 3;
pub const IFLA_PORT_INSTANCE_UUID: u32 = 4;
pub const IFLA_PORT_HOST_UUID: u32 = 5;
pub const IFLA_PORT_REQUEST: u32 = 6;
pub const IFLA_PORT_RESPONSE: u32 = 7;
pub const PORT_REQUEST_PREASSOCIATE: u32 = 0;
pub const PORT_REQUEST_PREASSOCIATE_RR: u32 = 1;
pub const PORT_REQUEST_ASSOCIATE: u32 = 2;
pub const PORT_REQUEST_DISASSOCIATE: u32 = 3;
pub const PORT_VDP_RESPONSE_SUCCESS: u32 = 0;
pub const PORT_VDP_RESPONSE_INVALID_FORMAT: u32 = 1;
pub const PORT_VDP_RESPONSE_INSUFFICIENT_RESOURCES: u32 = 2;
pub const PORT_VDP_RESPONSE_UNUSED_VTID: u32 = 3;
pub const PORT_VDP_RESPONSE_VTID_VIOLATION: u32 = 4;
pub const PORT_VDP_RESPONSE_VTID_VERSION_VIOALTION: u32 = 5;
pub const PORT_VDP_RESPONSE_OUT_OF_SYNC: u32 = 6;
pub const PORT_PROFILE_RESPONSE_SUCCESS: u32 = 0x100;
pub const PORT_PROFILE_RESPONSE_INPROGRESS: u32 = 0x101;
pub const PORT_PROFILE_RESPONSE_INVALID: u32 = 0x102;
pub const PORT_PROFILE_RESPONSE_BADSTATE: u32 = 0x103;
pub const PORT_PROFILE_RESPONSE_INSUFFICIENT_RESOURCES: u32 = 0x104;
pub const PORT_PROFILE_RESPONSE_ERROR: u32 = 0x105;
pub const SIZEOF_IFLA_PORT_VSI: usize = 8;
pub const IFLA_IPOIB_UNSPEC: u32 = 0;
pub const IFLA_IPOIB_PKEY: u32 = 1;
pub const IFLA_IPOIB_MODE: u32 = 2;
pub const IFLA_IPOIB_UMCAST: u32 = 3;
pub const IPOIB_MODE_DATAGRAM: u32 = 0;
pub const IPOIB_MODE_CONNECTED: u32 = 1;
pub const HSR_PROTOCOL_HSR: u32 = 0;
pub const HSR_PROTOCOL_PRP: u32 = 1;
pub const HSR_PROTOCOL_MAX: u32 = 2;
pub const IFLA_HSR_UNSPEC: u32 = 0;
pub const IFLA_HSR_SLAVE1: u32 = 1;
pub const IFLA_HSR_SLAVE2: u32 = 2;
pub const IFLA_HSR_MULTICAST_SPEC: u32 = 3;
pub const IFLA_HSR_SUPERVISION_ADDR: u32 = 4;
pub const IFLA_HSR_SEQ_NR: u32 = 5;
pub const IFLA_HSR_VERSION: u32 = 6;
pub const IFLA_HSR_PROTOCOL: u32 = 7;
pub const IFLA_HSR_INTERLINK: u32 = 8;
pub const SIZEOF_IF_STATS_MSG: usize = 12;
pub const IFLA_STATS_UNSPEC: u32 = 0;
pub const IFLA_STATS_LINK_64: u32 = 1;
pub const IFLA_STATS_LINK_XSTATS: u32 = 2;
pub const IFLA_STATS_LINK_XSTATS_SLAVE: u32 = 3;
pub const IFLA_STATS_LINK_OFFLOAD_XSTATS: u32 = 4;
pub const IFLA_STATS_AF_SPEC: u32 = 5;
pub const IFLA_STATS_GETSET_UNSPEC: u32 = 0;
pub const IFLA_STATS_GET_FILTERS: u32 = 1;
pub const IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS: u32 = 2;
pub const LINK_XSTATS_TYPE_UNSPEC: u32 = 0;
pub const LINK_XSTATS_TYPE_BRIDGE: u32 = 1;
pub const LINK_XSTATS_TYPE_BOND: u32 = 2;
pub const IFLA_OFFLOAD_XSTATS_UNSPEC: u32 = 0;
pub const IFLA_OFFLOAD_XSTATS_CPU_HIT: u32 = 1;
pub const IFLA_OFFLOAD_XSTATS_HW_S_INFO: u32 = 2;
pub const IFLA_OFFLOAD_XSTATS_L3_STATS: u32 = 3;
pub const IFLA_OFFLOAD_XSTATS_HW_S_INFO_UNSPEC: u32 = 0;
pub const IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST: u32 = 1;
pub const IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED: u32 = 2;
pub const XDP_ATTACHED_NONE: u32 = 0;
pub const XDP_ATTACHED_DRV: u32 = 1;
pub const XDP_ATTACHED_SKB: u32 = 2;
pub const XDP_ATTACHED_HW: u32 = 3;
pub const XDP_ATTACHED_MULTI: u32 = 4;
pub const IFLA_XDP_UNSPEC: u32 = 0;
pub const IFLA_XDP_FD: u32 = 1;
pub const IFLA_XDP_ATTACHED: u32 = 2;
pub const IFLA_XDP_FLAGS: u32 = 3;
pub const IFLA_XDP_PROG_ID: u32 = 4;
pub const IFLA_XDP_DRV_PROG_ID: u32 = 5;
pub const IFLA_XDP_SKB_PROG_ID: u32 = 6;
pub const IFLA_XDP_HW_PROG_ID: u32 = 7;
pub const IFLA_XDP_EXPECTED_FD: u32 = 8;
pub const IFLA_EVENT_NONE: u32 = 0;
pub const IFLA_EVENT_REBOOT: u32 = 1;
pub const IFLA_EVENT_FEATURES: u32 = 2;
pub const IFLA_EVENT_BONDING_FAILOVER: u32 = 3;
pub const IFLA_EVENT_NOTIFY_PEERS: u32 = 4;
pub const IFLA_EVENT_IGMP_RESEND: u32 = 5;
pub const IFLA_EVENT_BONDING_OPTIONS: u32 = 6;
pub const IFLA_TUN_UNSPEC: u32 = 0;
pub const IFLA_TUN_OWNER: u32 = 1;
pub const IFLA_TUN_GROUP: u32 = 2;
pub const IFLA_TUN_TYPE: u32 = 3;
pub const IFLA_TUN_PI: u32 = 4;
pub const IFLA_TUN_VNET_HDR: u32 = 5;
pub const IFLA_TUN_PERSIST: u32 = 6;
pub const IFLA_TUN_MULTI_QUEUE: u32 = 7;
pub const IFLA_TUN_NUM_QUEUES: u32 = 8;
pub const IFLA_TUN_NUM_DISABLED_QUEUES: u32 = 9;
pub const IFLA_RMNET_UNSPEC: u32 = 0;
pub const IFLA_RMNET_MUX_ID: u32 = 1;
pub const IFLA_RMNET_FLAGS: u32 = 2;
pub const SIZEOF_IFLA_RMNET_FLAGS: usize = 8;
pub const IFLA_MCTP_UNSPEC: u32 = 0;
pub const IFLA_MCTP_NET: u32 = 1;
pub const IFLA_MCTP_PHYS_BINDING: u32 = 2;
pub const IFLA_DSA_UNSPEC: u32 = 0;
pub const IFLA_DSA_CONDUIT: u32 = 1;
pub const IFLA_DSA_MASTER: u32 = 1;
pub const OVPN_MODE_P2P: u32 = 0;
pub const OVPN_MODE_MP: u32 = 1;
pub const IFLA_OVPN_UNSPEC: u32 = 0;
pub const IFLA_OVPN_MODE: u32 = 1;

pub const IFLA_NAMES: &[(u16, &str)] = &[
    (0, "IFLA_UNSPEC"),
    (1, "IFLA_ADDRESS"),
    (2, "IFLA_BROADCAST"),
    (3, "IFLA_IFNAME"),
    (4, "IFLA_MTU"),
    (5, "IFLA_LINK"),
    (6, "IFLA_QDISC"),
    (7, "IFLA_STATS"),
    (8, "IFLA_COST"),
    (9, "IFLA_PRIORITY"),
    (10, "IFLA_MASTER"),
    (11, "IFLA_WIRELESS"),
    (12, "IFLA_PROTINFO"),
    (13, "IFLA_TXQLEN"),
    (14, "IFLA_MAP"),
    (15, "IFLA_WEIGHT"),
    (16, "IFLA_OPERSTATE"),
    (17, "IFLA_LINKMODE"),
    (18, "IFLA_LINKINFO"),
    (19, "IFLA_NET_NS_PID"),
    (20, "IFLA_IFALIAS"),
    (21, "IFLA_NUM_VF"),
    (22, "IFLA_VFINFO_LIST"),
    (23, "IFLA_STATS64"),
    (24, "IFLA_VF_PORTS"),
    (25, "IFLA_PORT_SELF"),
    (26, "IFLA_AF_SPEC"),
    (27, "IFLA_GROUP"),
    (28, "IFLA_NET_NS_FD"),
    (29, "IFLA_EXT_MASK"),
    (30, "IFLA_PROMISCUITY"),
    (31, "IFLA_NUM_TX_QUEUES"),
    (32, "IFLA_NUM_RX_QUEUES"),
    (33, "IFLA_CARRIER"),
    (34, "IFLA_PHYS_PORT_ID"),
    (35, "IFLA_CARRIER_CHANGES"),
    (36, "IFLA_PHYS_SWITCH_ID"),
    (37, "IFLA_LINK_NETNSID"),
    (38, "IFLA_PHYS_PORT_NAME"),
    (39, "IFLA_PROTO_DOWN"),
    (40, "IFLA_GSO_MAX_SEGS"),
    (41, "IFLA_GSO_MAX_SIZE"),
    (42, "IFLA_PAD"),
    (43, "IFLA_XDP"),
    (44, "IFLA_EVENT"),
    (45, "IFLA_NEW_NETNSID"),
    (46, "IFLA_IF_NETNSID"),
    (46, "IFLA_TARGET_NETNSID"),
    (47, "IFLA_CARRIER_UP_COUNT"),
    (48, "IFLA_CARRIER_DOWN_COUNT"),
    (49, "IFLA_NEW_IFINDEX"),
    (50, "IFLA_MIN_MTU"),
    (51, "IFLA_MAX_MTU"),
    (52, "IFLA_PROP_LIST"),
    (53, "IFLA_ALT_IFNAME"),
    (54, "IFLA_PERM_ADDRESS"),
    (55, "IFLA_PROTO_DOWN_REASON"),
    (56, "IFLA_PARENT_DEV_NAME"),
    (57, "IFLA_PARENT_DEV_BUS_NAME"),
    (58, "IFLA_GRO_MAX_SIZE"),
    (59, "IFLA_TSO_MAX_SIZE"),
    (60, "IFLA_TSO_MAX_SEGS"),
    (61, "IFLA_ALLMULTI"),
    (62, "IFLA_DEVLINK_PORT"),
    (63, "IFLA_GSO_IPV4_MAX_SIZE"),
    (64, "IFLA_GRO_IPV4_MAX_SIZE"),
    (65, "IFLA_DPLL_PIN"),
    (66, "IFLA_MAX_PACING_OFFLOAD_HORIZON"),
    (67, "IFLA_NETNS_IMMUTABLE"),
    (68, "IFLA_HEADROOM"),
    (69, "IFLA_TAILROOM"),
];

pub const IFLA_INFO_NAMES: &[(u16, &str)] = &[
    (0, "IFLA_INFO_UNSPEC"),
    (1, "IFLA_INFO_KIND"),
    (2, "IFLA_INFO_DATA"),
    (3, "IFLA_INFO_XSTATS"),
    (4, "IFLA_INFO_SLAVE_KIND"),
    (5, "IFLA_INFO_SLAVE_DATA"),
];

pub const IFLA_VF_INFO_NAMES: &[(u16, &str)] = &[(0, "IFLA_VF_INFO_UNSPEC"), (1, "IFLA_VF_INFO")];

pub const IFLA_VF_NAMES: &[(u16, &str)] = &[
    (0, "IFLA_VF_UNSPEC"),
    (1, "IFLA_VF_MAC"),
    (2, "IFLA_VF_VLAN"),
    (3, "IFLA_VF_TX_RATE"),
    (4, "IFLA_VF_SPOOFCHK"),
    (5, "IFLA_VF_LINK_STATE"),
    (6, "IFLA_VF_RATE"),
    (7, "IFLA_VF_RSS_QUERY_EN"),
    (8, "IFLA_VF_STATS"),
    (9, "IFLA_VF_TRUST"),
    (10, "IFLA_VF_IB_NODE_GUID"),
    (11, "IFLA_VF_IB_PORT_GUID"),
    (12, "IFLA_VF_VLAN_LIST"),
    (13, "IFLA_VF_BROADCAST"),
];

pub const IFLA_VF_VLAN_INFO_NAMES: &[(u16, &str)] =
    &[(0, "IFLA_VF_VLAN_INFO_UNSPEC"), (1, "IFLA_VF_VLAN_INFO")];

pub const IFLA_VF_STATS_NAMES: &[(u16, &str)] = &[
    (0, "IFLA_VF_STATS_RX_PACKETS"),
    (1, "IFLA_VF_STATS_TX_PACKETS"),
    (2, "IFLA_VF_STATS_RX_BYTES"),
    (3, "IFLA_VF_STATS_TX_BYTES"),
    (4, "IFLA_VF_STATS_BROADCAST"),
    (5, "IFLA_VF_STATS_MULTICAST"),
    (6, "IFLA_VF_STATS_PAD"),
    (7, "IFLA_VF_STATS_RX_DROPPED"),
    (8, "IFLA_VF_STATS_TX_DROPPED"),
];

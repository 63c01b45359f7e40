//! `linux/if_tunnel.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const GRE_CSUM: u32 = 128;
pub const GRE_ROUTING: u32 = 64;
pub const GRE_KEY: u32 = 32;
pub const GRE_SEQ: u32 = 16;
pub const GRE_STRICT: u32 = 8;
pub const GRE_REC: u32 = 7;
pub const GRE_ACK: u32 = 0x8000;
pub const GRE_FLAGS: u32 = 0x7800;
pub const GRE_VERSION: u32 = 0x700;
pub const GRE_VERSION_0: u32 = 0;
pub const GRE_VERSION_1: u32 = 0x100;
pub const GRE_PROTO_PPP: u32 = 0xb88;
pub const GRE_PPTP_KEY_MASK: u32 = 0xffff_0000;
pub const IFLA_IPTUN_MAX: u32 = 20;
pub const TUNNEL_ENCAP_FLAG_CSUM: u32 = 1;
pub const TUNNEL_ENCAP_FLAG_CSUM6: u32 = 2;
pub const TUNNEL_ENCAP_FLAG_REMCSUM: u32 = 4;
pub const SIT_ISATAP: u32 = 1;
pub const PRL_DEFAULT: u32 = 1;
pub const IFLA_GRE_MAX: u32 = 24;
pub const VTI_ISVTI: u32 = 1;
pub const IFLA_VTI_MAX: u32 = 6;
pub const TUNNEL_CSUM: u32 = 0x100;
pub const TUNNEL_ROUTING: u32 = 0x200;
pub const TUNNEL_KEY: u32 = 0x400;
pub const TUNNEL_SEQ: u32 = 0x800;
pub const TUNNEL_STRICT: u32 = 0x1000;
pub const TUNNEL_REC: u32 = 0x2000;
pub const TUNNEL_VERSION: u32 = 0x4000;
pub const TUNNEL_NO_KEY: u32 = 0x8000;
pub const TUNNEL_DONT_FRAGMENT: u32 = 1;
pub const TUNNEL_OAM: u32 = 2;
pub const TUNNEL_CRIT_OPT: u32 = 4;
pub const TUNNEL_GENEVE_OPT: u32 = 8;
pub const TUNNEL_VXLAN_OPT: u32 = 16;
pub const TUNNEL_NOCACHE: u32 = 32;
pub const TUNNEL_ERSPAN_OPT: u32 = 64;
pub const TUNNEL_GTP_OPT: u32 = 128;
pub const TUNNEL_OPTIONS_PRESENT: u32 = 216;
pub const SIZEOF_IPHDR__BINDGEN_TY_1: usize = 8;
pub const SIZEOF_IPHDR: usize = 20;
pub const SIZEOF_IN6_ADDR__BINDGEN_TY_1: usize = 16;
pub const SIZEOF_IN6_ADDR: usize = 16;
pub const SIZEOF_IP_TUNNEL_PARM: usize = 52;
pub const IFLA_IPTUN_UNSPEC: u32 = 0;
pub const IFLA_IPTUN_LINK: u32 = 1;
pub const IFLA_IPTUN_LOCAL: u32 = 2;
pub const IFLA_IPTUN_REMOTE: u32 = 3;
pub const IFLA_IPTUN_TTL: u32 = 4;
pub const IFLA_IPTUN_TOS: u32 = 5;
pub const IFLA_IPTUN_ENCAP_LIMIT: u32 = 6;
pub const IFLA_IPTUN_FLOWINFO: u32 = 7;
pub const IFLA_IPTUN_FLAGS: u32 = 8;
pub const IFLA_IPTUN_PROTO: u32 = 9;
pub const IFLA_IPTUN_PMTUDISC: u32 = 10;
pub const IFLA_IPTUN_6RD_PREFIX: u32 = 11;
pub const IFLA_IPTUN_6RD_RELAY_PREFIX: u32 = 12;
pub const IFLA_IPTUN_6RD_PREFIXLEN: u32 = 13;
pub const IFLA_IPTUN_6RD_RELAY_PREFIXLEN: u32 = 14;
pub const IFLA_IPTUN_ENCAP_TYPE: u32 = 15;
pub const IFLA_IPTUN_ENCAP_FLAGS: u32 = 16;
pub const IFLA_IPTUN_ENCAP_SPORT: u32 = 17;
pub const IFLA_IPTUN_ENCAP_DPORT: u32 = 18;
pub const IFLA_IPTUN_COLLECT_METADATA: u32 = 19;
pub const IFLA_IPTUN_FWMARK: u32 = 20;
pub const TUNNEL_ENCAP_NONE: u32 = 0;
pub const TUNNEL_ENCAP_FOU: u32 = 1;
pub const TUNNEL_ENCAP_GUE: u32 = 2;
pub const TUNNEL_ENCAP_MPLS: u32 = 3;
pub const SIZEOF_IP_TUNNEL_PRL: usize = 16;
pub const SIZEOF_IP_TUNNEL_6RD: usize = 24;
pub const IFLA_GRE_UNSPEC: u16 = 0;
pub const IFLA_GRE_LINK: u16 = 1;
pub const IFLA_GRE_IFLAGS: u16 = 2;
pub const IFLA_GRE_OFLAGS: u16 = 3;
pub const IFLA_GRE_IKEY: u16 = 4;
pub const IFLA_GRE_OKEY: u16 = 5;
pub const IFLA_GRE_LOCAL: u16 = 6;
pub const IFLA_GRE_REMOTE: u16 = 7;
pub const IFLA_GRE_TTL: u16 = 8;
pub const IFLA_GRE_TOS: u16 = 9;
pub const IFLA_GRE_PMTUDISC: u16 = 10;
pub const IFLA_GRE_ENCAP_LIMIT: u16 = 11;
pub const IFLA_GRE_FLOWINFO: u16 = 12;
pub const IFLA_GRE_FLAGS: u16 = 13;
pub const IFLA_GRE_ENCAP_TYPE: u16 = 14;
pub const IFLA_GRE_ENCAP_FLAGS: u16 = 15;
pub const IFLA_GRE_ENCAP_SPORT: u16 = 16;
pub const IFLA_GRE_ENCAP_DPORT: u16 = 17;
pub const IFLA_GRE_COLLECT_METADATA: u16 = 18;
pub const IFLA_GRE_IGNORE_DF: u16 = 19;
pub const IFLA_GRE_FWMARK: u16 = 20;
pub const IFLA_GRE_ERSPAN_INDEX: u16 = 21;
pub const IFLA_GRE_ERSPAN_VER: u16 = 22;
pub const IFLA_GRE_ERSPAN_DIR: u16 = 23;
pub const IFLA_GRE_ERSPAN_HWID: u16 = 24;
pub const IFLA_VTI_UNSPEC: u32 = 0;
pub const IFLA_VTI_LINK: u32 = 1;
pub const IFLA_VTI_IKEY: u32 = 2;
pub const IFLA_VTI_OKEY: u32 = 3;
pub const IFLA_VTI_LOCAL: u32 = 4;
pub const IFLA_VTI_REMOTE: u32 = 5;
pub const IFLA_VTI_FWMARK: u32 = 6;
pub const IP_TUNNEL_CSUM_BIT: u32 = 0;
pub const IP_TUNNEL_ROUTING_BIT: u32 = 1;
pub const IP_TUNNEL_KEY_BIT: u32 = 2;
pub const IP_TUNNEL_SEQ_BIT: u32 = 3;
pub const IP_TUNNEL_STRICT_BIT: u32 = 4;
pub const IP_TUNNEL_REC_BIT: u32 = 5;
pub const IP_TUNNEL_VERSION_BIT: u32 = 6;
pub const IP_TUNNEL_NO_KEY_BIT: u32 = 7;
pub const IP_TUNNEL_DONT_FRAGMENT_BIT: u32 = 8;
pub const IP_TUNNEL_OAM_BIT: u32 = 9;
pub const IP_TUNNEL_CRIT_OPT_BIT: u32 = 10;
pub const IP_TUNNEL_GENEVE_OPT_BIT: u32 = 11;
pub const IP_TUNNEL_VXLAN_OPT_BIT: u32 = 12;
pub const IP_TUNNEL_NOCACHE_BIT: u32 = 13;
pub const IP_TUNNEL_ERSPAN_OPT_BIT: u32 = 14;
pub const IP_TUNNEL_GTP_OPT_BIT: u32 = 15;
pub const IP_TUNNEL_VTI_BIT: u32 = 16;
pub const IP_TUNNEL_SIT_ISATAP_BIT: u32 = 16;
pub const IP_TUNNEL_PFCP_OPT_BIT: u32 = 17;

pub const IFLA_GRE_NAMES: &[(u16, &str)] = &[
    (0, "IFLA_GRE_UNSPEC"),
    (1, "IFLA_GRE_LINK"),
    (2, "IFLA_GRE_IFLAGS"),
    (3, "IFLA_GRE_OFLAGS"),
    (4, "IFLA_GRE_IKEY"),
    (5, "IFLA_GRE_OKEY"),
    (6, "IFLA_GRE_LOCAL"),
    (7, "IFLA_GRE_REMOTE"),
    (8, "IFLA_GRE_TTL"),
    (9, "IFLA_GRE_TOS"),
    (10, "IFLA_GRE_PMTUDISC"),
    (11, "IFLA_GRE_ENCAP_LIMIT"),
    (12, "IFLA_GRE_FLOWINFO"),
    (13, "IFLA_GRE_FLAGS"),
    (14, "IFLA_GRE_ENCAP_TYPE"),
    (15, "IFLA_GRE_ENCAP_FLAGS"),
    (16, "IFLA_GRE_ENCAP_SPORT"),
    (17, "IFLA_GRE_ENCAP_DPORT"),
    (18, "IFLA_GRE_COLLECT_METADATA"),
    (19, "IFLA_GRE_IGNORE_DF"),
    (20, "IFLA_GRE_FWMARK"),
    (21, "IFLA_GRE_ERSPAN_INDEX"),
    (22, "IFLA_GRE_ERSPAN_VER"),
    (23, "IFLA_GRE_ERSPAN_DIR"),
    (24, "IFLA_GRE_ERSPAN_HWID"),
];

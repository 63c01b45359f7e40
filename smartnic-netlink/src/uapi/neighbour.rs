//! `linux/neighbour.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const NDA_MAX: u32 = 17;
pub const NTF_USE: u8 = 1;
pub const NTF_SELF: u8 = 2;
pub const NTF_MASTER: u8 = 4;
pub const NTF_PROXY: u8 = 8;
pub const NTF_EXT_LEARNED: u32 = 16;
pub const NTF_OFFLOADED: u8 = 32;
pub const NTF_STICKY: u8 = 64;
pub const NTF_ROUTER: u8 = 128;
pub const NTF_EXT_MANAGED: u32 = 1;
pub const NTF_EXT_LOCKED: u32 = 2;
pub const NTF_EXT_EXT_VALIDATED: u32 = 4;
pub const NUD_INCOMPLETE: u16 = 1;
pub const NUD_REACHABLE: u16 = 2;
pub const NUD_STALE: u16 = 4;
pub const NUD_DELAY: u16 = 8;
pub const NUD_PROBE: u16 = 16;
pub const NUD_FAILED: u16 = 32;
pub const NUD_NOARP: u16 = 64;
pub const NUD_PERMANENT: u16 = 128;
pub const NUD_NONE: u16 = 0;
pub const NDTPA_MAX: u32 = 19;
pub const NDTA_MAX: u32 = 9;
pub const NFEA_MAX: u32 = 2;
pub const SIZEOF_NDMSG: usize = 12;
pub const NDA_UNSPEC: u16 = 0;
pub const NDA_DST: u16 = 1;
pub const NDA_LLADDR: u16 = 2;
pub const NDA_CACHEINFO: u16 = 3;
pub const NDA_PROBES: u16 = 4;
pub const NDA_VLAN: u16 = 5;
pub const NDA_PORT: u16 = 6;
pub const NDA_VNI: u16 = 7;
pub const NDA_IFINDEX: u16 = 8;
pub const NDA_MASTER: u16 = 9;
pub const NDA_LINK_NETNSID: u16 = 10;
pub const NDA_SRC_VNI: u16 = 11;
pub const NDA_PROTOCOL: u16 = 12;
pub const NDA_NH_ID: u16 = 13;
pub const NDA_FDB_EXT_ATTRS: u16 = 14;
pub const NDA_FLAGS_EXT: u16 = 15;
pub const NDA_NDM_STATE_MASK: u16 = 16;
pub const NDA_NDM_FLAGS_MASK: u16 = 17;
pub const SIZEOF_NDA_CACHEINFO: usize = 16;
pub const SIZEOF_NDT_STATS: usize = 88;
pub const NDTPA_UNSPEC: u32 = 0;
pub const NDTPA_IFINDEX: u32 = 1;
pub const NDTPA_REFCNT: u32 = 2;
pub const NDTPA_REACHABLE_TIME: u32 = 3;
pub const NDTPA_BASE_REACHABLE_TIME: u32 = 4;
pub const NDTPA_RETRANS_TIME: u32 = 5;
pub const NDTPA_GC_STALETIME: u32 = 6;
pub const NDTPA_DELAY_PROBE_TIME: u32 = 7;
pub const NDTPA_QUEUE_LEN: u32 = 8;
pub const NDTPA_APP_PROBES: u32 = 9;
pub const NDTPA_UCAST_PROBES: u32 = 10;
pub const NDTPA_MCAST_PROBES: u32 = 11;
pub const NDTPA_ANYCAST_DELAY: u32 = 12;
pub const NDTPA_PROXY_DELAY: u32 = 13;
pub const NDTPA_PROXY_QLEN: u32 = 14;
pub const NDTPA_LOCKTIME: u32 = 15;
pub const NDTPA_QUEUE_LENBYTES: u32 = 16;
pub const NDTPA_MCAST_REPROBES: u32 = 17;
pub const NDTPA_PAD: u32 = 18;
pub const NDTPA_INTERVAL_PROBE_TIME_MS: u32 = 19;
pub const SIZEOF_NDTMSG: usize = 4;
pub const SIZEOF_NDT_CONFIG: usize = 32;
pub const NDTA_UNSPEC: u32 = 0;
pub const NDTA_NAME: u32 = 1;
pub const NDTA_THRESH1: u32 = 2;
pub const NDTA_THRESH2: u32 = 3;
pub const NDTA_THRESH3: u32 = 4;
pub const NDTA_CONFIG: u32 = 5;
pub const NDTA_PARMS: u32 = 6;
pub const NDTA_STATS: u32 = 7;
pub const NDTA_GC_INTERVAL: u32 = 8;
pub const NDTA_PAD: u32 = 9;
pub const FDB_NOTIFY_BIT: u32 = 1;
pub const FDB_NOTIFY_INACTIVE_BIT: u32 = 2;
pub const NFEA_UNSPEC: u32 = 0;
pub const NFEA_ACTIVITY_NOTIFY: u32 = 1;
pub const NFEA_DONT_REFRESH: u32 = 2;

pub const NDA_NAMES: &[(u16, &str)] = &[
    (0, "NDA_UNSPEC"),
    (1, "NDA_DST"),
    (2, "NDA_LLADDR"),
    (3, "NDA_CACHEINFO"),
    (4, "NDA_PROBES"),
    (5, "NDA_VLAN"),
    (6, "NDA_PORT"),
    (7, "NDA_VNI"),
    (8, "NDA_IFINDEX"),
    (9, "NDA_MASTER"),
    (10, "NDA_LINK_NETNSID"),
    (11, "NDA_SRC_VNI"),
    (12, "NDA_PROTOCOL"),
    (13, "NDA_NH_ID"),
    (14, "NDA_FDB_EXT_ATTRS"),
    (15, "NDA_FLAGS_EXT"),
    (16, "NDA_NDM_STATE_MASK"),
    (17, "NDA_NDM_FLAGS_MASK"),
];

//! `linux/gen_stats.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_STATS_MAX: u32 = 8;
pub const TCA_STATS_UNSPEC: u16 = 0;
pub const TCA_STATS_BASIC: u16 = 1;
pub const TCA_STATS_RATE_EST: u16 = 2;
pub const TCA_STATS_QUEUE: u16 = 3;
pub const TCA_STATS_APP: u16 = 4;
pub const TCA_STATS_RATE_EST64: u16 = 5;
pub const TCA_STATS_PAD: u16 = 6;
pub const TCA_STATS_BASIC_HW: u16 = 7;
pub const TCA_STATS_PKT64: u16 = 8;
pub const SIZEOF_GNET_STATS_BASIC: usize = 16;
pub const SIZEOF_GNET_STATS_RATE_EST: usize = 8;
pub const SIZEOF_GNET_STATS_RATE_EST64: usize = 16;
pub const SIZEOF_GNET_STATS_QUEUE: usize = 20;
pub const SIZEOF_GNET_ESTIMATOR: usize = 2;

pub const TCA_STATS_NAMES: &[(u16, &str)] = &[
    (0, "TCA_STATS_UNSPEC"),
    (1, "TCA_STATS_BASIC"),
    (2, "TCA_STATS_RATE_EST"),
    (3, "TCA_STATS_QUEUE"),
    (4, "TCA_STATS_APP"),
    (5, "TCA_STATS_RATE_EST64"),
    (6, "TCA_STATS_PAD"),
    (7, "TCA_STATS_BASIC_HW"),
    (8, "TCA_STATS_PKT64"),
];

//! `linux/tc_act/tc_ctinfo.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_CTINFO_MAX: u32 = 10;
pub const SIZEOF_TC_CTINFO: usize = 20;
pub const TCA_CTINFO_UNSPEC: u16 = 0;
pub const TCA_CTINFO_PAD: u16 = 1;
pub const TCA_CTINFO_TM: u16 = 2;
pub const TCA_CTINFO_ACT: u16 = 3;
pub const TCA_CTINFO_ZONE: u16 = 4;
pub const TCA_CTINFO_PARMS_DSCP_MASK: u16 = 5;
pub const TCA_CTINFO_PARMS_DSCP_STATEMASK: u16 = 6;
pub const TCA_CTINFO_PARMS_CPMARK_MASK: u16 = 7;
pub const TCA_CTINFO_STATS_DSCP_SET: u16 = 8;
pub const TCA_CTINFO_STATS_DSCP_ERROR: u16 = 9;
pub const TCA_CTINFO_STATS_CPMARK_SET: u16 = 10;

pub const TCA_CTINFO_NAMES: &[(u16, &str)] = &[
    (0, "TCA_CTINFO_UNSPEC"),
    (1, "TCA_CTINFO_PAD"),
    (2, "TCA_CTINFO_TM"),
    (3, "TCA_CTINFO_ACT"),
    (4, "TCA_CTINFO_ZONE"),
    (5, "TCA_CTINFO_PARMS_DSCP_MASK"),
    (6, "TCA_CTINFO_PARMS_DSCP_STATEMASK"),
    (7, "TCA_CTINFO_PARMS_CPMARK_MASK"),
    (8, "TCA_CTINFO_STATS_DSCP_SET"),
    (9, "TCA_CTINFO_STATS_DSCP_ERROR"),
    (10, "TCA_CTINFO_STATS_CPMARK_SET"),
];

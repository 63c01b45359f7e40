//! `linux/tc_act/tc_mirred.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_EGRESS_REDIR: i32 = 1;
pub const TCA_EGRESS_MIRROR: i32 = 2;
pub const TCA_INGRESS_REDIR: i32 = 3;
pub const TCA_INGRESS_MIRROR: i32 = 4;
pub const TCA_MIRRED_MAX: u32 = 4;
pub const SIZEOF_TC_MIRRED: usize = 28;
pub const TCA_MIRRED_UNSPEC: u16 = 0;
pub const TCA_MIRRED_TM: u16 = 1;
pub const TCA_MIRRED_PARMS: u16 = 2;
pub const TCA_MIRRED_PAD: u16 = 3;
pub const TCA_MIRRED_BLOCKID: u16 = 4;

pub const TCA_MIRRED_NAMES: &[(u16, &str)] = &[
    (0, "TCA_MIRRED_UNSPEC"),
    (1, "TCA_MIRRED_TM"),
    (2, "TCA_MIRRED_PARMS"),
    (3, "TCA_MIRRED_PAD"),
    (4, "TCA_MIRRED_BLOCKID"),
];

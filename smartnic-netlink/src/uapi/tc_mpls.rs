//! `linux/tc_act/tc_mpls.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_MPLS_ACT_POP: i32 = 1;
pub const TCA_MPLS_ACT_PUSH: i32 = 2;
pub const TCA_MPLS_ACT_MODIFY: i32 = 3;
pub const TCA_MPLS_ACT_DEC_TTL: i32 = 4;
pub const TCA_MPLS_ACT_MAC_PUSH: i32 = 5;
pub const TCA_MPLS_MAX: u32 = 8;
pub const SIZEOF_TC_MPLS: usize = 24;
pub const TCA_MPLS_UNSPEC: u16 = 0;
pub const TCA_MPLS_TM: u16 = 1;
pub const TCA_MPLS_PARMS: u16 = 2;
pub const TCA_MPLS_PAD: u16 = 3;
pub const TCA_MPLS_PROTO: u16 = 4;
pub const TCA_MPLS_LABEL: u16 = 5;
pub const TCA_MPLS_TC: u16 = 6;
pub const TCA_MPLS_TTL: u16 = 7;
pub const TCA_MPLS_BOS: u16 = 8;

pub const TCA_MPLS_NAMES: &[(u16, &str)] = &[
    (0, "TCA_MPLS_UNSPEC"),
    (1, "TCA_MPLS_TM"),
    (2, "TCA_MPLS_PARMS"),
    (3, "TCA_MPLS_PAD"),
    (4, "TCA_MPLS_PROTO"),
    (5, "TCA_MPLS_LABEL"),
    (6, "TCA_MPLS_TC"),
    (7, "TCA_MPLS_TTL"),
    (8, "TCA_MPLS_BOS"),
];

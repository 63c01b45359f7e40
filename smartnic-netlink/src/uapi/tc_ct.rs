//! `linux/tc_act/tc_ct.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_CT_MAX: u32 = 18;
pub const TCA_CT_ACT_COMMIT: u32 = 1;
pub const TCA_CT_ACT_FORCE: u32 = 2;
pub const TCA_CT_ACT_CLEAR: u32 = 4;
pub const TCA_CT_ACT_NAT: u32 = 8;
pub const TCA_CT_ACT_NAT_SRC: u32 = 16;
pub const TCA_CT_ACT_NAT_DST: u32 = 32;
pub const TCA_CT_UNSPEC: u16 = 0;
pub const TCA_CT_PARMS: u16 = 1;
pub const TCA_CT_TM: u16 = 2;
pub const TCA_CT_ACTION: u16 = 3;
pub const TCA_CT_ZONE: u16 = 4;
pub const TCA_CT_MARK: u16 = 5;
pub const TCA_CT_MARK_MASK: u16 = 6;
pub const TCA_CT_LABELS: u16 = 7;
pub const TCA_CT_LABELS_MASK: u16 = 8;
pub const TCA_CT_NAT_IPV4_MIN: u16 = 9;
pub const TCA_CT_NAT_IPV4_MAX: u16 = 10;
pub const TCA_CT_NAT_IPV6_MIN: u16 = 11;
pub const TCA_CT_NAT_IPV6_MAX: u16 = 12;
pub const TCA_CT_NAT_PORT_MIN: u16 = 13;
pub const TCA_CT_NAT_PORT_MAX: u16 = 14;
pub const TCA_CT_PAD: u16 = 15;
pub const TCA_CT_HELPER_NAME: u16 = 16;
pub const TCA_CT_HELPER_FAMILY: u16 = 17;
pub const TCA_CT_HELPER_PROTO: u16 = 18;
pub const SIZEOF_TC_CT: usize = 20;

pub const TCA_CT_NAMES: &[(u16, &str)] = &[
    (0, "TCA_CT_UNSPEC"),
    (1, "TCA_CT_PARMS"),
    (2, "TCA_CT_TM"),
    (3, "TCA_CT_ACTION"),
    (4, "TCA_CT_ZONE"),
    (5, "TCA_CT_MARK"),
    (6, "TCA_CT_MARK_MASK"),
    (7, "TCA_CT_LABELS"),
    (8, "TCA_CT_LABELS_MASK"),
    (9, "TCA_CT_NAT_IPV4_MIN"),
    (10, "TCA_CT_NAT_IPV4_MAX"),
    (11, "TCA_CT_NAT_IPV6_MIN"),
    (12, "TCA_CT_NAT_IPV6_MAX"),
    (13, "TCA_CT_NAT_PORT_MIN"),
    (14, "TCA_CT_NAT_PORT_MAX"),
    (15, "TCA_CT_PAD"),
    (16, "TCA_CT_HELPER_NAME"),
    (17, "TCA_CT_HELPER_FAMILY"),
    (18, "TCA_CT_HELPER_PROTO"),
];

//! `linux/tc_act/tc_nat.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_NAT_MAX: u32 = 3;
pub const TCA_NAT_FLAG_EGRESS: u32 = 1;
pub const TCA_NAT_UNSPEC: u16 = 0;
pub const TCA_NAT_PARMS: u16 = 1;
pub const TCA_NAT_TM: u16 = 2;
pub const TCA_NAT_PAD: u16 = 3;
pub const SIZEOF_TC_NAT: usize = 36;

pub const TCA_NAT_NAMES: &[(u16, &str)] =
    &[(0, "TCA_NAT_UNSPEC"), (1, "TCA_NAT_PARMS"), (2, "TCA_NAT_TM"), (3, "TCA_NAT_PAD")];

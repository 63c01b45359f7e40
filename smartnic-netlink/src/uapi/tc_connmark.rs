//! `linux/tc_act/tc_connmark.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_CONNMARK_MAX: u32 = 3;
pub const SIZEOF_TC_CONNMARK: usize = 24;
pub const TCA_CONNMARK_UNSPEC: u16 = 0;
pub const TCA_CONNMARK_PARMS: u16 = 1;
pub const TCA_CONNMARK_TM: u16 = 2;
pub const TCA_CONNMARK_PAD: u16 = 3;

pub const TCA_CONNMARK_NAMES: &[(u16, &str)] =
    &[(0, "TCA_CONNMARK_UNSPEC"), (1, "TCA_CONNMARK_PARMS"), (2, "TCA_CONNMARK_TM"), (3, "TCA_CONNMARK_PAD")];

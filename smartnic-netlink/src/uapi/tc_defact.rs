//! `linux/tc_act/tc_defact.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_DEF_MAX: u32 = 4;
pub const SIZEOF_TC_DEFACT: usize = 20;
pub const TCA_DEF_UNSPEC: u16 = 0;
pub const TCA_DEF_TM: u16 = 1;
pub const TCA_DEF_PARMS: u16 = 2;
pub const TCA_DEF_DATA: u16 = 3;
pub const TCA_DEF_PAD: u16 = 4;

pub const TCA_DEF_NAMES: &[(u16, &str)] = &[
    (0, "TCA_DEF_UNSPEC"),
    (1, "TCA_DEF_TM"),
    (2, "TCA_DEF_PARMS"),
    (3, "TCA_DEF_DATA"),
    (4, "TCA_DEF_PAD"),
];

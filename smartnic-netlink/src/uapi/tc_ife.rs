//! `linux/tc_act/tc_ife.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const IFE_ENCODE: u32 = 1;
pub const IFE_DECODE: u32 = 0;
pub const TCA_IFE_MAX: u32 = 7;
pub const SIZEOF_TC_IFE: usize = 24;
pub const TCA_IFE_UNSPEC: u16 = 0;
pub const TCA_IFE_PARMS: u16 = 1;
pub const TCA_IFE_TM: u16 = 2;
pub const TCA_IFE_DMAC: u16 = 3;
pub const TCA_IFE_SMAC: u16 = 4;
pub const TCA_IFE_TYPE: u16 = 5;
pub const TCA_IFE_METALST: u16 = 6;
pub const TCA_IFE_PAD: u16 = 7;

pub const TCA_IFE_NAMES: &[(u16, &str)] = &[
    (0, "TCA_IFE_UNSPEC"),
    (1, "TCA_IFE_PARMS"),
    (2, "TCA_IFE_TM"),
    (3, "TCA_IFE_DMAC"),
    (4, "TCA_IFE_SMAC"),
    (5, "TCA_IFE_TYPE"),
    (6, "TCA_IFE_METALST"),
    (7, "TCA_IFE_PAD"),
];

//! `linux/tc_act/tc_skbmod.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const SKBMOD_F_DMAC: u32 = 1;
pub const SKBMOD_F_SMAC: u32 = 2;
pub const SKBMOD_F_ETYPE: u32 = 4;
pub const SKBMOD_F_SWAPMAC: u32 = 8;
pub const SKBMOD_F_ECN: u32 = 16;
pub const TCA_SKBMOD_MAX: u32 = 6;
pub const SIZEOF_TC_SKBMOD: usize = 32;
pub const TCA_SKBMOD_UNSPEC: u16 = 0;
pub const TCA_SKBMOD_TM: u16 = 1;
pub const TCA_SKBMOD_PARMS: u16 = 2;
pub const TCA_SKBMOD_DMAC: u16 = 3;
pub const TCA_SKBMOD_SMAC: u16 = 4;
pub const TCA_SKBMOD_ETYPE: u16 = 5;
pub const TCA_SKBMOD_PAD: u16 = 6;

pub const TCA_SKBMOD_NAMES: &[(u16, &str)] = &[
    (0, "TCA_SKBMOD_UNSPEC"),
    (1, "TCA_SKBMOD_TM"),
    (2, "TCA_SKBMOD_PARMS"),
    (3, "TCA_SKBMOD_DMAC"),
    (4, "TCA_SKBMOD_SMAC"),
    (5, "TCA_SKBMOD_ETYPE"),
    (6, "TCA_SKBMOD_PAD"),
];

//! `linux/tc_act/tc_skbedit.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const SKBEDIT_F_PRIORITY: u32 = 1;
pub const SKBEDIT_F_QUEUE_MAPPING: u32 = 2;
pub const SKBEDIT_F_MARK: u32 = 4;
pub const SKBEDIT_F_PTYPE: u32 = 8;
pub const SKBEDIT_F_MASK: u32 = 16;
pub const SKBEDIT_F_INHERITDSFIELD: u32 = 32;
pub const SKBEDIT_F_TXQ_SKBHASH: u32 = 64;
pub const TCA_SKBEDIT_MAX: u32 = 10;
pub const SIZEOF_TC_SKBEDIT: usize = 20;
pub const TCA_SKBEDIT_UNSPEC: u16 = 0;
pub const TCA_SKBEDIT_TM: u16 = 1;
pub const TCA_SKBEDIT_PARMS: u16 = 2;
pub const TCA_SKBEDIT_PRIORITY: u16 = 3;
pub const TCA_SKBEDIT_QUEUE_MAPPING: u16 = 4;
pub const TCA_SKBEDIT_MARK: u16 = 5;
pub const TCA_SKBEDIT_PAD: u16 = 6;
pub const TCA_SKBEDIT_PTYPE: u16 = 7;
pub const TCA_SKBEDIT_MASK: u16 = 8;
pub const TCA_SKBEDIT_FLAGS: u16 = 9;
pub const TCA_SKBEDIT_QUEUE_MAPPING_MAX: u16 = 10;

pub const TCA_SKBEDIT_NAMES: &[(u16, &str)] = &[
    (0, "TCA_SKBEDIT_UNSPEC"),
    (1, "TCA_SKBEDIT_TM"),
    (2, "TCA_SKBEDIT_PARMS"),
    (3, "TCA_SKBEDIT_PRIORITY"),
    (4, "TCA_SKBEDIT_QUEUE_MAPPING"),
    (5, "TCA_SKBEDIT_MARK"),
    (6, "TCA_SKBEDIT_PAD"),
    (7, "TCA_SKBEDIT_PTYPE"),
    (8, "TCA_SKBEDIT_MASK"),
    (9, "TCA_SKBEDIT_FLAGS"),
    (10, "TCA_SKBEDIT_QUEUE_MAPPING_MAX"),
];

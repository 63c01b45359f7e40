//! `linux/tc_act/tc_bpf.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_ACT_BPF_MAX: u32 = 9;
pub const SIZEOF_TC_ACT_BPF: usize = 20;
pub const TCA_ACT_BPF_UNSPEC: u16 = 0;
pub const TCA_ACT_BPF_TM: u16 = 1;
pub const TCA_ACT_BPF_PARMS: u16 = 2;
pub const TCA_ACT_BPF_OPS_LEN: u16 = 3;
pub const TCA_ACT_BPF_OPS: u16 = 4;
pub const TCA_ACT_BPF_FD: u16 = 5;
pub const TCA_ACT_BPF_NAME: u16 = 6;
pub const TCA_ACT_BPF_PAD: u16 = 7;
pub const TCA_ACT_BPF_TAG: u16 = 8;
pub const TCA_ACT_BPF_ID: u16 = 9;

pub const TCA_ACT_BPF_NAMES: &[(u16, &str)] = &[
    (0, "TCA_ACT_BPF_UNSPEC"),
    (1, "TCA_ACT_BPF_TM"),
    (2, "TCA_ACT_BPF_PARMS"),
    (3, "TCA_ACT_BPF_OPS_LEN"),
    (4, "TCA_ACT_BPF_OPS"),
    (5, "TCA_ACT_BPF_FD"),
    (6, "TCA_ACT_BPF_NAME"),
    (7, "TCA_ACT_BPF_PAD"),
    (8, "TCA_ACT_BPF_TAG"),
    (9, "TCA_ACT_BPF_ID"),
];

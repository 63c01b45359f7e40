//! `linux/tc_act/tc_sample.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_SAMPLE_MAX: u32 = 6;
pub const SIZEOF_TC_SAMPLE: usize = 20;
pub const TCA_SAMPLE_UNSPEC: u16 = 0;
pub const TCA_SAMPLE_TM: u16 = 1;
pub const TCA_SAMPLE_PARMS: u16 = 2;
pub const TCA_SAMPLE_RATE: u16 = 3;
pub const TCA_SAMPLE_TRUNC_SIZE: u16 = 4;
pub const TCA_SAMPLE_PSAMPLE_GROUP: u16 = 5;
pub const TCA_SAMPLE_PAD: u16 = 6;

pub const TCA_SAMPLE_NAMES: &[(u16, &str)] = &[
    (0, "TCA_SAMPLE_UNSPEC"),
    (1, "TCA_SAMPLE_TM"),
    (2, "TCA_SAMPLE_PARMS"),
    (3, "TCA_SAMPLE_RATE"),
    (4, "TCA_SAMPLE_TRUNC_SIZE"),
    (5, "TCA_SAMPLE_PSAMPLE_GROUP"),
    (6, "TCA_SAMPLE_PAD"),
];

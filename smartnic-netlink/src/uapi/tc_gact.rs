//! `linux/tc_act/tc_gact.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const PGACT_NONE: u32 = 0;
pub const PGACT_NETRAND: u32 = 1;
pub const PGACT_DETERM: u32 = 2;
pub const MAX_RAND: u32 = 3;
pub const TCA_GACT_MAX: u32 = 4;
pub const SIZEOF_TC_GACT: usize = 20;
pub const SIZEOF_TC_GACT_P: usize = 8;
pub const TCA_GACT_UNSPEC: u16 = 0;
pub const TCA_GACT_TM: u16 = 1;
pub const TCA_GACT_PARMS: u16 = 2;
pub const TCA_GACT_PROB: u16 = 3;
pub const TCA_GACT_PAD: u16 = 4;

pub const TCA_GACT_NAMES: &[(u16, &str)] = &[
    (0, "TCA_GACT_UNSPEC"),
    (1, "TCA_GACT_TM"),
    (2, "TCA_GACT_PARMS"),
    (3, "TCA_GACT_PROB"),
    (4, "TCA_GACT_PAD"),
];

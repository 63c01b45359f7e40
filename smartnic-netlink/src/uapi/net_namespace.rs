//! `linux/net_namespace.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const NETNSA_NSID_NOT_ASSIGNED: i32 = -1;
pub const NETNSA_MAX: u32 = 5;
pub const NETNSA_NONE: u16 = 0;
pub const NETNSA_NSID: u16 = 1;
pub const NETNSA_PID: u16 = 2;
pub const NETNSA_FD: u16 = 3;
pub const NETNSA_TARGET_NSID: u16 = 4;
pub const NETNSA_CURRENT_NSID: u16 = 5;

pub const NETNSA_NAMES: &[(u16, &str)] = &[
    (0, "NETNSA_NONE"),
    (1, "NETNSA_NSID"),
    (2, "NETNSA_PID"),
    (3, "NETNSA_FD"),
    (4, "NETNSA_TARGET_NSID"),
    (5, "NETNSA_CURRENT_NSID"),
];

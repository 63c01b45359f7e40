//! `linux/tc_act/tc_pedit.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_PEDIT_MAX: u32 = 6;
pub const TCA_PEDIT_KEY_EX_MAX: u32 = 2;
pub const TCA_PEDIT_HDR_TYPE_MAX: u32 = 5;
pub const TCA_PEDIT_CMD_MAX: u32 = 1;
pub const TCA_PEDIT_UNSPEC: u16 = 0;
pub const TCA_PEDIT_TM: u16 = 1;
pub const TCA_PEDIT_PARMS: u16 = 2;
pub const TCA_PEDIT_PAD: u16 = 3;
pub const TCA_PEDIT_PARMS_EX: u16 = 4;
pub const TCA_PEDIT_KEYS_EX: u16 = 5;
pub const TCA_PEDIT_KEY_EX: u16 = 6;
pub const TCA_PEDIT_KEY_EX_HTYPE: u32 = 1;
pub const TCA_PEDIT_KEY_EX_CMD: u32 = 2;
pub const TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK: u32 = 0;
pub const TCA_PEDIT_KEY_EX_HDR_TYPE_ETH: u32 = 1;
pub const TCA_PEDIT_KEY_EX_HDR_TYPE_IP4: u32 = 2;
pub const TCA_PEDIT_KEY_EX_HDR_TYPE_IP6: u32 = 3;
pub const TCA_PEDIT_KEY_EX_HDR_TYPE_TCP: u32 = 4;
pub const TCA_PEDIT_KEY_EX_HDR_TYPE_UDP: u32 = 5;
pub const TCA_PEDIT_KEY_EX_CMD_SET: u32 = 0;
pub const TCA_PEDIT_KEY_EX_CMD_ADD: u32 = 1;
pub const SIZEOF_TC_PEDIT_KEY: usize = 24;
pub const SIZEOF_TC_PEDIT_SEL: usize = 24;

pub const TCA_PEDIT_NAMES: &[(u16, &str)] = &[
    (0, "TCA_PEDIT_UNSPEC"),
    (1, "TCA_PEDIT_TM"),
    (2, "TCA_PEDIT_PARMS"),
    (3, "TCA_PEDIT_PAD"),
    (4, "TCA_PEDIT_PARMS_EX"),
    (5, "TCA_PEDIT_KEYS_EX"),
    (6, "TCA_PEDIT_KEY_EX"),
];

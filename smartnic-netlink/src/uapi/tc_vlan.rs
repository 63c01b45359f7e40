//! `linux/tc_act/tc_vlan.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_VLAN_ACT_POP: i32 = 1;
pub const TCA_VLAN_ACT_PUSH: i32 = 2;
pub const TCA_VLAN_ACT_MODIFY: i32 = 3;
pub const TCA_VLAN_ACT_POP_ETH: i32 = 4;
pub const TCA_VLAN_ACT_PUSH_ETH: i32 = 5;
pub const TCA_VLAN_MAX: u32 = 8;
pub const SIZEOF_TC_VLAN: usize = 24;
pub const TCA_VLAN_UNSPEC: u16 = 0;
pub const TCA_VLAN_TM: u16 = 1;
pub const TCA_VLAN_PARMS: u16 = 2;
pub const TCA_VLAN_PUSH_VLAN_ID: u16 = 3;
pub const TCA_VLAN_PUSH_VLAN_PROTOCOL: u16 = 4;
pub const TCA_VLAN_PAD: u16 = 5;
pub const TCA_VLAN_PUSH_VLAN_PRIORITY: u16 = 6;
pub const TCA_VLAN_PUSH_ETH_DST: u16 = 7;
pub const TCA_VLAN_PUSH_ETH_SRC: u16 = 8;

pub const TCA_VLAN_NAMES: &[(u16, &str)] = &[
    (0, "TCA_VLAN_UNSPEC"),
    (1, "TCA_VLAN_TM"),
    (2, "TCA_VLAN_PARMS"),
    (3, "TCA_VLAN_PUSH_VLAN_ID"),
    (4, "TCA_VLAN_PUSH_VLAN_PROTOCOL"),
    (5, "TCA_VLAN_PAD"),
    (6, "TCA_VLAN_PUSH_VLAN_PRIORITY"),
    (7, "TCA_VLAN_PUSH_ETH_DST"),
    (8, "TCA_VLAN_PUSH_ETH_SRC"),
];

//! `linux/tc_act/tc_gate.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_GATE_ENTRY_MAX: u32 = 5;
pub const TCA_GATE_ONE_ENTRY_MAX: u32 = 1;
pub const TCA_GATE_MAX: u32 = 10;
pub const SIZEOF_TC_GATE: usize = 20;
pub const TCA_GATE_ENTRY_UNSPEC: u16 = 0;
pub const TCA_GATE_ENTRY_INDEX: u16 = 1;
pub const TCA_GATE_ENTRY_GATE: u16 = 2;
pub const TCA_GATE_ENTRY_INTERVAL: u16 = 3;
pub const TCA_GATE_ENTRY_IPV: u16 = 4;
pub const TCA_GATE_ENTRY_MAX_OCTETS: u16 = 5;
pub const TCA_GATE_ONE_ENTRY_UNSPEC: u16 = 0;
pub const TCA_GATE_ONE_ENTRY: u16 = 1;
pub const TCA_GATE_UNSPEC: u16 = 0;
pub const TCA_GATE_TM: u16 = 1;
pub const TCA_GATE_PARMS: u16 = 2;
pub const TCA_GATE_PAD: u16 = 3;
pub const TCA_GATE_PRIORITY: u16 = 4;
pub const TCA_GATE_ENTRY_LIST: u16 = 5;
pub const TCA_GATE_BASE_TIME: u16 = 6;
pub const TCA_GATE_CYCLE_TIME: u16 = 7;
pub const TCA_GATE_CYCLE_TIME_EXT: u16 = 8;
pub const TCA_GATE_FLAGS: u16 = 9;
pub const TCA_GATE_CLOCKID: u16 = 10;

pub const TCA_GATE_NAMES: &[(u16, &str)] = &[
    (0, "TCA_GATE_UNSPEC"),
    (1, "TCA_GATE_TM"),
    (2, "TCA_GATE_PARMS"),
    (3, "TCA_GATE_PAD"),
    (4, "TCA_GATE_PRIORITY"),
    (5, "TCA_GATE_ENTRY_LIST"),
    (6, "TCA_GATE_BASE_TIME"),
    (7, "TCA_GATE_CYCLE_TIME"),
    (8, "TCA_GATE_CYCLE_TIME_EXT"),
    (9, "TCA_GATE_FLAGS"),
    (10, "TCA_GATE_CLOCKID"),
];

pub const TCA_GATE_ONE_ENTRY_NAMES: &[(u16, &str)] =
    &[(0, "TCA_GATE_ONE_ENTRY_UNSPEC"), (1, "TCA_GATE_ONE_ENTRY")];

pub const TCA_GATE_ENTRY_NAMES: &[(u16, &str)] = &[
    (0, "TCA_GATE_ENTRY_UNSPEC"),
    (1, "TCA_GATE_ENTRY_INDEX"),
    (2, "TCA_GATE_ENTRY_GATE"),
    (3, "TCA_GATE_ENTRY_INTERVAL"),
    (4, "TCA_GATE_ENTRY_IPV"),
    (5, "TCA_GATE_ENTRY_MAX_OCTETS"),
];

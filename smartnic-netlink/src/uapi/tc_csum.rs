//! `linux/tc_act/tc_csum.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const TCA_CSUM_MAX: u32 = 3;
pub const TCA_CSUM_UNSPEC: u16 = 0;
pub const TCA_CSUM_PARMS: u16 = 1;
pub const TCA_CSUM_TM: u16 = 2;
pub const TCA_CSUM_PAD: u16 = 3;
pub const TCA_CSUM_UPDATE_FLAG_IPV4HDR: u32 = 1;
pub const TCA_CSUM_UPDATE_FLAG_ICMP: u32 = 2;
pub const TCA_CSUM_UPDATE_FLAG_IGMP: u32 = 4;
pub const TCA_CSUM_UPDATE_FLAG_TCP: u32 = 8;
pub const TCA_CSUM_UPDATE_FLAG_UDP: u32 = 16;
pub const TCA_CSUM_UPDATE_FLAG_UDPLITE: u32 = 32;
pub const TCA_CSUM_UPDATE_FLAG_SCTP: u32 = 64;
pub const SIZEOF_TC_CSUM: usize = 24;

pub const TCA_CSUM_NAMES: &[(u16, &str)] =
    &[(0, "TCA_CSUM_UNSPEC"), (1, "TCA_CSUM_PARMS"), (2, "TCA_CSUM_TM"), (3, "TCA_CSUM_PAD")];

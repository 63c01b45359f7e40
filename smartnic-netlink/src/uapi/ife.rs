//! `linux/ife.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const IFE_METAHDRLEN: u32 = 2;
pub const IFE_META_MAX: u16 = 5;
pub const IFE_META_SKBMARK: u16 = 1;
pub const IFE_META_HASHID: u16 = 2;
pub const IFE_META_PRIO: u16 = 3;
pub const IFE_META_QMAP: u16 = 4;
pub const IFE_META_TCINDEX: u16 = 5;

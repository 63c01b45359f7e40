//! `linux/genetlink.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const GENL_NAMSIZ: u32 = 16;
pub const GENL_MIN_ID: u32 = 16;
pub const GENL_MAX_ID: u32 = 0x3ff;
pub const GENL_HDRLEN: u32 = 4;
pub const GENL_ADMIN_PERM: u32 = 1;
pub const GENL_CMD_CAP_DO: u32 = 2;
pub const GENL_CMD_CAP_DUMP: u32 = 4;
pub const GENL_CMD_CAP_HASPOL: u32 = 8;
pub const GENL_UNS_ADMIN_PERM: u32 = 16;
pub const GENL_ID_CTRL: u16 = 16;
pub const GENL_ID_VFS_DQUOT: u16 = 17;
pub const GENL_ID_PMCRAID: u16 = 18;
pub const GENL_START_ALLOC: u32 = 19;
pub const CTRL_CMD_MAX: u8 = 10;
pub const CTRL_ATTR_MAX: u32 = 10;
pub const CTRL_ATTR_OP_MAX: u32 = 2;
pub const CTRL_ATTR_MCAST_GRP_MAX: u32 = 2;
pub const CTRL_ATTR_POLICY_MAX: u32 = 2;
pub const SIZEOF_GENLMSGHDR: usize = 4;
pub const CTRL_CMD_UNSPEC: u8 = 0;
pub const CTRL_CMD_NEWFAMILY: u8 = 1;
pub const CTRL_CMD_DELFAMILY: u8 = 2;
pub const CTRL_CMD_GETFAMILY: u8 = 3;
pub const CTRL_CMD_NEWOPS: u8 = 4;
pub const CTRL_CMD_DELOPS: u8 = 5;
pub const CTRL_CMD_GETOPS: u8 = 6;
pub const CTRL_CMD_NEWMCAST_GRP: u8 = 7;
pub const CTRL_CMD_DELMCAST_GRP: u8 = 8;
pub const CTRL_CMD_GETMCAST_GRP: u8 = 9;
pub const CTRL_CMD_GETPOLICY: u8 = 10;
pub const CTRL_ATTR_UNSPEC: u16 = 0;
pub const CTRL_ATTR_FAMILY_ID: u16 = 1;
pub const CTRL_ATTR_FAMILY_NAME: u16 = 2;
pub const CTRL_ATTR_VERSION: u16 = 3;
pub const CTRL_ATTR_HDRSIZE: u16 = 4;
pub const CTRL_ATTR_MAXATTR: u16 = 5;
pub const CTRL_ATTR_OPS: u16 = 6;
pub const CTRL_ATTR_MCAST_GROUPS: u16 = 7;
pub const CTRL_ATTR_POLICY: u16 = 8;
pub const CTRL_ATTR_OP_POLICY: u16 = 9;
pub const CTRL_ATTR_OP: u16 = 10;
pub const CTRL_ATTR_OP_UNSPEC: u16 = 0;
pub const CTRL_ATTR_OP_ID: u16 = 1;
pub const CTRL_ATTR_OP_FLAGS: u16 = 2;
pub const CTRL_ATTR_MCAST_GRP_UNSPEC: u16 = 0;
pub const CTRL_ATTR_MCAST_GRP_NAME: u16 = 1;
pub const CTRL_ATTR_MCAST_GRP_ID: u16 = 2;
pub const CTRL_ATTR_POLICY_UNSPEC: u32 = 0;
pub const CTRL_ATTR_POLICY_DO: u32 = 1;
pub const CTRL_ATTR_POLICY_DUMP: u32 = 2;
pub const CTRL_ATTR_POLICY_DUMP_MAX: u32 = 2;

pub const CTRL_ATTR_NAMES: &[(u16, &str)] = &[
    (0, "CTRL_ATTR_UNSPEC"),
    (1, "CTRL_ATTR_FAMILY_ID"),
    (2, "CTRL_ATTR_FAMILY_NAME"),
    (3, "CTRL_ATTR_VERSION"),
    (4, "CTRL_ATTR_HDRSIZE"),
    (5, "CTRL_ATTR_MAXATTR"),
    (6, "CTRL_ATTR_OPS"),
    (7, "CTRL_ATTR_MCAST_GROUPS"),
    (8, "CTRL_ATTR_POLICY"),
    (9, "CTRL_ATTR_OP_POLICY"),
    (10, "CTRL_ATTR_OP"),
];

pub const CTRL_ATTR_OP_NAMES: &[(u16, &str)] =
    &[(0, "CTRL_ATTR_OP_UNSPEC"), (1, "CTRL_ATTR_OP_ID"), (2, "CTRL_ATTR_OP_FLAGS")];

pub const CTRL_ATTR_MCAST_GRP_NAMES: &[(u16, &str)] =
    &[(0, "CTRL_ATTR_MCAST_GRP_UNSPEC"), (1, "CTRL_ATTR_MCAST_GRP_NAME"), (2, "CTRL_ATTR_MCAST_GRP_ID")];

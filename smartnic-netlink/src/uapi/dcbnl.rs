//! `linux/dcbnl.h` of kernel 7.3.4, by `cargo xtask uapi --bless`. Not to be edited.

pub const IEEE_8021QAZ_MAX_TCS: u32 = 8;
pub const IEEE_8021QAZ_TSA_STRICT: u32 = 0;
pub const IEEE_8021QAZ_TSA_CB_SHAPER: u32 = 1;
pub const IEEE_8021QAZ_TSA_ETS: u32 = 2;
pub const IEEE_8021QAZ_TSA_VENDOR: u32 = 255;
pub const IEEE_8021Q_MAX_PRIORITIES: u32 = 8;
pub const DCBX_MAX_BUFFERS: u32 = 8;
pub const CEE_DCBX_MAX_PGS: u32 = 8;
pub const CEE_DCBX_MAX_PRIO: u32 = 8;
pub const IEEE_8021QAZ_APP_SEL_ETHERTYPE: u8 = 1;
pub const IEEE_8021QAZ_APP_SEL_STREAM: u8 = 2;
pub const IEEE_8021QAZ_APP_SEL_DGRAM: u8 = 3;
pub const IEEE_8021QAZ_APP_SEL_ANY: u8 = 4;
pub const IEEE_8021QAZ_APP_SEL_DSCP: u8 = 5;
pub const DCB_APP_SEL_PCP: u8 = 255;
pub const IEEE_8021QAZ_APP_SEL_MAX: u8 = 255;
pub const DCB_ATTR_IEEE_MAX: u32 = 12;
pub const DCB_ATTR_IEEE_APP_MAX: u32 = 2;
pub const DCB_ATTR_CEE_MAX: u32 = 8;
pub const DCB_ATTR_CEE_PEER_APP_MAX: u32 = 2;
pub const DCB_ATTR_CEE_APP_MAX: u32 = 1;
pub const DCB_CAP_DCBX_HOST: u8 = 1;
pub const DCB_CAP_DCBX_LLD_MANAGED: u8 = 2;
pub const DCB_CAP_DCBX_VER_CEE: u8 = 4;
pub const DCB_CAP_DCBX_VER_IEEE: u8 = 8;
pub const DCB_CAP_DCBX_STATIC: u8 = 16;
pub const DCB_APP_IDTYPE_ETHTYPE: u32 = 0;
pub const DCB_APP_IDTYPE_PORTNUM: u32 = 1;
pub const DCB_FEATCFG_ERROR: u32 = 1;
pub const DCB_FEATCFG_ENABLE: u32 = 2;
pub const DCB_FEATCFG_WILLING: u32 = 4;
pub const DCB_FEATCFG_ADVERTISE: u32 = 8;
pub const SIZEOF_IEEE_ETS: usize = 59;
pub const SIZEOF_IEEE_MAXRATE: usize = 64;
pub const DCB_CNDD_RESET: u32 = 0;
pub const DCB_CNDD_EDGE: u32 = 1;
pub const DCB_CNDD_INTERIOR: u32 = 2;
pub const DCB_CNDD_INTERIOR_READY: u32 = 3;
pub const SIZEOF_IEEE_QCN: usize = 360;
pub const SIZEOF_IEEE_QCN_STATS: usize = 96;
pub const SIZEOF_IEEE_PFC: usize = 136;
pub const SIZEOF_DCBNL_BUFFER: usize = 44;
pub const SIZEOF_CEE_PG: usize = 20;
pub const SIZEOF_CEE_PFC: usize = 4;
pub const SIZEOF_DCB_APP: usize = 4;
pub const SIZEOF_DCB_PEER_APP_INFO: usize = 2;
pub const SIZEOF_DCBMSG: usize = 4;
pub const DCB_CMD_UNDEFINED: u8 = 0;
pub const DCB_CMD_GSTATE: u8 = 1;
pub const DCB_CMD_SSTATE: u8 = 2;
pub const DCB_CMD_PGTX_GCFG: u8 = 3;
pub const DCB_CMD_PGTX_SCFG: u8 = 4;
pub const DCB_CMD_PGRX_GCFG: u8 = 5;
pub const DCB_CMD_PGRX_SCFG: u8 = 6;
pub const DCB_CMD_PFC_GCFG: u8 = 7;
pub const DCB_CMD_PFC_SCFG: u8 = 8;
pub const DCB_CMD_SET_ALL: u8 = 9;
pub const DCB_CMD_GPERM_HWADDR: u8 = 10;
pub const DCB_CMD_GCAP: u8 = 11;
pub const DCB_CMD_GNUMTCS: u8 = 12;
pub const DCB_CMD_SNUMTCS: u8 = 13;
pub const DCB_CMD_PFC_GSTATE: u8 = 14;
pub const DCB_CMD_PFC_SSTATE: u8 = 15;
pub const DCB_CMD_BCN_GCFG: u8 = 16;
pub const DCB_CMD_BCN_SCFG: u8 = 17;
pub const DCB_CMD_GAPP: u8 = 18;
pub const DCB_CMD_SAPP: u8 = 19;
pub const DCB_CMD_IEEE_SET: u8 = 20;
pub const DCB_CMD_IEEE_GET: u8 = 21;
pub const DCB_CMD_GDCBX: u8 = 22;
pub const DCB_CMD_SDCBX: u8 = 23;
pub const DCB_CMD_GFEATCFG: u8 = 24;
pub const DCB_CMD_SFEATCFG: u8 = 25;
pub const DCB_CMD_CEE_GET: u8 = 26;
pub const DCB_CMD_IEEE_DEL: u8 = 27;
pub const DCB_CMD_MAX: u8 = 27;
pub const DCB_ATTR_UNDEFINED: u16 = 0;
pub const DCB_ATTR_IFNAME: u16 = 1;
pub const DCB_ATTR_STATE: u16 = 2;
pub const DCB_ATTR_PFC_STATE: u16 = 3;
pub const DCB_ATTR_PFC_CFG: u16 = 4;
pub const DCB_ATTR_NUM_TC: u16 = 5;
pub const DCB_ATTR_PG_CFG: u16 = 6;
pub const DCB_ATTR_SET_ALL: u16 = 7;
pub const DCB_ATTR_PERM_HWADDR: u16 = 8;
pub const DCB_ATTR_CAP: u16 = 9;
pub const DCB_ATTR_NUMTCS: u16 = 10;
pub const DCB_ATTR_BCN: u16 = 11;
pub const DCB_ATTR_APP: u16 = 12;
pub const DCB_ATTR_IEEE: u16 = 13;
pub const DCB_ATTR_DCBX: u16 = 14;
pub const DCB_ATTR_FEATCFG: u16 = 15;
pub const DCB_ATTR_CEE: u16 = 16;
pub const DCB_ATTR_MAX: u16 = 16;
pub const DCB_ATTR_IEEE_UNSPEC: u16 = 0;
pub const DCB_ATTR_IEEE_ETS: u16 = 1;
pub const DCB_ATTR_IEEE_PFC: u16 = 2;
pub const DCB_ATTR_IEEE_APP_TABLE: u16 = 3;
pub const DCB_ATTR_IEEE_PEER_ETS: u16 = 4;
pub const DCB_ATTR_IEEE_PEER_PFC: u16 = 5;
pub const DCB_ATTR_IEEE_PEER_APP: u16 = 6;
pub const DCB_ATTR_IEEE_MAXRATE: u16 = 7;
pub const DCB_ATTR_IEEE_QCN: u16 = 8;
pub const DCB_ATTR_IEEE_QCN_STATS: u16 = 9;
pub const DCB_ATTR_DCB_BUFFER: u16 = 10;
pub const DCB_ATTR_DCB_APP_TRUST_TABLE: u16 = 11;
pub const DCB_ATTR_DCB_REWR_TABLE: u16 = 12;
pub const DCB_ATTR_IEEE_APP_UNSPEC: u16 = 0;
pub const DCB_ATTR_IEEE_APP: u16 = 1;
pub const DCB_ATTR_DCB_APP: u16 = 2;
pub const DCB_ATTR_CEE_UNSPEC: u32 = 0;
pub const DCB_ATTR_CEE_PEER_PG: u32 = 1;
pub const DCB_ATTR_CEE_PEER_PFC: u32 = 2;
pub const DCB_ATTR_CEE_PEER_APP_TABLE: u32 = 3;
pub const DCB_ATTR_CEE_TX_PG: u32 = 4;
pub const DCB_ATTR_CEE_RX_PG: u32 = 5;
pub const DCB_ATTR_CEE_PFC: u32 = 6;
pub const DCB_ATTR_CEE_APP_TABLE: u32 = 7;
pub const DCB_ATTR_CEE_FEAT: u32 = 8;
pub const DCB_ATTR_CEE_PEER_APP_UNSPEC: u32 = 0;
pub const DCB_ATTR_CEE_PEER_APP_INFO: u32 = 1;
pub const DCB_ATTR_CEE_PEER_APP: u32 = 2;
pub const DCB_ATTR_CEE_APP_UNSPEC: u32 = 0;
pub const DCB_ATTR_CEE_APP: u32 = 1;
pub const DCB_PFC_UP_ATTR_UNDEFINED: u32 = 0;
pub const DCB_PFC_UP_ATTR_0: u32 = 1;
pub const DCB_PFC_UP_ATTR_1: u32 = 2;
pub const DCB_PFC_UP_ATTR_2: u32 = 3;
pub const DCB_PFC_UP_ATTR_3: u32 = 4;
pub const DCB_PFC_UP_ATTR_4: u32 = 5;
pub const DCB_PFC_UP_ATTR_5: u32 = 6;
pub const DCB_PFC_UP_ATTR_6: u32 = 7;
pub const DCB_PFC_UP_ATTR_7: u32 = 8;
pub const DCB_PFC_UP_ATTR_ALL: u32 = 9;
pub const DCB_PFC_UP_ATTR_MAX: u32 = 9;
pub const DCB_PG_ATTR_UNDEFINED: u32 = 0;
pub const DCB_PG_ATTR_TC_0: u32 = 1;
pub const DCB_PG_ATTR_TC_1: u32 = 2;
pub const DCB_PG_ATTR_TC_2: u32 = 3;
pub const DCB_PG_ATTR_TC_3: u32 = 4;
pub const DCB_PG_ATTR_TC_4: u32 = 5;
pub const DCB_PG_ATTR_TC_5: u32 = 6;
pub const DCB_PG_ATTR_TC_6: u32 = 7;
pub const DCB_PG_ATTR_TC_7: u32 = 8;
pub const DCB_PG_ATTR_TC_MAX: u32 = 9;
pub const DCB_PG_ATTR_TC_ALL: u32 = 10;
pub const DCB_PG_ATTR_BW_ID_0: u32 = 11;
pub const DCB_PG_ATTR_BW_ID_1: u32 = 12;
pub const DCB_PG_ATTR_BW_ID_2: u32 = 13;
pub const DCB_PG_ATTR_BW_ID_3: u32 = 14;
pub const DCB_PG_ATTR_BW_ID_4: u32 = 15;
pub const DCB_PG_ATTR_BW_ID_5: u32 = 16;
pub const DCB_PG_ATTR_BW_ID_6: u32 = 17;
pub const DCB_PG_ATTR_BW_ID_7: u32 = 18;
pub const DCB_PG_ATTR_BW_ID_MAX: u32 = 19;
pub const DCB_PG_ATTR_BW_ID_ALL: u32 = 20;
pub const DCB_PG_ATTR_MAX: u32 = 20;
pub const DCB_TC_ATTR_PARAM_UNDEFINED: u32 = 0;
pub const DCB_TC_ATTR_PARAM_PGID: u32 = 1;
pub const DCB_TC_ATTR_PARAM_UP_MAPPING: u32 = 2;
pub const DCB_TC_ATTR_PARAM_STRICT_PRIO: u32 = 3;
pub const DCB_TC_ATTR_PARAM_BW_PCT: u32 = 4;
pub const DCB_TC_ATTR_PARAM_ALL: u32 = 5;
pub const DCB_TC_ATTR_PARAM_MAX: u32 = 5;
pub const DCB_CAP_ATTR_UNDEFINED: u32 = 0;
pub const DCB_CAP_ATTR_ALL: u32 = 1;
pub const DCB_CAP_ATTR_PG: u32 = 2;
pub const DCB_CAP_ATTR_PFC: u32 = 3;
pub const DCB_CAP_ATTR_UP2TC: u32 = 4;
pub const DCB_CAP_ATTR_PG_TCS: u32 = 5;
pub const DCB_CAP_ATTR_PFC_TCS: u32 = 6;
pub const DCB_CAP_ATTR_GSP: u32 = 7;
pub const DCB_CAP_ATTR_BCN: u32 = 8;
pub const DCB_CAP_ATTR_DCBX: u32 = 9;
pub const DCB_CAP_ATTR_MAX: u32 = 9;
pub const DCB_NUMTCS_ATTR_UNDEFINED: u32 = 0;
pub const DCB_NUMTCS_ATTR_ALL: u32 = 1;
pub const DCB_NUMTCS_ATTR_PG: u32 = 2;
pub const DCB_NUMTCS_ATTR_PFC: u32 = 3;
pub const DCB_NUMTCS_ATTR_MAX: u32 = 3;
pub const DCB_BCN_ATTR_UNDEFINED: u32 = 0;
pub const DCB_BCN_ATTR_RP_0: u32 = 1;
pub const DCB_BCN_ATTR_RP_1: u32 = 2;
pub const DCB_BCN_ATTR_RP_2: u32 = 3;
pub const DCB_BCN_ATTR_RP_3: u32 = 4;
pub const DCB_BCN_ATTR_RP_4: u32 = 5;
pub const DCB_BCN_ATTR_RP_5: u32 = 6;
pub const DCB_BCN_ATTR_RP_6: u32 = 7;
pub const DCB_BCN_ATTR_RP_7: u32 = 8;
pub const DCB_BCN_ATTR_RP_ALL: u32 = 9;
pub const DCB_BCN_ATTR_BCNA_0: u32 = 10;
pub const DCB_BCN_ATTR_BCNA_1: u32 = 11;
pub const DCB_BCN_ATTR_ALPHA: u32 = 12;
pub const DCB_BCN_ATTR_BETA: u32 = 13;
pub const DCB_BCN_ATTR_GD: u32 = 14;
pub const DCB_BCN_ATTR_GI: u32 = 15;
pub const DCB_BCN_ATTR_TMAX: u32 = 16;
pub const DCB_BCN_ATTR_TD: u32 = 17;
pub const DCB_BCN_ATTR_RMIN: u32 = 18;
pub const DCB_BCN_ATTR_W: u32 = 19;
pub const DCB_BCN_ATTR_RD: u32 = 20;
pub const DCB_BCN_ATTR_RU: u32 = 21;
pub const DCB_BCN_ATTR_WRTT: u32 = 22;
pub const DCB_BCN_ATTR_RI: u32 = 23;
pub const DCB_BCN_ATTR_C: u32 = 24;
pub const DCB_BCN_ATTR_ALL: u32 = 25;
pub const DCB_BCN_ATTR_MAX: u32 = 25;
pub const DCB_ATTR_VALUE_UNDEFINED: u32 = 255;
pub const DCB_APP_ATTR_UNDEFINED: u32 = 0;
pub const DCB_APP_ATTR_IDTYPE: u32 = 1;
pub const DCB_APP_ATTR_ID: u32 = 2;
pub const DCB_APP_ATTR_PRIORITY: u32 = 3;
pub const DCB_APP_ATTR_MAX: u32 = 3;
pub const DCB_FEATCFG_ATTR_UNDEFINED: u32 = 0;
pub const DCB_FEATCFG_ATTR_ALL: u32 = 1;
pub const DCB_FEATCFG_ATTR_PG: u32 = 2;
pub const DCB_FEATCFG_ATTR_PFC: u32 = 3;
pub const DCB_FEATCFG_ATTR_APP: u32 = 4;
pub const DCB_FEATCFG_ATTR_MAX: u32 = 4;

pub const DCB_ATTR_NAMES: &[(u16, &str)] = &[
    (0, "DCB_ATTR_UNDEFINED"),
    (1, "DCB_ATTR_IFNAME"),
    (2, "DCB_ATTR_STATE"),
    (3, "DCB_ATTR_PFC_STATE"),
    (4, "DCB_ATTR_PFC_CFG"),
    (5, "DCB_ATTR_NUM_TC"),
    (6, "DCB_ATTR_PG_CFG"),
    (7, "DCB_ATTR_SET_ALL"),
    (8, "DCB_ATTR_PERM_HWADDR"),
    (9, "DCB_ATTR_CAP"),
    (10, "DCB_ATTR_NUMTCS"),
    (11, "DCB_ATTR_BCN"),
    (12, "DCB_ATTR_APP"),
    (13, "DCB_ATTR_IEEE"),
    (14, "DCB_ATTR_DCBX"),
    (15, "DCB_ATTR_FEATCFG"),
    (16, "DCB_ATTR_CEE"),
];

pub const DCB_ATTR_IEEE_NAMES: &[(u16, &str)] = &[
    (0, "DCB_ATTR_IEEE_UNSPEC"),
    (1, "DCB_ATTR_IEEE_ETS"),
    (2, "DCB_ATTR_IEEE_PFC"),
    (3, "DCB_ATTR_IEEE_APP_TABLE"),
    (4, "DCB_ATTR_IEEE_PEER_ETS"),
    (5, "DCB_ATTR_IEEE_PEER_PFC"),
    (6, "DCB_ATTR_IEEE_PEER_APP"),
    (7, "DCB_ATTR_IEEE_MAXRATE"),
    (8, "DCB_ATTR_IEEE_QCN"),
    (9, "DCB_ATTR_IEEE_QCN_STATS"),
    (10, "DCB_ATTR_DCB_BUFFER"),
    (11, "DCB_ATTR_DCB_APP_TRUST_TABLE"),
    (12, "DCB_ATTR_DCB_REWR_TABLE"),
];

pub const DCB_ATTR_IEEE_APP_NAMES: &[(u16, &str)] =
    &[(0, "DCB_ATTR_IEEE_APP_UNSPEC"), (1, "DCB_ATTR_IEEE_APP"), (2, "DCB_ATTR_DCB_APP")];

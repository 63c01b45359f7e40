use serde::{Deserialize, Serialize};

/// One Geneve option (RFC 8926); as a mask, the bits that count.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GeneveOption {
    /// The option class (`TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS`).
    pub class: Option<u16>,
    /// The type (`TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE`).
    pub kind: Option<u8>,
    /// The value, 4 to 128 bytes, a multiple of 4 (`TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA`).
    pub data: Vec<u8>,
}

/// Options of a tunnel's header; as a mask, the bits that count. A value that is `None` is not said.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TunnelOpts {
    /// Geneve options, in order (`TCA_FLOWER_KEY_ENC_OPTS_GENEVE`, `TCA_TUNNEL_KEY_ENC_OPTS_GENEVE`).
    Geneve(Vec<GeneveOption>),
    /// VXLAN's group based policy (`TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP`).
    Vxlan {
        /// The policy's group and flags.
        gbp: Option<u32>,
    },
    /// ERSPAN (`TCA_FLOWER_KEY_ENC_OPT_ERSPAN_*`).
    Erspan {
        /// The version: 1 with an index, 2 with direction and hardware id.
        version: Option<u8>,
        /// The index, in version 1.
        index: Option<u32>,
        /// The direction, in version 2.
        direction: Option<u8>,
        /// The hardware id, in version 2.
        hwid: Option<u8>,
    },
    /// GTP (`TCA_FLOWER_KEY_ENC_OPT_GTP_*`).
    Gtp {
        /// The PDU session container's type.
        pdu_type: Option<u8>,
        /// The QoS flow identifier.
        qfi: Option<u8>,
    },
    /// PFCP (`TCA_FLOWER_KEY_ENC_OPT_PFCP_*`).
    Pfcp {
        /// The header's flags, of which the session flag counts.
        kind: Option<u8>,
        /// The session endpoint identifier.
        seid: Option<u64>,
    },
}

/// Options of a tunnel's header that a rule matches on (`TCA_FLOWER_KEY_ENC_OPTS`, `_MASK`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TunnelOptsMatch {
    /// The values.
    pub value: TunnelOpts,
    /// The bits that count, in the same form; `None`: all of them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mask: Option<TunnelOpts>,
}

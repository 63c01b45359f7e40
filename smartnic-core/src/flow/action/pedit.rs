use serde::{Deserialize, Serialize};

/// What an offset of [`PeditKey`] counts from (`enum pedit_header_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeditHeader {
    /// The network header, whatever it is (`TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK`).
    #[default]
    Network,
    /// The Ethernet header.
    Eth,
    /// The IPv4 header.
    Ip4,
    /// The IPv6 header.
    Ip6,
    /// The TCP header.
    Tcp,
    /// The UDP header.
    Udp,
    /// A header that this version of the SDK has no name for.
    #[serde(untagged)]
    Unknown(u16),
}

/// What is done with 32 bits of a packet (`enum pedit_cmd`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeditCommand {
    /// The bits outside the mask are replaced by the value's (`TCA_PEDIT_KEY_EX_CMD_SET`).
    #[default]
    Set,
    /// The value is added to the bits outside the mask (`TCA_PEDIT_KEY_EX_CMD_ADD`).
    Add,
    /// A command that this version of the SDK has no name for.
    #[serde(untagged)]
    Unknown(u16),
}

/// One change of 32 bits of a packet (`struct tc_pedit_key`, with its part of `TCA_PEDIT_KEYS_EX`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PeditKey {
    /// What the offset counts from.
    pub header: PeditHeader,
    /// What is done.
    pub command: PeditCommand,
    /// Where the 32 bits begin, in bytes; a multiple of 4, negative before the header.
    pub offset: i32,
    /// The bits that stay as they are; in the order in which they stand in the packet, read as a big-endian number.
    pub mask: u32,
    /// The value, in the same order: mixed by exclusive or into what stays, so that its bits in the mask turn around.
    pub value: u32,
    /// Where a byte is read that is added to the offset (`at`), if `offmask` is not 0.
    pub at: u32,
    /// The bits of that byte that count.
    pub offmask: u32,
    /// By how many bits it is shifted to the right.
    pub shift: u32,
}

/// Changes of a packet's headers (`pedit`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pedit {
    /// The changes, in order; at most 128.
    pub keys: Vec<PeditKey>,
    /// True for the form in which every key says its header and command (`TCA_PEDIT_PARMS_EX`): `pedit ex`.
    pub extended: bool,
    /// `tc_pedit_sel.flags`; no kernel uses it so far.
    pub flags: u8,
}

impl Pedit {
    /// The kernel shifts by at most 31 bits.
    pub(super) fn make_canonical(&mut self) {
        self.keys.iter_mut().for_each(|key| key.shift = key.shift.min(31));
    }
}

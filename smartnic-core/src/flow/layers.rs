//! Values of keys of single layers: MPLS, connection tracking, fault management.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::{MaskValue, Masked, serde_as_text};
use crate::{Error, Result};

/// One entry of an MPLS label stack that a rule matches on (`TCA_FLOWER_KEY_MPLS_OPTS_LSE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MplsLse {
    /// Which entry, 1..=7; 1 is the outermost (`TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH`).
    pub depth: u8,
    /// The label, 20 bits (`TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<u32>,
    /// The traffic class, 3 bits (`TCA_FLOWER_KEY_MPLS_OPT_LSE_TC`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tc: Option<u8>,
    /// 1 for the bottom of the stack (`TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bos: Option<u8>,
    /// The time to live (`TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u8>,
}

/// Connectivity fault management (IEEE 802.1ag) that a rule matches on (`TCA_FLOWER_KEY_CFM`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cfm {
    /// The maintenance domain level, 0..=7 (`TCA_FLOWER_KEY_CFM_MD_LEVEL`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mdl: Option<u8>,
    /// The operation code (`TCA_FLOWER_KEY_CFM_OPCODE`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op: Option<u8>,
}

/// A connection's label: 128 bits, in the order in which they stand in netlink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CtLabel(
    /// The bytes.
    pub [u8; 16],
);

impl MaskValue for CtLabel {
    const ONES: Self = Self([0xff; 16]);
    fn and(self, other: Self) -> Self {
        Self((u128::from_be_bytes(self.0) & u128::from_be_bytes(other.0)).to_be_bytes())
    }
    fn prefix(self) -> Option<u8> {
        let bits = u128::from_be_bytes(self.0);
        (bits.leading_ones() + bits.trailing_zeros() == u128::BITS || bits == 0)
            .then(|| bits.leading_ones() as u8)
    }
    fn from_prefix(length: u8) -> Option<Self> {
        let shift = u128::BITS.checked_sub(length.into())?;
        Some(Self(u128::MAX.checked_shl(shift).unwrap_or(0).to_be_bytes()))
    }
    fn print(value: Self, mask: Self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, mask) = (u128::from_be_bytes(value.0), u128::from_be_bytes(mask.0));
        match mask {
            u128::MAX => write!(f, "{value:032x}"),
            _ => write!(f, "{value:032x}/{mask:032x}"),
        }
    }
    fn read(text: &str, _mask: bool) -> Result<Self> {
        let wrong =
            || Error::parse("read a connection's label", "expected 2 to 32 hexadecimal digits").on(text);
        let digits = !text.is_empty() && text.len().is_multiple_of(2) && text.len() <= 32;
        if !digits || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        // Bytes that are not given are zero, and stand at the end.
        let bits = u128::from_str_radix(text, 16).map_err(|_| wrong())?;
        Ok(Self((bits << (4 * (32 - text.len()))).to_be_bytes()))
    }
}

serde_as_text!(Masked<CtLabel>);

/// Bits of `ct_state` (`TCA_FLOWER_KEY_CT_FLAGS_*`) by the names that tc gives them.
pub const CT_STATES: [(&str, u16); 6] =
    [("trk", 1 << 3), ("new", 1), ("est", 1 << 1), ("rel", 1 << 2), ("inv", 1 << 4), ("rpl", 1 << 5)];

/// Bits of `ip_flags` (`TCA_FLOWER_KEY_FLAGS_IS_FRAGMENT`, `_FRAG_IS_FIRST`) by the names that tc gives them.
pub const IP_FLAGS: [(&str, u32); 2] = [("frag", 1), ("firstfrag", 1 << 1)];

/// Bits of `enc_flags` (`TCA_FLOWER_KEY_FLAGS_TUNNEL_*`) by the names that tc gives them.
pub const ENC_FLAGS: [(&str, u32); 4] =
    [("tuncsum", 1 << 2), ("tundf", 1 << 3), ("tunoam", 1 << 4), ("tuncrit", 1 << 5)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_read_what_they_print() {
        let short: Masked<CtLabel> = "0102/ff".parse().unwrap();
        assert_eq!((short.value.0[..3].to_vec(), short.mask.0[..2].to_vec()), (vec![1, 2, 0], vec![0xff, 0]));
        assert_eq!(short.to_string().parse::<Masked<CtLabel>>().unwrap(), short);
        assert!("".parse::<Masked<CtLabel>>().is_err() && "123".parse::<Masked<CtLabel>>().is_err());
        assert!("+1".parse::<Masked<CtLabel>>().is_err());
        assert_eq!(CtLabel::from_prefix(128), Some(CtLabel::ONES));
        assert_eq!(CtLabel::from_prefix(0).unwrap().prefix(), Some(0));
    }
}

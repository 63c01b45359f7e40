use serde::{Deserialize, Serialize};

/// One Geneve option (RFC 8926); as a mask, the bits that count.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GeneveOption {
    /// The option class (`TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS`).
    pub class: Option<u16>,
    /// The type (`TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE`).
    pub kind: Option<u8>,
    /// The value, 4 to 124 bytes, a multiple of 4 (`TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA`).
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
    /// The bits that count, in the same form; `None`: all of them, but of ERSPAN only the version's lowest bit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mask: Option<TunnelOpts>,
}

/// The bits of VXLAN's group based policy that a kernel keeps (`VXLAN_GBP_MASK`).
const GBP_KEPT: u32 = 0x48_ffff;

impl TunnelOptsMatch {
    /// The options as a kernel keeps and shows them: with a whole mask (what a mask leaves out counts in every bit),
    /// and without what the header has no place for. Options that no kernel takes stay as they are.
    #[must_use]
    pub fn as_kept(&self) -> Self {
        let mask = match (&self.value, &self.mask) {
            (TunnelOpts::Geneve(value), None) => TunnelOpts::Geneve(whole_geneve(value, &[])),
            (TunnelOpts::Geneve(value), Some(TunnelOpts::Geneve(mask))) => {
                TunnelOpts::Geneve(whole_geneve(value, mask))
            }
            (TunnelOpts::Vxlan { .. }, None) => TunnelOpts::Vxlan { gbp: Some(u32::MAX) },
            (TunnelOpts::Erspan { .. }, None) => {
                TunnelOpts::Erspan { version: Some(1), index: Some(0), direction: None, hwid: None }
            }
            (TunnelOpts::Gtp { .. }, None) => TunnelOpts::Gtp { pdu_type: Some(0xff), qfi: Some(0xff) },
            (TunnelOpts::Pfcp { .. }, None) => TunnelOpts::Pfcp { kind: Some(0xff), seid: Some(u64::MAX) },
            (_, Some(mask)) => kept(mask, true),
        };
        Self { value: kept(&self.value, false), mask: Some(mask) }
    }

    /// The options as a kernel keeps them, without the bits that do not count.
    pub(super) fn make_canonical(&mut self) {
        // Of bits that a kernel drops when they are written it shows some when they are not.
        let Self { value, mask } = self.as_kept().as_kept();
        let value = mask.as_ref().map(|mask| under(&value, mask)).unwrap_or(value);
        *self = Self { value, mask };
    }
}

impl TunnelOpts {
    /// The options as a kernel keeps them, without what the header has no place for.
    #[must_use]
    pub fn as_kept(&self) -> Self {
        kept(self, false)
    }
}

/// The masks of the options of `value`, with everything that `mask` does not say set.
fn whole_geneve(value: &[GeneveOption], mask: &[GeneveOption]) -> Vec<GeneveOption> {
    let whole = |(at, value): (usize, &GeneveOption)| {
        let mask = mask.get(at).cloned().unwrap_or_default();
        GeneveOption {
            class: mask.class.or(Some(0xffff)),
            kind: mask.kind.or(Some(0xff)),
            data: if mask.data.is_empty() { vec![0xff; value.data.len()] } else { mask.data },
        }
    };
    value.iter().enumerate().map(whole).collect()
}

/// Values, or the bits that count, without what a header has no place for.
fn kept(opts: &TunnelOpts, mask: bool) -> TunnelOpts {
    let ones = |value: Option<u8>| value.or(mask.then_some(0xff));
    match opts {
        TunnelOpts::Geneve(_) => opts.clone(),
        TunnelOpts::Vxlan { gbp } => {
            TunnelOpts::Vxlan { gbp: gbp.map(|gbp| gbp & GBP_KEPT).or(mask.then_some(u32::MAX)) }
        }
        TunnelOpts::Erspan { version, index, direction, hwid } => {
            let version = version.or(mask.then_some(1));
            match version {
                Some(2) => TunnelOpts::Erspan {
                    version,
                    index: None,
                    direction: ones(*direction).map(|direction| direction & 1),
                    hwid: ones(*hwid).map(|hwid| hwid & 0x3f),
                },
                _ => TunnelOpts::Erspan {
                    version,
                    index: index.or(mask.then_some(u32::MAX)),
                    direction: None,
                    hwid: None,
                },
            }
        }
        TunnelOpts::Gtp { pdu_type, qfi } => TunnelOpts::Gtp { pdu_type: ones(*pdu_type), qfi: ones(*qfi) },
        TunnelOpts::Pfcp { kind, seid } => {
            TunnelOpts::Pfcp { kind: ones(*kind), seid: seid.or(Some(u64::MAX)) }
        }
    }
}

/// The values without the bits that do not count.
fn under(value: &TunnelOpts, mask: &TunnelOpts) -> TunnelOpts {
    fn and<T: std::ops::BitAnd<Output = T> + Copy>(value: &Option<T>, mask: &Option<T>) -> Option<T> {
        Some((*value)? & (*mask)?)
    }
    match (value, mask) {
        (TunnelOpts::Geneve(value), TunnelOpts::Geneve(mask)) => {
            let option = |(value, mask): (&GeneveOption, &GeneveOption)| GeneveOption {
                class: and(&value.class, &mask.class),
                kind: and(&value.kind, &mask.kind),
                data: value.data.iter().zip(&mask.data).map(|(value, mask)| value & mask).collect(),
            };
            TunnelOpts::Geneve(value.iter().zip(mask).map(option).collect())
        }
        (TunnelOpts::Vxlan { gbp }, TunnelOpts::Vxlan { gbp: mask }) => {
            TunnelOpts::Vxlan { gbp: and(gbp, mask) }
        }
        (
            TunnelOpts::Erspan { version, index, direction, hwid },
            TunnelOpts::Erspan {
                version: counts,
                index: index_mask,
                direction: direction_mask,
                hwid: hwid_mask,
            },
        ) if version == counts => TunnelOpts::Erspan {
            version: *version,
            index: and(index, index_mask),
            direction: and(direction, direction_mask),
            hwid: and(hwid, hwid_mask),
        },
        (TunnelOpts::Gtp { pdu_type, qfi }, TunnelOpts::Gtp { pdu_type: pdu_mask, qfi: qfi_mask }) => {
            TunnelOpts::Gtp { pdu_type: and(pdu_type, pdu_mask), qfi: and(qfi, qfi_mask) }
        }
        (TunnelOpts::Pfcp { kind, seid }, TunnelOpts::Pfcp { kind: kind_mask, seid: seid_mask }) => {
            TunnelOpts::Pfcp { kind: and(kind, kind_mask), seid: and(seid, seid_mask) }
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn geneve(class: Option<u16>, kind: Option<u8>, data: &[u8]) -> TunnelOpts {
        TunnelOpts::Geneve(vec![GeneveOption { class, kind, data: data.to_vec() }])
    }

    fn erspan(version: u8, index: Option<u32>, direction: Option<u8>, hwid: Option<u8>) -> TunnelOpts {
        TunnelOpts::Erspan { version: Some(version), index, direction, hwid }
    }

    #[test]
    fn options_are_kept_with_whole_masks_and_without_what_has_no_place() {
        let cases = [
            (
                (geneve(Some(1), Some(2), &[3; 4]), Some(geneve(None, Some(0xf0), &[]))),
                (geneve(Some(1), Some(2), &[3; 4]), geneve(Some(0xffff), Some(0xf0), &[0xff; 4])),
            ),
            (
                (TunnelOpts::Vxlan { gbp: Some(0x0fff_ffff) }, None),
                (TunnelOpts::Vxlan { gbp: Some(0x48_ffff) }, TunnelOpts::Vxlan { gbp: Some(u32::MAX) }),
            ),
            (
                (erspan(1, Some(5), Some(1), Some(7)), Some(erspan(1, None, Some(1), Some(7)))),
                (erspan(1, Some(5), None, None), erspan(1, Some(u32::MAX), None, None)),
            ),
            (
                (erspan(2, Some(5), Some(3), Some(0xff)), Some(erspan(2, None, None, None))),
                (erspan(2, None, Some(1), Some(0x3f)), erspan(2, None, Some(1), Some(0x3f))),
            ),
            (
                (erspan(2, None, Some(1), Some(7)), None),
                (erspan(2, None, Some(1), Some(7)), erspan(1, Some(0), None, None)),
            ),
            (
                (TunnelOpts::Pfcp { kind: Some(1), seid: None }, None),
                (
                    TunnelOpts::Pfcp { kind: Some(1), seid: Some(u64::MAX) },
                    TunnelOpts::Pfcp { kind: Some(0xff), seid: Some(u64::MAX) },
                ),
            ),
        ];
        for ((value, mask), (kept, kept_mask)) in cases {
            let asked = TunnelOptsMatch { value, mask };
            let expected = TunnelOptsMatch { value: kept, mask: Some(kept_mask) };
            assert_eq!(asked.as_kept(), expected);
            let [mut once, mut again] = [asked, expected];
            once.make_canonical();
            again.make_canonical();
            assert_eq!(once, again, "what is kept is the same options");
        }
    }

    #[test]
    fn bits_that_do_not_count_are_no_part_of_the_canonical_form() {
        let mut opts = TunnelOptsMatch {
            value: geneve(Some(0x1234), Some(0x56), &[0x78; 4]),
            mask: Some(geneve(Some(0xff00), Some(0x0f), &[0xff, 0, 0xff, 0])),
        };
        opts.make_canonical();
        assert_eq!(opts.value, geneve(Some(0x1200), Some(0x06), &[0x78, 0, 0x78, 0]));
    }
}

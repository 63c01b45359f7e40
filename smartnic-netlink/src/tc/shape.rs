//! Which rules the kernel files under one mask.
//!
//! Within a priority, flower tries one mask after the other, in the order in which rules brought them. The order of two
//! rules that share a mask does not matter, then; that of two rules which each bring one does.

use std::sync::LazyLock;

use crate::codec::{Attrs, HEADER_LEN};
use crate::uapi::pkt_cls::*;
use crate::uapi::rtnetlink::*;

/// As many attributes as are looked up in the table; beyond it every bit of a value counts.
const KNOWN: usize = 128;

/// Whether an attribute's bytes are a value in which rules under one mask differ: it has a mask of its own, or all of
/// its bits count always.
static IS_VALUE: LazyLock<[bool; KNOWN]> = LazyLock::new(|| {
    const WITHOUT_MASK: [u16; 16] = [
        TCA_FLOWER_INDEV,
        TCA_FLOWER_KEY_VLAN_ID,
        TCA_FLOWER_KEY_VLAN_PRIO,
        TCA_FLOWER_KEY_CVLAN_ID,
        TCA_FLOWER_KEY_CVLAN_PRIO,
        TCA_FLOWER_KEY_PORT_SRC_MIN,
        TCA_FLOWER_KEY_PORT_SRC_MAX,
        TCA_FLOWER_KEY_PORT_DST_MIN,
        TCA_FLOWER_KEY_PORT_DST_MAX,
        TCA_FLOWER_KEY_ENC_KEY_ID,
        TCA_FLOWER_KEY_MPLS_LABEL,
        TCA_FLOWER_KEY_MPLS_TC,
        TCA_FLOWER_KEY_MPLS_TTL,
        TCA_FLOWER_KEY_MPLS_BOS,
        TCA_FLOWER_KEY_PPPOE_SID,
        TCA_FLOWER_KEY_L2TPV3_SID,
    ];
    let mut is_value = [false; KNOWN];
    let mut set = |kind: u16, to: bool| {
        if let Some(place) = is_value.get_mut(usize::from(kind)) {
            *place = to;
        }
    };
    for (kind, name) in TCA_FLOWER_NAMES {
        if TCA_FLOWER_NAMES.iter().any(|(_, other)| other.strip_suffix("_MASK") == Some(name)) {
            set(*kind, true);
        }
    }
    WITHOUT_MASK.into_iter().for_each(|kind| set(kind, true));
    // Which options there are is a part of the mask, with a mask of theirs or without.
    set(TCA_FLOWER_KEY_ENC_OPTS, false);
    is_value
});

/// A number that is the same for requests to add flower rules at one place, chain, priority and protocol whose keys
/// have the same mask. Where that cannot be seen from the attributes alone, rules of one mask may get several numbers.
///
/// `request` is the whole message. What is malformed has some number.
#[must_use]
pub fn shape(request: &[u8]) -> u64 {
    let mut shape = Shape(0);
    let (header, attrs) =
        request.get(HEADER_LEN..).unwrap_or_default().split_at_checked(SIZEOF_TCMSG).unwrap_or_default();
    // Everything but the handle.
    let [before, after] = [header.get(..8), header.get(12..)].map(Option::unwrap_or_default);
    shape.add(0, before);
    shape.add(0, after);
    for attr in Attrs::new(attrs).flatten() {
        match attr.kind() {
            TCA_OPTIONS => {
                for attr in attr.nested().flatten() {
                    let kind = attr.kind();
                    match kind {
                        TCA_FLOWER_ACT | TCA_FLOWER_FLAGS | TCA_FLOWER_CLASSID => {}
                        _ if IS_VALUE.get(usize::from(kind)) == Some(&true) => shape.add(kind, &[]),
                        _ => shape.add(kind, attr.payload),
                    }
                }
            }
            kind => shape.add(kind, attr.payload),
        }
    }
    shape.0
}

/// Mixes what it is given into one number.
struct Shape(u64);

impl Shape {
    fn add(&mut self, kind: u16, bytes: &[u8]) {
        self.mix(u64::from(kind) << 32 | bytes.len() as u64);
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.mix(u64::from_ne_bytes(*word)));
        // How many bytes there are is mixed in already.
        if !rest.is_empty() {
            self.mix(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    /// Both halves of the product count, so that every bit reaches every other.
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

#[cfg(test)]
mod tests {
    use smartnic_core::flow::{Action, Attach, IpProto, Match, Rule};
    use smartnic_core::types::{EtherType, IfIndex};

    use super::*;
    use crate::codec::Request;
    use crate::tc::filter::Add;

    fn of(rule: &Rule) -> u64 {
        let mut bytes = Vec::new();
        Add(rule).write(&mut bytes, 1, 1).unwrap();
        shape(&bytes)
    }

    fn tcp(set: impl FnOnce(&mut Match)) -> Rule {
        let rule = Rule::new(Attach::ingress(IfIndex(3))).prio(1).protocol(EtherType::IPV4).handle(1);
        let rule = rule.matching(|key| {
            key.ip_proto = Some(IpProto::TCP);
            key.dst_ip = Some("10.0.0.0/24".parse().unwrap());
            key.dst_port = Some(80.into());
        });
        rule.matching(set).action(Action::drop())
    }

    #[test]
    fn rules_under_one_mask_have_one_shape() {
        let one = of(&tcp(|_| {}));
        let alike = [
            tcp(|key| key.dst_ip = Some("10.0.9.0/24".parse().unwrap())),
            tcp(|key| key.dst_port = Some(443.into())),
            tcp(|_| {}).handle(9).action(Action::pass()).skip_hw(),
        ];
        assert_eq!(alike.map(|rule| of(&rule)), [one; 3]);
    }

    #[test]
    fn another_mask_another_key_or_another_row_is_another_shape() {
        let rules = [
            tcp(|_| {}),
            tcp(|key| key.dst_ip = Some("10.0.0.0/25".parse().unwrap())),
            tcp(|key| key.dst_ip = None),
            tcp(|key| key.src_port = Some(80.into())),
            tcp(|key| key.dst_port = Some("80-90".parse().unwrap())),
            tcp(|key| key.ip_proto = Some(IpProto::UDP)),
            tcp(|_| {}).prio(2),
            tcp(|_| {}).chain(1),
            Rule { attach: Attach::egress(IfIndex(3)), ..tcp(|_| {}) },
            Rule { attach: Attach::Block(3), ..tcp(|_| {}) },
        ];
        let mut shapes: Vec<u64> = rules.iter().map(of).collect();
        shapes.sort_unstable();
        shapes.dedup();
        assert_eq!(shapes.len(), rules.len());
    }

    #[test]
    fn any_bytes_have_a_shape() {
        let mut bytes = Vec::new();
        Add(&tcp(|_| {})).write(&mut bytes, 1, 1).unwrap();
        for cut in 0..bytes.len() {
            let _ = shape(&bytes[..cut]);
        }
    }
}

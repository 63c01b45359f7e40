//! Features of a link, against the crate ethtool (which reads them but cannot write them).

use ethtool::{EthtoolAttr, EthtoolFeatureAttr, EthtoolFeatureBit, EthtoolHeader, EthtoolMessage};
use interop::{message, written};
use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_generic::GenlMessage;
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Encoder, Flags, GenlHeader};
use smartnic_netlink::ethtool::features::{Feature, Get, HW_TC_OFFLOAD, decode};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

fn theirs(bytes: &[u8]) -> Vec<EthtoolFeatureAttr> {
    let message = NetlinkMessage::<GenlMessage<EthtoolMessage>>::deserialize(bytes).unwrap();
    let NetlinkPayload::InnerMessage(inner) = message.payload else { panic!("not a message") };
    inner
        .payload
        .nlas
        .into_iter()
        .map(|attr| match attr {
            EthtoolAttr::Feature(attr) => attr,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn our_question_is_read_by_the_other() {
    let attrs = theirs(&written(&Get { family: 21, link: IfIndex(12) }));
    let [EthtoolFeatureAttr::Header(header)] = &attrs[..] else { panic!("{attrs:?}") };
    assert!(header.contains(&EthtoolHeader::DevIndex(12)), "{header:?}");
}

/// An answer as the kernel writes it: the first set with a mask, the others without.
fn answer() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::message(&mut bytes, 21, Flags::empty(), 1, 1);
    encoder.fixed(&GenlHeader { command: ETHTOOL_MSG_FEATURES_GET_REPLY, version: 1, reserved: 0 });
    let mut set = |kind, masked: bool, bits: &[(u32, &str, bool)]| {
        encoder.nest(NLA_F_NESTED | kind, |encoder| {
            if !masked {
                encoder.flag(ETHTOOL_A_BITSET_NOMASK);
            }
            encoder.nest(NLA_F_NESTED | ETHTOOL_A_BITSET_BITS, |encoder| {
                for (index, name, value) in bits {
                    encoder.nest(NLA_F_NESTED | ETHTOOL_A_BITSET_BITS_BIT, |encoder| {
                        encoder.u32(ETHTOOL_A_BITSET_BIT_INDEX, *index);
                        encoder.text(ETHTOOL_A_BITSET_BIT_NAME, name);
                        if *value {
                            encoder.flag(ETHTOOL_A_BITSET_BIT_VALUE);
                        }
                    });
                }
            });
        });
    };
    let (tc, lro, loopback) = ((40, HW_TC_OFFLOAD), (15, "rx-lro"), (43, "loopback"));
    set(ETHTOOL_A_FEATURES_HW, true, &[(lro.0, lro.1, false), (tc.0, tc.1, true)]);
    set(ETHTOOL_A_FEATURES_WANTED, false, &[(tc.0, tc.1, false)]);
    set(ETHTOOL_A_FEATURES_ACTIVE, false, &[(tc.0, tc.1, false)]);
    set(ETHTOOL_A_FEATURES_NOCHANGE, false, &[(loopback.0, loopback.1, false)]);
    encoder.finish().unwrap();
    bytes
}

#[test]
fn an_answer_means_the_same_to_both() {
    let bytes = answer();
    let (mut hw, mut wanted, mut active, mut fixed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for attr in theirs(&bytes) {
        match attr {
            EthtoolFeatureAttr::Hw(bits) => hw = bits,
            EthtoolFeatureAttr::Wanted(bits) => wanted = bits,
            EthtoolFeatureAttr::Active(bits) => active = bits,
            EthtoolFeatureAttr::NoChange(bits) => fixed = bits,
            _ => {}
        }
    }
    let on = |bits: &[EthtoolFeatureBit], name: &str| bits.iter().any(|bit| bit.name == name && bit.value);
    let mut switched = 0;
    for name in [HW_TC_OFFLOAD, "rx-lro", "loopback", "no-such-feature"] {
        let expected = Feature {
            switchable: on(&hw, name),
            wanted: on(&wanted, name),
            active: on(&active, name),
            fixed: on(&fixed, name),
        };
        assert_eq!(decode(&message(&bytes), name), Ok(expected), "{name}");
        switched += usize::from(expected != Feature::default());
    }
    assert_eq!(switched, 2, "hw-tc-offload is on and loopback is fixed");
}

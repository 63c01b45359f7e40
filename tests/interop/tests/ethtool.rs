//! Features of a link, against the crate ethtool (which reads them but cannot write them).

use std::collections::BTreeMap;

use ethtool::{EthtoolAttr, EthtoolFeatureAttr, EthtoolFeatureBit, EthtoolHeader, EthtoolMessage};
use interop::{captured, message, written};
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

/// What the other reads of each feature, by name.
fn seen(bytes: &[u8]) -> BTreeMap<String, Feature> {
    let mut features: BTreeMap<String, Feature> = BTreeMap::new();
    for attr in theirs(bytes) {
        let (bits, field): (Vec<EthtoolFeatureBit>, fn(&mut Feature) -> &mut bool) = match attr {
            EthtoolFeatureAttr::Hw(bits) => (bits, |feature| &mut feature.switchable),
            EthtoolFeatureAttr::Wanted(bits) => (bits, |feature| &mut feature.wanted),
            EthtoolFeatureAttr::Active(bits) => (bits, |feature| &mut feature.active),
            EthtoolFeatureAttr::NoChange(bits) => (bits, |feature| &mut feature.fixed),
            _ => continue,
        };
        for bit in bits {
            *field(features.entry(bit.name).or_default()) |= bit.value;
        }
    }
    features
}

#[test]
fn an_answer_means_the_same_to_both() {
    let bytes = answer();
    let seen = seen(&bytes);
    assert_eq!(seen.len(), 3);
    for (name, feature) in seen {
        assert_eq!(decode(&message(&bytes), &name), Ok(feature), "{name}");
    }
    let on = Feature { switchable: true, wanted: true, active: true, fixed: false };
    assert_eq!(decode(&message(&bytes), HW_TC_OFFLOAD), Ok(on));
    assert_eq!(decode(&message(&bytes), "no-such-feature"), Ok(Feature::default()));
}

#[test]
fn the_kernels_features_mean_the_same_to_both() {
    let answers = captured("ethtool-features-get-verbose.reply");
    let is_answer = |bytes: &&Vec<u8>| message(bytes).payload[0] == ETHTOOL_MSG_FEATURES_GET_REPLY;
    let bytes = answers.iter().find(is_answer).unwrap();
    let seen = seen(bytes);
    assert!(seen.len() > 20 && seen.contains_key(HW_TC_OFFLOAD), "{seen:?}");
    for (name, feature) in seen {
        assert_eq!(decode(&message(bytes), &name), Ok(feature), "{name}");
    }
}

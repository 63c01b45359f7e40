//! The whole way from a line of tc syntax to bytes, held against what tc 7.3 sends for the same line.

use std::collections::BTreeMap;

use smartnic::flow::{Attach, Netdev, Rule};
use smartnic::text::tc::{self, Op};
use smartnic::types::IfIndex;
use smartnic_netlink::codec::{Attrs, Flags, Message, Request, TcMsg};
use smartnic_netlink::tc::filter::{Add, Replace};

// Numbers of pkt_cls.h and rtnetlink.h, written down once more so that a wrong one elsewhere cannot hide.
const TCA_OPTIONS: u16 = 2;
const TCA_CHAIN: u16 = 11;
const TCA_FLOWER_ACT: u16 = 3;
const TCA_FLOWER_FLAGS: u16 = 22;
const TCA_CLS_FLAGS_VERBOSE: u32 = 1 << 4;
const TCA_ACT_KIND: u16 = 1;
const TCA_ACT_OPTIONS: u16 = 2;
const TCA_ACT_HW_STATS: u16 = 8;
/// `TCA_FLOWER_KEY_TCP_SRC_MASK` to `TCA_FLOWER_KEY_SCTP_DST_MASK`.
const PORT_MASKS: std::ops::RangeInclusive<u16> = 35..=40;

/// Lines, and what tc sends for each; recorded by smartnic/testdata/record-corpus.
const CORPUS: &str = include_str!("../../../smartnic/testdata/tc-corpus.txt");

#[test]
fn our_bytes_for_a_line_say_what_those_of_tc_say() {
    let lines: Vec<&str> = CORPUS.lines().filter(|line| !line.starts_with("# ")).collect();
    let mut compared = 0;
    for pair in lines.chunks_exact(2) {
        let mut bytes = Vec::new();
        match tc::parse(pair[0]).unwrap().items.remove(0).op {
            Op::Add(rule) => Add(&resolved(rule)).write(&mut bytes, 1, 1).unwrap(),
            Op::Replace(rule) => Replace(&resolved(rule)).write(&mut bytes, 1, 1).unwrap(),
            // The others are no requests of ours: they are worked out from the rules that are there.
            _ => continue,
        };
        // tc writes the ingress qdisc itself; the kernel takes its only class for the same place.
        let expected = pair[1].trim_start().replace("parent=ffff0000", "parent=fffffff2");
        assert_eq!(told(&Message::decode(&bytes).unwrap()), expected, "{}", pair[0]);
        compared += 1;
    }
    assert!(compared >= 120, "{compared}");
}

/// `lo` is link 1, the only one where the corpus was recorded.
fn resolved(mut rule: Rule) -> Rule {
    for dev in rule.netdevs_mut() {
        assert_eq!(*dev, Netdev::from("lo"));
        *dev = IfIndex(1).into();
    }
    rule
}

/// A request in the form of the corpus.
fn told(message: &Message<'_>) -> String {
    let (header, attrs) = TcMsg::split(message.payload).unwrap();
    let attrs = by_number(attrs);
    let verb = if message.header.flags.contains(Flags::EXCL) {
        "NEWTFILTER EXCL|CREATE"
    } else {
        "NEWTFILTER CREATE"
    };
    let place = if header.ifindex == 1 { "lo" } else { "block" };
    let mut text = format!("{verb} {place} parent={:x}", header.parent);
    text.extend(attrs.get(&TCA_CHAIN).map(|chain| format!(" chain={}", word(chain))));
    let (prio, protocol) = (header.info >> 16, (header.info as u16).swap_bytes());
    text += &format!(" handle={:x} prio={prio} protocol={protocol:04x}", header.handle);
    let mut keys = by_number(&attrs[&TCA_OPTIONS]);
    let actions = keys.remove(&TCA_FLOWER_ACT).unwrap_or_default();
    let flags = word(&keys.remove(&TCA_FLOWER_FLAGS).unwrap());
    assert!(flags & TCA_CLS_FLAGS_VERBOSE != 0, "the driver's reasons must be asked for");
    text += &format!(" flags={}", flags & !TCA_CLS_FLAGS_VERBOSE);
    text.extend(keys.iter().filter(|(kind, bytes)| !is_full_port_mask(**kind, bytes)).map(shown));
    for (_, action) in by_number(&actions) {
        text += &format!(" [{}]", told_action(&action));
    }
    text
}

fn told_action(bytes: &[u8]) -> String {
    let fields = by_number(bytes);
    let kind = String::from_utf8(fields[&TCA_ACT_KIND].clone()).unwrap();
    let mut text = kind.trim_end_matches('\0').to_owned();
    text.extend(by_number(&fields[&TCA_ACT_OPTIONS]).iter().map(shown));
    text.extend(fields.get(&TCA_ACT_HW_STATS).map(|stats| format!(" hw_stats={}", hex(stats))));
    text
}

/// tc leaves the mask of a port out if every bit counts; the kernel takes both for the same.
fn is_full_port_mask(kind: u16, bytes: &[u8]) -> bool {
    PORT_MASKS.contains(&kind) && bytes == [0xff, 0xff]
}

fn by_number(attrs: &[u8]) -> BTreeMap<u16, Vec<u8>> {
    let mut map = BTreeMap::new();
    for attr in Attrs::after(attrs, 0) {
        let attr = attr.unwrap();
        assert!(
            map.insert(attr.kind(), attr.payload.to_vec()).is_none(),
            "attribute {} comes twice",
            attr.kind()
        );
    }
    map
}

fn shown((kind, bytes): (&u16, &Vec<u8>)) -> String {
    format!(" {kind}={}", hex(bytes))
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_ne_bytes(bytes.try_into().unwrap())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_rule_on_a_block_names_no_link() {
    let rule = Rule::new(Attach::Block(22));
    let mut bytes = Vec::new();
    Add(&rule).write(&mut bytes, 1, 1).unwrap();
    assert!(told(&Message::decode(&bytes).unwrap()).contains(" block parent=16 "));
}

//! What ethtool has by ioctl only, how packets are spread, counters, names, memory of modules, and word of changes, by direct
//! calls and in bytes: the same answers and refusals, the same machine after it, and the same notices in the same order.

use std::fmt::Debug;
use std::time::Duration;

use conformance::random::Random;
use smartnic::backend::{Datapath, Ethtool, LinkWatch};
use smartnic::ethtool::module::Part;
use smartnic::ethtool::{
    Bytes, Coalesce, EepromChange, HashFunction, InputTransformation, LinkNotice, Ntuple, NtupleAction,
    NtupleKind, Record, Rss, StatsGroup, StatsSource, StringSet, Tunables,
};
use smartnic::{Host, Result};
use smartnic_core::flow::Packet;
use smartnic_core::types::IfIndex;
use smartnic_sim::FaultPlan;

use crate::faces::{direct, links_and_none, machine, netlink};

const SEEDS: u64 = 4;
const OPERATIONS: usize = 250;
const PROFILES: [&str; 10] =
    ["bluefield3", "e810", "x710", "thor2", "i350", "fastlinq", "t6", "agilio", "kunpeng", "u25n"];

/// An order to a link.
type Order = Box<dyn Fn(&dyn Ethtool, IfIndex) -> Answer>;

/// What was answered, in a form that both faces have in common: of a refusal, its kind. The second is its whole text.
type Answer = (String, String);

fn said<T: Debug>(result: Result<T>) -> Answer {
    match result {
        Ok(answer) => (format!("{answer:?}"), String::new()),
        Err(error) => (format!("refused: {:?}", error.kind()), error.to_string()),
    }
}

fn order(ask: impl Fn(&dyn Ethtool, IfIndex) -> Answer + 'static) -> Order {
    Box::new(ask)
}

fn any(random: &mut Random, from: &[u32]) -> u32 {
    *random.pick(from).unwrap()
}

/// Orders about the device.
fn upkeep(random: &mut Random) -> Order {
    let number = any(random, &[0, 1, 2, 3, 4, 79, 80, 256, 1025, 8000, 65_535, 65_536, u32::MAX]);
    let text = ["0", "7", "80", "300", "65535", "65536", "1"][random.below(7)];
    let (queue, yes) = (any(random, &[0, 1, 7, 64, 4095, 4096]) as u16, random.once_in(2));
    match random.below(14) {
        0 => order(move |ethtool, link| said(ethtool.test_link(link, yes))),
        1 => order(move |ethtool, link| said(ethtool.identify(link, Duration::from_secs(u64::from(yes))))),
        2 => {
            let parts =
                [0x1e, 0x9e_0000, 0xfe_0000, 0xff_0000, 0x1ff_0003, 0x20_0000, 1, 0xffff, 0, u32::MAX];
            let parts = any(random, &parts);
            order(move |ethtool, link| said(ethtool.reset(link, parts)))
        }
        3 => order(|ethtool, link| said(ethtool.registers(link))),
        4 => order(move |ethtool, link| said(ethtool.eeprom(link, number, yes.then_some(4)))),
        5 => {
            let bytes = vec![number as u8; random.below(4)];
            order(move |ethtool, link| {
                let magic = ethtool.eeprom_magic(link).unwrap_or_default() ^ u32::from(yes && number == 4);
                let change = EepromChange { magic, offset: number, bytes: bytes.clone() };
                said(ethtool.write_eeprom(link, &change))
            })
        }
        6 => order(|ethtool, link| said(ethtool.dump_state(link))),
        7 => order(move |ethtool, link| said(ethtool.set_dump(link, number))),
        8 => order(|ethtool, link| said(ethtool.driver_dump(link))),
        9 => order(|ethtool, link| said(ethtool.tunables(link))),
        10 => {
            let fields = ["rx-copybreak", "tx-copybreak", "pfc-prevention-tout", "phy-downshift"];
            let mut change = Tunables::default();
            change.read(fields[random.below(4)], text).unwrap();
            order(move |ethtool, link| said(ethtool.set_tunables(link, &change)))
        }
        11 => order(move |ethtool, link| said(ethtool.queue_coalesce(link, queue))),
        12 => {
            let fields = ["rx-usecs", "tx-frames", "rx-usecs-high", "tx-aggr-max-bytes", "sample-interval"];
            let mut change = Coalesce::default();
            change.read(fields[random.below(5)], text).unwrap();
            order(move |ethtool, link| said(ethtool.set_queue_coalesce(link, queue, &change)))
        }
        _ => order(|ethtool, link| said(ethtool.driver_info(link))),
    }
}

/// A rule with random fields of its kind.
fn rule(random: &mut Random) -> Ntuple {
    use NtupleKind::*;
    let kinds = [Tcp4, Udp6, Sctp4, Ah4, Esp6, Ip4, Ip6, Ether];
    let kind = kinds[random.below(kinds.len())];
    let action = match random.below(5) {
        0 => NtupleAction::Drop,
        1 => NtupleAction::Wake,
        2 => NtupleAction::Queue { queue: 0, vf: Some(random.below(256) as u8) },
        _ => NtupleAction::Queue { queue: random.below(12) as u32, vf: None },
    };
    let mut rule = Ntuple::new(kind, action);
    let fields = kind.fields();
    for field in &fields {
        if random.once_in(fields.len() / 2) {
            let full = field.full(kind);
            let value = u128::from(random.number()) << 64 | u128::from(random.number());
            let mask = if random.once_in(3) { u128::from(random.number()) & full } else { full };
            rule.fields.insert(*field, smartnic::ethtool::Masked { value: value & full, mask });
        }
    }
    if random.once_in(12) {
        // A field that rules of the kind may not have.
        let masked = smartnic::ethtool::Masked { value: 1, mask: 1 };
        rule.fields.insert(smartnic::ethtool::NtupleField::Spi, masked);
    }
    rule.location = Some(any(random, &[0, 1, 15, 16, 255, 511, 1023, 5000])).filter(|_| !random.once_in(3));
    rule.context = Some(3).filter(|_| random.once_in(6));
    rule
}

fn rules(random: &mut Random) -> Order {
    match random.below(4) {
        0 => order(|ethtool, link| said(ethtool.ntuples(link))),
        1 => {
            let place = any(random, &[0, 1, 15, 255, 511, 1023, 9999]);
            order(move |ethtool, link| said(ethtool.remove_ntuple(link, place)))
        }
        _ => {
            let rule = rule(random);
            order(move |ethtool, link| said(ethtool.add_ntuple(link, &rule)))
        }
    }
}

/// A wish for how packets are spread.
fn wish(random: &mut Random) -> Rss {
    let context = Some(any(random, &[0, 1, 2, 8, 9])).filter(|_| random.once_in(2));
    let mut wish = Rss { context, ..Rss::default() };
    match random.below(6) {
        0 => wish.function = Some(HashFunction::from_number(any(random, &[1, 2, 4, 64]))),
        1 => wish.transformation = Some(InputTransformation::from_number(any(random, &[0, 1, 2, 9]))),
        2 => wish.key = Some(Bytes(vec![7; any(random, &[0, 39, 40, 41]) as usize])),
        3 => {
            let len = any(random, &[0, 1, 4, 5, 128, 256]) as usize;
            let last = [3, 7, 8, u64::from(u32::MAX) + 1][random.below(4)];
            wish.indirection = Some((0..len as u64).map(|at| at % (last + 1)).collect());
            if len > 1 && last > 8 {
                wish.indirection.as_mut().unwrap()[1] = last;
            }
        }
        4 => {
            let fields = ["flow-hash.tcp4", "flow-hash.udp6", "flow-hash.sctp4", "flow-hash.ip6"];
            let texts = ["ip-src,ip-dst", "+l4-b-0-1,-ip-dst", "", "l4-b-2-3,ip-src"];
            wish.read(fields[random.below(4)], texts[random.below(4)]).unwrap();
        }
        _ => {}
    }
    wish
}

fn spreading(random: &mut Random) -> Order {
    let context = any(random, &[0, 1, 2, 8, 9]);
    let named = Some(context).filter(|_| random.once_in(2));
    match random.below(6) {
        0 => order(move |ethtool, link| said(ethtool.rss(link, named))),
        1 => order(|ethtool, link| said(ethtool.all_rss(link))),
        2 => order(move |ethtool, link| said(ethtool.delete_rss(link, context))),
        3 => {
            let wish = wish(random);
            order(move |ethtool, link| said(ethtool.create_rss(link, &wish)))
        }
        _ => {
            let wish = wish(random);
            order(move |ethtool, link| said(ethtool.set_rss(link, &wish)))
        }
    }
}

fn counters(random: &mut Random) -> Order {
    match random.below(7) {
        0 => {
            let groups: Vec<StatsGroup> = (0..random.below(3))
                .map(|_| StatsGroup::from_number(any(random, &[0, 1, 2, 3, 4, 9])))
                .collect();
            let source = any(random, &[0, 0, 1, 2, 3]);
            let source = Some(StatsSource::from_number(source)).filter(|_| random.once_in(2));
            order(move |ethtool, link| said(ethtool.statistics(link, &groups, source)))
        }
        1 => order(|ethtool, link| said(ethtool.private_statistics(link))),
        2 => order(|ethtool, link| said(ethtool.phy_statistics(link))),
        3 => {
            let (set, own) = (StringSet::from_number(random.below(25) as u32), random.once_in(2));
            order(move |ethtool, link| said(ethtool.names(own.then_some(link), set)))
        }
        4 => {
            let part = Part {
                i2c: any(random, &[0x50, 0x50, 0x51, 0x80]) as u8,
                page: any(random, &[0, 0, 1, 3]) as u8,
                bank: 0,
                offset: any(random, &[0, 20, 127, 128, 250]) as u8,
                length: any(random, &[0, 1, 6, 128, 129]) as u8,
            };
            order(move |ethtool, link| said(ethtool.module_memory(link, part)))
        }
        5 => order(|ethtool, link| said(ethtool.udp_ports(link))),
        _ => order(|ethtool, link| said(ethtool.phys(link))),
    }
}

/// A change that others hear of.
fn change(host: &Host, what: usize, link: IfIndex) -> Answer {
    let ethtool = host.ethtool().unwrap();
    match what {
        0 => said(host.switchdev().set_link_up(link, false)),
        1 => said(host.switchdev().set_link_up(link, true)),
        2 => said(host.switchdev().set_mtu(link, 1400)),
        3 => said(host.switchdev().set_mtu(link, 1500)),
        4 => said(ethtool.set_features(link, &[("hw-tc-offload".to_owned(), true)])),
        5 => said(ethtool.set_features(link, &[("hw-tc-offload".to_owned(), false)])),
        _ => {
            let records: [(&str, &str); 2] = [("rx", "512"), ("rx", "1024")];
            let (name, text) = records[what % 2];
            let mut rings = smartnic::ethtool::Rings::default();
            rings.read(name, text).unwrap();
            said(ethtool.set_rings(link, &rings))
        }
    }
}

/// All that was heard since.
fn heard(watch: &mut dyn LinkWatch) -> Vec<LinkNotice> {
    let mut all = Vec::new();
    while let Some(notice) = watch.wait(Some(Duration::ZERO)).unwrap() {
        all.push(notice);
    }
    all
}

#[test]
fn the_rest_is_answered_refused_and_told_alike() {
    let (mut done, mut refused, mut told) = (0, 0, 0);
    for profile in PROFILES {
        for seed in 0..SEEDS {
            let (one, two) = (machine(profile, seed), machine(profile, seed));
            let (calls, bytes) = (direct(&one, &FaultPlan::new()), netlink(&two, &FaultPlan::new()));
            let links = links_and_none(&calls);
            let mut watches = [&calls, &bytes].map(|host| host.ethtool().unwrap().watch_links().unwrap());
            let mut random = Random::new(seed);
            for number in 0..OPERATIONS {
                let link = *random.pick(&links).unwrap();
                let at = format!("{profile}, seed {seed}, operation {number} on {link}");
                let order = match random.below(5) {
                    0 => Some(upkeep(&mut random)),
                    1 => Some(rules(&mut random)),
                    2 => Some(spreading(&mut random)),
                    3 => Some(counters(&mut random)),
                    _ => None,
                };
                let answers = match order {
                    Some(order) => [&calls, &bytes].map(|host| order(host.ethtool().unwrap(), link)),
                    None if random.once_in(8) => {
                        let packet = Packet::default();
                        // Packets come by the machine, whichever face looks at it.
                        [&one, &two].map(|machine| said(machine.send(link, &packet, 3).map(drop)))
                    }
                    None => {
                        let what = random.below(8);
                        [&calls, &bytes].map(|host| change(host, what, link))
                    }
                };
                assert_eq!(answers[0].0, answers[1].0, "{at}: {answers:?}");
                if answers[0].0.starts_with("refused") {
                    refused += 1
                } else {
                    done += 1
                }
                assert!(one.snapshot() == two.snapshot(), "{at}: the machines differ after {answers:?}");
                let [left, right] = &mut watches;
                let (left, right) = (heard(&mut **left), heard(&mut **right));
                assert_eq!(left, right, "{at}");
                told += left.len();
            }
        }
    }
    assert!(done > 2000 && refused > 2000 && told > 200, "{done} done, {refused} refused, {told} told");
}

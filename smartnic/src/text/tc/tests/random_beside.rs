use smartnic_core::flow::{
    ActionKind, Bpf, Connmark, Control, Ctinfo, Gate, GateEntry, Ife, IfeMeta, Mpls, MplsEntry, Nat, Police,
    Sample, Skbedit, Skbmod,
};
use smartnic_core::types::EtherType;

use super::random::mac;
use crate::text::random::Random;

fn word(random: &mut Random) -> u32 {
    random.below(1 << 32) as u32
}

fn half(random: &mut Random) -> u16 {
    random.below(1 << 16) as u16
}

/// Changes of labels, limits, and what is kept beside a packet, out of everything that tc syntax can say.
pub(super) fn beside(random: &mut Random) -> ActionKind {
    let is = |random: &mut Random| random.below(2) == 0;
    match random.below(12) {
        0 => ActionKind::Mpls(mpls(random)),
        1 => ActionKind::Police(police(random)),
        2 => ActionKind::Sample(Sample {
            rate: Some(word(random)),
            group: Some(word(random)),
            truncate: random.maybe(word),
        }),
        3 => {
            let mark = random.maybe(word);
            ActionKind::Skbedit(Skbedit {
                queue: random.maybe(half),
                mark,
                mark_mask: mark.and_then(|_| random.maybe(word)),
                priority: random.maybe(word),
                ptype: random.maybe(|random| random.below(4) as u16),
                inherit_dsfield: true,
                ..Skbedit::default()
            })
        }
        4 => ActionKind::Skbmod(Skbmod {
            dst_mac: Some(mac(random).value),
            src_mac: random.maybe(|random| mac(random).value),
            eth_type: random.maybe(|random| EtherType(half(random).max(1))),
            swap_mac: is(random),
            ecn: is(random),
        }),
        5 => ActionKind::Nat(Nat {
            egress: is(random),
            old: word(random).into(),
            mask: u32::MAX.checked_shl(random.below(33) as u32).unwrap_or(0).into(),
            new: word(random).into(),
        }),
        6 => ActionKind::Connmark(Connmark { zone: half(random) }),
        7 => ActionKind::Ctinfo(Ctinfo {
            zone: half(random),
            dscp_mask: random.maybe(|_| 0xfc00),
            dscp_state_mask: random.maybe(|random| 1 << random.below(10)),
            cpmark_mask: random.maybe(|random| word(random).max(1)),
        }),
        8 => ActionKind::Gate(gate(random)),
        9 if is(random) => ActionKind::Ife(Ife::default()),
        9 => {
            let value = |random: &mut Random| random.below(1 << 16).max(1) as u32;
            let meta = |kind, random: &mut Random| {
                random.maybe(|random| IfeMeta { kind, value: random.maybe(value) })
            };
            ActionKind::Ife(Ife {
                encode: true,
                dst_mac: random.maybe(|random| mac(random).value),
                src_mac: random.maybe(|random| mac(random).value),
                eth_type: random.maybe(|random| EtherType(half(random))),
                metas: [1, 3, 5].into_iter().filter_map(|kind| meta(kind, random)).collect(),
            })
        }
        10 => {
            let texts = ["", "plain", "two words", "it's", "\"quoted\"", "' and more", "a;b&c"];
            ActionKind::Simple((*random.one_of(&texts)).to_owned())
        }
        _ if is(random) => {
            let paths = ["/sys/fs/bpf/gate", "/sys/fs/bpf/with blank/x"];
            ActionKind::Bpf(Bpf { pinned: Some((*random.one_of(&paths)).to_owned()), ..Bpf::default() })
        }
        _ => {
            let byte = |random: &mut Random| random.below(256) as u8;
            let op = |_| (half(random), byte(random), byte(random), word(random));
            ActionKind::Bpf(Bpf { ops: (0..4).map(op).collect(), ..Bpf::default() })
        }
    }
}

fn mpls(random: &mut Random) -> Mpls {
    let labels = [EtherType::MPLS, EtherType::MPLS_MC];
    let protocol = random.maybe(|random| *random.one_of(&labels));
    let entry = MplsEntry {
        label: Some(random.below(1 << 20) as u32),
        tc: random.maybe(|random| random.below(8) as u8),
        ttl: random.maybe(|random| random.below(256).max(1) as u8),
        bos: random.maybe(|random| random.below(2) as u8),
    };
    match random.below(5) {
        0 => Mpls::Pop { protocol: Some(EtherType(half(random).max(1))) },
        1 => Mpls::Push { protocol, entry },
        2 => Mpls::Modify(entry),
        3 => Mpls::DecTtl,
        _ => Mpls::MacPush { protocol, entry },
    }
}

fn police(random: &mut Random) -> Police {
    let mtu = random.below(2) as u32 * word(random).max(1);
    let conform =
        random.maybe(|random| *random.one_of(&[Control::Pipe, Control::Stolen, Control::Unknown(7)]));
    match random.below(4) {
        0 => Police { mtu: mtu.max(1), conform, ..Police::default() },
        1 => Police { mtu, conform, average_rate: Some(word(random).max(1)), ..Police::default() },
        2 => {
            let (rate, burst) = (random.below(1 << 40).max(1), random.below(1 << 16).max(1));
            let ticks = Police::ticks(rate, burst);
            Police {
                mtu,
                conform,
                packet_rate: Some(rate),
                packet_burst: Some(ticks.into()),
                ..Police::default()
            }
        }
        _ => {
            let rate = random.below(1 << 40).max(1 << 14);
            let peak_rate = if mtu == 0 { 0 } else { random.below(2) * random.below(1 << 40).max(1) };
            Police {
                rate,
                burst: Police::ticks(rate, random.below(1 << 20).max(1)),
                mtu,
                conform,
                peak_rate,
                overhead: half(random),
                mpu: half(random),
                link_layer: 1 + random.below(2) as u8,
                cell_log: random.maybe(|_| 30),
                peak_cell_log: random.maybe(|_| 29).filter(|_| peak_rate != 0),
                ..Police::default()
            }
        }
    }
}

fn gate(random: &mut Random) -> Gate {
    let time = |random: &mut Random| random.below(1 << 62).max(1);
    let entry = |_| {
        let open = random.below(2) == 0;
        let number = word(random).cast_signed();
        let [ipv, max_octets] = if open { [number, number / 2] } else { [-1; 2] };
        GateEntry { open, interval_ns: word(random), ipv, max_octets }
    };
    let entries = (0..3).map(entry).collect();
    Gate {
        priority: random.maybe(|random| random.below(1 << 31) as i32),
        base_time_ns: random.maybe(time),
        cycle_time_ns: random.maybe(time),
        cycle_time_ext_ns: random.maybe(time),
        clock_id: random.maybe(|random| *random.one_of(&[0, 1, 7, 11])),
        flags: random.maybe(|random| word(random).max(1)),
        entries,
    }
}

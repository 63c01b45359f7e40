//! Random actions on what is beside a packet.

use smartnic_core::flow::{
    ActionKind, Bpf, Connmark, Control, Ctinfo, Gate, GateEntry, Ife, IfeMeta, Mpls, MplsEntry, Nat, Police,
    Sample, Skbedit, Skbmod,
};
use smartnic_core::types::EtherType;

use crate::mac;
use crate::random::Random;

/// Actions that change or watch what is beside the packet's own headers, and limits.
pub(crate) fn beside(random: &mut Random) -> ActionKind {
    let word = |random: &mut Random| random.below(u32::MAX);
    let half = |random: &mut Random| random.small::<u16>(1 << 16);
    let ether_type = |random: &mut Random| EtherType(random.small(1 << 16));
    match random.below(12) {
        0 => ActionKind::Mpls(mpls(random)),
        1 => ActionKind::Police(police(random)),
        2 => ActionKind::Sample(Sample {
            rate: random.maybe(word),
            truncate: random.maybe(word),
            group: random.maybe(word),
        }),
        3 => ActionKind::Skbedit(Skbedit {
            queue: random.maybe(half),
            queue_max: random.maybe(half),
            by_hash: random.below(2) == 0,
            mark: random.maybe(word),
            mark_mask: random.maybe(word),
            priority: random.maybe(word),
            ptype: random.maybe(half),
            inherit_dsfield: random.below(2) == 0,
        }),
        4 => ActionKind::Skbmod(Skbmod {
            dst_mac: random.maybe(mac),
            src_mac: random.maybe(mac),
            eth_type: random.maybe(ether_type),
            swap_mac: random.below(2) == 0,
            ecn: random.below(2) == 0,
        }),
        5 => ActionKind::Nat(Nat {
            egress: random.below(2) == 0,
            old: word(random).into(),
            mask: word(random).into(),
            new: word(random).into(),
        }),
        6 => ActionKind::Connmark(Connmark { zone: half(random) }),
        7 => ActionKind::Ctinfo(Ctinfo {
            zone: half(random),
            dscp_mask: random.maybe(word),
            // No condition and one that is always met are the same.
            dscp_state_mask: random.maybe(|random| 1 + word(random)),
            cpmark_mask: random.maybe(word),
        }),
        8 => ActionKind::Gate(gate(random)),
        9 => ActionKind::Ife(Ife {
            encode: random.below(2) == 0,
            dst_mac: random.maybe(mac),
            src_mac: random.maybe(mac),
            eth_type: random.maybe(ether_type),
            metas: (0..random.below(4))
                .map(|_| IfeMeta {
                    kind: 1 + random.small::<u16>(6),
                    value: random.maybe(|random| random.below(1 << 16)),
                })
                .collect(),
        }),
        10 => ActionKind::Simple(
            (0..random.below(32)).map(|_| char::from(33 + random.small::<u8>(90))).collect(),
        ),
        _ => ActionKind::Bpf(match random.below(2) {
            0 => Bpf {
                fd: Some(random.small(1000)),
                name: random.maybe(|_| "prog:[*fsobj]".to_owned()),
                ..Bpf::default()
            },
            _ => Bpf {
                ops: (0..=random.below(9))
                    .map(|_| (half(random), random.small(256), random.small(256), word(random)))
                    .collect(),
                ..Bpf::default()
            },
        }),
    }
}

fn mpls(random: &mut Random) -> Mpls {
    let protocol = random.maybe(|random| EtherType(random.small(1 << 16)));
    let entry = MplsEntry {
        label: random.maybe(|random| random.below(1 << 20)),
        tc: random.maybe(|random| random.small(8)),
        ttl: random.maybe(|random| random.small(256)),
        bos: random.maybe(|random| random.small(2)),
    };
    match random.below(5) {
        0 => Mpls::Pop { protocol },
        1 => Mpls::Push { protocol, entry },
        2 => Mpls::Modify(entry),
        3 => Mpls::DecTtl,
        _ => Mpls::MacPush { protocol, entry },
    }
}

fn police(random: &mut Random) -> Police {
    let rate = |random: &mut Random| 1 + (random.bits() >> (24 + random.below(38)));
    let limit = Police {
        burst: random.below(u32::MAX),
        mtu: random.below(2) * random.below(u32::MAX),
        average_rate: random.maybe(|random| random.below(u32::MAX)),
        packet_rate: random.maybe(Random::bits),
        packet_burst: random.maybe(Random::bits),
        conform: random.maybe(|_| Control::Pipe),
        ..Police::default()
    };
    if random.below(3) == 0 {
        return limit;
    }
    Police {
        rate: rate(random),
        peak_rate: random.below(2).into(),
        overhead: random.small(1 << 16),
        mpu: random.small(1 << 16),
        link_layer: 1 + random.small::<u8>(2),
        // A size that tc would choose anyhow is not told apart.
        cell_log: random.maybe(|_| 30),
        ..limit
    }
}

fn gate(random: &mut Random) -> Gate {
    let number = |random: &mut Random| random.below(u32::MAX).cast_signed();
    Gate {
        priority: random.maybe(number),
        base_time_ns: random.maybe(Random::bits),
        cycle_time_ns: random.maybe(Random::bits),
        cycle_time_ext_ns: random.maybe(Random::bits),
        clock_id: random.maybe(number),
        flags: random.maybe(|random| random.below(u32::MAX)),
        entries: (0..random.below(4))
            .map(|_| GateEntry {
                open: random.below(2) == 0,
                interval_ns: random.below(u32::MAX),
                ipv: number(random),
                max_octets: number(random),
            })
            .collect(),
    }
}

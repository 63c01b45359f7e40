//! Actions on labels, limits, samples, gates, and what is kept beside a packet.

use smartnic_core::flow::{
    Action, ActionKind, Attach, Bpf, Connmark, Control, Ctinfo, Gate, GateEntry, Ife, IfeMeta, Mpls,
    MplsEntry, Nat, Police, Rule, Sample, Skbedit, Skbmod,
};
use smartnic_core::types::EtherType;

use super::{Specimen, read, udp_to_53};
use crate::Rig;

/// A rule for each of these actions, at the uplink, that redirects to the first representor.
pub(super) fn actions(rig: &Rig) -> Vec<Specimen> {
    let add = |name, kind| {
        let rule = udp_to_53(Rule::new(Attach::ingress(rig.up())).protocol(EtherType::IPV4));
        Specimen::new(name, rule.action(Action::new(kind)).action(Action::redirect(rig.rep(0))))
    };
    let mut all: Vec<Specimen> = kinds().into_iter().map(|(name, kind)| add(name, kind)).collect();
    let egress = udp_to_53(Rule::new(Attach::egress(rig.rep(0))).protocol(EtherType::IPV4));
    let queue = ActionKind::Skbedit(Skbedit { queue: Some(3), ..Skbedit::default() });
    all.push(Specimen::new("skbedit queue_mapping", egress.action(Action::new(queue))));
    all
}

fn kinds() -> Vec<(&'static str, ActionKind)> {
    let label = MplsEntry { label: Some(100), ..MplsEntry::default() };
    let whole = MplsEntry { tc: Some(5), ttl: Some(64), bos: Some(1), ..label };
    let rate = Police { rate: 1_250_000, burst: Police::ticks(1_250_000, 16_384), ..Police::default() };
    let fast =
        Police { rate: 5_000_000_000, burst: Police::ticks(5_000_000_000, 1 << 20), ..Police::default() };
    let packets = Police {
        packet_rate: Some(3000),
        packet_burst: Some(Police::ticks(3000, 700).into()),
        ..Police::default()
    };
    let interval = |open, interval_ns| GateEntry { open, interval_ns, ipv: -1, max_octets: -1 };
    let metas = vec![IfeMeta { kind: 1, value: Some(18) }, IfeMeta { kind: 3, value: None }];
    vec![
        ("mpls pop", ActionKind::Mpls(Mpls::Pop { protocol: Some(EtherType::IPV4) })),
        ("mpls push", ActionKind::Mpls(Mpls::Push { protocol: None, entry: label })),
        (
            "mpls push with all it takes",
            ActionKind::Mpls(Mpls::Push { protocol: Some(EtherType::MPLS_MC), entry: whole }),
        ),
        ("mpls modify", ActionKind::Mpls(Mpls::Modify(label))),
        ("mpls dec_ttl", ActionKind::Mpls(Mpls::DecTtl)),
        ("mpls mac_push", ActionKind::Mpls(Mpls::MacPush { protocol: None, entry: label })),
        ("police rate", ActionKind::Police(Police { conform: Some(Control::Pipe), ..rate })),
        (
            "police rate over 32 Gbit/s with a peak",
            ActionKind::Police(Police { peak_rate: 6_000_000_000, mtu: 9000, ..fast }),
        ),
        ("police on ATM", ActionKind::Police(Police { link_layer: 2, overhead: 24, mpu: 64, ..rate })),
        ("police packets", ActionKind::Police(Police { conform: Some(Control::Pipe), ..packets })),
        ("police mtu", ActionKind::Police(Police { mtu: 1500, ..Police::default() })),
        ("sample", ActionKind::Sample(Sample { rate: Some(100), truncate: Some(128), group: Some(5) })),
        ("skbedit mark", ActionKind::Skbedit(Skbedit { mark: Some(7), ..Skbedit::default() })),
        (
            "skbedit with all that ingress takes",
            ActionKind::Skbedit(Skbedit {
                mark: Some(7),
                mark_mask: Some(0xff),
                priority: Some(0x1_0002),
                ptype: Some(3),
                inherit_dsfield: true,
                ..Skbedit::default()
            }),
        ),
        ("skbedit ptype", ActionKind::Skbedit(Skbedit { ptype: Some(0), ..Skbedit::default() })),
        ("skbedit priority", ActionKind::Skbedit(Skbedit { priority: Some(5), ..Skbedit::default() })),
        (
            "skbmod set",
            ActionKind::Skbmod(Skbmod {
                dst_mac: read("02:00:00:00:00:01"),
                src_mac: read("02:00:00:00:00:02"),
                eth_type: Some(EtherType(0xdead)),
                ..Skbmod::default()
            }),
        ),
        ("skbmod swap", ActionKind::Skbmod(Skbmod { swap_mac: true, ..Skbmod::default() })),
        ("skbmod ecn", ActionKind::Skbmod(Skbmod { ecn: true, ..Skbmod::default() })),
        (
            "nat",
            ActionKind::Nat(Nat {
                egress: false,
                old: [192, 0, 2, 0].into(),
                mask: [255, 255, 255, 0].into(),
                new: [10, 1, 2, 0].into(),
            }),
        ),
        ("connmark", ActionKind::Connmark(Connmark { zone: 5 })),
        (
            "ctinfo",
            ActionKind::Ctinfo(Ctinfo {
                zone: 3,
                dscp_mask: Some(0xfc00_0000),
                dscp_state_mask: Some(0x0100_0000),
                cpmark_mask: Some(0xffff),
            }),
        ),
        (
            "gate",
            ActionKind::Gate(Gate {
                entries: vec![interval(true, 200_000_000), interval(false, 100_000_000)],
                ..Gate::default()
            }),
        ),
        ("ife encode", ActionKind::Ife(Ife { encode: true, metas, ..Ife::default() })),
        ("simple", ActionKind::Simple("a line".to_owned())),
        ("bpf", ActionKind::Bpf(Bpf { ops: vec![(6, 0, 0, u32::MAX)], ..Bpf::default() })),
    ]
}

use smartnic_core::adapter::Expectation::{Hardware, Software, Unknown};
use smartnic_core::flow::{
    Action, ActionKind, Control, Csum, Ct, CtFlags, IpProto, Mpls, Pedit, PeditCommand, PeditHeader,
    PeditKey, Police, Rule, Sample, TunnelSet,
};
use smartnic_core::types::EtherType;

use super::MLX5;
use crate::testing::{FOREIGN, REP0, SWITCHDEV, UPLINK, check, ip, port};

fn tcp(actions: &[ActionKind]) -> Rule {
    let rule = ip(REP0).matching(port(IpProto::TCP, "80"));
    let piped = |kind: &ActionKind| Action::new(kind.clone()).then(Control::Pipe);
    actions.iter().fold(rule, |rule, kind| rule.action(piped(kind)))
}

fn set(header: PeditHeader, offset: i32, mask: u32) -> ActionKind {
    let key = PeditKey { header, command: PeditCommand::Set, offset, mask, ..PeditKey::default() };
    ActionKind::Pedit(Pedit { keys: vec![key], extended: true, ..Pedit::default() })
}

#[test]
fn rewrites() {
    let dst = || set(PeditHeader::Ip4, 16, 0);
    let to_wire = |actions: &[ActionKind]| tcp(actions).action(Action::redirect(UPLINK));
    let cases = vec![
        ("address", to_wire(&[dst()]), Hardware, &[][..]),
        ("address and checksum", to_wire(&[dst(), ActionKind::Csum(Csum::TCP)]), Hardware, &[]),
        ("checksum alone", to_wire(&[ActionKind::Csum(Csum::TCP)]), Software, &["only offloaded with pedit"]),
        ("of SCTP", to_wire(&[dst(), ActionKind::Csum(Csum::SCTP)]), Software, &["for some header/s"]),
        ("by offset", to_wire(&[set(PeditHeader::Network, 16, 0)]), Software, &["legacy pedit"]),
        ("twice", to_wire(&[dst(), dst()]), Software, &["Acting twice"]),
        ("no field", to_wire(&[set(PeditHeader::Ip4, 4, 0)]), Software, &["unsupported field"]),
        ("with holes", to_wire(&[set(PeditHeader::Ip4, 12, 0xff00_ff00)]), Software, &["few sub-fields"]),
        ("DSCP", to_wire(&[set(PeditHeader::Ip4, 0, 0xff03_ffff)]), Hardware, &[]),
        ("and ECN", to_wire(&[set(PeditHeader::Ip4, 0, 0xff00_ffff)]), Software, &["unsupported field"]),
        (
            "any protocol",
            ip(REP0).action(Action::new(dst()).then(Control::Pipe)).action(Action::redirect(UPLINK)),
            Software,
            &["re-write of non TCP/UDP"],
        ),
        ("and drop", tcp(&[dst()]).action(Action::drop()), Software, &["Drop with modify header"]),
    ];
    check(&MLX5, &SWITCHDEV, cases);
}

#[test]
fn tunnels_labels_connections_and_meters() {
    let encap = || ActionKind::TunnelSet(TunnelSet { key_id: Some(5), ..TunnelSet::default() });
    let to_wire = |actions: &[ActionKind]| tcp(actions).action(Action::redirect(UPLINK));
    let police = |conform, peak_rate| {
        ActionKind::Police(Police { rate: 1000, peak_rate, conform: Some(conform), ..Police::default() })
    };
    let commit = || ActionKind::Ct(Ct { flags: CtFlags::COMMIT, ..Ct::default() });
    let push = |protocol| {
        ActionKind::Mpls(Mpls::Push { protocol, entry: smartnic_core::flow::MplsEntry::default() })
    };
    let cases = vec![
        ("into no tunnel", to_wire(&[encap()]), Software, &["Unsupported tunnel"][..]),
        (
            "into a tunnel",
            tcp(&[encap()]).action(Action::redirect(FOREIGN)),
            Unknown,
            &["routes and neighbours"],
        ),
        ("out of no tunnel", to_wire(&[ActionKind::TunnelUnset]), Hardware, &["tunnel device only"]),
        (
            "and on",
            tcp(&[ActionKind::TunnelUnset]).action(Action::goto_chain(1)),
            Software,
            &["Decap with goto", "tunnel device only"],
        ),
        ("label", to_wire(&[push(Some(EtherType::MPLS))]), Software, &["bareudp"]),
        ("connection", to_wire(&[commit()]), Hardware, &[]),
        ("commit alone", tcp(&[commit()]), Software, &["a commit that nothing follows"]),
        ("meter", to_wire(&[police(Control::Pipe, 0)]), Hardware, &[]),
        ("meter that lets pass", to_wire(&[police(Control::Pass, 0)]), Hardware, &["goes on with the next"]),
        ("two rates", to_wire(&[police(Control::Pipe, 5)]), Software, &["peakrate"]),
        ("meter alone", tcp(&[police(Control::Pipe, 0)]), Software, &["at least one forward/drop"]),
        ("sample", to_wire(&[ActionKind::Sample(Sample::default())]), Hardware, &[]),
        // What comes behind a connection is a part of its own.
        ("connection, then drop", tcp(&[commit()]).action(Action::drop()), Hardware, &[]),
    ];
    check(&MLX5, &SWITCHDEV, cases);
}

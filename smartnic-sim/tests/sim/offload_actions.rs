//! Tunnels, rewrites, connections, meters, samples and labels: what mlx5 and bnxt take of them, what they say, and what
//! becomes of packets.

use crate::common::{add, hook, host, port, rules, said, switchdev};
use smartnic_core::backend::Host;
use smartnic_core::flow::{
    Action, ActionKind, Attach, Control, Csum, Ct, CtFlags, Fate, IpProto, Mpls, MplsEntry, Packet, Pedit,
    PeditCommand, PeditHeader, PeditKey, Police, Rule, Sample, Skbedit, TunnelSet,
};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_sim::SimHost;

struct Bench {
    host: SimHost,
    vfs: [IfIndex; 2],
}

impl Bench {
    fn new(profile: &str) -> Self {
        let host = host(profile);
        switchdev(&host, 2);
        let vfs = [port(&host, "pf0vf0"), port(&host, "pf0vf1")];
        hook(&host, vfs[0]);
        Self { host, vfs }
    }

    /// A rule for TCP at the first VF, with these actions before a redirect to the second.
    fn rule(&self, actions: &[ActionKind]) -> Rule {
        let rule = Rule::new(Attach::ingress(self.vfs[0])).prio(1).handle(1).protocol(EtherType::IPV4);
        let rule = rule.matching(|key| key.ip_proto = Some(IpProto::TCP));
        let piped = |kind: &ActionKind| Action::new(kind.clone()).then(Control::Pipe);
        let rule = actions.iter().fold(rule, |rule, kind| rule.action(piped(kind)));
        rule.action(Action::redirect(self.vfs[1]))
    }

    /// What becomes of a rule with `skip_sw`.
    fn verdict(&self, rule: &Rule) -> Result<(), (i32, Option<String>)> {
        let rule = rule.clone().skip_sw();
        match add(&self.host, &rule) {
            Ok(_) => {
                let held = rules(&self.host, self.vfs[0]);
                assert_eq!((held.len(), held[0].in_hw), (1, Some(true)));
                self.host.flow().remove(&rule.id().unwrap()).unwrap();
                Ok(())
            }
            Err(error) => {
                let (errno, text) = said(&error);
                Err((errno, text.map(str::to_owned)))
            }
        }
    }
}

fn edit(keys: &[(PeditHeader, PeditCommand, i32, u32, u32)]) -> ActionKind {
    let key = |&(header, command, offset, mask, value): &_| PeditKey {
        header,
        command,
        offset,
        mask,
        value,
        ..PeditKey::default()
    };
    ActionKind::Pedit(Pedit { keys: keys.iter().map(key).collect(), extended: true, ..Pedit::default() })
}

fn police(change: impl FnOnce(&mut Police)) -> ActionKind {
    let mut police = Police { rate: 1_000_000, burst: 1000, ..Police::default() };
    police.conform = Some(Control::Pipe);
    change(&mut police);
    ActionKind::Police(police)
}

fn push_label() -> ActionKind {
    ActionKind::Mpls(Mpls::Push {
        protocol: None,
        entry: MplsEntry { label: Some(5), ..MplsEntry::default() },
    })
}

fn encap(to: &str) -> ActionKind {
    let set = TunnelSet {
        src_ip: Some(if to.contains(':') { "::1" } else { "198.18.0.1" }.parse().unwrap()),
        dst_ip: Some(to.parse().unwrap()),
        key_id: Some(5),
        dst_port: Some(4789),
        ..TunnelSet::default()
    };
    ActionKind::TunnelSet(set)
}

const SET: PeditCommand = PeditCommand::Set;
const ADD: PeditCommand = PeditCommand::Add;

#[test]
fn mlx5_takes_and_refuses() {
    let bench = Bench::new("bluefield3");
    let dst = edit(&[(PeditHeader::Ip4, SET, 16, 0, 0x0a00_0063)]);
    let csum = |bits: Csum| ActionKind::Csum(bits);
    let ct = |flags| ActionKind::Ct(Ct { flags, ..Ct::default() });
    let no = |text: &str| Err((95, Some(format!("mlx5_core: {text}"))));
    let cases = [
        (vec![dst.clone()], Ok(())),
        (vec![dst.clone(), csum(Csum::IPV4_HEADER | Csum::TCP)], Ok(())),
        (vec![csum(Csum::TCP)], no("TC csum action is only offloaded with pedit")),
        (vec![dst.clone(), csum(Csum::SCTP)], no("can't offload TC csum action for some header/s")),
        (vec![dst.clone(), dst.clone()], no("curr_pmask and new mask same. Acting twice on same location")),
        (vec![edit(&[(PeditHeader::Network, SET, 16, 0, 1)])], no("legacy pedit isn't offloaded")),
        // The time to live, one less; the identification; the DSCP with and without ECN.
        (vec![edit(&[(PeditHeader::Ip4, ADD, 8, 0x00ff_ffff, 0xff00_0000)])], Ok(())),
        (vec![edit(&[(PeditHeader::Ip4, SET, 4, 0, 1)])], no("attempt to offload an unsupported field")),
        (vec![edit(&[(PeditHeader::Ip4, SET, 0, 0xff03_ffff, 0x0020_0000)])], Ok(())),
        (
            vec![edit(&[(PeditHeader::Ip4, SET, 0, 0xff00_ffff, 0x0021_0000)])],
            no("attempt to offload an unsupported field"),
        ),
        (
            vec![edit(&[(PeditHeader::Ip4, SET, 12, 0xff00_ff00, 1)])],
            no("rewrite of few sub-fields isn't supported"),
        ),
        (
            vec![edit(&[
                (PeditHeader::Tcp, SET, 0, 0xff00_ffff, 0),
                (PeditHeader::Tcp, ADD, 0, 0x00ff_ffff, 1),
            ])],
            no("can't set and add to the same HW field"),
        ),
        (vec![encap("192.0.2.2")], no("Unsupported tunnel")),
        (vec![ActionKind::TunnelUnset], Ok(())),
        (vec![ct(CtFlags::COMMIT)], Ok(())),
        (vec![ct(CtFlags::empty())], Ok(())),
        (vec![police(|_| ())], Ok(())),
        (
            vec![police(|police| police.peak_rate = 2_000_000)],
            no("Offload not supported when peakrate/avrate/overhead is configured"),
        ),
        (
            vec![police(|police| police.conform = Some(Control::Continue))],
            no("Offload not supported when conform-exceed action is not pipe, ok, jump or drop"),
        ),
        (vec![ActionKind::Sample(Sample { rate: Some(10), group: Some(1), truncate: None })], Ok(())),
        (vec![ActionKind::Skbedit(Skbedit { ptype: Some(0), ..Skbedit::default() })], Ok(())),
        (
            vec![ActionKind::Skbedit(Skbedit { ptype: Some(1), ..Skbedit::default() })],
            no("skbedit ptype is only supported with type host"),
        ),
        (vec![push_label()], no("mpls is supported only through a bareudp device")),
        (
            vec![ActionKind::Mpls(Mpls::Pop { protocol: Some(EtherType::IPV4) })],
            no("mpls pop supported only on bareudp devices"),
        ),
        (vec![ActionKind::VlanPopEth], no("vlan pop eth is supported only with mpls push")),
    ];
    for (actions, expected) in cases {
        let mut rule = bench.rule(&actions);
        if matches!(&actions[..], [ActionKind::Mpls(Mpls::Pop { .. })]) {
            rule = rule.protocol(EtherType::MPLS);
            rule.key = smartnic_core::flow::Match { eth_type: Some(EtherType::MPLS), ..Default::default() };
        }
        assert_eq!(bench.verdict(&rule), expected, "{actions:?}");
    }
    // Without a protocol above IP, addresses cannot be rewritten, as checksums would be wrong.
    let mut any = bench.rule(&[dst]);
    any.key.ip_proto = None;
    assert_eq!(bench.verdict(&any), no("can't offload re-write of non TCP/UDP"));
    // A commit that nothing follows, and a drop behind a rewrite.
    let commit = Action::new(ct(CtFlags::COMMIT));
    let alone = Rule { actions: vec![commit], ..bench.rule(&[]) };
    assert_eq!(bench.verdict(&alone), Err((95, None)));
    let edit = edit(&[(PeditHeader::Ip4, SET, 16, 0, 1)]);
    let dropped =
        Rule { actions: vec![Action::new(edit).then(Control::Pipe), Action::drop()], ..bench.rule(&[]) };
    assert_eq!(bench.verdict(&dropped), no("Drop with modify header action is not supported"));
    let decap = Rule {
        actions: vec![Action::new(ActionKind::TunnelUnset), Action::goto_chain(2)],
        ..bench.rule(&[])
    };
    assert_eq!(bench.verdict(&decap), no("Decap with goto isn't supported"));
}

#[test]
fn bnxt_takes_and_refuses() {
    let bench = Bench::new("thor2");
    let dst = (PeditHeader::Ip4, SET, 16, 0, 0x0a00_0063);
    let mac = |offset, mask| (PeditHeader::Eth, SET, offset, mask, 0x0200_0000);
    let cases = [
        (edit(&[dst]), Ok(()), None),
        (edit(&[dst, (PeditHeader::Tcp, SET, 0, 0xffff_0000, 80)]), Ok(()), None),
        (
            edit(&[(PeditHeader::Tcp, SET, 0, 0xffff_0000, 80)]),
            Err((22, None)),
            Some("Need to specify L3 rewrite as well"),
        ),
        (edit(&[mac(0, 0), mac(4, 0x0000_ffff)]), Ok(()), None),
        // Half an address.
        (edit(&[mac(0, 0)]), Err((22, None)), None),
        (
            edit(&[(PeditHeader::Ip4, SET, 8, 0x00ff_ffff, 0x0100_0000)]),
            Err((22, None)),
            Some("bnxt_tc_parse_pedit: IPv4_hdr: Invalid pedit field"),
        ),
        // What adds is passed over.
        (edit(&[(PeditHeader::Ip4, ADD, 8, 0x00ff_ffff, 0xff00_0000)]), Ok(()), None),
        (encap("198.18.0.9"), Ok(()), None),
        (encap("192.0.2.2"), Err((95, None)), Some("no route to 192.0.2.2")),
        (encap("198.18.1.9"), Err((95, None)), Some("no route to 198.18.1.9")),
        (encap("2001:db8::2"), Err((95, None)), Some("only IPv4 tunnel-encap is supported")),
        (ActionKind::TunnelUnset, Err((95, None)), Some("dst_dev(lo) for 127.0.0.1 is not PF-if(enp3s0np0)")),
    ];
    for (action, expected, logged) in cases {
        let before = bench.host.machine().kernel_log().len();
        assert_eq!(bench.verdict(&bench.rule(std::slice::from_ref(&action))), expected, "{action:?}");
        let log = bench.host.machine().kernel_log()[before..].join("\n");
        assert!(logged.is_none_or(|text| log.contains(text)), "{action:?}: {log}");
    }
}

fn packet(state: u16) -> Packet {
    Packet {
        eth_type: EtherType::IPV4,
        src_ip: Some("10.0.0.1".parse().unwrap()),
        dst_ip: Some("10.0.0.2".parse().unwrap()),
        ip_proto: Some(IpProto::TCP),
        src_port: Some(4000),
        dst_port: Some(80),
        ct_state: state,
        length: 100,
        ..Packet::default()
    }
}

#[test]
fn packets_are_rewritten_in_hardware() {
    let bench = Bench::new("bluefield3");
    let dst = edit(&[(PeditHeader::Ip4, SET, 16, 0, 0x0a00_0063)]);
    add(&bench.host, &bench.rule(&[dst, ActionKind::Csum(Csum::TCP), police(|_| ())]).skip_sw()).unwrap();
    let datapath = bench.host.simulated_datapath().unwrap();
    let sent = datapath.send(bench.vfs[0], &packet(0), 3).unwrap();
    let changed = Packet { dst_ip: Some("10.0.0.99".parse().unwrap()), ..packet(0) };
    assert!(sent.in_hardware);
    assert_eq!((sent.path.fate, sent.path.packet), (Fate::Redirected(bench.vfs[1].into()), changed));
    assert_eq!(rules(&bench.host, bench.vfs[0])[0].stats.hw_packets, 3);
}

#[test]
fn a_tunnel_is_put_on_in_hardware() {
    let bench = Bench::new("thor2");
    add(&bench.host, &bench.rule(&[encap("198.18.0.9")]).skip_sw()).unwrap();
    let datapath = bench.host.simulated_datapath().unwrap();
    let sent = datapath.send(bench.vfs[0], &packet(0), 1).unwrap();
    let outer = sent.path.packet.tunnel.unwrap();
    assert!(sent.in_hardware);
    assert_eq!((outer.dst_ip, outer.key_id), (Some("198.18.0.9".parse().unwrap()), 5));
}

#[test]
fn connections_that_are_not_established_are_left_to_software() {
    let bench = Bench::new("bluefield3");
    let ct = ActionKind::Ct(Ct::default());
    add(&bench.host, &bench.rule(&[ct])).unwrap();
    let datapath = bench.host.simulated_datapath().unwrap();
    let sent = |state| {
        let sent = datapath.send(bench.vfs[0], &packet(state), 1).unwrap();
        assert_eq!(sent.path.fate, Fate::Redirected(bench.vfs[1].into()));
        let stats = rules(&bench.host, bench.vfs[0])[0].stats;
        (sent.in_hardware, stats.packets, stats.hw_packets)
    };
    // The hardware counts both where it asks; no packet counts twice.
    assert_eq!(sent(0), (false, 1, 1));
    assert_eq!(sent(1 << 1 | 1 << 3), (true, 2, 2));
}

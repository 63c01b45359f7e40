//! Rules for actions that change packets or know their connections.

use smartnic_core::flow::{
    Action, ActionFlags, ActionKind, Attach, Chance, ChanceKind, Control, Cookie, Csum, Ct, CtFlags,
    EthHeader, NatRange, Pedit, PeditCommand, PeditHeader, PeditKey, Rule, TunnelOpts, TunnelSet,
};
use smartnic_core::types::{EtherType, Mac, Masked};

use super::{Specimen, read, udp_to_53};
use crate::Rig;

pub(super) fn actions(rig: &Rig) -> Vec<Specimen> {
    let add = |name, kind: ActionKind| {
        let rule = udp_to_53(Rule::new(Attach::ingress(rig.up())).protocol(EtherType::IPV4));
        let action = Action::new(kind).then(Control::Pipe);
        Specimen::new(name, rule.action(action).action(Action::redirect(rig.rep(0))))
    };
    let tunnel = TunnelSet {
        src_ip: read("192.0.2.1"),
        dst_ip: read("192.0.2.2"),
        key_id: Some(42),
        dst_port: Some(4789),
        ttl: Some(64),
        ..TunnelSet::default()
    };
    let policy = TunnelSet { opts: Some(TunnelOpts::Vxlan { gbp: Some(7) }), ..tunnel.clone() };
    let source = CtFlags::COMMIT | CtFlags::NAT | CtFlags::NAT_SRC;
    let nat = NatRange { min_ip: read("10.0.0.1"), max_ip: read("10.0.0.9"), ..NatRange::default() };
    let mark = Masked { value: 7, mask: 0xff };
    let ttl = PeditKey {
        header: PeditHeader::Ip4,
        command: PeditCommand::Add,
        offset: 8,
        mask: 0x00ff_ffff,
        value: 0xff00_0000,
        ..PeditKey::default()
    };
    let raw = PeditKey { offset: 4, mask: 0xffff, value: 0x0102_0000, ..PeditKey::default() };
    let mut marked = add("a cookie and counters of its own", ActionKind::VlanPop);
    if let Some(action) = marked.rule.actions.first_mut() {
        (action.cookie, action.flags) = (Some(Cookie(vec![1, 2, 3])), ActionFlags::NO_PERCPU);
    }
    vec![
        add("tunnel_key set", ActionKind::TunnelSet(tunnel)),
        add("tunnel_key set with options", ActionKind::TunnelSet(policy)),
        add("tunnel_key unset", ActionKind::TunnelUnset),
        add("csum", ActionKind::Csum(Csum::IPV4_HEADER | Csum::UDP)),
        add("ct", ActionKind::Ct(Ct { zone: Some(5), ..Ct::default() })),
        add("ct clear", ActionKind::Ct(Ct { flags: CtFlags::CLEAR, ..Ct::default() })),
        add(
            "ct commit",
            ActionKind::Ct(Ct { flags: CtFlags::COMMIT, zone: Some(5), mark: Some(mark), ..Ct::default() }),
        ),
        add("ct commit nat", ActionKind::Ct(Ct { flags: source, zone: Some(5), nat, ..Ct::default() })),
        add("pedit", ActionKind::Pedit(Pedit { keys: vec![raw], ..Pedit::default() })),
        add("pedit ex", ActionKind::Pedit(Pedit { keys: vec![ttl], extended: true, ..Pedit::default() })),
        add("vlan pop_eth", ActionKind::VlanPopEth),
        add(
            "vlan push_eth",
            ActionKind::VlanPushEth(EthHeader { dst_mac: Mac([2; 6]), src_mac: Mac([4; 6]) }),
        ),
        add(
            "gact random",
            ActionKind::GactRandom(Chance { kind: ChanceKind::Determ, control: Control::Drop, one_of: 9 }),
        ),
        marked,
    ]
}

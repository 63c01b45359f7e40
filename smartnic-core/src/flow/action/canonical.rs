use super::{ActionKind, Chance, ChanceKind, Mpls};
use crate::types::EtherType;

/// What the kernel takes for the time to live of a label that is pushed, if nothing is said.
const MPLS_TTL: u8 = 255;

impl ActionKind {
    /// The form in which actions are compared; see [`Rule::canonical`](crate::flow::Rule::canonical).
    pub(in crate::flow) fn make_canonical(&mut self) {
        match self {
            Self::VlanPush(tag) => {
                tag.protocol.get_or_insert(EtherType::VLAN);
                tag.priority.get_or_insert(0);
            }
            Self::VlanModify(tag) => {
                tag.protocol.get_or_insert(EtherType::VLAN);
            }
            Self::Mpls(Mpls::Push { protocol, entry } | Mpls::MacPush { protocol, entry }) => {
                protocol.get_or_insert(EtherType::MPLS);
                entry.ttl.get_or_insert(MPLS_TTL);
            }
            Self::GactRandom(Chance { kind: ChanceKind::None, .. }) => *self = Self::Gact,
            Self::GactRandom(chance) => chance.one_of = chance.one_of.max(1),
            Self::TunnelSet(set) => set.make_canonical(),
            Self::Ct(ct) => ct.make_canonical(),
            Self::Pedit(pedit) => pedit.make_canonical(),
            Self::Police(police) => police.make_canonical(),
            Self::Skbmod(skbmod) => skbmod.make_canonical(),
            Self::Ctinfo(ctinfo) => ctinfo.make_canonical(),
            Self::Gate(gate) => gate.make_canonical(),
            Self::Ife(ife) => ife.make_canonical(),
            Self::Bpf(bpf) => bpf.make_canonical(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Bpf, Control, Ctinfo, Gate, GateEntry, Ife, IfeMeta, MplsEntry, Police, Skbmod};
    use crate::flow::{Ct, CtFlags, CtHelper, NatRange, TunnelOpts, TunnelSet};
    use crate::types::Mac;

    fn canonical(kind: ActionKind) -> ActionKind {
        let mut kind = kind;
        kind.make_canonical();
        let mut again = kind.clone();
        again.make_canonical();
        assert_eq!(again, kind, "the canonical form is its own");
        kind
    }

    #[test]
    fn what_is_left_to_the_kernel_has_its_default() {
        let entry = MplsEntry { label: Some(5), ..MplsEntry::default() };
        assert_eq!(
            canonical(ActionKind::Mpls(Mpls::Push { protocol: None, entry })),
            ActionKind::Mpls(Mpls::Push {
                protocol: Some(EtherType::MPLS),
                entry: MplsEntry { ttl: Some(255), ..entry }
            })
        );
        let police = Police { rate: 125_000, burst: 1000, conform: Some(Control::Pass), ..Police::default() };
        let held = Police { mtu: 2040, link_layer: 1, conform: None, ..police };
        assert_eq!(canonical(ActionKind::Police(police)), ActionKind::Police(held));
        let packets = Police { packet_rate: Some(5), packet_burst: Some(9), mpu: 64, ..Police::default() };
        let held = Police { mtu: u32::MAX, mpu: 0, ..packets };
        assert_eq!(canonical(ActionKind::Police(packets)), ActionKind::Police(held));
        let entries = vec![GateEntry { open: true, interval_ns: 200, ipv: -1, max_octets: -1 }; 2];
        let held = Gate {
            priority: Some(-1),
            base_time_ns: Some(0),
            cycle_time_ns: Some(400),
            cycle_time_ext_ns: Some(0),
            clock_id: Some(11),
            flags: Some(0),
            entries: entries.clone(),
        };
        assert_eq!(canonical(ActionKind::Gate(Gate { entries, ..Gate::default() })), ActionKind::Gate(held));
    }

    #[test]
    fn tunnels_and_connections_are_as_a_kernel_tells_them() {
        let asked = TunnelSet {
            tos: Some(0),
            ttl: Some(64),
            dst_port: Some(0),
            opts: Some(TunnelOpts::Vxlan { gbp: Some(0x0001_0101) }),
            ..TunnelSet::default()
        };
        let held = TunnelSet {
            ttl: Some(64),
            no_csum: Some(false),
            opts: Some(TunnelOpts::Vxlan { gbp: Some(0x0101) }),
            ..TunnelSet::default()
        };
        assert_eq!(canonical(ActionKind::TunnelSet(asked)), ActionKind::TunnelSet(held));
        let nat = NatRange { min_ip: Some([10, 0, 0, 1].into()), min_port: Some(80), ..NatRange::default() };
        let source = CtFlags::COMMIT | CtFlags::NAT | CtFlags::NAT_SRC;
        let helper = CtHelper { name: "ftp".to_owned(), family: Some(2), proto: None };
        let helper = Some(helper);
        let asked = Ct { flags: source, zone: Some(0), nat, helper, ..Ct::default() };
        let held_nat = NatRange { max_ip: nat.min_ip, max_port: Some(80), ..nat };
        let helper = Some(CtHelper { name: "ftp".to_owned(), family: None, proto: Some(6) });
        let held = Ct { zone: None, nat: held_nat, helper, ..asked.clone() };
        assert_eq!(canonical(ActionKind::Ct(asked.clone())), ActionKind::Ct(held));
        let clear = Ct { flags: CtFlags::CLEAR, ..Ct::default() };
        let asked = Ct { flags: CtFlags::CLEAR, ..asked };
        assert_eq!(canonical(ActionKind::Ct(asked)), ActionKind::Ct(clear));
        let chance = Chance { kind: ChanceKind::Determ, control: Control::Drop, one_of: 0 };
        let held = Chance { one_of: 1, ..chance };
        assert_eq!(canonical(ActionKind::GactRandom(chance)), ActionKind::GactRandom(held));
        let never = Chance { kind: ChanceKind::None, ..chance };
        assert_eq!(canonical(ActionKind::GactRandom(never)), ActionKind::Gact);
    }

    #[test]
    fn what_does_not_count_is_gone() {
        let [near, far] = [Some(Mac([2; 6])), Some(Mac([0; 6]))];
        let skbmod = Skbmod { dst_mac: near, swap_mac: true, ..Skbmod::default() };
        let held = Skbmod { swap_mac: true, ..Skbmod::default() };
        assert_eq!(canonical(ActionKind::Skbmod(skbmod)), ActionKind::Skbmod(held));
        let ctinfo = Ctinfo { dscp_state_mask: Some(1), cpmark_mask: Some(0), ..Ctinfo::default() };
        let held = Ctinfo { cpmark_mask: Some(0), ..Ctinfo::default() };
        assert_eq!(canonical(ActionKind::Ctinfo(ctinfo)), ActionKind::Ctinfo(held));
        let [mark, prio] = [(1, None), (3, Some(7))].map(|(kind, value)| IfeMeta { kind, value });
        let ife = Ife { encode: true, dst_mac: near, src_mac: far, eth_type: None, metas: vec![prio, mark] };
        let held =
            Ife { src_mac: None, eth_type: Some(EtherType(0xed3e)), metas: vec![mark, prio], ..ife.clone() };
        assert_eq!(canonical(ActionKind::Ife(ife.clone())), ActionKind::Ife(held));
        let decode = Ife { encode: false, ..ife };
        assert_eq!(canonical(ActionKind::Ife(decode)), ActionKind::Ife(Ife::default()));
        let pinned = Bpf { pinned: Some("/sys/fs/bpf/a/prog".to_owned()), fd: Some(3), ..Bpf::default() };
        let read =
            Bpf { name: Some("prog:[*fsobj]".to_owned()), id: Some(9), tag: Some([1; 8]), ..Bpf::default() };
        assert_eq!(canonical(ActionKind::Bpf(pinned)), canonical(ActionKind::Bpf(read)));
    }
}

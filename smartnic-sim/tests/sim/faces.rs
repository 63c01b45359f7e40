//! Both faces do the same: random changes through one and through the other end in the same state.

use smartnic_core::Error;
use smartnic_core::backend::{FlowOp, Hook, HookKind, Host, Outcome, Switchdev};
use smartnic_core::device::{EswitchChange, EswitchMode};
use smartnic_core::flow::{
    Action, ActionFlags, ActionKind, Attach, Bpf, Classifier, Connmark, Control, Cookie, Ctinfo, Gate,
    GateEntry, GeneveOption, HwStats, Ife, IfeMeta, IpProto, Match, Mpls, MplsEntry, Nat, Police, PortMatch,
    Rule, RuleId, Sample, Skbedit, Skbmod, Skip, TunnelOpts, TunnelOptsMatch, VlanChange,
};
use smartnic_core::types::{EtherType, IfIndex, Mac, Masked};
use smartnic_netlink::{rtnl, tc};
use smartnic_sim::{SimHost, SimKernel, SimOptions};

use crate::common::pf;
use crate::wire::{Client, End, eswitch, features};

/// A generator of numbers (xorshift), so that a failure can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn link(&mut self) -> IfIndex {
        IfIndex(1 + self.roll(9) as u32)
    }

    fn attach(&mut self) -> Attach {
        match self.roll(8) {
            0 => Attach::Block(1 + self.roll(2) as u32),
            1 => Attach::egress(self.link()),
            _ => Attach::ingress(self.link()),
        }
    }

    fn protocol(&mut self) -> EtherType {
        [EtherType::IPV4, EtherType::IPV6, EtherType::VLAN, EtherType::ALL][self.roll(4) as usize]
    }

    fn id(&mut self) -> RuleId {
        RuleId {
            attach: self.attach(),
            chain: self.roll(3) as u32,
            prio: self.roll(4) as u16,
            protocol: self.protocol(),
            classifier: Classifier::Flower,
            handle: self.roll(5) as u32,
        }
    }

    fn rule(&mut self) -> Rule {
        let RuleId { attach, chain, prio, protocol, handle, .. } = self.id();
        let mut rule = Rule::new(attach).chain(chain).prio(prio).protocol(protocol);
        rule.handle = Some(handle).filter(|handle| *handle != 0);
        rule.skip = [Skip::None, Skip::None, Skip::SkipSw, Skip::SkipHw][self.roll(4) as usize];
        let key = &mut rule.key;
        if protocol == EtherType::VLAN {
            key.vlan_id = Some(1 + self.roll(2) as u16);
            key.vlan_ethtype = Some(EtherType::IPV4).filter(|_| self.roll(2) == 0);
        }
        if key.network_type() == Some(EtherType::IPV4) {
            let prefix = [8, 24, 32, 0][self.roll(4) as usize];
            key.dst_ip = Some(format!("10.0.{}.1/{prefix}", self.roll(3)).parse().unwrap());
            key.ip_tos = Some("0x10/0xfc".parse().unwrap()).filter(|_| self.roll(5) == 0);
        }
        if matches!(key.network_type(), Some(EtherType::IPV4 | EtherType::IPV6)) {
            key.ip_proto = Some([IpProto::TCP, IpProto::UDP, IpProto::SCTP][self.roll(3) as usize]);
            key.src_port =
                [None, Some(80.into()), Some(PortMatch::Range { min: 5, max: 9 })][self.roll(3) as usize];
            if key.ip_proto == Some(IpProto::TCP) && self.roll(3) == 0 {
                key.tcp_flags = Some("0x2/0x12".parse().unwrap());
            }
        }
        if self.roll(4) == 0 {
            self.meta(&mut rule.key);
        }
        let key = &mut rule.key;
        key.src_mac = Some("02:00:00:00:00:00/24".parse().unwrap()).filter(|_| self.roll(4) == 0);
        if self.roll(2) == 0 {
            // What every driver takes somewhere.
            rule.key.src_port = None;
            let action = if self.roll(2) == 0 { Action::drop() } else { Action::redirect(self.link()) };
            return Rule { chain: 0, ..rule }.action(action);
        }
        for _ in 0..self.roll(4) {
            rule.actions.push(self.action());
        }
        rule
    }

    /// Keys of a tunnel, a connection and flags, some of which no kernel takes.
    fn meta(&mut self, key: &mut Match) {
        let texts = ["10.0.0.1", "10.0.0.0/8", "2001:db8::1", "::/0"];
        key.enc_dst_ip = Some(texts[self.roll(4) as usize].parse().unwrap()).filter(|_| self.roll(2) == 0);
        key.enc_src_ip = Some(texts[self.roll(4) as usize].parse().unwrap()).filter(|_| self.roll(3) == 0);
        key.enc_key_id = Some(self.roll(3) as u32).filter(|_| self.roll(2) == 0);
        key.enc_src_port = Some("0x400/0xfc00".parse().unwrap()).filter(|_| self.roll(5) == 0);
        key.enc_dst_port = Some(4789.into()).filter(|_| self.roll(3) == 0);
        key.enc_tos = Some("0x10/0xfc".parse().unwrap()).filter(|_| self.roll(5) == 0);
        key.enc_ttl = Some("0x40/0".parse().unwrap()).filter(|_| self.roll(5) == 0);
        if self.roll(3) == 0 {
            let (value, other) = (self.options(), self.options());
            let mask = [None, Some(value.clone()), Some(other)][self.roll(3) as usize].clone();
            key.enc_opts = Some(TunnelOptsMatch { value, mask });
        }
        let flags = |dice: &mut Self, bits: u64, shift: u32| {
            Masked::new((dice.roll(bits) << shift) as u32, (dice.roll(bits) << shift) as u32)
        };
        key.ip_flags = Some(flags(self, 4, 0)).filter(|_| self.roll(5) == 0);
        key.enc_flags = Some(flags(self, 16, 2)).filter(|_| self.roll(5) == 0);
        key.l2_miss = Some(self.roll(2) as u8).filter(|_| self.roll(5) == 0);
        key.ct_state =
            Some(Masked::new(self.roll(64) as u16, self.roll(64) as u16)).filter(|_| self.roll(3) == 0);
        key.ct_zone = Some("0x5/0xff".parse().unwrap()).filter(|_| self.roll(5) == 0);
        key.ct_mark = Some("0x10/0xf0".parse().unwrap()).filter(|_| self.roll(5) == 0);
        key.ct_label = Some("0102/ff".parse().unwrap()).filter(|_| self.roll(5) == 0);
        key.hash = Some("0x12340000/0xffff0000".parse().unwrap()).filter(|_| self.roll(5) == 0);
    }

    fn options(&mut self) -> TunnelOpts {
        let byte = |dice: &mut Self| Some(dice.roll(256) as u8).filter(|_| dice.roll(4) > 0);
        match self.roll(5) {
            0 => {
                let option = |dice: &mut Self| GeneveOption {
                    class: Some(dice.roll(0x1_0000) as u16).filter(|_| dice.roll(5) > 0),
                    kind: byte(dice),
                    data: vec![7; [0, 4, 4, 4, 8, 8, 6, 124][dice.roll(8) as usize]],
                };
                TunnelOpts::Geneve((0..=self.roll(3)).map(|_| option(self)).collect())
            }
            1 => TunnelOpts::Vxlan { gbp: byte(self).map(u32::from) },
            2 => TunnelOpts::Erspan {
                version: Some(self.roll(4) as u8),
                index: byte(self).map(u32::from),
                direction: byte(self),
                hwid: byte(self),
            },
            3 => TunnelOpts::Gtp { pdu_type: byte(self), qfi: byte(self) },
            _ => TunnelOpts::Pfcp { kind: byte(self), seid: byte(self).map(u64::from) },
        }
    }

    fn action(&mut self) -> Action {
        let mut action = match self.roll(14) {
            8 | 9 => Action::new(self.beside()),
            0 | 11 | 12 => Action::drop(),
            1 => Action::pass(),
            2 => Action::trap(),
            3 => Action::goto_chain(self.roll(4) as u32),
            4 | 13 => Action::redirect(self.link()),
            5 => Action::mirror(self.link()),
            6 => Action::vlan_pop(),
            7 => Action::new(crate::actions::kind(&mut |sides| self.roll(sides))),
            _ => Action::new(ActionKind::VlanModify(VlanChange {
                id: self.roll(4096) as u16,
                protocol: None,
                priority: Some(3).filter(|_| self.roll(2) == 0),
            })),
        };
        if self.roll(9) == 0 {
            action.control = [Control::Continue, Control::Reclassify, Control::Pipe][self.roll(3) as usize];
        }
        if self.roll(6) == 0 {
            let flags = [ActionFlags::NO_PERCPU, ActionFlags::SKIP_HW, ActionFlags::SKIP_SW];
            action.flags = flags[self.roll(3) as usize];
            action.cookie = Some(Cookie(vec![7; 1 + self.roll(16) as usize]));
        }
        let stats = [None, Some(HwStats::all()), Some(HwStats::DELAYED), Some(HwStats::empty())];
        if self.roll(6) == 0 {
            action.hw_stats = stats[self.roll(4) as usize];
        }
        action
    }

    /// Labels, limits, and what is beside a packet; some of it as no kernel takes it.
    fn beside(&mut self) -> ActionKind {
        let mac = |number: u64| Some(Mac([2, 0, 0, 0, 0, number as u8])).filter(|_| number != 0);
        let some = |number: u64| Some(number as u32).filter(|_| number != 0);
        let protocol = [None, Some(EtherType::MPLS), Some(EtherType::IPV4)][self.roll(3) as usize];
        let entry = MplsEntry {
            label: some(self.roll(5)),
            tc: Some(7).filter(|_| self.roll(3) == 0),
            ttl: Some(self.roll(3) as u8).filter(|_| self.roll(3) == 0),
            bos: None,
        };
        match self.roll(14) {
            0 => ActionKind::Mpls(Mpls::Push { protocol, entry }),
            1 => ActionKind::Mpls(Mpls::Pop { protocol }),
            2 => ActionKind::Mpls([Mpls::Modify(entry), Mpls::DecTtl][self.roll(2) as usize]),
            3 => {
                let rate = [0, 125_000, 5_000_000_000][self.roll(3) as usize];
                ActionKind::Police(Police {
                    rate,
                    burst: 1000,
                    mtu: [0, 100, 1500][self.roll(3) as usize],
                    peak_rate: if rate == 0 { 0 } else { self.roll(2) * 200_000 },
                    packet_rate: Some(5).filter(|_| self.roll(3) == 0),
                    packet_burst: Some(7).filter(|_| self.roll(3) != 0),
                    overhead: self.roll(3) as u16,
                    mpu: self.roll(3) as u16,
                    link_layer: self.roll(3) as u8,
                    cell_log: Some(4).filter(|_| self.roll(3) == 0),
                    conform: [None, Some(Control::Pipe), Some(Control::Goto(1))][self.roll(3) as usize],
                    ..Police::default()
                })
            }
            4 => ActionKind::Sample(Sample {
                rate: some(self.roll(3)),
                truncate: some(self.roll(2)),
                group: Some(4),
            }),
            5 => ActionKind::Skbedit(Skbedit {
                queue: Some(3).filter(|_| self.roll(2) == 0),
                mark: some(self.roll(2)),
                mark_mask: some(self.roll(2)),
                priority: some(self.roll(2)),
                ptype: Some(self.roll(6) as u16).filter(|_| self.roll(2) == 0),
                inherit_dsfield: self.roll(3) == 0,
                ..Skbedit::default()
            }),
            6 => ActionKind::Skbmod(Skbmod {
                dst_mac: mac(self.roll(3)),
                src_mac: mac(self.roll(3)),
                eth_type: protocol,
                swap_mac: self.roll(3) == 0,
                ecn: self.roll(3) == 0,
            }),
            7 => ActionKind::Nat(Nat {
                egress: self.roll(2) == 0,
                old: [10, 0, 0, self.roll(9) as u8].into(),
                mask: [255, 255, 255, 0].into(),
                new: [192, 0, 2, 1].into(),
            }),
            8 => ActionKind::Connmark(Connmark { zone: self.roll(600) as u16 }),
            9 => ActionKind::Ctinfo(Ctinfo {
                zone: self.roll(9) as u16,
                dscp_mask: [None, Some(0xfc00), Some(0x7f)][self.roll(3) as usize],
                dscp_state_mask: some(self.roll(2) << 9),
                cpmark_mask: some(self.roll(3)),
            }),
            10 => {
                let entry = GateEntry {
                    open: self.roll(2) == 0,
                    interval_ns: 100 * self.roll(4) as u32,
                    ipv: -1,
                    max_octets: self.roll(9) as i32,
                };
                ActionKind::Gate(Gate {
                    priority: Some(5).filter(|_| self.roll(2) == 0),
                    clock_id: [None, Some(1), Some(3)][self.roll(3) as usize],
                    entries: vec![entry; self.roll(3) as usize],
                    ..Gate::default()
                })
            }
            11 => ActionKind::Ife(Ife {
                encode: self.roll(2) == 0,
                dst_mac: mac(self.roll(3)),
                metas: (0..self.roll(3))
                    .map(|at| IfeMeta { kind: 1 + (at * 2) as u16, value: some(self.roll(2)) })
                    .collect(),
                ..Ife::default()
            }),
            12 => ActionKind::Simple("x".repeat(self.roll(32) as usize)),
            _ => ActionKind::Bpf(Bpf { ops: vec![(6 * self.roll(2) as u16, 0, 0, 1)], ..Bpf::default() }),
        }
    }

    fn hook(&mut self) -> Hook {
        let kind = if self.roll(4) == 0 { HookKind::Ingress } else { HookKind::Clsact };
        let block = Some(1 + self.roll(2) as u32).filter(|_| self.roll(3) == 0);
        Hook { link: self.link(), kind, ingress_block: block, egress_block: None }
    }

    fn op(&mut self) -> Op {
        match self.roll(40) {
            0 => Op::Mode([EswitchMode::Legacy, EswitchMode::Switchdev][self.roll(2) as usize]),
            1 => Op::NumVfs([0, 0, 1, 3, 999][self.roll(5) as usize]),
            2 => Op::Up(self.link(), self.roll(2) == 0),
            3 => Op::Offload(self.link(), self.roll(3) > 0),
            4..=7 => Op::AddHook(self.hook()),
            8 => Op::RemoveHook(self.hook()),
            9..=12 => Op::Delete(self.id()),
            13..=16 => Op::Replace(self.rule()),
            _ => Op::Add(self.rule()),
        }
    }
}

#[derive(Debug)]
enum Op {
    Mode(EswitchMode),
    NumVfs(u32),
    Up(IfIndex, bool),
    Offload(IfIndex, bool),
    AddHook(Hook),
    RemoveHook(Hook),
    Add(Rule),
    Replace(Rule),
    Delete(RuleId),
}

/// Carries a change out on the model's own face.
fn directly(host: &SimHost, op: &Op) -> End {
    let one = |op: FlowOp<'_>| match host.flow().submit(&[op], true).unwrap().pop().unwrap() {
        Outcome::Done(note) => Ok(note),
        Outcome::Failed(error) => Err(error),
        Outcome::NotTried => panic!("not tried"),
    };
    let silent = |result: Result<(), Error>| result.map(|()| None);
    let result = match op {
        Op::Mode(mode) => host.devlink().set_eswitch(&pf(), &EswitchChange::mode(*mode)),
        Op::NumVfs(num) => silent(host.set_num_vfs(&pf(), *num)),
        Op::Up(link, up) => silent(host.set_link_up(*link, *up)),
        Op::Offload(link, on) => silent(host.set_tc_offload(*link, *on)),
        Op::AddHook(hook) => silent(host.flow().add_hook(hook)),
        Op::RemoveHook(hook) => silent(host.flow().remove_hook(hook)),
        Op::Add(rule) => one(FlowOp::Add(rule)),
        Op::Replace(rule) => one(FlowOp::Replace(rule)),
        Op::Delete(id) => one(FlowOp::Delete(id)),
    };
    match result {
        Ok(note) => End { text: note.and_then(|note| note.message), ..End::default() },
        Err(error) => {
            let extack = error.extack();
            End {
                errno: error.errno().unwrap_or(0),
                text: extack.and_then(|extack| extack.message.clone()),
                path: extack.and_then(|extack| extack.attribute.clone()),
            }
        }
    }
}

/// Carries a change out as bytes and files.
fn by_wire(kernel: &SimKernel, client: &mut Client, op: &Op) -> End {
    use smartnic_netlink::transport::Kernel;
    match op {
        Op::Mode(mode) => {
            let (family, change) = (client.devlink, EswitchChange::mode(*mode));
            client.tell(&eswitch::Set { family, device: &pf(), change: &change })
        }
        Op::NumVfs(num) => {
            let written = kernel.write("/sys/bus/pci/devices/0000:03:00.0/sriov_numvfs", &num.to_string());
            End { errno: written.err().and_then(|error| error.raw_os_error()).unwrap_or(0), ..End::default() }
        }
        Op::Up(link, up) => client.tell(&rtnl::link::SetUp { link: *link, up: *up }),
        Op::Offload(link, on) => {
            let family = client.ethtool;
            let request = features::Set { family, link: *link, feature: features::HW_TC_OFFLOAD, on: *on };
            client.ask(&request, |_| ()).1
        }
        Op::AddHook(hook) => client.tell(&tc::qdisc::Add(hook)),
        Op::RemoveHook(hook) => client.tell(&tc::qdisc::Delete(hook)),
        Op::Add(rule) => client.tell(&tc::filter::Add(rule)),
        Op::Replace(rule) => client.tell(&tc::filter::Replace(rule)),
        Op::Delete(id) => client.tell(&tc::filter::Delete(id)),
    }
}

#[test]
fn random_changes_through_either_face_end_in_the_same_state() {
    let (mut done, mut offloaded) = (0, 0);
    for profile in ["bluefield3", "e810", "thor2"] {
        for seed in 1..=20 {
            let open = || {
                let options = SimOptions { seed: Some(seed), capacity: Some(12), ..SimOptions::default() };
                SimHost::open(profile, options).unwrap()
            };
            let (direct, wired) = (open(), open());
            let kernel = SimKernel::new(wired.machine().clone());
            let mut client = Client::new(&kernel);
            let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let ready = [
                Op::Up(IfIndex(2), true),
                Op::Mode(EswitchMode::Switchdev),
                Op::NumVfs(3),
                Op::Mode(EswitchMode::Switchdev),
                Op::Offload(IfIndex(2), true),
            ];
            let hooks = (1..9).map(|link| Op::AddHook(Hook::clsact(IfIndex(link))));
            let ready = ready.into_iter().chain(hooks);
            for (step, op) in ready.chain(std::iter::repeat_with(|| dice.op()).take(240)).enumerate() {
                let mut ends = (directly(&direct, &op), by_wire(&kernel, &mut client, &op));
                // The model's own face hands no remark on when a hook is added.
                if matches!(op, Op::AddHook(_)) && ends.1.errno == 0 {
                    ends.1.text = None;
                }
                // Whether the feature changed is told by reading it back; that is not the request's end.
                if !matches!(op, Op::Offload(..)) {
                    assert_eq!(ends.0, ends.1, "{profile}, seed {seed}, step {step}: {op:?}");
                }
                done += i32::from(ends.0.errno == 0);
            }
            let states = (direct.machine().snapshot(), wired.machine().snapshot());
            assert_eq!(states.0, states.1, "{profile}, seed {seed}");
            offloaded += states.0.matches("\"active\": true").count();
        }
    }
    // Enough of the changes must have been possible for this to mean something.
    assert!(done > 3500 && offloaded > 60, "{done} of 15180, {offloaded} rules in hardware");
}

use std::net::IpAddr;

use smartnic_core::flow::{
    Action, ActionFlags, ActionKind, Chance, ChanceKind, Control, Cookie, Csum, Ct, CtFlags, CtHelper,
    CtLabel, EthHeader, GeneveOption, HwStats, MirredBlock, MirredTarget, NatRange, Pedit, PeditCommand,
    PeditHeader, PeditKey, TunnelOpts, TunnelSet, VlanChange,
};
use smartnic_core::types::{EtherType, Masked};

use super::random::mac;
use super::random_beside::beside;
use crate::text::random::Random;

/// An action out of everything that tc syntax can say.
pub(super) fn action(random: &mut Random) -> Action {
    let target = MirredTarget {
        dev: (*random.one_of(&["p0", "pf0vf1", "eth0.5"])).into(),
        ingress: random.below(4) == 0,
    };
    let tag = VlanChange {
        id: random.below(4096) as u16,
        protocol: random.maybe(|random| *random.one_of(&[EtherType::VLAN, EtherType::QINQ])),
        priority: random.maybe(|random| random.below(8) as u8),
    };
    let kinds = [
        ActionKind::Gact,
        ActionKind::Redirect(target.clone()),
        ActionKind::Mirror(target),
        ActionKind::VlanPop,
        ActionKind::VlanPush(tag),
        ActionKind::VlanModify(tag),
        ActionKind::VlanPopEth,
        ActionKind::VlanPushEth(EthHeader { dst_mac: mac(random).value, src_mac: mac(random).value }),
        ActionKind::MirredBlock(MirredBlock {
            block: random.below(1 << 32).max(1) as u32,
            redirect: random.below(2) == 0,
            ingress: random.below(2) == 0,
        }),
        ActionKind::GactRandom(Chance {
            kind: *random.one_of(&[ChanceKind::Netrand, ChanceKind::Determ]),
            control: Control::Continue,
            one_of: random.below(10_001) as u16,
        }),
        ActionKind::TunnelUnset,
        ActionKind::TunnelSet(tunnel(random)),
        ActionKind::Csum(Csum::from_bits_retain(1 + random.below(127) as u32)),
        ActionKind::Ct(ct(random)),
        ActionKind::Pedit(pedit(random)),
        ActionKind::Pedit(pedit(random)),
        ActionKind::ByIndex((*random.one_of(&["mirred", "vlan", "csum", "tunnel_key", "pedit"])).to_owned()),
        beside(random),
        beside(random),
        beside(random),
    ];
    let mut action = Action::new(random.one_of(&kinds).clone());
    let goto = Control::Goto(random.below(1 << 28) as u32);
    let jump = Control::Jump(random.below(5) as u32);
    let controls = [
        Control::Pass,
        Control::Drop,
        Control::Trap,
        Control::Pipe,
        Control::Continue,
        Control::Reclassify,
        goto,
        jump,
    ];
    if action.control != Control::Stolen {
        action.control = *random.one_of(&controls);
    }
    let stats = [HwStats::IMMEDIATE, HwStats::DELAYED, HwStats::empty()];
    action.hw_stats = random.maybe(|random| *random.one_of(&stats));
    action.index = random.maybe(|random| random.below(1 << 32).max(1) as u32);
    if matches!(action.kind, ActionKind::ByIndex(_)) {
        action.control = action.kind.default_control();
        action.index.get_or_insert(7);
    }
    action.cookie =
        random.maybe(|random| Cookie((0..=random.below(16)).map(|_| random.below(256) as u8).collect()));
    let flags = [ActionFlags::NO_PERCPU, ActionFlags::SKIP_SW, ActionFlags::SKIP_HW, ActionFlags::empty()];
    action.flags = *random.one_of(&flags);
    action
}

fn ip(random: &mut Random) -> IpAddr {
    let bits = random.below(u64::MAX);
    if random.below(2) == 0 { (bits as u32).to_be_bytes().into() } else { [(bits as u16); 8].into() }
}

fn tunnel(random: &mut Random) -> TunnelSet {
    let byte = |random: &mut Random| random.below(256) as u8;
    let option = |random: &mut Random| GeneveOption {
        class: Some(random.below(1 << 16) as u16),
        kind: Some(byte(random)),
        data: (0..4 * (1 + random.below(3))).map(|_| byte(random)).collect(),
    };
    let opts = [
        TunnelOpts::Geneve((0..=random.below(2)).map(|_| option(random)).collect()),
        TunnelOpts::Vxlan { gbp: Some(random.below(1 << 32) as u32) },
        TunnelOpts::Erspan {
            version: Some(byte(random)),
            index: Some(random.below(1 << 32) as u32),
            direction: Some(byte(random)),
            hwid: random.maybe(byte),
        },
    ];
    TunnelSet {
        src_ip: Some(ip(random)),
        dst_ip: Some(ip(random)),
        key_id: random.maybe(|random| random.below(1 << 32) as u32),
        dst_port: random.maybe(|random| random.below(1 << 16) as u16),
        tos: random.maybe(byte),
        ttl: random.maybe(byte),
        no_csum: Some(random.below(2) == 0),
        no_frag: random.below(2) == 0,
        opts: random.maybe(|random| random.one_of(&opts).clone()),
    }
}

fn ct(random: &mut Random) -> Ct {
    let source = CtFlags::COMMIT | CtFlags::NAT | CtFlags::NAT_SRC;
    let flags = [CtFlags::empty(), CtFlags::CLEAR, CtFlags::COMMIT | CtFlags::FORCE, CtFlags::NAT, source];
    let flags = *random.one_of(&flags);
    let mut nat = NatRange::default();
    if flags == source {
        let (port, range) = (random.below(1 << 15) as u16, random.below(100) as u16);
        let max = if random.below(2) == 0 { [9; 4] } else { [10; 4] };
        (nat.min_ip, nat.max_ip) = (Some([9; 4].into()), Some(max.into()));
        nat.min_port = random.maybe(|_| port);
        nat.max_port = nat.min_port.map(|port| port + range);
    }
    let label = |random: &mut Random| CtLabel([random.below(256) as u8; 16]);
    let mark = |random: &mut Random| random.below(1 << 32) as u32;
    Ct {
        flags,
        zone: random.maybe(|random| random.below(1 << 16) as u16),
        mark: random.maybe(|random| Masked { value: mark(random), mask: mark(random) }),
        label: random.maybe(|random| Masked { value: label(random), mask: label(random) }),
        nat,
        helper: random.maybe(|random| CtHelper {
            name: "ftp".to_owned(),
            family: Some(*random.one_of(&[2, 10])),
            proto: Some(random.below(256) as u8),
        }),
    }
}

/// Changes that tc has words for, by offset and in headers with names.
fn pedit(random: &mut Random) -> Pedit {
    let extended = random.below(2) == 0;
    let mut pedit = Pedit { extended, ..Pedit::default() };
    for _ in 0..=random.below(3) {
        let mask = random.below(1 << 32) as u32;
        let invert = random.below(4) == 0;
        let named = extended && random.below(2) == 0;
        // A header, an offset, and the bits that its fields there have.
        let (header, offset, bits) = match named {
            false => (PeditHeader::Network, 4 * (random.below(40) as i32 - 10), u32::MAX),
            true => *random.one_of(&[
                (PeditHeader::Ip4, 12, u32::MAX),
                (PeditHeader::Ip4, 0, 0x00ff_0000),
                (PeditHeader::Ip4, 8, 0x00ff_0000),
                (PeditHeader::Ip6, 0, u32::MAX),
                (PeditHeader::Ip6, 4, 0x0000_00ff),
                (PeditHeader::Eth, 12, 0xffff_0000),
                (PeditHeader::Tcp, 12, 0x00ff_0000),
                (PeditHeader::Udp, 0, 0x0000_ffff),
            ]),
        };
        let touched = !mask & bits;
        let value = random.below(1 << 32) as u32 & touched;
        let mut key = PeditKey { header, offset, mask: !touched, value, ..PeditKey::default() };
        if invert {
            key.mask = u32::MAX;
        } else if extended && random.below(3) == 0 {
            key.command = PeditCommand::Add;
        }
        if !named && random.below(4) == 0 {
            (key.at, key.offmask, key.shift) = (random.below(50) as u32, 1 + random.below(255) as u32, 2);
        }
        pedit.keys.push(key);
    }
    pedit
}

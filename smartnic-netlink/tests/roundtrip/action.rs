//! Random actions.

use std::net::IpAddr;

use smartnic_core::flow::{
    Action, ActionFlags, ActionKind, Chance, ChanceKind, Control, Cookie, Csum, Ct, CtFlags, CtHelper,
    CtLabel, EthHeader, GeneveOption, HwStats, MAX_CHAIN, MirredBlock, MirredTarget, NatRange, Pedit,
    PeditCommand, PeditHeader, PeditKey, TunnelOpts, TunnelSet, VlanChange,
};
use smartnic_core::types::{EtherType, IfIndex};

use crate::beside::beside;
use crate::random::Random;
use crate::{mac, unknown};

pub(crate) fn action(random: &mut Random) -> Action {
    let target = |random: &mut Random| MirredTarget {
        dev: IfIndex(random.below(u32::MAX)).into(),
        ingress: random.below(2) == 0,
    };
    let change = |random: &mut Random| VlanChange {
        id: random.small(4096),
        protocol: random.maybe(|random| [EtherType::VLAN, EtherType::QINQ][random.small::<usize>(2)]),
        priority: random.maybe(|random| random.small(8)),
    };
    let kind = match random.below(29) {
        0 => ActionKind::Gact,
        1 => ActionKind::Redirect(target(random)),
        2 => ActionKind::Mirror(target(random)),
        3 => ActionKind::VlanPush(change(random)),
        4 => ActionKind::VlanPop,
        5 => ActionKind::VlanModify(change(random)),
        6 => ActionKind::VlanPushEth(EthHeader { dst_mac: mac(random), src_mac: mac(random) }),
        7 => ActionKind::VlanPopEth,
        8 => ActionKind::GactRandom(Chance {
            kind: [ChanceKind::Netrand, ChanceKind::Determ, ChanceKind::None][random.small::<usize>(3)],
            control: Control::Drop,
            one_of: random.small(10_000),
        }),
        9 => ActionKind::MirredBlock(MirredBlock {
            block: random.below(u32::MAX),
            redirect: random.below(2) == 0,
            ingress: random.below(2) == 0,
        }),
        10 => ActionKind::TunnelSet(tunnel(random)),
        11 => ActionKind::TunnelUnset,
        12 | 13 => ActionKind::Pedit(pedit(random)),
        14 => ActionKind::Csum(Csum::from_bits_retain(random.below(1 << 10))),
        15 => ActionKind::Ct(ct(random)),
        16..28 => beside(random),
        _ => {
            let options = (0..random.below(4)).map(|n| unknown(random, 1 + n)).collect();
            ActionKind::Unknown { kind: "nosuch".into(), options }
        }
    };
    let control = match kind {
        // Of a kind that is not known the place of the control is not known either.
        ActionKind::Unknown { .. } => Control::Pipe,
        _ => match random.below(10) {
            0 => Control::Pass,
            1 => Control::Reclassify,
            2 => Control::Drop,
            3 => Control::Pipe,
            4 => Control::Stolen,
            5 => Control::Continue,
            6 => Control::Trap,
            7 => Control::Goto(random.below(MAX_CHAIN + 1)),
            8 => Control::Jump(random.below(100)),
            _ => Control::Unknown(i32::try_from(random.below(100)).unwrap() + 100),
        },
    };
    let hw_stats = random.maybe(|random| HwStats::from_bits_retain(random.small(4)));
    // The number of an action that is not known is told by its options.
    let known = !matches!(kind, ActionKind::Unknown { .. });
    let index = random.maybe(|random| 1 + random.below(u32::MAX - 1)).filter(|_| known);
    let cookie = random.maybe(|random| Cookie((0..=random.below(16)).map(|_| random.small(256)).collect()));
    let flags = [ActionFlags::empty(), ActionFlags::NO_PERCPU][random.small::<usize>(2)];
    Action { control, hw_stats, index, cookie, flags, ..Action::new(kind) }
}

fn ip(random: &mut Random) -> IpAddr {
    match random.below(2) {
        0 => IpAddr::from(random.below(u32::MAX).to_be_bytes()),
        _ => IpAddr::from([random.small::<u8>(256); 16]),
    }
}

fn tunnel(random: &mut Random) -> TunnelSet {
    let opts = |random: &mut Random| match random.below(3) {
        0 => {
            let option = |random: &mut Random| GeneveOption {
                class: Some(random.small(1 << 16)),
                kind: random.maybe(|random| random.small(256)),
                data: (0..4 * random.below(4)).map(|_| random.small(256)).collect(),
            };
            TunnelOpts::Geneve((0..=random.below(2)).map(|_| option(random)).collect())
        }
        1 => TunnelOpts::Vxlan { gbp: random.maybe(|random| random.below(u32::MAX)) },
        _ => TunnelOpts::Erspan {
            version: random.maybe(|random| random.small(256)),
            index: random.maybe(|random| random.below(u32::MAX)),
            direction: random.maybe(|random| random.small(256)),
            hwid: random.maybe(|random| random.small(256)),
        },
    };
    TunnelSet {
        src_ip: random.maybe(ip),
        dst_ip: random.maybe(ip),
        key_id: random.maybe(|random| random.below(u32::MAX)),
        dst_port: random.maybe(|random| random.small(1 << 16)),
        tos: random.maybe(|random| random.small(256)),
        ttl: random.maybe(|random| random.small(256)),
        no_csum: random.maybe(|random| random.below(2) == 0),
        no_frag: random.below(2) == 0,
        opts: random.maybe(opts),
    }
}

fn pedit(random: &mut Random) -> Pedit {
    let extended = random.below(2) == 0;
    let headers = [
        PeditHeader::Network,
        PeditHeader::Eth,
        PeditHeader::Ip4,
        PeditHeader::Ip6,
        PeditHeader::Tcp,
        PeditHeader::Udp,
        PeditHeader::Unknown(9),
    ];
    let commands = [PeditCommand::Set, PeditCommand::Add, PeditCommand::Unknown(7)];
    let key = |random: &mut Random| PeditKey {
        header: if extended { headers[random.small::<usize>(7)] } else { PeditHeader::Network },
        command: if extended { commands[random.small::<usize>(3)] } else { PeditCommand::Set },
        offset: i32::try_from(random.below(100)).unwrap() - 20,
        mask: random.below(u32::MAX),
        value: random.below(u32::MAX),
        at: random.below(100),
        offmask: random.below(100),
        shift: random.below(32),
    };
    Pedit { keys: (0..random.below(4)).map(|_| key(random)).collect(), extended, flags: random.small(256) }
}

fn ct(random: &mut Random) -> Ct {
    let label = |random: &mut Random| CtLabel([random.small(256); 16]);
    let helper = |random: &mut Random| CtHelper {
        name: "ftp".to_owned(),
        family: random.maybe(|random| random.small(256)),
        proto: random.maybe(|random| random.small(256)),
    };
    Ct {
        flags: CtFlags::from_bits_retain(random.small(1 << 6)),
        zone: random.maybe(|random| random.small(1 << 16)),
        mark: random.maybe(|random| random.masked(|random| random.below(u32::MAX))),
        label: random.maybe(|random| random.masked(label)),
        nat: NatRange {
            min_ip: random.maybe(ip),
            max_ip: random.maybe(ip),
            min_port: random.maybe(|random| random.small(1 << 16)),
            max_port: random.maybe(|random| random.small(1 << 16)),
        },
        helper: random.maybe(helper),
    }
}

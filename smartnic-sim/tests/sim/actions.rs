//! Random actions that change packets, right and wrong ones.

use std::net::IpAddr;

use smartnic_core::flow::{
    ActionKind, Chance, ChanceKind, Control, Csum, Ct, CtFlags, CtHelper, CtLabel, EthHeader, GeneveOption,
    MirredBlock, NatRange, Pedit, PeditCommand, PeditHeader, PeditKey, TunnelOpts, TunnelSet,
};
use smartnic_core::types::{Mac, Masked};

/// A kind of action; `roll` gives a number below another.
pub(crate) fn kind(roll: &mut dyn FnMut(u64) -> u64) -> ActionKind {
    match roll(9) {
        0 => ActionKind::GactRandom(Chance {
            kind: [ChanceKind::None, ChanceKind::Netrand, ChanceKind::Determ][roll(3) as usize],
            control: [Control::Pass, Control::Goto(1), Control::Drop, Control::Unknown(99)][roll(4) as usize],
            one_of: roll(3) as u16,
        }),
        1 => ActionKind::MirredBlock(MirredBlock {
            block: 1 + roll(3) as u32,
            redirect: roll(2) == 0,
            ingress: roll(2) == 0,
        }),
        2 => ActionKind::VlanPushEth(EthHeader { dst_mac: Mac([2; 6]), src_mac: Mac([roll(9) as u8; 6]) }),
        3 => [ActionKind::VlanPopEth, ActionKind::TunnelUnset][roll(2) as usize].clone(),
        4 => ActionKind::TunnelSet(tunnel(roll)),
        5 => ActionKind::Pedit(pedit(roll)),
        6 => ActionKind::Csum(Csum::from_bits_retain(roll(128) as u32)),
        7 => ActionKind::ByIndex(
            ["mirred", "csum", "gact", "vlan", "pedit", "tunnel_key"][roll(6) as usize].to_owned(),
        ),
        _ => ActionKind::Ct(ct(roll)),
    }
}

fn maybe<T>(roll: &mut dyn FnMut(u64) -> u64, value: T) -> Option<T> {
    (roll(3) > 0).then_some(value)
}

fn ip(roll: &mut dyn FnMut(u64) -> u64) -> IpAddr {
    let byte = roll(3) as u8;
    if roll(6) == 0 { [byte; 16].into() } else { [byte; 4].into() }
}

fn tunnel(roll: &mut dyn FnMut(u64) -> u64) -> TunnelSet {
    let opts = match roll(4) {
        0 => TunnelOpts::Vxlan { gbp: Some(roll(1 << 24) as u32) },
        1 => TunnelOpts::Erspan {
            version: Some(roll(4) as u8),
            index: Some(roll(1 << 20) as u32),
            direction: Some(roll(2) as u8),
            hwid: Some(roll(200) as u8),
        },
        _ => {
            let mut option = || GeneveOption {
                class: Some(roll(1 << 16) as u16),
                kind: Some(roll(256) as u8),
                data: vec![7; [4, 8, 6, 64, 124][roll(5) as usize]],
            };
            TunnelOpts::Geneve(vec![option(), option(), option()])
        }
    };
    // Neither or both: the kernel looks for pairs.
    let (src, dst) = (ip(roll), ip(roll));
    let same = src.is_ipv4() == dst.is_ipv4() && roll(8) > 0;
    TunnelSet {
        src_ip: same.then_some(src),
        dst_ip: same.then_some(dst),
        key_id: maybe(roll, 9),
        dst_port: maybe(roll, 0),
        tos: maybe(roll, 4),
        ttl: maybe(roll, 0),
        no_csum: maybe(roll, true),
        no_frag: roll(2) == 0,
        opts: maybe(roll, opts),
    }
}

fn pedit(roll: &mut dyn FnMut(u64) -> u64) -> Pedit {
    let extended = roll(2) == 0;
    let mut key = || PeditKey {
        header: if extended {
            [PeditHeader::Ip4, PeditHeader::Eth][roll(2) as usize]
        } else {
            PeditHeader::Network
        },
        command: if extended {
            [PeditCommand::Set, PeditCommand::Add][roll(2) as usize]
        } else {
            PeditCommand::Set
        },
        offset: [0, 4, 3, -4][roll(4) as usize],
        mask: roll(1 << 32) as u32,
        value: roll(1 << 32) as u32,
        at: 0,
        offmask: roll(2) as u32,
        shift: roll(64) as u32,
    };
    let keys = vec![key(), key()];
    let count = roll(3) as usize;
    Pedit { keys: keys.into_iter().take(count).collect(), extended, flags: 0 }
}

fn ct(roll: &mut dyn FnMut(u64) -> u64) -> Ct {
    let helper = CtHelper {
        name: ["ftp", "nosuch"][roll(2) as usize].to_owned(),
        family: Some(2),
        proto: maybe(roll, 6),
    };
    let min = ip(roll);
    let some = roll(2) as u8;
    let nat = NatRange {
        min_ip: Some(min),
        max_ip: maybe(roll, min),
        min_port: maybe(roll, 5),
        max_port: maybe(roll, 9),
    };
    Ct {
        flags: CtFlags::from_bits_retain(roll(64) as u16),
        zone: maybe(roll, 3),
        mark: maybe(roll, Masked { value: 7, mask: some.into() }),
        label: maybe(roll, Masked { value: CtLabel([1; 16]), mask: CtLabel([some; 16]) }),
        nat,
        helper: Some(helper).filter(|_| roll(4) == 0),
    }
}

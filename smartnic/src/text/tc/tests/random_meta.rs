//! Random keys of what comes with a packet beside its own headers, as tc can say them.

use smartnic_core::flow::{CtLabel, GeneveOption, Match, TunnelOpts, TunnelOptsMatch};
use smartnic_core::types::Masked;

use super::random::{byte, ipv4, ipv6};
use crate::text::random::Random;

pub(super) fn keys(random: &mut Random, key: &mut Match) {
    let address = if random.below(2) == 0 { ipv4 } else { ipv6 };
    key.enc_src_ip = random.maybe(address);
    key.enc_dst_ip = random.maybe(address);
    key.enc_key_id = random.maybe(|random| random.below(1 << 32) as u32);
    key.enc_dst_port = random.maybe(|random| Masked::exact(random.below(1 << 16) as u16));
    key.enc_tos = random.maybe(byte);
    key.enc_ttl = random.maybe(byte);
    key.enc_opts = random.maybe(opts);
    // What a mask does not hold, tc has no word for.
    let under = |random: &mut Random, all: u64| {
        let mask = random.below(all + 1);
        (random.below(all + 1) & mask, mask)
    };
    let bits = |random: &mut Random, all: u64, shift: u32| {
        let (value, mask) = under(random, all);
        Masked::new((value << shift) as u32, (mask << shift) as u32)
    };
    key.ip_flags = random.maybe(|random| bits(random, 3, 0));
    key.enc_flags = random.maybe(|random| bits(random, 15, 2));
    key.l2_miss = random.maybe(|random| random.below(2) as u8);
    key.ct_state = random.maybe(|random| {
        let (value, mask) = under(random, 0x3f);
        Masked::new(value as u16, mask as u16)
    });
    if key.ct_state.is_some_and(|state| !possible(state.value)) {
        key.ct_state = None;
    }
    key.ct_zone =
        random.maybe(|random| Masked::new(random.below(1 << 16) as u16, random.below(1 << 16) as u16));
    key.ct_mark =
        random.maybe(|random| Masked::new(random.below(1 << 32) as u32, random.below(1 << 32) as u32));
    key.ct_label = random.maybe(|random| {
        let label = |random: &mut Random| {
            let mut bytes = [0; 16];
            bytes.iter_mut().for_each(|byte| *byte = random.below(256) as u8);
            CtLabel(bytes)
        };
        Masked::new(label(random), label(random))
    });
}

/// What a kernel takes: a connection that is tracked, and in one state.
fn possible(state: u16) -> bool {
    let has = |bit: u16| state & bit != 0;
    let (new, est, trk, inv, rpl) = (has(1), has(2), has(8), has(16), has(32));
    (state == 0 || trk) && !(new && (est || rpl)) && (!inv || state == 24)
}

/// With a whole mask, which is what is read where tc fills one up.
fn opts(random: &mut Random) -> TunnelOptsMatch {
    let value = value(random);
    let mask = random.maybe(|random| mask(random, &value));
    if let (TunnelOpts::Erspan { version, .. }, None) = (&value, &mask) {
        let (index, direction, hwid) = (Some(u32::MAX), Some(0xff), Some(0xff));
        let mask = Some(TunnelOpts::Erspan { version: *version, index, direction, hwid });
        return TunnelOptsMatch { value, mask };
    }
    let opts = TunnelOptsMatch { value, mask };
    TunnelOptsMatch { mask: opts.as_kept().mask, ..opts }
}

fn value(random: &mut Random) -> TunnelOpts {
    let byte = |random: &mut Random| Some(random.below(256) as u8);
    match random.below(6) {
        0 => TunnelOpts::Geneve((0..=random.below(3)).map(|_| option(random)).collect()),
        1 => TunnelOpts::Vxlan { gbp: Some(random.below(1 << 32) as u32) },
        2 => TunnelOpts::Erspan {
            version: Some(1),
            index: Some(random.below(1 << 32) as u32),
            direction: None,
            hwid: None,
        },
        3 => {
            TunnelOpts::Erspan { version: Some(2), index: None, direction: byte(random), hwid: byte(random) }
        }
        4 => TunnelOpts::Gtp { pdu_type: byte(random), qfi: byte(random) },
        _ => TunnelOpts::Pfcp { kind: byte(random), seid: random.maybe(|random| random.below(u64::MAX)) },
    }
}

fn mask(random: &mut Random, value: &TunnelOpts) -> TunnelOpts {
    match value {
        TunnelOpts::Geneve(options) => {
            let options = options.iter().map(|value| GeneveOption {
                data: value.data.iter().map(|_| random.below(256) as u8).collect(),
                ..option(random)
            });
            TunnelOpts::Geneve(options.collect())
        }
        TunnelOpts::Vxlan { .. } => TunnelOpts::Vxlan { gbp: Some(random.below(1 << 32) as u32) },
        TunnelOpts::Erspan { version, .. } => {
            let part = |random: &mut Random| Some(random.below(0x3f) as u8);
            let (index, direction, hwid) = (part(random).map(u32::from), part(random), part(random));
            TunnelOpts::Erspan { version: *version, index, direction, hwid }
        }
        TunnelOpts::Gtp { .. } => TunnelOpts::Gtp { pdu_type: Some(random.below(256) as u8), qfi: None },
        TunnelOpts::Pfcp { .. } => TunnelOpts::Pfcp { kind: None, seid: Some(random.below(u64::MAX)) },
    }
}

fn option(random: &mut Random) -> GeneveOption {
    GeneveOption {
        class: Some(random.below(1 << 16) as u16),
        kind: Some(random.below(256) as u8),
        data: (0..4 * (1 + random.below(3))).map(|_| random.below(256) as u8).collect(),
    }
}

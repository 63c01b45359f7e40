//! Keys of what comes with a packet beside its own headers: its tunnel, its connection, its flags.

use smartnic_core::flow::{CtLabel, GeneveOption, Match, TunnelOpts, TunnelOptsMatch};

use crate::address;
use crate::random::Random;

/// Keys of a tunnel's outer headers.
pub(crate) fn tunnel(random: &mut Random, key: &mut Match) {
    let (byte, port) = (|random: &mut Random| random.small(256), |random: &mut Random| random.small(1 << 16));
    key.enc_src_ip = random.maybe(address);
    key.enc_dst_ip = random.maybe(address);
    key.enc_key_id = random.maybe(|random| random.below(u32::MAX));
    key.enc_src_port = random.maybe(|random| random.masked(port));
    key.enc_dst_port = random.maybe(|random| random.masked(port));
    key.enc_tos = random.maybe(|random| random.masked(byte));
    key.enc_ttl = random.maybe(|random| random.masked(byte));
    key.enc_flags = random.maybe(|random| random.masked(|random| random.below(u32::MAX)));
    key.enc_opts = random
        .maybe(|random| TunnelOptsMatch { value: tunnel_opts(random), mask: random.maybe(tunnel_opts) });
}

fn tunnel_opts(random: &mut Random) -> TunnelOpts {
    let byte = |random: &mut Random| random.maybe(|random| random.small(256));
    let number = |random: &mut Random| random.maybe(|random| random.below(u32::MAX));
    let option = |random: &mut Random| GeneveOption {
        class: random.maybe(|random| random.small(1 << 16)),
        kind: byte(random),
        data: (0..4 * random.below(4)).map(|_| random.small(256)).collect(),
    };
    match random.below(5) {
        0 => TunnelOpts::Geneve((0..=random.below(3)).map(|_| option(random)).collect()),
        1 => TunnelOpts::Vxlan { gbp: number(random) },
        2 => TunnelOpts::Erspan {
            version: byte(random),
            index: number(random),
            direction: byte(random),
            hwid: byte(random),
        },
        3 => TunnelOpts::Gtp { pdu_type: byte(random), qfi: byte(random) },
        _ => TunnelOpts::Pfcp { kind: byte(random), seid: random.maybe(Random::bits) },
    }
}

/// Keys of connection tracking and of what else the kernel knows beside the packet's bytes.
pub(crate) fn beside_the_bytes(random: &mut Random, key: &mut Match) {
    let half = |random: &mut Random| random.small(1 << 16);
    let number = |random: &mut Random| random.below(u32::MAX);
    let label = |random: &mut Random| {
        let bits = u128::from(random.bits()) << 64 | u128::from(random.bits());
        CtLabel(bits.to_be_bytes())
    };
    key.ip_flags = random.maybe(|random| random.masked(number));
    key.ct_state = random.maybe(|random| random.masked(half));
    key.ct_zone = random.maybe(|random| random.masked(half));
    key.ct_mark = random.maybe(|random| random.masked(number));
    key.ct_label = random.maybe(|random| random.masked(label));
    key.l2_miss = random.maybe(|random| random.small(2));
    key.hash = random.maybe(|random| random.masked(number));
}

//! The words of parts that only some packets have: MPLS labels, ARP, a tunnel, a connection, fragments.

use std::net::IpAddr;

use smartnic_core::flow::{Arp, CT_STATES, IP_FLAGS, MplsLabel, Packet, Tunnel};

use super::draft::{Draft, Read, address, byte, port};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, number};

/// The time to live of labels of which none is given.
const TTL: u8 = 64;

/// The keys; those of a label may come again.
pub(super) const KEYS: [(&str, Read); 19] = [
    ("mpls_label", |draft, word| {
        let label = number(word, Base::C, 0xf_ffff, "a label")?;
        draft.packet.mpls.push(MplsLabel { label, tc: 0, ttl: TTL });
        Ok(())
    }),
    ("mpls_tc", |draft, word| {
        let tc = number(word, Base::C, 7, "a traffic class")?;
        label(draft, word).map(|entry| entry.tc = tc)
    }),
    ("mpls_ttl", |draft, word| {
        let ttl = byte(word, "mpls_ttl")?;
        label(draft, word).map(|entry| entry.ttl = ttl)
    }),
    ("arp_op", |draft, word| {
        let op = match word.text {
            "request" => 1,
            "reply" => 2,
            _ => byte(word, "arp_op")?,
        };
        arp(draft).op = op;
        Ok(())
    }),
    ("arp_sip", |draft, word| word_of(word, "an IPv4 address").map(|ip| arp(draft).sip = ip)),
    ("arp_tip", |draft, word| word_of(word, "an IPv4 address").map(|ip| arp(draft).tip = ip)),
    ("arp_sha", |draft, word| word.value().map(|mac| arp(draft).sha = mac)),
    ("arp_tha", |draft, word| word.value().map(|mac| arp(draft).tha = mac)),
    ("enc_src_ip", |draft, word| address(word).map(|ip| tunnel(draft).src_ip = Some(ip))),
    ("enc_dst_ip", |draft, word| address(word).map(|ip| tunnel(draft).dst_ip = Some(ip))),
    ("enc_key_id", |draft, word| {
        let id = number(word, Base::C, u32::MAX.into(), "a tunnel's key")?;
        tunnel(draft).key_id = id;
        Ok(())
    }),
    ("enc_src_port", |draft, word| port(word).map(|port| tunnel(draft).src_port = port)),
    ("enc_dst_port", |draft, word| port(word).map(|port| tunnel(draft).dst_port = port)),
    ("enc_tos", |draft, word| byte(word, "enc_tos").map(|tos| tunnel(draft).tos = tos)),
    ("enc_ttl", |draft, word| byte(word, "enc_ttl").map(|ttl| tunnel(draft).ttl = ttl)),
    ("ct_state", |draft, word| {
        draft.packet.ct_state = names(word, '+', &CT_STATES)?;
        Ok(())
    }),
    ("ct_zone", |draft, word| {
        draft.packet.ct_zone = number(word, Base::C, 0xffff, "a zone")?;
        Ok(())
    }),
    ("ct_mark", |draft, word| {
        draft.packet.ct_mark = number(word, Base::C, u32::MAX.into(), "a mark")?;
        Ok(())
    }),
    ("ip_flags", |draft, word| {
        draft.packet.ip_flags = names(word, '/', &IP_FLAGS)?;
        Ok(())
    }),
];

fn label<'d>(draft: &'d mut Draft<'_>, word: &Word<'_>) -> Parsed<&'d mut MplsLabel> {
    let entry = draft.packet.mpls.last_mut();
    entry.ok_or_else(|| word.wrong("there is no label yet").hint("say first: mpls_label NUMBER"))
}

fn arp<'d>(draft: &'d mut Draft<'_>) -> &'d mut Arp {
    draft.packet.arp.get_or_insert_default()
}

fn tunnel<'d>(draft: &'d mut Draft<'_>) -> &'d mut Tunnel {
    draft.packet.tunnel.get_or_insert_default()
}

fn word_of<T: std::str::FromStr>(word: &Word<'_>, what: &str) -> Parsed<T> {
    word.text.parse().map_err(|_| word.wrong(format!("expected {what}")))
}

/// The sum of the bits that names stand for; before or between them stands a sign.
fn names<T: Copy + Default + std::ops::BitOr<Output = T>>(
    word: &Word<'_>,
    sign: char,
    known: &[(&str, T)],
) -> Parsed<T> {
    let mut sum = T::default();
    for name in word.text.split(sign).filter(|name| !name.is_empty()) {
        let Some((_, bit)) = known.iter().find(|(other, _)| *other == name) else {
            let all: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            let fault = word.wrong(format!("`{name}` is none of {}", all.join(", ")));
            return Err(fault.hint(format!("write what the packet has, with `{sign}` between the names")));
        };
        sum = sum | *bit;
    }
    Ok(sum)
}

/// The parts as words that are read again.
pub(super) fn words(packet: &Packet, put: &mut dyn FnMut(&str, Option<String>)) {
    let number =
        |number: u32, plain: u32| Some(number).filter(|number| *number != plain).map(|n| n.to_string());
    for entry in &packet.mpls {
        put("mpls_label", Some(entry.label.to_string()));
        put("mpls_tc", number(entry.tc.into(), 0));
        put("mpls_ttl", number(entry.ttl.into(), TTL.into()));
    }
    if let Some(arp) = &packet.arp {
        let plain = Arp::default();
        put("arp_op", Some(arp.op.to_string()));
        put("arp_sip", Some(arp.sip).filter(|ip| *ip != plain.sip).map(|ip| ip.to_string()));
        put("arp_tip", Some(arp.tip).filter(|ip| *ip != plain.tip).map(|ip| ip.to_string()));
        put("arp_sha", Some(arp.sha).filter(|mac| *mac != plain.sha).map(|mac| mac.to_string()));
        put("arp_tha", Some(arp.tha).filter(|mac| *mac != plain.tha).map(|mac| mac.to_string()));
    }
    if let Some(tunnel) = &packet.tunnel {
        let ip = |ip: Option<IpAddr>| ip.map(|ip| ip.to_string());
        put("enc_src_ip", ip(tunnel.src_ip));
        put("enc_dst_ip", ip(tunnel.dst_ip));
        put("enc_key_id", Some(tunnel.key_id.to_string()));
        put("enc_src_port", number(tunnel.src_port.into(), 0));
        put("enc_dst_port", number(tunnel.dst_port.into(), 0));
        put("enc_tos", number(tunnel.tos.into(), 0));
        put("enc_ttl", number(tunnel.ttl.into(), 0));
    }
    let state: String = CT_STATES
        .iter()
        .filter(|(_, bit)| packet.ct_state & bit != 0)
        .map(|(name, _)| format!("+{name}"))
        .collect();
    put("ct_state", Some(state).filter(|state| !state.is_empty()));
    put("ct_zone", number(packet.ct_zone.into(), 0));
    put("ct_mark", number(packet.ct_mark, 0));
    let flags: Vec<_> =
        IP_FLAGS.iter().filter(|(_, bit)| packet.ip_flags & bit != 0).map(|(name, _)| *name).collect();
    put("ip_flags", Some(flags.join("/")).filter(|flags| !flags.is_empty()));
}

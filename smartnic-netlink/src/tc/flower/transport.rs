//! Keys of the TCP, UDP and SCTP headers: ports, ranges of ports, TCP flags.

use smartnic_core::flow::{IpProto, Match, PortMatch, TcpFlags};
use smartnic_core::types::Masked;

use super::{Pair, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const TCP_FLAGS: [u16; 2] = [TCA_FLOWER_KEY_TCP_FLAGS, TCA_FLOWER_KEY_TCP_FLAGS_MASK];
/// The least and the greatest port of a range.
const SRC_RANGE: [u16; 2] = [TCA_FLOWER_KEY_PORT_SRC_MIN, TCA_FLOWER_KEY_PORT_SRC_MAX];
const DST_RANGE: [u16; 2] = [TCA_FLOWER_KEY_PORT_DST_MIN, TCA_FLOWER_KEY_PORT_DST_MAX];

/// Each protocol has ports of its own.
struct Ports {
    proto: IpProto,
    src: [u16; 2],
    dst: [u16; 2],
}

const PORTS: [Ports; 3] = [
    Ports {
        proto: IpProto::TCP,
        src: [TCA_FLOWER_KEY_TCP_SRC, TCA_FLOWER_KEY_TCP_SRC_MASK],
        dst: [TCA_FLOWER_KEY_TCP_DST, TCA_FLOWER_KEY_TCP_DST_MASK],
    },
    Ports {
        proto: IpProto::UDP,
        src: [TCA_FLOWER_KEY_UDP_SRC, TCA_FLOWER_KEY_UDP_SRC_MASK],
        dst: [TCA_FLOWER_KEY_UDP_DST, TCA_FLOWER_KEY_UDP_DST_MASK],
    },
    Ports {
        proto: IpProto::SCTP,
        src: [TCA_FLOWER_KEY_SCTP_SRC, TCA_FLOWER_KEY_SCTP_SRC_MASK],
        dst: [TCA_FLOWER_KEY_SCTP_DST, TCA_FLOWER_KEY_SCTP_DST_MASK],
    },
];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) -> Result<(), WireError> {
    if key.src_port.is_some() || key.dst_port.is_some() {
        let why = "the rule names no protocol that has ports";
        let ports = PORTS.iter().find(|ports| key.ip_proto == Some(ports.proto));
        let ports = ports.ok_or(WireError::Unwritable { what: "TCA_FLOWER_KEY_TCP_SRC", why })?;
        put(encoder, ports.src, SRC_RANGE, key.src_port);
        put(encoder, ports.dst, DST_RANGE, key.dst_port);
    }
    if let Some(flags) = key.tcp_flags {
        encoder.u16_be(TCP_FLAGS[0], flags.value.0);
        encoder.u16_be(TCP_FLAGS[1], flags.mask.0);
    }
    Ok(())
}

fn put(encoder: &mut Encoder<'_>, attrs: [u16; 2], range: [u16; 2], key: Option<PortMatch>) {
    match key {
        Some(PortMatch::Masked(port)) => {
            encoder.u16_be(attrs[0], port.value);
            // Unlike for addresses, tc leaves the mask out where every bit counts.
            if !port.is_exact() {
                encoder.u16_be(attrs[1], port.mask);
            }
        }
        Some(PortMatch::Range { min, max }) => {
            encoder.u16_be(range[0], min);
            encoder.u16_be(range[1], max);
        }
        None => {}
    }
}

#[derive(Default)]
pub(super) struct Parts {
    src: Pair<u16>,
    dst: Pair<u16>,
    src_range: Pair<u16>,
    dst_range: Pair<u16>,
    tcp_flags: Pair<TcpFlags>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        for ports in &PORTS {
            let taken = take(attr, ports.src, &mut self.src, Attr::u16_be)?
                || take(attr, ports.dst, &mut self.dst, Attr::u16_be)?;
            if taken {
                return Ok(true);
            }
        }
        Ok(take(attr, SRC_RANGE, &mut self.src_range, Attr::u16_be)?
            || take(attr, DST_RANGE, &mut self.dst_range, Attr::u16_be)?
            || take(attr, TCP_FLAGS, &mut self.tcp_flags, |attr| attr.u16_be().map(TcpFlags))?)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.src_port = port(self.src, self.src_range);
        key.dst_port = port(self.dst, self.dst_range);
        key.tcp_flags = self.tcp_flags.masked();
    }
}

fn port(one: Pair<u16>, range: Pair<u16>) -> Option<PortMatch> {
    let range = || {
        let (min, max) = range.value.zip(range.mask)?;
        Some(PortMatch::Range { min, max })
    };
    one.masked().map(|port: Masked<u16>| PortMatch::Masked(port)).or_else(range)
}

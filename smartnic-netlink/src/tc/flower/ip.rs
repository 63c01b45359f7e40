//! Keys of the IP header: protocol, type of service, time to live, addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic_core::flow::{IpMatch, IpProto, Match};

use super::{Pair, put_u8, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const TOS: [u16; 2] = [TCA_FLOWER_KEY_IP_TOS, TCA_FLOWER_KEY_IP_TOS_MASK];
const TTL: [u16; 2] = [TCA_FLOWER_KEY_IP_TTL, TCA_FLOWER_KEY_IP_TTL_MASK];
const V4_SRC: [u16; 2] = [TCA_FLOWER_KEY_IPV4_SRC, TCA_FLOWER_KEY_IPV4_SRC_MASK];
const V4_DST: [u16; 2] = [TCA_FLOWER_KEY_IPV4_DST, TCA_FLOWER_KEY_IPV4_DST_MASK];
const V6_SRC: [u16; 2] = [TCA_FLOWER_KEY_IPV6_SRC, TCA_FLOWER_KEY_IPV6_SRC_MASK];
const V6_DST: [u16; 2] = [TCA_FLOWER_KEY_IPV6_DST, TCA_FLOWER_KEY_IPV6_DST_MASK];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    if let Some(IpProto(number)) = key.ip_proto {
        encoder.u8(TCA_FLOWER_KEY_IP_PROTO, number);
    }
    put_u8(encoder, TOS, key.ip_tos);
    put_u8(encoder, TTL, key.ip_ttl);
    put(encoder, V4_SRC, V6_SRC, key.src_ip);
    put(encoder, V4_DST, V6_DST, key.dst_ip);
}

/// An address and its mask under the attributes of its version.
pub(super) fn put(encoder: &mut Encoder<'_>, v4: [u16; 2], v6: [u16; 2], key: Option<IpMatch>) {
    match key {
        Some(IpMatch::V4(key)) => {
            encoder.attr(v4[0], &key.value.octets());
            encoder.attr(v4[1], &key.mask.octets());
        }
        Some(IpMatch::V6(key)) => {
            encoder.attr(v6[0], &key.value.octets());
            encoder.attr(v6[1], &key.mask.octets());
        }
        None => {}
    }
}

#[derive(Default)]
pub(super) struct Parts {
    proto: Option<IpProto>,
    tos: Pair<u8>,
    ttl: Pair<u8>,
    v4_src: Pair<Ipv4Addr>,
    v4_dst: Pair<Ipv4Addr>,
    v6_src: Pair<Ipv6Addr>,
    v6_dst: Pair<Ipv6Addr>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        if attr.kind() == TCA_FLOWER_KEY_IP_PROTO {
            self.proto = Some(IpProto(attr.u8()?));
            return Ok(true);
        }
        let v4 = |attr: &Attr<'_>| attr.array::<4>().map(Ipv4Addr::from);
        let v6 = |attr: &Attr<'_>| attr.array::<16>().map(Ipv6Addr::from);
        Ok(take(attr, TOS, &mut self.tos, Attr::u8)?
            || take(attr, TTL, &mut self.ttl, Attr::u8)?
            || take(attr, V4_SRC, &mut self.v4_src, v4)?
            || take(attr, V4_DST, &mut self.v4_dst, v4)?
            || take(attr, V6_SRC, &mut self.v6_src, v6)?
            || take(attr, V6_DST, &mut self.v6_dst, v6)?)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.ip_proto = self.proto;
        key.ip_tos = self.tos.masked();
        key.ip_ttl = self.ttl.masked();
        key.src_ip = address(self.v4_src, self.v6_src);
        key.dst_ip = address(self.v4_dst, self.v6_dst);
    }
}

/// The address of the version that was given.
pub(super) fn address(v4: Pair<Ipv4Addr>, v6: Pair<Ipv6Addr>) -> Option<IpMatch> {
    v4.masked().map(IpMatch::V4).or_else(|| v6.masked().map(IpMatch::V6))
}

//! Keys of a tunnel's outer headers: addresses, key, UDP ports, type of service, time to live, options.

use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic_core::flow::{Match, TunnelOptsMatch};
use smartnic_core::types::Masked;

use super::super::tunnel;
use super::{Pair, ip, put_u8, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const V4_SRC: [u16; 2] = [TCA_FLOWER_KEY_ENC_IPV4_SRC, TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK];
const V4_DST: [u16; 2] = [TCA_FLOWER_KEY_ENC_IPV4_DST, TCA_FLOWER_KEY_ENC_IPV4_DST_MASK];
const V6_SRC: [u16; 2] = [TCA_FLOWER_KEY_ENC_IPV6_SRC, TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK];
const V6_DST: [u16; 2] = [TCA_FLOWER_KEY_ENC_IPV6_DST, TCA_FLOWER_KEY_ENC_IPV6_DST_MASK];
const SRC_PORT: [u16; 2] = [TCA_FLOWER_KEY_ENC_UDP_SRC_PORT, TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK];
const DST_PORT: [u16; 2] = [TCA_FLOWER_KEY_ENC_UDP_DST_PORT, TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK];
const TOS: [u16; 2] = [TCA_FLOWER_KEY_ENC_IP_TOS, TCA_FLOWER_KEY_ENC_IP_TOS_MASK];
const TTL: [u16; 2] = [TCA_FLOWER_KEY_ENC_IP_TTL, TCA_FLOWER_KEY_ENC_IP_TTL_MASK];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    ip::put(encoder, V4_SRC, V6_SRC, key.enc_src_ip);
    ip::put(encoder, V4_DST, V6_DST, key.enc_dst_ip);
    if let Some(id) = key.enc_key_id {
        encoder.u32_be(TCA_FLOWER_KEY_ENC_KEY_ID, id);
    }
    put_port(encoder, SRC_PORT, key.enc_src_port);
    put_port(encoder, DST_PORT, key.enc_dst_port);
    put_u8(encoder, TOS, key.enc_tos);
    put_u8(encoder, TTL, key.enc_ttl);
    if let Some(opts) = &key.enc_opts {
        tunnel::encode(encoder, TCA_FLOWER_KEY_ENC_OPTS, &opts.value);
        if let Some(mask) = &opts.mask {
            tunnel::encode(encoder, TCA_FLOWER_KEY_ENC_OPTS_MASK, mask);
        }
    }
}

/// A port; tc leaves the mask out, so it is written only where not every bit counts.
fn put_port(encoder: &mut Encoder<'_>, [value, mask]: [u16; 2], key: Option<Masked<u16>>) {
    if let Some(key) = key {
        encoder.u16_be(value, key.value);
        if !key.is_exact() {
            encoder.u16_be(mask, key.mask);
        }
    }
}

#[derive(Default)]
pub(super) struct Parts<'a> {
    v4_src: Pair<Ipv4Addr>,
    v4_dst: Pair<Ipv4Addr>,
    v6_src: Pair<Ipv6Addr>,
    v6_dst: Pair<Ipv6Addr>,
    key_id: Option<u32>,
    src_port: Pair<u16>,
    dst_port: Pair<u16>,
    tos: Pair<u8>,
    ttl: Pair<u8>,
    opts: Option<Attr<'a>>,
    opts_mask: Option<Attr<'a>>,
}

impl<'a> Parts<'a> {
    pub(super) fn take(&mut self, attr: &Attr<'a>) -> Result<bool, WireError> {
        match attr.kind() {
            TCA_FLOWER_KEY_ENC_KEY_ID => self.key_id = Some(attr.u32_be()?),
            TCA_FLOWER_KEY_ENC_OPTS => self.opts = Some(*attr),
            TCA_FLOWER_KEY_ENC_OPTS_MASK => self.opts_mask = Some(*attr),
            TCA_FLOWER_KEY_ENC_IPV4_SRC..=TCA_FLOWER_KEY_ENC_IPV6_DST_MASK => {
                let v4 = |attr: &Attr<'_>| attr.array::<4>().map(Ipv4Addr::from);
                let v6 = |attr: &Attr<'_>| attr.array::<16>().map(Ipv6Addr::from);
                return Ok(take(attr, V4_SRC, &mut self.v4_src, v4)?
                    || take(attr, V4_DST, &mut self.v4_dst, v4)?
                    || take(attr, V6_SRC, &mut self.v6_src, v6)?
                    || take(attr, V6_DST, &mut self.v6_dst, v6)?);
            }
            _ => {
                return Ok(take(attr, SRC_PORT, &mut self.src_port, Attr::u16_be)?
                    || take(attr, DST_PORT, &mut self.dst_port, Attr::u16_be)?
                    || take(attr, TOS, &mut self.tos, Attr::u8)?
                    || take(attr, TTL, &mut self.ttl, Attr::u8)?);
            }
        }
        Ok(true)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.enc_src_ip = ip::address(self.v4_src, self.v6_src);
        key.enc_dst_ip = ip::address(self.v4_dst, self.v6_dst);
        key.enc_key_id = self.key_id;
        key.enc_src_port = self.src_port.masked();
        key.enc_dst_port = self.dst_port.masked();
        key.enc_tos = self.tos.masked();
        key.enc_ttl = self.ttl.masked();
        let value = self.opts.as_ref().and_then(tunnel::decode);
        let mask = self.opts_mask.as_ref().filter(|_| value.is_some()).and_then(tunnel::decode);
        // Options that are not understood are kept as they came.
        let strange = [self.opts.filter(|_| value.is_none()), self.opts_mask.filter(|_| mask.is_none())];
        key.unknown.extend(strange.into_iter().flatten().map(|attr| attr.to_unknown()));
        key.enc_opts = value.map(|value| TunnelOptsMatch { value, mask });
    }
}

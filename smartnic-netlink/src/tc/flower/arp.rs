//! Keys of ARP: addresses of sender and target, the operation.

use std::net::Ipv4Addr;

use smartnic_core::flow::Match;
use smartnic_core::types::{Mac, Masked};

use super::{Pair, put_u8, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const SIP: [u16; 2] = [TCA_FLOWER_KEY_ARP_SIP, TCA_FLOWER_KEY_ARP_SIP_MASK];
const TIP: [u16; 2] = [TCA_FLOWER_KEY_ARP_TIP, TCA_FLOWER_KEY_ARP_TIP_MASK];
const OP: [u16; 2] = [TCA_FLOWER_KEY_ARP_OP, TCA_FLOWER_KEY_ARP_OP_MASK];
const SHA: [u16; 2] = [TCA_FLOWER_KEY_ARP_SHA, TCA_FLOWER_KEY_ARP_SHA_MASK];
const THA: [u16; 2] = [TCA_FLOWER_KEY_ARP_THA, TCA_FLOWER_KEY_ARP_THA_MASK];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    put_ip(encoder, SIP, key.arp_sip);
    put_ip(encoder, TIP, key.arp_tip);
    put_u8(encoder, OP, key.arp_op);
    put_mac(encoder, SHA, key.arp_sha);
    put_mac(encoder, THA, key.arp_tha);
}

fn put_ip(encoder: &mut Encoder<'_>, [value, mask]: [u16; 2], key: Option<Masked<Ipv4Addr>>) {
    if let Some(key) = key {
        encoder.attr(value, &key.value.octets());
        encoder.attr(mask, &key.mask.octets());
    }
}

fn put_mac(encoder: &mut Encoder<'_>, [value, mask]: [u16; 2], key: Option<Masked<Mac>>) {
    if let Some(key) = key {
        encoder.attr(value, &key.value.0);
        encoder.attr(mask, &key.mask.0);
    }
}

#[derive(Default)]
pub(super) struct Parts {
    sip: Pair<Ipv4Addr>,
    tip: Pair<Ipv4Addr>,
    op: Pair<u8>,
    sha: Pair<Mac>,
    tha: Pair<Mac>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        let ip = |attr: &Attr<'_>| attr.array::<4>().map(Ipv4Addr::from);
        let mac = |attr: &Attr<'_>| attr.array().map(Mac);
        Ok(take(attr, SIP, &mut self.sip, ip)?
            || take(attr, TIP, &mut self.tip, ip)?
            || take(attr, OP, &mut self.op, Attr::u8)?
            || take(attr, SHA, &mut self.sha, mac)?
            || take(attr, THA, &mut self.tha, mac)?)
    }

    pub(super) fn finish(self, key: &mut Match) {
        (key.arp_sip, key.arp_tip) = (self.sip.masked(), self.tip.masked());
        key.arp_op = self.op.masked();
        (key.arp_sha, key.arp_tha) = (self.sha.masked(), self.tha.masked());
    }
}

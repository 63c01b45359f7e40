//! Keys of the Ethernet header: MAC addresses. The protocol is in the parent module, since tc writes it last.

use smartnic_core::flow::Match;
use smartnic_core::types::{Mac, Masked};

use super::{Pair, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const DST: [u16; 2] = [TCA_FLOWER_KEY_ETH_DST, TCA_FLOWER_KEY_ETH_DST_MASK];
const SRC: [u16; 2] = [TCA_FLOWER_KEY_ETH_SRC, TCA_FLOWER_KEY_ETH_SRC_MASK];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    put(encoder, DST, key.dst_mac);
    put(encoder, SRC, key.src_mac);
}

fn put(encoder: &mut Encoder<'_>, [value, mask]: [u16; 2], key: Option<Masked<Mac>>) {
    if let Some(key) = key {
        encoder.attr(value, &key.value.0);
        encoder.attr(mask, &key.mask.0);
    }
}

#[derive(Default)]
pub(super) struct Parts {
    dst: Pair<Mac>,
    src: Pair<Mac>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        let mac = |attr: &Attr<'_>| attr.array().map(Mac);
        Ok(take(attr, DST, &mut self.dst, mac)? || take(attr, SRC, &mut self.src, mac)?)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.dst_mac = self.dst.masked();
        key.src_mac = self.src.masked();
    }
}

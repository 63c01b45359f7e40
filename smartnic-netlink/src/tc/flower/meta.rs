//! Keys of what the kernel knows beside the packet's bytes: a bridge's misses, the packet's hash.

use smartnic_core::flow::Match;

use super::{Pair, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const HASH: [u16; 2] = [TCA_FLOWER_KEY_HASH, TCA_FLOWER_KEY_HASH_MASK];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    if let Some(miss) = key.l2_miss {
        encoder.u8(TCA_FLOWER_L2_MISS, miss);
    }
    if let Some(hash) = key.hash {
        encoder.u32(HASH[0], hash.value);
        encoder.u32(HASH[1], hash.mask);
    }
}

#[derive(Default)]
pub(super) struct Parts {
    l2_miss: Option<u8>,
    hash: Pair<u32>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        if attr.kind() == TCA_FLOWER_L2_MISS {
            self.l2_miss = Some(attr.u8()?);
            return Ok(true);
        }
        take(attr, HASH, &mut self.hash, Attr::u32)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.l2_miss = self.l2_miss;
        key.hash = self.hash.masked();
    }
}

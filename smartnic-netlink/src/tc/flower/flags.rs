//! Flags of the packet and of its tunnel. tc writes them behind the actions and the filter's own flags.

use smartnic_core::flow::Match;
use smartnic_core::types::Masked;

use super::{Pair, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const IP: [u16; 2] = [TCA_FLOWER_KEY_FLAGS, TCA_FLOWER_KEY_FLAGS_MASK];
const ENC: [u16; 2] = [TCA_FLOWER_KEY_ENC_FLAGS, TCA_FLOWER_KEY_ENC_FLAGS_MASK];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    put(encoder, IP, key.ip_flags);
    put(encoder, ENC, key.enc_flags);
}

/// The kernel wants the mask with the flags, even where all count.
fn put(encoder: &mut Encoder<'_>, [value, mask]: [u16; 2], key: Option<Masked<u32>>) {
    if let Some(key) = key {
        encoder.u32_be(value, key.value);
        encoder.u32_be(mask, key.mask);
    }
}

#[derive(Default)]
pub(super) struct Parts {
    ip: Pair<u32>,
    enc: Pair<u32>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        Ok(take(attr, IP, &mut self.ip, Attr::u32_be)? || take(attr, ENC, &mut self.enc, Attr::u32_be)?)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.ip_flags = self.ip.masked();
        key.enc_flags = self.enc.masked();
    }
}

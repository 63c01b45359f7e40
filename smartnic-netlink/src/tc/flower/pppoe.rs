//! Keys of PPPoE: session and protocol. They have no masks.

use smartnic_core::flow::Match;

use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    if let Some(session) = key.pppoe_sid {
        encoder.u16_be(TCA_FLOWER_KEY_PPPOE_SID, session);
    }
    if let Some(protocol) = key.ppp_proto {
        encoder.u16_be(TCA_FLOWER_KEY_PPP_PROTO, protocol);
    }
}

#[derive(Default)]
pub(super) struct Parts {
    session: Option<u16>,
    protocol: Option<u16>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        match attr.kind() {
            TCA_FLOWER_KEY_PPPOE_SID => self.session = Some(attr.u16_be()?),
            TCA_FLOWER_KEY_PPP_PROTO => self.protocol = Some(attr.u16_be()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn finish(self, key: &mut Match) {
        (key.pppoe_sid, key.ppp_proto) = (self.session, self.protocol);
    }
}

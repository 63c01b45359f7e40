//! Keys that number a flow behind IP where others have ports: the session of L2TPv3, the index of IPsec.

use smartnic_core::flow::Match;

use super::{Pair, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const SPI: [u16; 2] = [TCA_FLOWER_KEY_SPI, TCA_FLOWER_KEY_SPI_MASK];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    if let Some(session) = key.l2tpv3_sid {
        encoder.u32_be(TCA_FLOWER_KEY_L2TPV3_SID, session);
    }
    if let Some(index) = key.spi {
        encoder.u32_be(SPI[0], index.value);
        encoder.u32_be(SPI[1], index.mask);
    }
}

#[derive(Default)]
pub(super) struct Parts {
    l2tpv3: Option<u32>,
    spi: Pair<u32>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        if attr.kind() == TCA_FLOWER_KEY_L2TPV3_SID {
            self.l2tpv3 = Some(attr.u32_be()?);
            return Ok(true);
        }
        take(attr, SPI, &mut self.spi, Attr::u32_be)
    }

    pub(super) fn finish(self, key: &mut Match) {
        (key.l2tpv3_sid, key.spi) = (self.l2tpv3, self.spi.masked());
    }
}

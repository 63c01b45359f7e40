//! Connectivity fault management, in a nest of its own.

use smartnic_core::flow::{Cfm, Match};

use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::pkt_cls::*;

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    let Some(Cfm { mdl, op }) = key.cfm else { return };
    // Kernels demand the mark.
    encoder.nest(TCA_FLOWER_KEY_CFM | NLA_F_NESTED, |encoder| {
        if let Some(level) = mdl {
            encoder.u8(TCA_FLOWER_KEY_CFM_MD_LEVEL, level);
        }
        if let Some(code) = op {
            encoder.u8(TCA_FLOWER_KEY_CFM_OPCODE, code);
        }
    });
}

#[derive(Default)]
pub(super) struct Parts {
    cfm: Option<Cfm>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        if attr.kind() != TCA_FLOWER_KEY_CFM {
            return Ok(false);
        }
        let mut cfm = Cfm::default();
        for part in attr.nested() {
            let part = part?;
            match part.kind() {
                TCA_FLOWER_KEY_CFM_MD_LEVEL => cfm.mdl = Some(part.u8()?),
                TCA_FLOWER_KEY_CFM_OPCODE => cfm.op = Some(part.u8()?),
                // A key with more in it than this is kept as it came.
                _ => return Ok(false),
            }
        }
        self.cfm = Some(cfm);
        Ok(true)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.cfm = self.cfm;
    }
}

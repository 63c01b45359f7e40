//! Keys of the outer VLAN tag. They have no masks.

use smartnic_core::flow::Match;
use smartnic_core::types::EtherType;

use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    // Of these three only the protocol is in network byte order.
    if let Some(id) = key.vlan_id {
        encoder.u16(TCA_FLOWER_KEY_VLAN_ID, id);
    }
    if let Some(prio) = key.vlan_prio {
        encoder.u8(TCA_FLOWER_KEY_VLAN_PRIO, prio);
    }
    if let Some(EtherType(number)) = key.vlan_ethtype {
        encoder.u16_be(TCA_FLOWER_KEY_VLAN_ETH_TYPE, number);
    }
}

#[derive(Default)]
pub(super) struct Parts {
    id: Option<u16>,
    prio: Option<u8>,
    ethtype: Option<EtherType>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        match attr.kind() {
            TCA_FLOWER_KEY_VLAN_ID => self.id = Some(attr.u16()?),
            TCA_FLOWER_KEY_VLAN_PRIO => self.prio = Some(attr.u8()?),
            TCA_FLOWER_KEY_VLAN_ETH_TYPE => self.ethtype = Some(EtherType(attr.u16_be()?)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.vlan_id = self.id;
        key.vlan_prio = self.prio;
        key.vlan_ethtype = self.ethtype;
    }
}

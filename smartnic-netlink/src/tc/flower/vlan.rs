//! Keys of the VLAN tags: how many there are, the outer one, the inner one. They have no masks.

use smartnic_core::flow::Match;
use smartnic_core::types::EtherType;

use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const OUTER: [u16; 3] = [TCA_FLOWER_KEY_VLAN_ID, TCA_FLOWER_KEY_VLAN_PRIO, TCA_FLOWER_KEY_VLAN_ETH_TYPE];
const INNER: [u16; 3] = [TCA_FLOWER_KEY_CVLAN_ID, TCA_FLOWER_KEY_CVLAN_PRIO, TCA_FLOWER_KEY_CVLAN_ETH_TYPE];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    if let Some(count) = key.num_of_vlans {
        encoder.u8(TCA_FLOWER_KEY_NUM_OF_VLANS, count);
    }
    let outer = Tag { id: key.vlan_id, prio: key.vlan_prio, ethtype: key.vlan_ethtype };
    let inner = Tag { id: key.cvlan_id, prio: key.cvlan_prio, ethtype: key.cvlan_ethtype };
    outer.encode(encoder, OUTER);
    inner.encode(encoder, INNER);
}

#[derive(Default)]
struct Tag {
    id: Option<u16>,
    prio: Option<u8>,
    ethtype: Option<EtherType>,
}

impl Tag {
    /// Of these three only the protocol is in network byte order.
    fn encode(&self, encoder: &mut Encoder<'_>, [id, prio, ethtype]: [u16; 3]) {
        if let Some(number) = self.id {
            encoder.u16(id, number);
        }
        if let Some(priority) = self.prio {
            encoder.u8(prio, priority);
        }
        if let Some(EtherType(number)) = self.ethtype {
            encoder.u16_be(ethtype, number);
        }
    }

    fn take(&mut self, attr: &Attr<'_>, [id, prio, ethtype]: [u16; 3]) -> Result<bool, WireError> {
        match attr.kind() {
            kind if kind == id => self.id = Some(attr.u16()?),
            kind if kind == prio => self.prio = Some(attr.u8()?),
            kind if kind == ethtype => self.ethtype = Some(EtherType(attr.u16_be()?)),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

#[derive(Default)]
pub(super) struct Parts {
    count: Option<u8>,
    outer: Tag,
    inner: Tag,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        if attr.kind() == TCA_FLOWER_KEY_NUM_OF_VLANS {
            self.count = Some(attr.u8()?);
            return Ok(true);
        }
        Ok(self.outer.take(attr, OUTER)? || self.inner.take(attr, INNER)?)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.num_of_vlans = self.count;
        (key.vlan_id, key.vlan_prio, key.vlan_ethtype) = (self.outer.id, self.outer.prio, self.outer.ethtype);
        (key.cvlan_id, key.cvlan_prio, key.cvlan_ethtype) =
            (self.inner.id, self.inner.prio, self.inner.ethtype);
    }
}

//! VLAN tags: push, pop, modify; whole Ethernet headers: push, pop (`struct tc_vlan`).

use smartnic_core::flow::{ActionKind, EthHeader, VlanChange};
use smartnic_core::types::{EtherType, Mac};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_vlan::*;

pub(super) const KIND: &str = "vlan";

/// `struct tc_vlan`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    common: Gen,
    /// Which: `TCA_VLAN_ACT_POP` and its like.
    v_action: i32,
}

pub(super) fn encode(encoder: &mut Encoder<'_>, kind: &ActionKind, common: Gen) {
    let (v_action, change) = match kind {
        ActionKind::VlanPush(change) => (TCA_VLAN_ACT_PUSH, Some(change)),
        ActionKind::VlanModify(change) => (TCA_VLAN_ACT_MODIFY, Some(change)),
        ActionKind::VlanPushEth(_) => (TCA_VLAN_ACT_PUSH_ETH, None),
        ActionKind::VlanPopEth => (TCA_VLAN_ACT_POP_ETH, None),
        _ => (TCA_VLAN_ACT_POP, None),
    };
    encoder.attr_fixed(TCA_VLAN_PARMS, &Params { common, v_action });
    if let ActionKind::VlanPushEth(EthHeader { dst_mac, src_mac }) = kind {
        encoder.attr(TCA_VLAN_PUSH_ETH_DST, &dst_mac.0);
        encoder.attr(TCA_VLAN_PUSH_ETH_SRC, &src_mac.0);
    }
    let Some(VlanChange { id, protocol, priority }) = change else { return };
    encoder.u16(TCA_VLAN_PUSH_VLAN_ID, *id);
    if let Some(EtherType(number)) = protocol {
        encoder.u16_be(TCA_VLAN_PUSH_VLAN_PROTOCOL, *number);
    }
    if let Some(priority) = priority {
        encoder.u8(TCA_VLAN_PUSH_VLAN_PRIORITY, *priority);
    }
}

/// Nothing if it does something that has no name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let (mut params, mut id) = (None, None);
    let (mut protocol, mut priority) = (None, None);
    let (mut dst_mac, mut src_mac) = (None, None);
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_VLAN_PARMS => params = Some(attr.fixed::<Params>()?),
            TCA_VLAN_PUSH_VLAN_ID => id = Some(attr.u16()?),
            TCA_VLAN_PUSH_VLAN_PROTOCOL => protocol = Some(EtherType(attr.u16_be()?)),
            TCA_VLAN_PUSH_VLAN_PRIORITY => priority = Some(attr.u8()?),
            TCA_VLAN_PUSH_ETH_DST => dst_mac = Some(Mac(attr.array()?)),
            TCA_VLAN_PUSH_ETH_SRC => src_mac = Some(Mac(attr.array()?)),
            _ => {}
        }
    }
    let Some(Params { common, v_action }) = params else { return Ok(None) };
    let change = id.map(|id| VlanChange { id, protocol, priority });
    let kind = match (v_action, change) {
        (TCA_VLAN_ACT_POP, _) => ActionKind::VlanPop,
        (TCA_VLAN_ACT_PUSH, Some(change)) => ActionKind::VlanPush(change),
        (TCA_VLAN_ACT_MODIFY, Some(change)) => ActionKind::VlanModify(change),
        (TCA_VLAN_ACT_POP_ETH, _) => ActionKind::VlanPopEth,
        (TCA_VLAN_ACT_PUSH_ETH, _) => match dst_mac.zip(src_mac) {
            Some((dst_mac, src_mac)) => ActionKind::VlanPushEth(EthHeader { dst_mac, src_mac }),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok(Some(Options { kind, control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Params>(), super::SIZEOF_TC_VLAN);
    }
}

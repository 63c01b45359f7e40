//! VLAN tags and Ethernet headers (`act_vlan.c`).

use smartnic_core::flow::{ActionKind, Control, EthHeader, VlanChange};
use smartnic_core::types::{EtherType, Mac};
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::tc_vlan::*;

use super::{options, parms, word};
use crate::errno::Errno;
use crate::kernel::table::{Request, Shape};

/// `tcf_vlan_init`.
pub(super) fn read(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Result<(ActionKind, Control), Errno> {
    let policy = [
        (TCA_VLAN_PARMS, Shape::Bytes(SIZEOF_TC_VLAN), None),
        (TCA_VLAN_PUSH_VLAN_ID, Shape::U16, None),
        (TCA_VLAN_PUSH_VLAN_PROTOCOL, Shape::U16, None),
        (TCA_VLAN_PUSH_VLAN_PRIORITY, Shape::U8, None),
        (TCA_VLAN_PUSH_ETH_DST, Shape::Bytes(6), None),
        (TCA_VLAN_PUSH_ETH_SRC, Shape::Bytes(6), None),
    ];
    let table = options(request, attr, &policy)?;
    let (bytes, control) = parms::<SIZEOF_TC_VLAN>(&table, TCA_VLAN_PARMS).ok_or(Errno::EINVAL)?;
    let change = || {
        Ok(VlanChange {
            id: table.u16(TCA_VLAN_PUSH_VLAN_ID).ok_or(Errno::EINVAL)?,
            protocol: table.u16_be(TCA_VLAN_PUSH_VLAN_PROTOCOL).map(EtherType),
            priority: table.u8(TCA_VLAN_PUSH_VLAN_PRIORITY),
        })
    };
    let kind = match word(&bytes, 20) as i32 {
        TCA_VLAN_ACT_POP => ActionKind::VlanPop,
        TCA_VLAN_ACT_PUSH => ActionKind::VlanPush(change()?),
        TCA_VLAN_ACT_MODIFY => ActionKind::VlanModify(change()?),
        TCA_VLAN_ACT_POP_ETH => ActionKind::VlanPopEth,
        TCA_VLAN_ACT_PUSH_ETH => {
            let mac = |attr| table.head(attr).map(Mac).ok_or(Errno::EINVAL);
            let (dst_mac, src_mac) = (mac(TCA_VLAN_PUSH_ETH_DST)?, mac(TCA_VLAN_PUSH_ETH_SRC)?);
            ActionKind::VlanPushEth(EthHeader { dst_mac, src_mac })
        }
        _ => ActionKind::ByIndex("vlan".to_owned()),
    };
    Ok((kind, control))
}

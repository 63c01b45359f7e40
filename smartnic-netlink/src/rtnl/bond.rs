//! Bonds and their ports, out of messages about links (`RTM_NEWLINK`).

use smartnic_core::bridge::{Bond, BondMode, BondPort, LagOffload};
use smartnic_core::types::{IfIndex, Mac, SwitchId};

use crate::codec::{Attr, Attrs, IfInfo, Message, WireError};
use crate::uapi::if_::IFF_UP;
use crate::uapi::if_link::*;

/// The kind of a bond's link.
pub const KIND: &str = "bond";

/// A bond, or a port of one with its bond's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A bond, its ports not yet known.
    Bond(Box<Bond>),
    /// A port.
    Port(IfIndex, BondPort),
}

/// Reads a bond or a port of one; nothing for other links.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Option<Found>, WireError> {
    let (header, attrs) = IfInfo::split(message.payload)?;
    let attrs = Attrs::new(attrs);
    let Some(info) = attrs.find(IFLA_LINKINFO)? else { return Ok(None) };
    let is_bond = |kind: Option<Attr<'_>>| kind.is_some_and(|kind| kind.text_lossy() == KIND);
    let link = IfIndex(header.index.unsigned_abs());
    let name = attrs.find(IFLA_IFNAME)?.ok_or(WireError::Missing { attr: "IFLA_IFNAME" })?;
    let name = name.text_lossy().into_owned();
    if is_bond(info.nested().find(IFLA_INFO_KIND)?) {
        let mut bond = Bond {
            link,
            name,
            up: header.flags & IFF_UP != 0,
            mode: None,
            active: None,
            hash_policy: None,
            miimon: None,
            ports: Vec::new(),
            offload: LagOffload::Unknown { why: String::new() },
        };
        let data = info.nested().find(IFLA_INFO_DATA)?;
        for attr in data.iter().flat_map(Attr::nested) {
            let attr = attr?;
            match attr.kind() {
                IFLA_BOND_MODE => bond.mode = Some(BondMode::from_number(attr.u8()?)),
                IFLA_BOND_ACTIVE_SLAVE => bond.active = Some(IfIndex(attr.u32()?)),
                IFLA_BOND_XMIT_HASH_POLICY => bond.hash_policy = Some(attr.u8()?),
                IFLA_BOND_MIIMON => bond.miimon = Some(attr.u32()?),
                _ => {}
            }
        }
        return Ok(Some(Found::Bond(Box::new(bond))));
    }
    if !is_bond(info.nested().find(IFLA_INFO_SLAVE_KIND)?) {
        return Ok(None);
    }
    let Some(master) = attrs.find(IFLA_MASTER)? else { return Ok(None) };
    let switch = attrs.find(IFLA_PHYS_SWITCH_ID)?;
    let mut port = BondPort {
        link,
        name,
        active: None,
        mii_up: None,
        failures: None,
        permanent_mac: None,
        aggregator: None,
        tc_offload: None,
        switch_id: switch.map(|id| SwitchId::new(id.payload)),
    };
    let data = info.nested().find(IFLA_INFO_SLAVE_DATA)?;
    for attr in data.iter().flat_map(Attr::nested) {
        let attr = attr?;
        match attr.kind() {
            // BOND_STATE_ACTIVE and BOND_LINK_UP are 0.
            IFLA_BOND_SLAVE_STATE => port.active = Some(attr.u8()? == 0),
            IFLA_BOND_SLAVE_MII_STATUS => port.mii_up = Some(attr.u8()? == 0),
            IFLA_BOND_SLAVE_LINK_FAILURE_COUNT => port.failures = Some(attr.u32()?),
            IFLA_BOND_SLAVE_PERM_HWADDR => port.permanent_mac = attr.array().ok().map(Mac),
            IFLA_BOND_SLAVE_AD_AGGREGATOR_ID => port.aggregator = Some(attr.u16()?),
            _ => {}
        }
    }
    Ok(Some(Found::Port(IfIndex(master.u32()?), port)))
}

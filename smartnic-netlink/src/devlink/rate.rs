//! Rate objects (`DEVLINK_CMD_RATE_GET`, `_SET`, `_NEW`, `_DEL`).

use smartnic_core::device::{NewParent, RATE_TCS, Rate, RateChange, RateKind, RateName, RateParent};
use smartnic_core::types::DevlinkHandle;

use super::{HandleParts, attrs, dev, put_handle, request};
use crate::codec::{Attrs, Encoder, Flags, Message, WireError};
use crate::uapi::devlink::*;
use crate::uapi::netlink::NLA_F_NESTED;

/// Asks for one rate object (`DEVLINK_CMD_RATE_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The object.
    pub name: &'a RateName,
}

request!(Get<'a>, DEVLINK_CMD_RATE_GET, Flags::empty(), |this, encoder| { put_name(encoder, this.name) });

/// Asks for the rate objects of one instance, or of all.
#[derive(Clone, Copy, Debug)]
pub struct Dump<'a> {
    /// The family's message type.
    pub family: u16,
    /// The instance. Kernels before 6.4 ignore it and answer for all devices; [`decode`] says which is meant.
    pub device: Option<&'a DevlinkHandle>,
}

request!(Dump<'a>, DEVLINK_CMD_RATE_GET, Flags::DUMP, |this, encoder| {
    if let Some(device) = this.device {
        put_handle(encoder, device);
    }
});

/// Makes a node (`DEVLINK_CMD_RATE_NEW`).
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// The family's message type.
    pub family: u16,
    /// The node.
    pub name: &'a RateName,
    /// Its settings.
    pub settings: &'a RateChange,
}

request!(New<'a>, DEVLINK_CMD_RATE_NEW, Flags::empty(), |this, encoder| {
    put_name(encoder, this.name);
    put_change(encoder, this.settings);
});

/// Changes a leaf or a node (`DEVLINK_CMD_RATE_SET`).
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The family's message type.
    pub family: u16,
    /// The object.
    pub name: &'a RateName,
    /// What to change.
    pub change: &'a RateChange,
}

request!(Set<'a>, DEVLINK_CMD_RATE_SET, Flags::empty(), |this, encoder| {
    put_name(encoder, this.name);
    put_change(encoder, this.change);
});

/// Removes a node (`DEVLINK_CMD_RATE_DEL`).
#[derive(Clone, Copy, Debug)]
pub struct Del<'a> {
    /// The family's message type.
    pub family: u16,
    /// The node.
    pub name: &'a RateName,
}

request!(Del<'a>, DEVLINK_CMD_RATE_DEL, Flags::empty(), |this, encoder| { put_name(encoder, this.name) });

fn put_name(encoder: &mut Encoder<'_>, name: &RateName) {
    put_handle(encoder, name.device());
    match name {
        RateName::Leaf(port) => encoder.u32(DEVLINK_ATTR_PORT_INDEX, port.index.0),
        RateName::Node { node, .. } => encoder.text(DEVLINK_ATTR_RATE_NODE_NAME, node),
    }
}

fn put_change(encoder: &mut Encoder<'_>, change: &RateChange) {
    let RateChange { tx_share, tx_max, tx_priority, tx_weight, tc_bw, parent } = change;
    if let Some(rate) = tx_share {
        encoder.u64(DEVLINK_ATTR_RATE_TX_SHARE, *rate);
    }
    if let Some(priority) = tx_priority {
        encoder.u32(DEVLINK_ATTR_RATE_TX_PRIORITY, *priority);
    }
    if let Some(weight) = tx_weight {
        encoder.u32(DEVLINK_ATTR_RATE_TX_WEIGHT, *weight);
    }
    if let Some(rate) = tx_max {
        encoder.u64(DEVLINK_ATTR_RATE_TX_MAX, *rate);
    }
    match parent {
        None => {}
        // An empty name takes the parent away.
        Some(NewParent::None) => encoder.text(DEVLINK_ATTR_RATE_PARENT_NODE_NAME, ""),
        Some(NewParent::Node(RateParent { node, device })) => {
            encoder.text(DEVLINK_ATTR_RATE_PARENT_NODE_NAME, node);
            if let Some(device) = device {
                encoder.nest(DEVLINK_ATTR_PARENT_DEV | NLA_F_NESTED, |encoder| put_handle(encoder, device));
            }
        }
    }
    for (index, share) in (0_u8..).zip(tc_bw.iter().flatten()) {
        encoder.nest(DEVLINK_ATTR_RATE_TC_BWS | NLA_F_NESTED, |encoder| {
            encoder.u8(DEVLINK_RATE_TC_ATTR_INDEX, index);
            encoder.u32(DEVLINK_RATE_TC_ATTR_BW, *share);
        });
    }
}

/// Reads one rate object (`DEVLINK_CMD_RATE_NEW`, and `_DEL` where it is told of).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names neither a port nor a node.
pub fn decode(message: &Message<'_>) -> Result<Rate, WireError> {
    let mut handle = HandleParts::default();
    let mut rate = Rate::new(RateName::Leaf(DevlinkHandle::new("", "").port(0)));
    let (mut kind, mut port, mut node) = (None, None, None);
    let (mut parent, mut parent_device) = (None, None);
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_RATE_TYPE => kind = Some(RateKind::from_number(attr.u16()?)),
            DEVLINK_ATTR_PORT_INDEX => port = Some(attr.u32()?),
            DEVLINK_ATTR_RATE_NODE_NAME => node = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_RATE_TX_SHARE => rate.tx_share = attr.uint()?,
            DEVLINK_ATTR_RATE_TX_MAX => rate.tx_max = attr.uint()?,
            DEVLINK_ATTR_RATE_TX_PRIORITY => rate.tx_priority = attr.u32()?,
            DEVLINK_ATTR_RATE_TX_WEIGHT => rate.tx_weight = attr.u32()?,
            DEVLINK_ATTR_RATE_PARENT_NODE_NAME => parent = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_PARENT_DEV => parent_device = Some(dev::nested(attr.nested())?.handle),
            DEVLINK_ATTR_RATE_TC_BWS => {
                decode_tc_bw(attr.nested(), rate.tc_bw.get_or_insert_default())?;
            }
            kind if kind > DEVLINK_ATTR_MAX => rate.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    let device = handle.finish()?;
    rate.name = match (node, port) {
        // The kernel's word counts: it takes names that this SDK would not give.
        (Some(node), _) => RateName::Node { device, node },
        (None, Some(port)) => RateName::Leaf(device.port(port)),
        (None, None) => return Err(WireError::Missing { attr: "DEVLINK_ATTR_RATE_NODE_NAME" }),
    };
    rate.kind = kind.unwrap_or(rate.name.kind());
    rate.parent = parent.map(|node| RateParent { node, device: parent_device });
    Ok(rate)
}

/// Reads the share of one traffic class; classes that this SDK does not know are passed over.
fn decode_tc_bw(attrs: Attrs<'_>, shares: &mut [u32; RATE_TCS]) -> Result<(), WireError> {
    let (mut index, mut share) = (None, None);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_RATE_TC_ATTR_INDEX => index = Some(attr.u8()?),
            DEVLINK_RATE_TC_ATTR_BW => share = Some(attr.u32()?),
            _ => {}
        }
    }
    let index = index.ok_or(WireError::Missing { attr: "DEVLINK_RATE_TC_ATTR_INDEX" })?;
    let share = share.ok_or(WireError::Missing { attr: "DEVLINK_RATE_TC_ATTR_BW" })?;
    if let Some(place) = shares.get_mut(usize::from(index)) {
        *place = share;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Request;

    /// A request to set everything has the form of an answer that tells everything.
    #[test]
    fn what_is_set_reads_back() {
        let device = DevlinkHandle::new("pci", "0000:03:00.0");
        let parent =
            RateParent { node: "all".into(), device: Some(DevlinkHandle::new("pci", "0000:03:00.1")) };
        let change = RateChange {
            tx_share: Some(125_000),
            tx_max: Some(u64::MAX),
            tx_priority: Some(7),
            tx_weight: Some(200),
            tc_bw: Some([0, 20, 0, 0, 0, 80, 0, 0]),
            parent: Some(NewParent::Node(parent.clone())),
        };
        let name = RateName::node(device, "tenants").unwrap();
        let mut buf = Vec::new();
        Set { family: 20, name: &name, change: &change }.write(&mut buf, 1, 1).unwrap();
        let want = Rate {
            tx_share: 125_000,
            tx_max: u64::MAX,
            tx_priority: 7,
            tx_weight: 200,
            tc_bw: change.tc_bw,
            parent: Some(parent),
            ..Rate::new(name)
        };
        assert_eq!(decode(&Message::decode(&buf).unwrap()), Ok(want));
    }

    #[test]
    fn an_object_without_a_name_is_malformed() {
        let mut buf = Vec::new();
        let device = DevlinkHandle::new("pci", "0000:03:00.0");
        Dump { family: 20, device: Some(&device) }.write(&mut buf, 1, 1).unwrap();
        let missing = WireError::Missing { attr: "DEVLINK_ATTR_RATE_NODE_NAME" };
        assert_eq!(decode(&Message::decode(&buf).unwrap()), Err(missing));
    }
}

//! The flower classifier: what stands in `TCA_OPTIONS` of a filter.
//!
//! The keys lie in files of their own, each with a part of the keys and both directions of it. To add a key: the
//! field in core's `Match`, then `encode`, `take` and `finish` of the file it belongs to.

mod arp;
mod cfm;
mod ct;
mod enc;
mod eth;
mod flags;
mod icmp;
mod ip;
mod meta;
mod mpls;
mod pppoe;
mod session;
mod transport;
mod vlan;

use smartnic_core::flow::{Action, ActionState, Match, Rule};
use smartnic_core::types::{EtherType, MaskValue, Masked, UnknownAttr};

use super::action;
use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::pkt_cls::*;

/// Writes keys, actions, flags and protocol, in the order in which tc writes them.
pub(super) fn encode(encoder: &mut Encoder<'_>, rule: &Rule, flags: u32) -> Result<(), WireError> {
    let key = &rule.key;
    if let Some(class) = rule.classid {
        encoder.u32(TCA_FLOWER_CLASSID, class);
    }
    if let Some(link) = &key.indev {
        encoder.text(TCA_FLOWER_INDEV, link);
    }
    eth::encode(encoder, key);
    vlan::encode(encoder, key);
    pppoe::encode(encoder, key);
    mpls::encode(encoder, key);
    ip::encode(encoder, key);
    transport::encode(encoder, key)?;
    icmp::encode(encoder, key)?;
    arp::encode(encoder, key);
    session::encode(encoder, key);
    cfm::encode(encoder, key);
    enc::encode(encoder, key);
    meta::encode(encoder, key);
    ct::encode(encoder, key);
    for UnknownAttr { kind, bytes } in &key.unknown {
        encoder.attr(*kind, bytes);
    }
    if !rule.actions.is_empty() {
        encoder.try_nest(TCA_FLOWER_ACT, |encoder| action::encode_list(encoder, &rule.actions))?;
    }
    encoder.u32(TCA_FLOWER_FLAGS, flags);
    flags::encode(encoder, key);
    if let Some(EtherType(number)) = key.eth_type {
        encoder.u16_be(TCA_FLOWER_KEY_ETH_TYPE, number);
    }
    Ok(())
}

/// What was read from the options of a filter.
#[derive(Default)]
pub(super) struct Flower {
    pub(super) key: Match,
    pub(super) actions: Vec<Action>,
    pub(super) states: Vec<ActionState>,
    pub(super) classid: Option<u32>,
    pub(super) flags: u32,
    pub(super) in_hw_count: u32,
    /// How many packets met it, which only matchall counts itself.
    pub(super) hits: Option<u64>,
}

/// Reads the options of a filter. Attributes that are not known here are kept in the key. The two lists are used again
/// for the filter's actions.
pub(super) fn decode(
    options: Attrs<'_>,
    mut actions: Vec<Action>,
    mut states: Vec<ActionState>,
) -> Result<Flower, WireError> {
    actions.clear();
    states.clear();
    let mut flower = Flower { actions, states, ..Flower::default() };
    let mut eth = eth::Parts::default();
    let mut vlan = vlan::Parts::default();
    let mut pppoe = pppoe::Parts::default();
    let mut mpls = mpls::Parts::default();
    let mut ip = ip::Parts::default();
    let mut transport = transport::Parts::default();
    let mut icmp = icmp::Parts::default();
    let mut arp = arp::Parts::default();
    let mut session = session::Parts::default();
    let mut cfm = cfm::Parts::default();
    let mut enc = enc::Parts::default();
    let mut meta = meta::Parts::default();
    let mut ct = ct::Parts::default();
    let mut flags = flags::Parts::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_FLOWER_ACT => action::decode_list(attr.nested(), &mut flower.actions, &mut flower.states)?,
            TCA_FLOWER_CLASSID => flower.classid = Some(attr.u32()?),
            TCA_FLOWER_INDEV => flower.key.indev = Some(attr.text_lossy().into_owned()),
            TCA_FLOWER_FLAGS => flower.flags = attr.u32()?,
            TCA_FLOWER_IN_HW_COUNT => flower.in_hw_count = attr.u32()?,
            TCA_FLOWER_KEY_ETH_TYPE => flower.key.eth_type = Some(EtherType(attr.u16_be()?)),
            _ => {
                let known = eth.take(&attr)?
                    || vlan.take(&attr)?
                    || ip.take(&attr)?
                    || transport.take(&attr)?
                    || icmp.take(&attr)?
                    || arp.take(&attr)?
                    || session.take(&attr)?
                    || pppoe.take(&attr)?
                    || mpls.take(&attr)?
                    || cfm.take(&attr)?
                    || enc.take(&attr)?
                    || meta.take(&attr)?
                    || ct.take(&attr)?
                    || flags.take(&attr)?;
                if !known {
                    flower.key.unknown.push(attr.to_unknown());
                }
            }
        }
    }
    eth.finish(&mut flower.key);
    vlan.finish(&mut flower.key);
    ip.finish(&mut flower.key);
    transport.finish(&mut flower.key);
    icmp.finish(&mut flower.key);
    pppoe.finish(&mut flower.key);
    mpls.finish(&mut flower.key);
    arp.finish(&mut flower.key);
    session.finish(&mut flower.key);
    cfm.finish(&mut flower.key);
    enc.finish(&mut flower.key);
    meta.finish(&mut flower.key);
    ct.finish(&mut flower.key);
    flags.finish(&mut flower.key);
    Ok(flower)
}

/// A value and its mask, which arrive as two attributes.
#[derive(Clone, Copy)]
struct Pair<T> {
    value: Option<T>,
    mask: Option<T>,
}

impl<T> Default for Pair<T> {
    fn default() -> Self {
        Self { value: None, mask: None }
    }
}

impl<T: MaskValue> Pair<T> {
    /// The key; without a mask every bit counts.
    fn masked(self) -> Option<Masked<T>> {
        self.value.map(|value| Masked::new(value, self.mask.unwrap_or(T::ONES)))
    }
}

/// Puts a byte key and its mask.
fn put_u8(encoder: &mut Encoder<'_>, [value, mask]: [u16; 2], key: Option<Masked<u8>>) {
    if let Some(key) = key {
        encoder.u8(value, key.value);
        encoder.u8(mask, key.mask);
    }
}

/// Takes the attribute if it is one of the pair.
fn take<'a, T>(
    attr: &Attr<'a>,
    [value, mask]: [u16; 2],
    pair: &mut Pair<T>,
    read: impl Fn(&Attr<'a>) -> Result<T, WireError>,
) -> Result<bool, WireError> {
    if attr.kind() == value {
        pair.value = Some(read(attr)?);
    } else if attr.kind() == mask {
        pair.mask = Some(read(attr)?);
    } else {
        return Ok(false);
    }
    Ok(true)
}

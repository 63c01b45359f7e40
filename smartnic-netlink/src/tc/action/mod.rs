//! Actions of a filter: what stands in each entry of `TCA_FLOWER_ACT`.
//!
//! Each kind the SDK knows has a file. Actions of other kinds are kept as they came.

mod control;
mod gact;
mod kinds;
mod mirred;
mod vlan;

use smartnic_core::flow::{Action, ActionKind, Control, FlowStats, HwStats};
use smartnic_core::types::UnknownAttr;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::stats::{self, ActionStats};
use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::pkt_cls::*;

pub(super) use kinds::OPTIONS;

/// What every action's parameters begin with (`tc_gen`).
#[derive(Clone, Copy, Default, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Gen {
    /// The action's number in the kernel; 0 asks for a new one.
    index: u32,
    capab: u32,
    /// What happens then (`TC_ACT_*`).
    action: i32,
    refcnt: i32,
    bindcnt: i32,
}

impl Gen {
    fn new(control: Control) -> Self {
        Self { action: control::number(control), ..Self::default() }
    }
}

/// What was read from the options of an action.
struct Options {
    kind: ActionKind,
    control: Control,
}

/// Writes one action. Kernels read its kind first.
pub(super) fn encode(encoder: &mut Encoder<'_>, action: &Action) -> Result<(), WireError> {
    const MARKED: u16 = TCA_ACT_OPTIONS | NLA_F_NESTED;
    match &action.kind {
        ActionKind::Gact => {
            encoder.text(TCA_ACT_KIND, gact::KIND);
            encoder.nest(MARKED, |encoder| gact::encode(encoder, action.control));
        }
        ActionKind::Redirect(target) | ActionKind::Mirror(target) => {
            let redirect = matches!(action.kind, ActionKind::Redirect(_));
            encoder.text(TCA_ACT_KIND, mirred::KIND);
            encoder.try_nest(MARKED, |encoder| mirred::encode(encoder, target, redirect, action.control))?;
        }
        ActionKind::VlanPush(_) | ActionKind::VlanPop | ActionKind::VlanModify(_) => {
            encoder.text(TCA_ACT_KIND, vlan::KIND);
            encoder.nest(MARKED, |encoder| vlan::encode(encoder, &action.kind, action.control));
        }
        ActionKind::Unknown { kind, options } => {
            encoder.text(TCA_ACT_KIND, kind);
            encoder.nest(MARKED, |encoder| {
                for UnknownAttr { kind, bytes } in options {
                    encoder.attr(*kind, bytes);
                }
            });
        }
    }
    if let Some(stats) = action.hw_stats {
        let bits = u32::from(stats.bits());
        encoder.attr_fixed(TCA_ACT_HW_STATS, &Bitfield { value: bits, selector: bits });
    }
    Ok(())
}

/// `struct nla_bitfield32`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Bitfield {
    value: u32,
    selector: u32,
}

/// Reads the actions of a filter, and what the filter counted.
pub(super) fn decode_list(list: Attrs<'_>) -> Result<(Vec<Action>, FlowStats), WireError> {
    let mut actions = Vec::with_capacity(2);
    let mut counted = Vec::with_capacity(2);
    for entry in list {
        let (action, stats) = decode(entry?.nested())?;
        actions.push(action);
        counted.push(stats);
    }
    Ok((actions, stats::of_rule(counted.into_iter())))
}

/// Reads one action and what it counted: the attributes of one entry of `TCA_FLOWER_ACT`.
///
/// # Errors
/// A [`WireError`] if the attributes are malformed or say nothing of the action's kind.
pub fn decode(attrs: Attrs<'_>) -> Result<(Action, ActionStats), WireError> {
    let mut stats = ActionStats::default();
    let mut kind = None;
    let mut options = Attrs::new(&[]);
    let mut hw_stats = None;
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            TCA_ACT_KIND => kind = Some(attr.text()?),
            TCA_ACT_OPTIONS => options = attr.nested(),
            TCA_ACT_STATS => stats::decode(attr.nested(), &mut stats.flow)?,
            TCA_ACT_HW_STATS => hw_stats = Some(read_hw_stats(&attr)?),
            TCA_ACT_USED_HW_STATS => stats.used_hw_stats = Some(read_hw_stats(&attr)?),
            _ => {}
        }
    }
    let kind = kind.ok_or(WireError::Missing { attr: "TCA_ACT_KIND" })?;
    let known = match kind {
        gact::KIND => gact::decode(options, &mut stats.flow)?,
        mirred::KIND => mirred::decode(options, &mut stats.flow)?,
        vlan::KIND => vlan::decode(options, &mut stats.flow)?,
        _ => None,
    };
    let Options { kind, control } = match known {
        Some(known) => known,
        None => decode_unknown(kind, options)?,
    };
    Ok((Action { kind, control, hw_stats }, stats))
}

/// Keeps the options. Of kinds whose attributes are at least known by name, what is no setting is left out: times,
/// and the kernel's number and use counts of the action, with which a copy would be tied to the original.
fn decode_unknown(kind: &str, options: Attrs<'_>) -> Result<Options, WireError> {
    let known = kinds::params(kind);
    let mut control = Control::Pipe;
    let mut kept = Vec::new();
    for attr in options {
        let attr = attr?;
        if known.is_some() && kinds::is_no_setting(kind, attr.kind()) {
            continue;
        }
        let UnknownAttr { kind, mut bytes } = attr.to_unknown();
        if known == Some(attr.kind()) {
            let params = attr.fixed::<Gen>()?;
            control = control::read(params.action);
            let own = Gen { index: 0, refcnt: 0, bindcnt: 0, ..params };
            bytes.splice(..size_of::<Gen>(), own.as_bytes().iter().copied());
        }
        kept.push(UnknownAttr { kind, bytes });
    }
    Ok(Options { kind: ActionKind::Unknown { kind: kind.to_owned(), options: kept }, control })
}

/// The upper bits of the field are not used by any kernel so far.
fn read_hw_stats(attr: &Attr<'_>) -> Result<HwStats, WireError> {
    let Bitfield { value, .. } = attr.fixed()?;
    let [low, ..] = value.to_le_bytes();
    Ok(HwStats::from_bits_retain(low))
}

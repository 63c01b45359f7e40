//! Actions of a filter: what stands in each entry of `TCA_FLOWER_ACT`.
//!
//! Each kind the SDK knows has a file. Actions of other kinds are kept as they came.

mod bpf;
mod connmark;
mod control;
mod csum;
mod ct;
mod ctinfo;
mod gact;
mod gate;
mod ife;
mod kinds;
mod mirred;
mod mpls;
mod nat;
mod pedit;
mod police;
mod sample;
mod simple;
mod skbedit;
mod skbmod;
mod tunnel_key;
mod vlan;

use smartnic_core::flow::{Action, ActionFlags, ActionKind, ActionState, Control, Cookie, HwStats, Police};
use smartnic_core::types::UnknownAttr;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::stats;
use crate::codec::{Attr, Attrs, Bitfield32, Encoder, WireError};
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
    fn of(action: &Action) -> Self {
        Self { index: action.index.unwrap_or(0), action: control::number(action.control), ..Self::default() }
    }
}

/// More than the parameters of any kind of action need when only their number is given.
const LONGEST_PARAMS: usize = 64;

/// What was read from the options of an action.
struct Options {
    kind: ActionKind,
    control: Control,
}

/// Writes the actions of a filter or of a table, which are numbered from 1 and carried out in that order.
pub(super) fn encode_list(encoder: &mut Encoder<'_>, actions: &[Action]) -> Result<(), WireError> {
    for (number, action) in (1..).zip(actions) {
        encoder.try_nest(number, |encoder| encode(encoder, action))?;
    }
    Ok(())
}

/// Writes one action. Kernels read its kind first.
fn encode(encoder: &mut Encoder<'_>, action: &Action) -> Result<(), WireError> {
    const MARKED: u16 = TCA_ACT_OPTIONS | NLA_F_NESTED;
    encoder.text(TCA_ACT_KIND, action.kind.name());
    encoder.try_nest(MARKED, |encoder| put_options(encoder, action))?;
    if let Some(Cookie(bytes)) = &action.cookie {
        encoder.attr(TCA_ACT_COOKIE, bytes);
    }
    if let Some(stats) = action.hw_stats {
        let bits = u32::from(stats.bits());
        encoder.attr_fixed(TCA_ACT_HW_STATS, &Bitfield32 { value: bits, selector: bits });
    }
    if !action.flags.is_empty() {
        let bits = action.flags.bits();
        encoder.attr_fixed(TCA_ACT_FLAGS, &Bitfield32 { value: bits, selector: bits });
    }
    Ok(())
}

fn put_options(encoder: &mut Encoder<'_>, action: &Action) -> Result<(), WireError> {
    let common = Gen::of(action);
    match &action.kind {
        ActionKind::Gact => gact::encode(encoder, None, common),
        ActionKind::GactRandom(chance) => gact::encode(encoder, Some(chance), common),
        ActionKind::Redirect(target) => mirred::encode(encoder, target, true, common)?,
        ActionKind::Mirror(target) => mirred::encode(encoder, target, false, common)?,
        ActionKind::VlanPush(_) | ActionKind::VlanPop | ActionKind::VlanModify(_) => {
            vlan::encode(encoder, &action.kind, common);
        }
        ActionKind::VlanPushEth(_) | ActionKind::VlanPopEth => vlan::encode(encoder, &action.kind, common),
        ActionKind::MirredBlock(target) => mirred::encode_block(encoder, target, common),
        ActionKind::TunnelSet(set) => tunnel_key::encode(encoder, Some(set), common)?,
        ActionKind::TunnelUnset => tunnel_key::encode(encoder, None, common)?,
        ActionKind::Pedit(pedit) => pedit::encode(encoder, pedit, common)?,
        ActionKind::Csum(csum) => csum::encode(encoder, *csum, common),
        ActionKind::Ct(ct) => ct::encode(encoder, ct, common),
        ActionKind::ByIndex(kind) if kind == police::KIND => {
            police::encode(encoder, &Police::default(), common)
        }
        ActionKind::ByIndex(kind) => {
            // Of an action that is there already, the kernel looks at the number alone.
            let why = "where this kind of action keeps its number is not known";
            let missing = WireError::Unwritable { what: "TCA_ACT_KIND", why };
            let (params, size) = kinds::params(kind).zip(kinds::size(kind)).ok_or(missing)?;
            let mut bytes = [0; LONGEST_PARAMS];
            bytes[..size_of::<Gen>()].copy_from_slice(common.as_bytes());
            encoder.attr(params, &bytes[..size.min(LONGEST_PARAMS)]);
        }
        ActionKind::Mpls(mpls) => mpls::encode(encoder, mpls, common),
        ActionKind::Police(police) => police::encode(encoder, police, common),
        ActionKind::Sample(sample) => sample::encode(encoder, sample, common),
        ActionKind::Skbedit(skbedit) => skbedit::encode(encoder, skbedit, common),
        ActionKind::Skbmod(skbmod) => skbmod::encode(encoder, skbmod, common),
        ActionKind::Nat(nat) => nat::encode(encoder, nat, common),
        ActionKind::Connmark(connmark) => connmark::encode(encoder, connmark, common),
        ActionKind::Ctinfo(ctinfo) => ctinfo::encode(encoder, ctinfo, common),
        ActionKind::Gate(gate) => gate::encode(encoder, gate, common),
        ActionKind::Ife(ife) => ife::encode(encoder, ife, common)?,
        ActionKind::Simple(text) => simple::encode(encoder, text, common)?,
        ActionKind::Bpf(bpf) => bpf::encode(encoder, bpf, common)?,
        ActionKind::Unknown { options, .. } => {
            for UnknownAttr { kind, bytes } in options {
                encoder.attr(*kind, bytes);
            }
        }
    }
    Ok(())
}

/// Reads the actions of a filter, and what the filter counted, in place of what the lists held.
pub(super) fn decode_list(
    list: Attrs<'_>,
    actions: &mut Vec<Action>,
    states: &mut Vec<ActionState>,
) -> Result<(), WireError> {
    actions.clear();
    states.clear();
    for entry in list {
        let (mut action, state) = decode(entry?.nested())?;
        // Where an action of a filter is to be is the filter's own say, told again. (A request has no references.)
        if state.refs != 0 {
            action.flags &= ActionFlags::NO_PERCPU;
        }
        actions.push(action);
        states.push(state);
    }
    Ok(())
}

/// Reads one action and what it counted: the attributes of one entry of `TCA_FLOWER_ACT`.
///
/// # Errors
/// A [`WireError`] if the attributes are malformed or say nothing of the action's kind.
pub fn decode(attrs: Attrs<'_>) -> Result<(Action, ActionState), WireError> {
    let mut state = ActionState::default();
    let mut kind = None;
    let mut options = None;
    let (mut hw_stats, mut cookie, mut flags) = (None, None, ActionFlags::empty());
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            TCA_ACT_KIND => kind = Some(attr.text()?),
            TCA_ACT_OPTIONS => options = Some(attr.nested()),
            TCA_ACT_INDEX => state.index = attr.u32()?,
            TCA_ACT_STATS => stats::decode(attr.nested(), &mut state)?,
            TCA_ACT_COOKIE => cookie = Some(Cookie(attr.payload.to_vec())),
            TCA_ACT_FLAGS => flags = ActionFlags::from_bits_retain(attr.fixed::<Bitfield32>()?.value),
            TCA_ACT_HW_STATS => hw_stats = Some(read_hw_stats(&attr)?),
            TCA_ACT_USED_HW_STATS => state.used_hw_stats = Some(read_hw_stats(&attr)?),
            TCA_ACT_IN_HW_COUNT => state.in_hw_count = Some(attr.u32()?),
            _ => {}
        }
    }
    let kind = kind.ok_or(WireError::Missing { attr: "TCA_ACT_KIND" })?;
    // Without settings, as in a terse dump, only the kind is known.
    let told = options.is_some();
    let options = options.unwrap_or(Attrs::new(&[]));
    read_common(kind, options, &mut state)?;
    let known = match kind {
        _ if !told => None,
        gact::KIND => gact::decode(options)?,
        mirred::KIND => mirred::decode(options)?,
        vlan::KIND => vlan::decode(options)?,
        tunnel_key::KIND => tunnel_key::decode(options)?,
        pedit::KIND => pedit::decode(options)?,
        csum::KIND => csum::decode(options)?,
        ct::KIND => ct::decode(options)?,
        mpls::KIND => fitting(mpls::decode(options))?,
        police::KIND => fitting(police::decode(options))?,
        sample::KIND => fitting(sample::decode(options))?,
        skbedit::KIND => fitting(skbedit::decode(options))?,
        skbmod::KIND => fitting(skbmod::decode(options))?,
        nat::KIND => fitting(nat::decode(options))?,
        connmark::KIND => fitting(connmark::decode(options))?,
        ctinfo::KIND => fitting(ctinfo::decode(options))?,
        gate::KIND => fitting(gate::decode(options))?,
        ife::KIND => fitting(ife::decode(options))?,
        simple::KIND => fitting(simple::decode(options))?,
        bpf::KIND => fitting(bpf::decode(options))?,
        _ => None,
    };
    let Options { kind, control } = match known {
        Some(known) => known,
        // What says more than the number, though nothing that is known here, is kept as it came.
        None if state.refs == 0 && state.index != 0 && says_params_alone(kind, options)? => {
            let Options { control, .. } = decode_unknown(kind, options)?;
            Options { kind: ActionKind::ByIndex(kind.to_owned()), control }
        }
        None => decode_unknown(kind, options)?,
    };
    // An action that nobody else holds is the rule's own, whatever number the kernel gave it. Without references it is
    // one of a request. Settings that are kept as they came have the number among them.
    let is_kept = matches!(kind, ActionKind::Unknown { .. });
    let index = Some(state.index).filter(|index| state.refs != 1 && *index != 0 && !is_kept);
    Ok((Action { kind, control, hw_stats, index, cookie, flags }, state))
}

/// Whether the options hold nothing but the parameters that all actions of the kind have.
fn says_params_alone(kind: &str, options: Attrs<'_>) -> Result<bool, WireError> {
    for attr in options {
        let attr = attr?.kind();
        let is_params = kinds::params(kind) == Some(attr) || kinds::is_other_params(kind, attr);
        if !is_params && !kinds::is_no_setting(kind, attr) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An attribute of an odd size makes the action one that is kept as it came.
fn fitting(read: Result<Option<Options>, WireError>) -> Result<Option<Options>, WireError> {
    match read {
        Err(WireError::WrongSize { .. }) => Ok(None),
        read => read,
    }
}

/// Reads what all kinds have: number, use counts, times.
fn read_common(kind: &str, options: Attrs<'_>, state: &mut ActionState) -> Result<(), WireError> {
    let Some((params, times)) = kinds::params(kind).zip(kinds::times(kind)) else { return Ok(()) };
    for attr in options {
        let attr = attr?;
        if attr.kind() == params && kind == police::KIND {
            police::read_state(&attr, state)?;
        } else if attr.kind() == params || kinds::is_other_params(kind, attr.kind()) {
            let common = attr.fixed::<Gen>()?;
            state.index = common.index;
            state.refs = common.refcnt.unsigned_abs();
            state.binds = common.bindcnt.unsigned_abs();
        } else if attr.kind() == times {
            stats::decode_times(&attr, state)?;
        } else if kind == ctinfo::KIND {
            ctinfo::read_state(&attr, state)?;
        }
    }
    Ok(())
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
        let UnknownAttr { kind: number, mut bytes } = attr.to_unknown();
        if known == Some(attr.kind()) && kind == police::KIND {
            control = police::take_state(&attr, &mut bytes)?;
        } else if known == Some(attr.kind()) || kinds::is_other_params(kind, attr.kind()) {
            let params = attr.fixed::<Gen>()?;
            control = control::read(params.action);
            let own = Gen { index: 0, refcnt: 0, bindcnt: 0, ..params };
            bytes.splice(..size_of::<Gen>(), own.as_bytes().iter().copied());
        }
        kept.push(UnknownAttr { kind: number, bytes });
    }
    Ok(Options { kind: ActionKind::Unknown { kind: kind.to_owned(), options: kept }, control })
}

/// The upper bits of the field are not used by any kernel so far.
fn read_hw_stats(attr: &Attr<'_>) -> Result<HwStats, WireError> {
    let Bitfield32 { value, .. } = attr.fixed()?;
    let [low, ..] = value.to_le_bytes();
    Ok(HwStats::from_bits_retain(low))
}

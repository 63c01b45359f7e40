//! The matchall classifier: what stands in `TCA_OPTIONS` of a filter that every packet meets.

use smartnic_core::flow::{FlowEntry, Rule};

use super::action;
use super::flower::Rest;
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::pkt_cls::*;

/// Writes class, actions and flags.
pub(super) fn encode(encoder: &mut Encoder<'_>, rule: &Rule, flags: u32) -> Result<(), WireError> {
    if let Some(class) = rule.classid {
        encoder.u32(TCA_MATCHALL_CLASSID, class);
    }
    if !rule.actions.is_empty() {
        encoder.try_nest(TCA_MATCHALL_ACT, |encoder| action::encode_list(encoder, &rule.actions))?;
    }
    if flags != 0 {
        encoder.u32(TCA_MATCHALL_FLAGS, flags);
    }
    Ok(())
}

/// Reads the options of a filter into the entry's class and actions, which must be empty.
pub(super) fn decode(options: Attrs<'_>, entry: &mut FlowEntry) -> Result<Rest, WireError> {
    let mut rest = Rest::default();
    let rule = &mut entry.rule;
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_MATCHALL_CLASSID => rule.classid = Some(attr.u32()?),
            TCA_MATCHALL_ACT => action::decode_list(attr.nested(), &mut rule.actions, &mut entry.actions)?,
            TCA_MATCHALL_FLAGS => rest.flags = attr.u32()?,
            // The number of packets, all processors together (`struct tc_matchall_pcnt`).
            TCA_MATCHALL_PCNT => rest.hits = Some(attr.u64()?),
            _ => {}
        }
    }
    // Hardware is not counted for this kind of filter; that one has it is all that is known.
    rest.in_hw_count = u32::from(rest.flags & TCA_CLS_FLAGS_IN_HW != 0);
    Ok(rest)
}

//! The matchall classifier: what stands in `TCA_OPTIONS` of a filter that every packet meets.

use smartnic_core::flow::{Action, ActionState, Rule};

use super::action;
use super::flower::Flower;
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

/// Reads the options of a filter. The two lists are used again for its actions.
pub(super) fn decode(
    options: Attrs<'_>,
    mut actions: Vec<Action>,
    mut states: Vec<ActionState>,
) -> Result<Flower, WireError> {
    actions.clear();
    states.clear();
    let mut read = Flower { actions, states, ..Flower::default() };
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_MATCHALL_CLASSID => read.classid = Some(attr.u32()?),
            TCA_MATCHALL_ACT => action::decode_list(attr.nested(), &mut read.actions, &mut read.states)?,
            TCA_MATCHALL_FLAGS => read.flags = attr.u32()?,
            // The number of packets, all processors together (`struct tc_matchall_pcnt`).
            TCA_MATCHALL_PCNT => read.hits = Some(attr.u64()?),
            _ => {}
        }
    }
    // Hardware is not counted for this kind of filter; that one has it is all that is known.
    read.in_hw_count = u32::from(read.flags & TCA_CLS_FLAGS_IN_HW != 0);
    Ok(read)
}

//! Keys of connection tracking: state, zone, mark, label.

use smartnic_core::flow::{CtLabel, Match};

use super::{Pair, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const STATE: [u16; 2] = [TCA_FLOWER_KEY_CT_STATE, TCA_FLOWER_KEY_CT_STATE_MASK];
const ZONE: [u16; 2] = [TCA_FLOWER_KEY_CT_ZONE, TCA_FLOWER_KEY_CT_ZONE_MASK];
const MARK: [u16; 2] = [TCA_FLOWER_KEY_CT_MARK, TCA_FLOWER_KEY_CT_MARK_MASK];
const LABEL: [u16; 2] = [TCA_FLOWER_KEY_CT_LABELS, TCA_FLOWER_KEY_CT_LABELS_MASK];

/// The numbers are in host byte order.
pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    for ([value, mask], key) in [(STATE, key.ct_state), (ZONE, key.ct_zone)] {
        if let Some(key) = key {
            encoder.u16(value, key.value);
            encoder.u16(mask, key.mask);
        }
    }
    if let Some(mark) = key.ct_mark {
        encoder.u32(MARK[0], mark.value);
        encoder.u32(MARK[1], mark.mask);
    }
    if let Some(label) = key.ct_label {
        encoder.attr(LABEL[0], &label.value.0);
        encoder.attr(LABEL[1], &label.mask.0);
    }
}

#[derive(Default)]
pub(super) struct Parts {
    state: Pair<u16>,
    zone: Pair<u16>,
    mark: Pair<u32>,
    label: Pair<CtLabel>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        if !(TCA_FLOWER_KEY_CT_STATE..=TCA_FLOWER_KEY_CT_LABELS_MASK).contains(&attr.kind()) {
            return Ok(false);
        }
        Ok(take(attr, STATE, &mut self.state, Attr::u16)?
            || take(attr, ZONE, &mut self.zone, Attr::u16)?
            || take(attr, MARK, &mut self.mark, Attr::u32)?
            || take(attr, LABEL, &mut self.label, label)?)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.ct_state = self.state.masked();
        key.ct_zone = self.zone.masked();
        key.ct_mark = self.mark.masked();
        key.ct_label = self.label.masked();
    }
}

/// A label or its mask. tc sends as many bytes as are given; the kernel fills them up with zeros.
fn label(attr: &Attr<'_>) -> Result<CtLabel, WireError> {
    let mut label = CtLabel::default();
    match label.0.get_mut(..attr.payload.len()) {
        Some(start) => start.copy_from_slice(attr.payload),
        None => label.0 = attr.array()?,
    }
    Ok(label)
}

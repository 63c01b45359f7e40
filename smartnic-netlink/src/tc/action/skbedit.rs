//! What the kernel keeps beside a packet (`struct tc_skbedit`).

use smartnic_core::flow::{ActionKind, Skbedit};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_skbedit::*;

pub(super) const KIND: &str = "skbedit";

const INHERIT: u64 = SKBEDIT_F_INHERITDSFIELD as u64;
const BY_HASH: u64 = SKBEDIT_F_TXQ_SKBHASH as u64;

pub(super) fn encode(encoder: &mut Encoder<'_>, skbedit: &Skbedit, common: Gen) {
    encoder.attr_fixed(TCA_SKBEDIT_PARMS, &common);
    if let Some(queue) = skbedit.queue {
        encoder.u16(TCA_SKBEDIT_QUEUE_MAPPING, queue);
    }
    if let Some(priority) = skbedit.priority {
        encoder.u32(TCA_SKBEDIT_PRIORITY, priority);
    }
    if let Some(mark) = skbedit.mark {
        encoder.u32(TCA_SKBEDIT_MARK, mark);
    }
    if let Some(mask) = skbedit.mark_mask {
        encoder.u32(TCA_SKBEDIT_MASK, mask);
    }
    if let Some(ptype) = skbedit.ptype {
        encoder.u16(TCA_SKBEDIT_PTYPE, ptype);
    }
    let inherit = if skbedit.inherit_dsfield { INHERIT } else { 0 };
    let by_hash = if skbedit.by_hash { BY_HASH } else { 0 };
    if inherit | by_hash != 0 {
        encoder.u64(TCA_SKBEDIT_FLAGS, inherit | by_hash);
    }
    if let Some(queue) = skbedit.queue_max {
        encoder.u16(TCA_SKBEDIT_QUEUE_MAPPING_MAX, queue);
    }
}

/// Nothing if there are flags without a name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let mut skbedit = Skbedit::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_SKBEDIT_PARMS => params = Some(attr.fixed::<Gen>()?),
            TCA_SKBEDIT_QUEUE_MAPPING => skbedit.queue = Some(attr.u16()?),
            TCA_SKBEDIT_QUEUE_MAPPING_MAX => skbedit.queue_max = Some(attr.u16()?),
            TCA_SKBEDIT_PRIORITY => skbedit.priority = Some(attr.u32()?),
            TCA_SKBEDIT_MARK => skbedit.mark = Some(attr.u32()?),
            TCA_SKBEDIT_MASK => skbedit.mark_mask = Some(attr.u32()?),
            TCA_SKBEDIT_PTYPE => skbedit.ptype = Some(attr.u16()?),
            TCA_SKBEDIT_FLAGS => {
                let flags = attr.u64()?;
                if flags & !(INHERIT | BY_HASH) != 0 {
                    return Ok(None);
                }
                skbedit.inherit_dsfield = flags & INHERIT != 0;
                skbedit.by_hash = flags & BY_HASH != 0;
            }
            TCA_SKBEDIT_TM | TCA_SKBEDIT_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(common) = params else { return Ok(None) };
    Ok(Some(Options { kind: ActionKind::Skbedit(skbedit), control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Gen>(), super::SIZEOF_TC_SKBEDIT);
    }
}

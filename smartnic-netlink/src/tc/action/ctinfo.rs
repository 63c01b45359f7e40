//! Parts of the packet from its connection's mark (`struct tc_ctinfo`).

use smartnic_core::flow::{ActionKind, ActionState, Ctinfo};

use super::{Gen, Options, control};
use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::tc_ctinfo::*;

pub(super) const KIND: &str = "ctinfo";

pub(super) fn encode(encoder: &mut Encoder<'_>, ctinfo: &Ctinfo, common: Gen) {
    encoder.attr_fixed(TCA_CTINFO_ACT, &common);
    encoder.u16(TCA_CTINFO_ZONE, ctinfo.zone);
    if let Some(mask) = ctinfo.dscp_mask {
        encoder.u32(TCA_CTINFO_PARMS_DSCP_MASK, mask);
    }
    if let Some(mask) = ctinfo.dscp_state_mask {
        encoder.u32(TCA_CTINFO_PARMS_DSCP_STATEMASK, mask);
    }
    if let Some(mask) = ctinfo.cpmark_mask {
        encoder.u32(TCA_CTINFO_PARMS_CPMARK_MASK, mask);
    }
}

pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let mut ctinfo = Ctinfo::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_CTINFO_ACT => params = Some(attr.fixed::<Gen>()?),
            TCA_CTINFO_ZONE => ctinfo.zone = attr.u16()?,
            TCA_CTINFO_PARMS_DSCP_MASK => ctinfo.dscp_mask = Some(attr.u32()?),
            // Kernels tell 0 for no condition.
            TCA_CTINFO_PARMS_DSCP_STATEMASK => {
                ctinfo.dscp_state_mask = Some(attr.u32()?).filter(|mask| *mask != 0);
            }
            TCA_CTINFO_PARMS_CPMARK_MASK => ctinfo.cpmark_mask = Some(attr.u32()?),
            TCA_CTINFO_TM | TCA_CTINFO_PAD => {}
            TCA_CTINFO_STATS_DSCP_SET | TCA_CTINFO_STATS_DSCP_ERROR | TCA_CTINFO_STATS_CPMARK_SET => {}
            _ => return Ok(None),
        }
    }
    let Some(common) = params else { return Ok(None) };
    Ok(Some(Options { kind: ActionKind::Ctinfo(ctinfo), control: control::read(common.action) }))
}

/// Reads the counters.
pub(super) fn read_state(attr: &Attr<'_>, state: &mut ActionState) -> Result<(), WireError> {
    let [dscp, errors, marks] = &mut state.ctinfo;
    match attr.kind() {
        TCA_CTINFO_STATS_DSCP_SET => *dscp = attr.u64()?,
        TCA_CTINFO_STATS_DSCP_ERROR => *errors = attr.u64()?,
        TCA_CTINFO_STATS_CPMARK_SET => *marks = attr.u64()?,
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Gen>(), super::SIZEOF_TC_CTINFO);
    }
}

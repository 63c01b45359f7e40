//! Samples for a listener in user space (`struct tc_sample`).

use smartnic_core::flow::{ActionKind, Sample};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_sample::*;

pub(super) const KIND: &str = "sample";

pub(super) fn encode(encoder: &mut Encoder<'_>, sample: &Sample, common: Gen) {
    encoder.attr_fixed(TCA_SAMPLE_PARMS, &common);
    if let Some(rate) = sample.rate {
        encoder.u32(TCA_SAMPLE_RATE, rate);
    }
    if let Some(group) = sample.group {
        encoder.u32(TCA_SAMPLE_PSAMPLE_GROUP, group);
    }
    if let Some(truncate) = sample.truncate {
        encoder.u32(TCA_SAMPLE_TRUNC_SIZE, truncate);
    }
}

pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let mut sample = Sample::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_SAMPLE_PARMS => params = Some(attr.fixed::<Gen>()?),
            TCA_SAMPLE_RATE => sample.rate = Some(attr.u32()?),
            TCA_SAMPLE_PSAMPLE_GROUP => sample.group = Some(attr.u32()?),
            TCA_SAMPLE_TRUNC_SIZE => sample.truncate = Some(attr.u32()?),
            TCA_SAMPLE_TM | TCA_SAMPLE_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(common) = params else { return Ok(None) };
    Ok(Some(Options { kind: ActionKind::Sample(sample), control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Gen>(), super::SIZEOF_TC_SAMPLE);
    }
}

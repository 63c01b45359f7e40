//! The generic action: nothing but a control (`struct tc_gact`).

use smartnic_core::flow::ActionKind;

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_gact::*;

pub(super) const KIND: &str = "gact";

pub(super) fn encode(encoder: &mut Encoder<'_>, common: Gen) {
    encoder.attr_fixed(TCA_GACT_PARMS, &common);
}

/// Nothing if it is more than a control: with a second one by chance (`TCA_GACT_PROB`), or without parameters.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let mut by_chance = false;
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_GACT_PARMS => params = Some(attr.fixed::<Gen>()?),
            TCA_GACT_PROB => by_chance = true,
            _ => {}
        }
    }
    let plain = params.filter(|_| !by_chance);
    Ok(plain.map(|params| Options { kind: ActionKind::Gact, control: control::read(params.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Gen>(), super::SIZEOF_TC_GACT);
    }
}

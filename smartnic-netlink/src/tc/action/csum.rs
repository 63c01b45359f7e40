//! Checksums that are computed anew (`struct tc_csum`).

use smartnic_core::flow::{ActionKind, Csum};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_csum::*;

pub(super) const KIND: &str = "csum";

/// `struct tc_csum`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    common: Gen,
    update_flags: u32,
}

pub(super) fn encode(encoder: &mut Encoder<'_>, csum: Csum, common: Gen) {
    encoder.attr_fixed(TCA_CSUM_PARMS, &Params { common, update_flags: csum.bits() });
}

/// Nothing if it is without parameters.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let Some(attr) = options.find(TCA_CSUM_PARMS)? else { return Ok(None) };
    let Params { common, update_flags } = attr.fixed()?;
    let kind = ActionKind::Csum(Csum::from_bits_retain(update_flags));
    Ok(Some(Options { kind, control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Params>(), super::SIZEOF_TC_CSUM);
    }
}

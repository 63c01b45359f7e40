//! The mark of the packet's connection (`struct tc_connmark`).

use smartnic_core::flow::{ActionKind, Connmark};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_connmark::*;

pub(super) const KIND: &str = "connmark";

/// `struct tc_connmark`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    common: Gen,
    zone: u16,
    pad: u16,
}

pub(super) fn encode(encoder: &mut Encoder<'_>, connmark: &Connmark, common: Gen) {
    encoder.attr_fixed(TCA_CONNMARK_PARMS, &Params { common, zone: connmark.zone, pad: 0 });
}

pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_CONNMARK_PARMS => params = Some(attr.fixed::<Params>()?),
            TCA_CONNMARK_TM | TCA_CONNMARK_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(Params { common, zone, .. }) = params else { return Ok(None) };
    let kind = ActionKind::Connmark(Connmark { zone });
    Ok(Some(Options { kind, control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Params>(), super::SIZEOF_TC_CONNMARK);
    }
}

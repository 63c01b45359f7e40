//! A line for the kernel's log (`struct tc_defact`).

use smartnic_core::flow::ActionKind;

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_defact::*;

pub(super) const KIND: &str = "simple";

/// The bytes that the kernel keeps, with the closing NUL (`SIMP_MAX_DATA`).
const MAX: usize = 32;

pub(super) fn encode(encoder: &mut Encoder<'_>, text: &str, common: Gen) -> Result<(), WireError> {
    encoder.attr_fixed(TCA_DEF_PARMS, &common);
    let mut bytes = [0; MAX];
    let why = "the text must have at most 31 bytes, none of them NUL";
    let place = bytes.get_mut(..text.len()).filter(|place| place.len() < MAX && !text.contains('\0'));
    place.ok_or(WireError::Unwritable { what: "TCA_DEF_DATA", why })?.copy_from_slice(text.as_bytes());
    encoder.attr(TCA_DEF_DATA, &bytes);
    Ok(())
}

/// Nothing if it has no text, or one that is not UTF-8.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let (mut params, mut text) = (None, None);
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_DEF_PARMS => params = Some(attr.fixed::<Gen>()?),
            TCA_DEF_DATA => text = attr.text().ok(),
            TCA_DEF_TM | TCA_DEF_PAD => {}
            _ => return Ok(None),
        }
    }
    let (Some(common), Some(text)) = (params, text) else { return Ok(None) };
    let kind = ActionKind::Simple(text.to_owned());
    Ok(Some(Options { kind, control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Gen>(), super::SIZEOF_TC_DEFACT);
    }
}

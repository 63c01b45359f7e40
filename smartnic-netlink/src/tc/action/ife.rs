//! Inter-forwarding-engine headers (`struct tc_ife`).

use smartnic_core::flow::{ActionKind, Ife, IfeMeta};
use smartnic_core::types::{EtherType, Mac};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::ife::IFE_META_TCINDEX;
use crate::uapi::tc_ife::*;

pub(super) const KIND: &str = "ife";

/// `struct tc_ife`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    common: Gen,
    /// `IFE_ENCODE` or nothing.
    flags: u16,
    pad: u16,
}

pub(super) fn encode(encoder: &mut Encoder<'_>, ife: &Ife, common: Gen) -> Result<(), WireError> {
    let flags = u16::from(ife.encode);
    encoder.attr_fixed(TCA_IFE_PARMS, &Params { common, flags, pad: 0 });
    if let Some(Mac(bytes)) = &ife.dst_mac {
        encoder.attr(TCA_IFE_DMAC, bytes);
    }
    if let Some(EtherType(number)) = ife.eth_type {
        encoder.u16(TCA_IFE_TYPE, number);
    }
    if let Some(Mac(bytes)) = &ife.src_mac {
        encoder.attr(TCA_IFE_SMAC, bytes);
    }
    // A header that is added always has the list, if only an empty one; without it a kernel adds all it knows.
    if ife.encode || !ife.metas.is_empty() {
        encoder.try_nest(TCA_IFE_METALST, |encoder| {
            ife.metas.iter().try_for_each(|meta| put_meta(encoder, meta))
        })?;
    }
    Ok(())
}

fn put_meta(encoder: &mut Encoder<'_>, IfeMeta { kind, value }: &IfeMeta) -> Result<(), WireError> {
    match (*kind, *value) {
        (kind, None) => encoder.flag(kind),
        (IFE_META_TCINDEX, Some(value)) => {
            let why = "a value of this kind has 16 bits";
            let value =
                u16::try_from(value).map_err(|_| WireError::Unwritable { what: "TCA_IFE_METALST", why })?;
            encoder.u16(IFE_META_TCINDEX, value);
        }
        (kind, Some(value)) => encoder.u32(kind, value),
    }
    Ok(())
}

/// Nothing if it has a mode that has no name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let mut ife = Ife::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_IFE_PARMS => params = Some(attr.fixed::<Params>()?),
            TCA_IFE_DMAC => ife.dst_mac = Some(Mac(attr.array()?)),
            TCA_IFE_SMAC => ife.src_mac = Some(Mac(attr.array()?)),
            TCA_IFE_TYPE => ife.eth_type = Some(EtherType(attr.u16()?)),
            TCA_IFE_METALST => {
                ife.metas = attr.nested().map(|attr| read_meta(&attr?)).collect::<Result<_, _>>()?;
            }
            TCA_IFE_TM | TCA_IFE_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(Params { common, flags, .. }) = params else { return Ok(None) };
    match u32::from(flags) {
        IFE_ENCODE => ife.encode = true,
        IFE_DECODE => {}
        _ => return Ok(None),
    }
    Ok(Some(Options { kind: ActionKind::Ife(ife), control: control::read(common.action) }))
}

fn read_meta(attr: &Attr<'_>) -> Result<IfeMeta, WireError> {
    let value = match (attr.kind(), attr.payload.len()) {
        (_, 0) => None,
        (IFE_META_TCINDEX, _) => Some(attr.u16()?.into()),
        _ => Some(attr.u32()?),
    };
    Ok(IfeMeta { kind: attr.kind(), value })
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Params>(), super::SIZEOF_TC_IFE);
    }
}

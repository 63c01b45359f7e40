//! Changes of the Ethernet header (`struct tc_skbmod`).

use smartnic_core::flow::{ActionKind, Skbmod};
use smartnic_core::types::{EtherType, Mac};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_skbmod::*;

pub(super) const KIND: &str = "skbmod";

/// `struct tc_skbmod`. The flags have 64 bits on an even place, of which only the lower are in use.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    common: Gen,
    pad: u32,
    /// What is changed: `SKBMOD_F_*`.
    flags: u64,
}

const fn flag(present: bool, flag: u32) -> u64 {
    if present { flag as u64 } else { 0 }
}

pub(super) fn encode(encoder: &mut Encoder<'_>, skbmod: &Skbmod, common: Gen) {
    let Skbmod { dst_mac, src_mac, eth_type, swap_mac, ecn } = skbmod;
    let flags = flag(dst_mac.is_some(), SKBMOD_F_DMAC)
        | flag(src_mac.is_some(), SKBMOD_F_SMAC)
        | flag(eth_type.is_some(), SKBMOD_F_ETYPE)
        | flag(*swap_mac, SKBMOD_F_SWAPMAC)
        | flag(*ecn, SKBMOD_F_ECN);
    encoder.attr_fixed(TCA_SKBMOD_PARMS, &Params { common, pad: 0, flags });
    if let Some(Mac(bytes)) = dst_mac {
        encoder.attr(TCA_SKBMOD_DMAC, bytes);
    }
    if let Some(EtherType(number)) = eth_type {
        encoder.u16(TCA_SKBMOD_ETYPE, *number);
    }
    if let Some(Mac(bytes)) = src_mac {
        encoder.attr(TCA_SKBMOD_SMAC, bytes);
    }
}

/// Nothing if there are flags without a name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let mut skbmod = Skbmod::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_SKBMOD_PARMS => params = Some(attr.fixed::<Params>()?),
            TCA_SKBMOD_DMAC => skbmod.dst_mac = Some(Mac(attr.array()?)),
            TCA_SKBMOD_SMAC => skbmod.src_mac = Some(Mac(attr.array()?)),
            TCA_SKBMOD_ETYPE => skbmod.eth_type = Some(EtherType(attr.u16()?)),
            TCA_SKBMOD_TM | TCA_SKBMOD_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(Params { common, flags, .. }) = params else { return Ok(None) };
    if flags >= u64::from(SKBMOD_F_ECN) << 1 {
        return Ok(None);
    }
    skbmod.swap_mac = flags & u64::from(SKBMOD_F_SWAPMAC) != 0;
    skbmod.ecn = flags & u64::from(SKBMOD_F_ECN) != 0;
    Ok(Some(Options { kind: ActionKind::Skbmod(skbmod), control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Params>(), super::SIZEOF_TC_SKBMOD);
    }
}

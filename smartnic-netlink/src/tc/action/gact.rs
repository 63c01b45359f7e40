//! The generic action: nothing but a control, or by chance another (`struct tc_gact`, `tc_gact_p`).

use smartnic_core::flow::{ActionKind, Chance, ChanceKind};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_gact::*;

pub(super) const KIND: &str = "gact";

/// `struct tc_gact_p`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Probability {
    /// Which: `PGACT_NETRAND` and its like.
    ptype: u16,
    pval: u16,
    paction: i32,
}

pub(super) fn encode(encoder: &mut Encoder<'_>, chance: Option<&Chance>, common: Gen) {
    encoder.attr_fixed(TCA_GACT_PARMS, &common);
    let Some(Chance { kind, control, one_of }) = chance else { return };
    let ptype = match kind {
        ChanceKind::None => PGACT_NONE,
        ChanceKind::Netrand => PGACT_NETRAND,
        ChanceKind::Determ => PGACT_DETERM,
    };
    let probability =
        Probability { ptype: ptype as u16, pval: *one_of, paction: super::control::number(*control) };
    encoder.attr_fixed(TCA_GACT_PROB, &probability);
}

/// Nothing if it is without parameters, or chance has a say in a way that has no name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let (mut params, mut probability) = (None, None);
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_GACT_PARMS => params = Some(attr.fixed::<Gen>()?),
            TCA_GACT_PROB => probability = Some(attr.fixed::<Probability>()?),
            _ => {}
        }
    }
    let kind = match probability {
        None => ActionKind::Gact,
        Some(Probability { ptype, pval, paction }) => {
            let kind = match u32::from(ptype) {
                PGACT_NONE => ChanceKind::None,
                PGACT_NETRAND => ChanceKind::Netrand,
                PGACT_DETERM => ChanceKind::Determ,
                _ => return Ok(None),
            };
            ActionKind::GactRandom(Chance { kind, control: control::read(paction), one_of: pval })
        }
    };
    Ok(params.map(|params| Options { kind, control: control::read(params.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Gen>(), super::SIZEOF_TC_GACT);
        assert_eq!(size_of::<super::Probability>(), super::SIZEOF_TC_GACT_P);
    }
}

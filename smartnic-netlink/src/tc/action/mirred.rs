//! Redirect and mirror to another link (`struct tc_mirred`).

use smartnic_core::flow::{ActionKind, MirredTarget};
use smartnic_core::types::IfIndex;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_mirred::*;

pub(super) const KIND: &str = "mirred";

/// `struct tc_mirred`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    common: Gen,
    /// Which of the four: `TCA_EGRESS_REDIR` and its like.
    eaction: i32,
    ifindex: u32,
}

pub(super) fn encode(
    encoder: &mut Encoder<'_>,
    target: &MirredTarget,
    redirect: bool,
    common: Gen,
) -> Result<(), WireError> {
    let why = "the link is given by name; it must be resolved to a number first";
    let link = target.dev.index().map_err(|_| WireError::Unwritable { what: "tc_mirred.ifindex", why })?;
    let eaction = match (redirect, target.ingress) {
        (true, false) => TCA_EGRESS_REDIR,
        (false, false) => TCA_EGRESS_MIRROR,
        (true, true) => TCA_INGRESS_REDIR,
        (false, true) => TCA_INGRESS_MIRROR,
    };
    let params = Params { common, eaction, ifindex: link.0 };
    encoder.attr_fixed(TCA_MIRRED_PARMS, &params);
    Ok(())
}

/// Nothing if it sends to a block instead of a link, or does something that has no name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let mut to_block = false;
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_MIRRED_PARMS => params = Some(attr.fixed::<Params>()?),
            TCA_MIRRED_BLOCKID => to_block = true,
            _ => {}
        }
    }
    let Some(Params { common, eaction, ifindex }) = params.filter(|_| !to_block) else { return Ok(None) };
    let target = |ingress| MirredTarget { dev: IfIndex(ifindex).into(), ingress };
    let kind = match eaction {
        TCA_EGRESS_REDIR => ActionKind::Redirect(target(false)),
        TCA_EGRESS_MIRROR => ActionKind::Mirror(target(false)),
        TCA_INGRESS_REDIR => ActionKind::Redirect(target(true)),
        TCA_INGRESS_MIRROR => ActionKind::Mirror(target(true)),
        _ => return Ok(None),
    };
    Ok(Some(Options { kind, control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Params>(), super::SIZEOF_TC_MIRRED);
    }
}

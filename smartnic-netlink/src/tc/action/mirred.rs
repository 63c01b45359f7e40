//! Redirect and mirror to another link, or to those of a block (`struct tc_mirred`).

use smartnic_core::flow::{ActionKind, MirredBlock, MirredTarget};
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

/// To a link.
pub(super) fn encode(
    encoder: &mut Encoder<'_>,
    target: &MirredTarget,
    redirect: bool,
    common: Gen,
) -> Result<(), WireError> {
    let why = "the link is given by name; it must be resolved to a number first";
    let link = target.dev.index().map_err(|_| WireError::Unwritable { what: "tc_mirred.ifindex", why })?;
    params(encoder, redirect, target.ingress, link.0, common);
    Ok(())
}

/// To the links of a block.
pub(super) fn encode_block(encoder: &mut Encoder<'_>, target: &MirredBlock, common: Gen) {
    params(encoder, target.redirect, target.ingress, 0, common);
    encoder.u32(TCA_MIRRED_BLOCKID, target.block);
}

fn params(encoder: &mut Encoder<'_>, redirect: bool, ingress: bool, ifindex: u32, common: Gen) {
    let eaction = match (redirect, ingress) {
        (true, false) => TCA_EGRESS_REDIR,
        (false, false) => TCA_EGRESS_MIRROR,
        (true, true) => TCA_INGRESS_REDIR,
        (false, true) => TCA_INGRESS_MIRROR,
    };
    encoder.attr_fixed(TCA_MIRRED_PARMS, &Params { common, eaction, ifindex });
}

/// Nothing if it sends to a block and a link, or does something that has no name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let mut block = None;
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_MIRRED_PARMS => params = Some(attr.fixed::<Params>()?),
            TCA_MIRRED_BLOCKID => block = Some(attr.u32()?),
            _ => {}
        }
    }
    let Some(Params { common, eaction, ifindex }) = params else { return Ok(None) };
    let (redirect, ingress) = match eaction {
        TCA_EGRESS_REDIR => (true, false),
        TCA_EGRESS_MIRROR => (false, false),
        TCA_INGRESS_REDIR => (true, true),
        TCA_INGRESS_MIRROR => (false, true),
        _ => return Ok(None),
    };
    let target = MirredTarget { dev: IfIndex(ifindex).into(), ingress };
    let kind = match block {
        Some(_) if ifindex != 0 => return Ok(None),
        Some(block) => ActionKind::MirredBlock(MirredBlock { block, redirect, ingress }),
        None if redirect => ActionKind::Redirect(target),
        None => ActionKind::Mirror(target),
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

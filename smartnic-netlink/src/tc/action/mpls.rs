//! MPLS labels: pop, push, modify, and their like (`struct tc_mpls`).

use smartnic_core::flow::{ActionKind, Mpls, MplsEntry};
use smartnic_core::types::EtherType;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_mpls::*;

pub(super) const KIND: &str = "mpls";

/// `struct tc_mpls`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    common: Gen,
    /// Which: `TCA_MPLS_ACT_POP` and its like.
    m_action: i32,
}

pub(super) fn encode(encoder: &mut Encoder<'_>, mpls: &Mpls, common: Gen) {
    let none = MplsEntry::default();
    let (m_action, protocol, entry) = match mpls {
        Mpls::Pop { protocol } => (TCA_MPLS_ACT_POP, *protocol, &none),
        Mpls::Push { protocol, entry } => (TCA_MPLS_ACT_PUSH, *protocol, entry),
        Mpls::Modify(entry) => (TCA_MPLS_ACT_MODIFY, None, entry),
        Mpls::DecTtl => (TCA_MPLS_ACT_DEC_TTL, None, &none),
        Mpls::MacPush { protocol, entry } => (TCA_MPLS_ACT_MAC_PUSH, *protocol, entry),
    };
    encoder.attr_fixed(TCA_MPLS_PARMS, &Params { common, m_action });
    if let Some(label) = entry.label {
        encoder.u32(TCA_MPLS_LABEL, label);
    }
    if let Some(EtherType(number)) = protocol {
        encoder.u16_be(TCA_MPLS_PROTO, number);
    }
    if let Some(tc) = entry.tc {
        encoder.u8(TCA_MPLS_TC, tc);
    }
    if let Some(ttl) = entry.ttl {
        encoder.u8(TCA_MPLS_TTL, ttl);
    }
    if let Some(bos) = entry.bos {
        encoder.u8(TCA_MPLS_BOS, bos);
    }
}

/// Nothing if it does something that has no name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let (mut params, mut protocol) = (None, None);
    let mut entry = MplsEntry::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_MPLS_PARMS => params = Some(attr.fixed::<Params>()?),
            TCA_MPLS_PROTO => protocol = Some(EtherType(attr.u16_be()?)),
            TCA_MPLS_LABEL => entry.label = Some(attr.u32()?),
            TCA_MPLS_TC => entry.tc = Some(attr.u8()?),
            TCA_MPLS_TTL => entry.ttl = Some(attr.u8()?),
            TCA_MPLS_BOS => entry.bos = Some(attr.u8()?),
            TCA_MPLS_TM | TCA_MPLS_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(Params { common, m_action }) = params else { return Ok(None) };
    // Kernels tell a protocol of every kind, also of those that have none.
    let mpls = match m_action {
        TCA_MPLS_ACT_POP if entry == MplsEntry::default() => Mpls::Pop { protocol },
        TCA_MPLS_ACT_PUSH => Mpls::Push { protocol, entry },
        TCA_MPLS_ACT_MODIFY => Mpls::Modify(entry),
        TCA_MPLS_ACT_DEC_TTL if entry == MplsEntry::default() => Mpls::DecTtl,
        TCA_MPLS_ACT_MAC_PUSH => Mpls::MacPush { protocol, entry },
        _ => return Ok(None),
    };
    Ok(Some(Options { kind: ActionKind::Mpls(mpls), control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Params>(), super::SIZEOF_TC_MPLS);
    }
}

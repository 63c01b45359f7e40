//! Translation of addresses without connections (`struct tc_nat`).

use std::net::Ipv4Addr;

use smartnic_core::flow::{ActionKind, Nat};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::tc_nat::*;

pub(super) const KIND: &str = "nat";

/// `struct tc_nat`. The addresses are in network byte order.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    common: Gen,
    old_addr: [u8; 4],
    new_addr: [u8; 4],
    mask: [u8; 4],
    flags: u32,
}

pub(super) fn encode(encoder: &mut Encoder<'_>, nat: &Nat, common: Gen) {
    let flags = if nat.egress { TCA_NAT_FLAG_EGRESS } else { 0 };
    let [old_addr, new_addr, mask] = [nat.old, nat.new, nat.mask].map(|address| address.octets());
    encoder.attr_fixed(TCA_NAT_PARMS, &Params { common, old_addr, new_addr, mask, flags });
}

/// Nothing if there are flags without a name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_NAT_PARMS => params = Some(attr.fixed::<Params>()?),
            TCA_NAT_TM | TCA_NAT_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(Params { common, old_addr, new_addr, mask, flags }) = params else { return Ok(None) };
    if flags & !TCA_NAT_FLAG_EGRESS != 0 {
        return Ok(None);
    }
    let [old, new, mask] = [old_addr, new_addr, mask].map(Ipv4Addr::from);
    let nat = Nat { egress: flags != 0, old, mask, new };
    Ok(Some(Options { kind: ActionKind::Nat(nat), control: control::read(common.action) }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Params>(), super::SIZEOF_TC_NAT);
    }
}

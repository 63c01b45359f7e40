//! Sets of names (`ETHTOOL_A_BITSET_*`), written and read bit by bit.

use smartnic_core::ethtool::Bits;

use super::record::nested;
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::ethtool_netlink::*;

/// Writes a set: a list without a mask replaces what is there, one with a mask changes the bits it names.
pub(super) fn write(e: &mut Encoder<'_>, attr: u16, bits: &Bits) {
    e.nest(nested(attr), |e| {
        if bits.of.is_none() {
            e.flag(ETHTOOL_A_BITSET_NOMASK);
        }
        e.nest(nested(ETHTOOL_A_BITSET_BITS), |e| {
            for name in bits.of.as_ref().unwrap_or(&bits.on) {
                e.nest(nested(ETHTOOL_A_BITSET_BITS_BIT), |e| {
                    e.text(ETHTOOL_A_BITSET_BIT_NAME, name);
                    if bits.has(name) {
                        e.flag(ETHTOOL_A_BITSET_BIT_VALUE);
                    }
                });
            }
        });
    });
}

/// Reads a set. Bits without a name are called by their number.
pub(super) fn read(attr: &Attr<'_>) -> Result<Bits, WireError> {
    let mut bits = Bits::default();
    each(attr, &mut |name, on, masked| {
        if masked {
            bits.of.get_or_insert_default().push(name.to_owned());
        }
        if on {
            bits.on.push(name.to_owned());
        }
    })?;
    Ok(bits)
}

/// Lends each bit of a set: its name, whether it is set, and whether the set has a mask.
pub(super) fn each(attr: &Attr<'_>, found: &mut dyn FnMut(&str, bool, bool)) -> Result<(), WireError> {
    if attr.nested().find(ETHTOOL_A_BITSET_VALUE)?.is_some() {
        // Numbers without names: nobody who did not ask for compact sets is answered so.
        return Err(WireError::Missing { attr: "ETHTOOL_A_BITSET_BITS" });
    }
    let masked = attr.nested().find(ETHTOOL_A_BITSET_NOMASK)?.is_none();
    let Some(list) = attr.nested().find(ETHTOOL_A_BITSET_BITS)? else { return Ok(()) };
    for bit in list.nested() {
        let bit = bit?;
        let on = !masked || bit.nested().find(ETHTOOL_A_BITSET_BIT_VALUE)?.is_some();
        match (bit.nested().find(ETHTOOL_A_BITSET_BIT_NAME)?, bit.nested().find(ETHTOOL_A_BITSET_BIT_INDEX)?)
        {
            (Some(name), _) => found(&name.text_lossy(), on, masked),
            (None, Some(index)) => found(&format!("bit-{}", index.u32()?), on, masked),
            (None, None) => return Err(WireError::Missing { attr: "ETHTOOL_A_BITSET_BIT_NAME" }),
        }
    }
    Ok(())
}

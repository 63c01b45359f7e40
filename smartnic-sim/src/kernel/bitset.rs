//! ethtool's sets of names (`net/ethtool/bitset.c`), as lists of bits or as words.

use smartnic_core::ethtool::Bits;
use smartnic_netlink::codec::{Attr, Encoder};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::ExtAck;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;

pub(super) const SET: [Policy; 5] = [
    (ETHTOOL_A_BITSET_NOMASK, Shape::Flag, None),
    (ETHTOOL_A_BITSET_SIZE, Shape::U32, None),
    (ETHTOOL_A_BITSET_BITS, Shape::Nested, None),
    (ETHTOOL_A_BITSET_VALUE, Shape::Bytes(0), None),
    (ETHTOOL_A_BITSET_MASK, Shape::Bytes(0), None),
];
const BIT: [Policy; 3] = [
    (ETHTOOL_A_BITSET_BIT_INDEX, Shape::U32, None),
    (ETHTOOL_A_BITSET_BIT_NAME, Shape::NulText, None),
    (ETHTOOL_A_BITSET_BIT_VALUE, Shape::Flag, None),
];

/// `ethnl_update_bitset`: what is set after a change of what is set now.
pub(super) fn updated(
    request: &Request<'_>,
    attr: &Attr<'_>,
    names: &[&str],
    now: &Bits,
    ext: &mut ExtAck,
) -> Result<Vec<String>, Errno> {
    let table = Table::read(request, attr.nested(), &SET, Strictness::Strict(ETHTOOL_A_BITSET_MASK), ext)?;
    let replaces = table.has(ETHTOOL_A_BITSET_NOMASK);
    let mut on: Vec<bool> = names.iter().map(|name| !replaces && now.has(name)).collect();
    let Some(bits) = table.get(ETHTOOL_A_BITSET_BITS) else {
        let (Some(value), true) = (table.get(ETHTOOL_A_BITSET_VALUE), table.has(ETHTOOL_A_BITSET_SIZE))
        else {
            ext.blame(request.offset(attr), "missing value in compact bitset");
            return Err(Errno::EINVAL);
        };
        let has = |words: &Attr<'_>, at: usize| {
            let word = words.payload.as_chunks().0.get(at / 32).copied().map_or(0, u32::from_ne_bytes);
            word & 1 << (at % 32) != 0
        };
        for (at, on) in on.iter_mut().enumerate() {
            if replaces || table.get(ETHTOOL_A_BITSET_MASK).is_some_and(|mask| has(mask, at)) {
                *on = has(value, at);
            }
        }
        return Ok(chosen(names, &on));
    };
    for bit in bits.nested() {
        let bit = bit.map_err(|_| Errno::EINVAL)?;
        let (at, set) = read_bit(request, &bit, names.len(), |at| names.get(at).copied(), ext)?;
        on[at] = replaces || set;
    }
    Ok(chosen(names, &on))
}

/// `ethnl_parse_bit`: which of so many bits is meant, by number or name, and whether it is set.
pub(super) fn read_bit<'n>(
    request: &Request<'_>,
    bit: &Attr<'_>,
    count: usize,
    name: impl Fn(usize) -> Option<&'n str>,
    ext: &mut ExtAck,
) -> Result<(usize, bool), Errno> {
    let strictness = Strictness::Strict(ETHTOOL_A_BITSET_BIT_VALUE);
    let table = Table::read(request, bit.nested(), &BIT, strictness, ext)?;
    let named = table.text(ETHTOOL_A_BITSET_BIT_NAME);
    let mut unknown = |kind, text| {
        ext.blame(table.get(kind).and_then(|attr| request.offset(attr)), text);
        Err(Errno::EOPNOTSUPP)
    };
    let at = match (table.u32(ETHTOOL_A_BITSET_BIT_INDEX), named) {
        (Some(index), _) if index as usize >= count => {
            return unknown(ETHTOOL_A_BITSET_BIT_INDEX, "bit index too high");
        }
        (Some(index), named) => {
            if named.is_some() && named != name(index as usize) {
                ext.blame(request.offset(bit), "bit index and name mismatch");
                return Err(Errno::EINVAL);
            }
            index as usize
        }
        (None, Some(named)) => match (0..count).find(|at| name(*at) == Some(named)) {
            Some(at) => at,
            None => return unknown(ETHTOOL_A_BITSET_BIT_NAME, "bit name not found"),
        },
        (None, None) => {
            ext.blame(request.offset(bit), "neither bit index nor name specified");
            return Err(Errno::EINVAL);
        }
    };
    Ok((at, table.has(ETHTOOL_A_BITSET_BIT_VALUE)))
}

fn chosen(names: &[&str], on: &[bool]) -> Vec<String> {
    names.iter().zip(on).filter(|(_, on)| **on).map(|(name, _)| (*name).to_owned()).collect()
}

/// `ethnl_put_bitset`.
pub(super) fn write(e: &mut Encoder<'_>, attr: u16, names: &[&str], bits: &Bits, compact: bool) {
    let among = |list: &[String], name: &str| list.iter().any(|listed| listed == name);
    e.nest(attr | NLA_F_NESTED, |e| {
        if bits.of.is_none() {
            e.flag(ETHTOOL_A_BITSET_NOMASK);
        }
        e.u32(ETHTOOL_A_BITSET_SIZE, names.len() as u32);
        if compact {
            for (attr, list) in
                [(ETHTOOL_A_BITSET_VALUE, Some(&bits.on)), (ETHTOOL_A_BITSET_MASK, bits.of.as_ref())]
            {
                let Some(list) = list else { continue };
                let mut words = vec![0_u32; names.len().div_ceil(32)];
                for at in (0..names.len()).filter(|at| among(list, names[*at])) {
                    words[at / 32] |= 1 << (at % 32);
                }
                let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
                e.attr(attr, &bytes);
            }
            return;
        }
        e.nest(ETHTOOL_A_BITSET_BITS | NLA_F_NESTED, |e| {
            let told = bits.of.as_ref().unwrap_or(&bits.on);
            for (at, name) in names.iter().enumerate().filter(|(_, name)| among(told, name)) {
                e.nest(ETHTOOL_A_BITSET_BITS_BIT | NLA_F_NESTED, |e| {
                    e.u32(ETHTOOL_A_BITSET_BIT_INDEX, at as u32);
                    e.text(ETHTOOL_A_BITSET_BIT_NAME, name);
                    if bits.of.is_some() && bits.has(name) {
                        e.flag(ETHTOOL_A_BITSET_BIT_VALUE);
                    }
                });
            }
        });
    });
}

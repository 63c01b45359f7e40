//! ethtool's features: `ETHTOOL_MSG_FEATURES_GET` and `_SET`, of which `hw-tc-offload` alone is alive here.

use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attr, Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::{Answer, ExtAck};
use super::bitset::{SET as BITSET, read_bit};
use super::control::ETHTOOL_ID;
use super::features_names::{COUNT, HW_TC, VLAN_CHALLENGED, name};
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Machine, Netdev};

const HW_TC_BIT: u64 = 1 << HW_TC;
const NEVER_CHANGE: u64 = 1 << VLAN_CHALLENGED;

const GET: [Policy; 1] = [(ETHTOOL_A_FEATURES_HEADER, Shape::Nested, None)];
const SET: [Policy; 2] =
    [(ETHTOOL_A_FEATURES_HEADER, Shape::Nested, None), (ETHTOOL_A_FEATURES_WANTED, Shape::Nested, None)];
const HEADER: [Policy; 3] = [
    (ETHTOOL_A_HEADER_DEV_INDEX, Shape::U32, None),
    (ETHTOOL_A_HEADER_DEV_NAME, Shape::NulText, None),
    (ETHTOOL_A_HEADER_FLAGS, Shape::U32, None),
];

pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    let attrs = Attrs::new(attrs);
    match header.command {
        ETHTOOL_MSG_FEATURES_GET => {
            let strictness = Strictness::Strict(ETHTOOL_A_FEATURES_HEADER);
            let table = Table::read(request, attrs, &GET, strictness, ext)?;
            get(machine, request, &table, dumps, answer, ext)
        }
        ETHTOOL_MSG_FEATURES_SET if !dumps => {
            if !request.admin {
                return Err(Errno::EPERM);
            }
            let strictness = Strictness::Strict(ETHTOOL_A_FEATURES_WANTED);
            let table = Table::read(request, attrs, &SET, strictness, ext)?;
            set(machine, request, &table, answer, ext)
        }
        _ => Err(Errno::EOPNOTSUPP),
    }
}

fn get(
    machine: &Machine,
    request: &Request<'_>,
    table: &Table<'_>,
    dumps: bool,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let Some(header) = table.get(ETHTOOL_A_FEATURES_HEADER) else {
        if dumps {
            for netdev in machine.netdevs.values() {
                answer.part(ETHTOOL_ID, |e| write(e, netdev, ETHTOOL_MSG_FEATURES_GET_REPLY, false));
            }
            answer.done();
            return Ok(());
        }
        ext.missing = Some((ETHTOOL_A_FEATURES_HEADER, None));
        return Err(Errno::EINVAL);
    };
    let (named, flags) = read_header(machine, request, header, !dumps, ext)?;
    let compact = flags & ETHTOOL_FLAG_COMPACT_BITSETS != 0;
    if dumps {
        for netdev in machine.netdevs.values() {
            answer.part(ETHTOOL_ID, |e| write(e, netdev, ETHTOOL_MSG_FEATURES_GET_REPLY, compact));
        }
        answer.done();
    } else if let Some(netdev) = named {
        answer.reply(ETHTOOL_ID, |e| write(e, netdev, ETHTOOL_MSG_FEATURES_GET_REPLY, compact));
    }
    Ok(())
}

/// `ethnl_set_features`: success means that the wish is noted; the answer says what did not come of it.
fn set(
    machine: &mut Machine,
    request: &Request<'_>,
    table: &Table<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let wanted = table.get(ETHTOOL_A_FEATURES_WANTED).ok_or(Errno::EINVAL)?;
    let Some(header) = table.get(ETHTOOL_A_FEATURES_HEADER) else {
        ext.note.say("request header missing");
        return Err(Errno::EINVAL);
    };
    let (named, flags) = read_header(machine, request, header, true, ext)?;
    let index = named.map(|netdev| netdev.ifindex).ok_or(Errno::EINVAL)?;
    let (value, mask) = read_bitset(request, wanted, ext)?;
    if mask & NEVER_CHANGE != 0 {
        ext.note.say("attempt to change non-ethtool features");
        return Err(Errno::EINVAL);
    }
    let before = active(machine.netdev(index)?);
    wish(machine, index, value, mask)?;
    let netdev = machine.netdev(index)?;
    let after = active(netdev);
    if flags & ETHTOOL_FLAG_OMIT_REPLY == 0 {
        let compact = flags & ETHTOOL_FLAG_COMPACT_BITSETS != 0;
        let failed = (value ^ after) & mask;
        answer.reply(ETHTOOL_ID, |e| {
            start(e, netdev, ETHTOOL_MSG_FEATURES_SET_REPLY);
            bitset(e, ETHTOOL_A_FEATURES_WANTED, value & failed, Some(failed), compact);
            bitset(e, ETHTOOL_A_FEATURES_ACTIVE, after & (before ^ after), Some(before ^ after), compact);
        });
    }
    Ok(())
}

/// What comes of a wish: other features than this one stay as they are.
fn wish(machine: &mut Machine, link: IfIndex, value: u64, mask: u64) -> Result<(), Errno> {
    if mask & HW_TC_BIT != 0 {
        machine.set_tc_offload(link, value & HW_TC_BIT != 0)?;
    }
    Ok(())
}

/// Every name, and whether the feature can change here.
pub(crate) fn feature_names() -> impl Iterator<Item = (&'static str, bool)> {
    (0..COUNT).filter_map(|at| Some((name(at)?, at == HW_TC)))
}

/// Wishes by name, as [`serve`] takes them in bytes.
pub(crate) fn set_features(
    machine: &mut Machine,
    link: IfIndex,
    wishes: &[(String, bool)],
) -> Result<(), Errno> {
    machine.netdev(link)?;
    let (mut value, mut mask) = (0_u64, 0_u64);
    for (wanted, on) in wishes {
        let at = (0..COUNT).find(|at| name(*at) == Some(wanted)).ok_or(Errno::EOPNOTSUPP)?;
        mask |= 1 << at;
        value = value & !(1 << at) | u64::from(*on) << at;
    }
    if mask & NEVER_CHANGE != 0 {
        return Err(Errno::EINVAL);
    }
    wish(machine, link, value, mask)
}

/// `ethnl_parse_header_dev_get`: the link that is named, and the flags.
pub(super) fn read_header<'a>(
    machine: &'a Machine,
    request: &Request<'_>,
    header: &Attr<'_>,
    needed: bool,
    ext: &mut ExtAck,
) -> Result<(Option<&'a Netdev>, u32), Errno> {
    let strictness = Strictness::Strict(ETHTOOL_A_HEADER_PHY_INDEX);
    let table = Table::read(request, header.nested(), &HEADER, strictness, ext)?;
    let flags = table.u32(ETHTOOL_A_HEADER_FLAGS).unwrap_or(0);
    let name = table.text(ETHTOOL_A_HEADER_DEV_NAME);
    let mut blame = |attr: Option<&Attr<'_>>, text: &'static str, errno| {
        ext.blame(attr.and_then(|attr| request.offset(attr)), text);
        Err(errno)
    };
    if let Some(index) = table.u32(ETHTOOL_A_HEADER_DEV_INDEX) {
        let Ok(netdev) = machine.netdev(IfIndex(index)) else {
            let attr = table.get(ETHTOOL_A_HEADER_DEV_INDEX);
            return blame(attr, "no device matches ifindex", Errno::ENODEV);
        };
        if name.is_some_and(|name| name != netdev.name) {
            return blame(Some(header), "ifindex and name do not match", Errno::ENODEV);
        }
        return Ok((Some(netdev), flags));
    }
    if let Some(name) = name {
        let found = machine.netdevs.values().find(|netdev| netdev.name == name);
        let attr = table.get(ETHTOOL_A_HEADER_DEV_NAME);
        return match found {
            Some(netdev) => Ok((Some(netdev), flags)),
            None => blame(attr, "no device matches name", Errno::ENODEV),
        };
    }
    if needed {
        return blame(Some(header), "neither ifindex nor name specified", Errno::EINVAL);
    }
    Ok((None, flags))
}

/// `ethnl_parse_bitset`: values and the mask of bits that are meant.
fn read_bitset(request: &Request<'_>, attr: &Attr<'_>, ext: &mut ExtAck) -> Result<(u64, u64), Errno> {
    let strictness = Strictness::Strict(ETHTOOL_A_BITSET_MASK);
    let table = Table::read(request, attr.nested(), &BITSET, strictness, ext)?;
    let no_mask = table.has(ETHTOOL_A_BITSET_NOMASK);
    let Some(bits) = table.get(ETHTOOL_A_BITSET_BITS) else {
        return read_compact(request, attr, &table, no_mask, ext);
    };
    let (mut value, mut mask) = (0, if no_mask { u64::MAX } else { 0 });
    for bit in bits.nested() {
        let bit = bit.map_err(|_| Errno::EINVAL)?;
        let (index, set) = read_bit(request, &bit, COUNT as usize, |at| name(u32::try_from(at).ok()?), ext)?;
        mask |= 1 << index;
        if no_mask || set {
            value |= 1 << index;
        }
    }
    Ok((value, mask))
}

fn read_compact(
    request: &Request<'_>,
    attr: &Attr<'_>,
    table: &Table<'_>,
    no_mask: bool,
    ext: &mut ExtAck,
) -> Result<(u64, u64), Errno> {
    let words = |kind| -> Option<u64> {
        let payload = table.get(kind)?.payload;
        let low = payload.first_chunk().copied().map_or(0, u32::from_ne_bytes);
        let high = payload.get(4..)?.first_chunk().copied().map_or(0, u32::from_ne_bytes);
        Some(u64::from(high) << 32 | u64::from(low))
    };
    let refused = if !table.has(ETHTOOL_A_BITSET_SIZE) {
        "missing size in compact bitset"
    } else if !table.has(ETHTOOL_A_BITSET_VALUE) {
        "missing value in compact bitset"
    } else if !no_mask && !table.has(ETHTOOL_A_BITSET_MASK) {
        "missing mask in compact nonlist bitset"
    } else {
        let value = words(ETHTOOL_A_BITSET_VALUE).ok_or(Errno::EINVAL)?;
        let mask = if no_mask { u64::MAX } else { words(ETHTOOL_A_BITSET_MASK).ok_or(Errno::EINVAL)? };
        return Ok((value, mask));
    };
    ext.blame(request.offset(attr), refused);
    Err(Errno::EINVAL)
}

fn switchable(netdev: &Netdev) -> u64 {
    if netdev.hw_tc.is_some() { HW_TC_BIT } else { 0 }
}

fn active(netdev: &Netdev) -> u64 {
    if netdev.hw_tc == Some(true) { HW_TC_BIT } else { 0 }
}

fn start(e: &mut Encoder<'_>, netdev: &Netdev, command: u8) {
    e.fixed(&GenlHeader { command, version: ETHTOOL_GENL_VERSION, reserved: 0 });
    e.nest(ETHTOOL_A_FEATURES_HEADER | NLA_F_NESTED, |e| {
        e.u32(ETHTOOL_A_HEADER_DEV_INDEX, netdev.ifindex.0);
        e.text(ETHTOOL_A_HEADER_DEV_NAME, &netdev.name);
    });
}

/// `features_fill_reply`. A wish that a driver did not follow is not kept here, so wanted is what is active.
fn write(e: &mut Encoder<'_>, netdev: &Netdev, command: u8, compact: bool) {
    start(e, netdev, command);
    bitset(e, ETHTOOL_A_FEATURES_HW, switchable(netdev), Some(u64::MAX), compact);
    bitset(e, ETHTOOL_A_FEATURES_WANTED, active(netdev), None, compact);
    bitset(e, ETHTOOL_A_FEATURES_ACTIVE, active(netdev), None, compact);
    bitset(e, ETHTOOL_A_FEATURES_NOCHANGE, NEVER_CHANGE, None, compact);
}

/// Word of a change.
pub(super) fn notice(e: &mut Encoder<'_>, netdev: &Netdev) {
    write(e, netdev, ETHTOOL_MSG_FEATURES_NTF, true);
}

/// `ethnl_put_bitset32`.
fn bitset(e: &mut Encoder<'_>, attr: u16, value: u64, mask: Option<u64>, compact: bool) {
    e.nest(attr | NLA_F_NESTED, |e| {
        if mask.is_none() {
            e.flag(ETHTOOL_A_BITSET_NOMASK);
        }
        e.u32(ETHTOOL_A_BITSET_SIZE, COUNT);
        if compact {
            e.attr_fixed(ETHTOOL_A_BITSET_VALUE, &[value as u32, (value >> 32) as u32]);
            if let Some(mask) = mask {
                e.attr_fixed(ETHTOOL_A_BITSET_MASK, &[mask as u32, (mask >> 32) as u32]);
            }
            return;
        }
        e.nest(ETHTOOL_A_BITSET_BITS | NLA_F_NESTED, |e| {
            for index in (0..COUNT).filter(|index| mask.unwrap_or(value) & 1 << index != 0) {
                e.nest(ETHTOOL_A_BITSET_BITS_BIT | NLA_F_NESTED, |e| {
                    e.u32(ETHTOOL_A_BITSET_BIT_INDEX, index);
                    e.text(ETHTOOL_A_BITSET_BIT_NAME, name(index).unwrap_or_default());
                    if mask.is_some() && value & 1 << index != 0 {
                        e.flag(ETHTOOL_A_BITSET_BIT_VALUE);
                    }
                });
            }
        });
    });
}

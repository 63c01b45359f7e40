//! Rules by which a NIC chooses the queue of received packets (`struct ethtool_rxnfc` on machines of 64 bits).

use std::collections::BTreeMap;

use smartnic_core::ethtool::{Masked, Ntuple, NtupleAction, NtupleField, NtupleKind};

use super::{block, bytes, put_u32, u32_at, u64_at};
use crate::codec::WireError;
use crate::uapi::ethtool::*;

const WHAT: &str = "ethtool_rxnfc";

/// Where the members of `ethtool_rxnfc` stand.
const DATA: usize = 8;
const SPEC: usize = 16;
const COUNT: usize = SPEC + SIZEOF_ETHTOOL_RX_FLOW_SPEC;
const PLACES: usize = COUNT + 4;

/// Where those of `ethtool_rx_flow_spec` stand, from its start: values, what lies beside them, what is looked at of both.
const VALUES: usize = 4;
const BESIDE: usize = VALUES + SIZEOF_ETHTOOL_FLOW_UNION;
const TO_MASK: usize = SIZEOF_ETHTOOL_FLOW_UNION + SIZEOF_ETHTOOL_FLOW_EXT;
const COOKIE: usize = 152;
const PLACE: usize = 160;

const FLAGS: u32 = FLOW_EXT | FLOW_MAC_EXT | FLOW_RSS;

/// Asks how many rules there are.
#[must_use]
pub fn count() -> Vec<u8> {
    block(ETHTOOL_GRXCLSRLCNT, SIZEOF_ETHTOOL_RXNFC)
}

/// Reads how many, and whether the driver chooses places by itself.
///
/// # Errors
/// A [`WireError`] if the block is too short.
pub fn read_count(block: &[u8]) -> Result<(u32, bool), WireError> {
    let special = u64_at(block, WHAT, DATA)? & u64::from(RX_CLS_LOC_SPECIAL) != 0;
    Ok((u32_at(block, WHAT, COUNT)?, special))
}

/// Asks for the places of so many rules.
#[must_use]
pub fn places(count: u32) -> Vec<u8> {
    let mut block = block(ETHTOOL_GRXCLSRLALL, SIZEOF_ETHTOOL_RXNFC + 4 * count as usize);
    put_u32(&mut block, COUNT, count);
    block
}

/// Reads the places, and how many the table has; zero if the driver does not tell.
///
/// # Errors
/// A [`WireError`] if the block has fewer than it says.
pub fn read_places(block: &[u8]) -> Result<(Vec<u32>, u64), WireError> {
    let count = u32_at(block, WHAT, COUNT)? as usize;
    bytes(block, WHAT, PLACES, count.saturating_mul(4))?;
    let places: Result<Vec<u32>, WireError> =
        (0..count).map(|at| u32_at(block, WHAT, PLACES + 4 * at)).collect();
    Ok((places?, u64_at(block, WHAT, DATA)?))
}

/// Asks for the rule at a place.
#[must_use]
pub fn get(place: u32) -> Vec<u8> {
    let mut block = block(ETHTOOL_GRXCLSRULE, SIZEOF_ETHTOOL_RXNFC);
    put_u32(&mut block, SPEC + PLACE, place);
    block
}

/// Removes the rule at a place.
#[must_use]
pub fn remove(place: u32) -> Vec<u8> {
    let mut block = block(ETHTOOL_SRXCLSRLDEL, SIZEOF_ETHTOOL_RXNFC);
    put_u32(&mut block, SPEC + PLACE, place);
    block
}

/// Puts a rule at a place, which may be `RX_CLS_LOC_ANY`.
///
/// # Errors
/// [`WireError::Unwritable`] if the rule looks at what its kind does not have.
pub fn insert(rule: &Ntuple, place: u32) -> Result<Vec<u8>, WireError> {
    let mut block = block(ETHTOOL_SRXCLSRLINS, SIZEOF_ETHTOOL_RXNFC);
    let mut kind = rule.kind.number();
    for (field, masked) in &rule.fields {
        let what = "ethtool_rx_flow_spec";
        let why = "rules of this kind do not look at this field";
        let (at, len) = position(rule.kind, *field).ok_or(WireError::Unwritable { what, why })?;
        for (at, number) in [(at, masked.value), (at + TO_MASK, masked.mask)] {
            block[SPEC + at..SPEC + at + len].copy_from_slice(&number.to_be_bytes()[16 - len..]);
        }
        kind |= flag(rule.kind, *field);
    }
    if rule.kind == NtupleKind::Ip4 {
        // `ip_ver` of `ethtool_usrip4_spec`.
        block[SPEC + VALUES + 13] = ETH_RX_NFC_IP4 as u8;
    }
    if let Some(context) = rule.context {
        kind |= FLOW_RSS;
        put_u32(&mut block, COUNT, context);
    }
    put_u32(&mut block, SPEC, kind);
    let cookie = match rule.action {
        NtupleAction::Drop => i64::from(RX_CLS_FLOW_DISC) as u64,
        NtupleAction::Wake => i64::from(RX_CLS_FLOW_WAKE) as u64,
        NtupleAction::Queue { queue, vf } => {
            // VFs are counted from one here: zero is the function itself.
            let vf = vf.map_or(0, |vf| u64::from(vf) + 1);
            if vf > RING_VF {
                let why = "a rule cannot name this VF";
                return Err(WireError::Unwritable { what: "ring_cookie", why });
            }
            vf << ETHTOOL_RX_FLOW_SPEC_RING_VF_OFF | u64::from(queue)
        }
    };
    block[SPEC + COOKIE..SPEC + COOKIE + 8].copy_from_slice(&cookie.to_ne_bytes());
    put_u32(&mut block, SPEC + PLACE, place);
    Ok(block)
}

const RING_VF: u64 = ETHTOOL_RX_FLOW_SPEC_RING_VF >> ETHTOOL_RX_FLOW_SPEC_RING_VF_OFF;

/// Reads the place that a rule got.
///
/// # Errors
/// A [`WireError`] if the block is too short.
pub fn read_place(block: &[u8]) -> Result<u32, WireError> {
    u32_at(block, WHAT, SPEC + PLACE)
}

/// Reads the answer to [`get`].
///
/// # Errors
/// A [`WireError`] if the block is too short.
pub fn read(block: &[u8]) -> Result<Ntuple, WireError> {
    let spec = bytes(block, WHAT, SPEC, SIZEOF_ETHTOOL_RX_FLOW_SPEC)?;
    let flow = u32_at(spec, WHAT, 0)?;
    let kind = NtupleKind::from_number(flow & !FLAGS);
    let mut fields = BTreeMap::new();
    for field in kind.fields() {
        let Some((at, len)) = position(kind, field) else { continue };
        let needed = flag(kind, field);
        if flow & needed != needed {
            continue;
        }
        let number = |at| -> Result<u128, WireError> {
            let bytes = bytes(spec, WHAT, at, len)?;
            Ok(bytes.iter().fold(0, |number, byte| number << 8 | u128::from(*byte)))
        };
        let (value, mask) = (number(at)?, number(at + TO_MASK)?);
        if mask != 0 {
            fields.insert(field, Masked { value, mask });
        }
    }
    let cookie = u64_at(spec, WHAT, COOKIE)?;
    let action = match cookie as i64 {
        drop if drop == i64::from(RX_CLS_FLOW_DISC) => NtupleAction::Drop,
        wake if wake == i64::from(RX_CLS_FLOW_WAKE) => NtupleAction::Wake,
        _ => {
            let vf = cookie >> ETHTOOL_RX_FLOW_SPEC_RING_VF_OFF & RING_VF;
            let queue = (cookie & u64::from(ETHTOOL_RX_FLOW_SPEC_RING)) as u32;
            NtupleAction::Queue { queue, vf: vf.checked_sub(1).map(|vf| vf as u8) }
        }
    };
    let context = match flow & FLOW_RSS {
        0 => None,
        _ => Some(u32_at(block, WHAT, COUNT)?),
    };
    Ok(Ntuple { location: Some(u32_at(spec, WHAT, PLACE)?), kind, fields, action, context })
}

/// Where a field's value stands in `ethtool_rx_flow_spec`, and how long it is.
fn position(kind: NtupleKind, field: NtupleField) -> Option<(usize, usize)> {
    use NtupleField as Field;
    if !kind.fields().contains(&field) {
        return None;
    }
    let len = field.bits(NtupleKind::Tcp4) as usize / 8;
    let (address, ports) = if kind.is_v6() { (16, 32) } else { (4, 8) };
    let at = match field {
        Field::DstMac if kind == NtupleKind::Ether => VALUES,
        Field::DstMac => BESIDE + 2,
        Field::SrcMac => VALUES + 6,
        Field::EtherType => VALUES + 12,
        Field::SrcIp => return Some((VALUES, address)),
        Field::DstIp => return Some((VALUES + address, address)),
        Field::SrcPort | Field::Spi | Field::L4Data => VALUES + ports,
        Field::DstPort => VALUES + ports + 2,
        Field::Tos => VALUES + ports + 4,
        // IPv4 has its version between.
        Field::Protocol if kind.is_v6() => VALUES + ports + 5,
        Field::Protocol => VALUES + ports + 6,
        Field::VlanEtherType => BESIDE + 8,
        Field::Vlan => BESIDE + 10,
        Field::UserData => BESIDE + 12,
    };
    Some((at, len))
}

/// The flag that says that a field beside the others is there.
fn flag(kind: NtupleKind, field: NtupleField) -> u32 {
    match field {
        NtupleField::VlanEtherType | NtupleField::Vlan | NtupleField::UserData => FLOW_EXT,
        NtupleField::DstMac if kind != NtupleKind::Ether => FLOW_MAC_EXT,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: NtupleKind, fields: &[(&str, &str)]) -> Ntuple {
        let mut rule = Ntuple::new(kind, NtupleAction::Queue { queue: 3, vf: None });
        for (field, text) in fields {
            rule.look_at(field, text).unwrap();
        }
        rule
    }

    #[test]
    fn the_block_is_the_kernels() {
        assert_eq!((COUNT, PLACES, SIZEOF_ETHTOOL_RXNFC), (184, 188, 192));
        let rule = rule(
            NtupleKind::Tcp4,
            &[
                ("src-ip", "10.0.0.0/8"),
                ("dst-port", "80"),
                ("vlan", "5/0xfff"),
                ("dst-mac", "02:00:00:00:00:01"),
            ],
        );
        let block = insert(&rule, 7).unwrap();
        let spec = &block[16..];
        assert_eq!(u32_at(spec, WHAT, 0), Ok(FLOW_EXT | FLOW_MAC_EXT | 1));
        assert_eq!(spec[4..8], [10, 0, 0, 0]);
        assert_eq!(spec[14..16], [0, 80]);
        assert_eq!(spec[58..64], [2, 0, 0, 0, 0, 1]);
        assert_eq!(spec[66..68], [0, 5]);
        assert_eq!(spec[76..80], [255, 0, 0, 0]);
        assert_eq!(spec[86..88], [255, 255]);
        assert_eq!(spec[138..140], [0x0f, 0xff]);
        assert_eq!(u64_at(spec, WHAT, 152), Ok(3));
        assert_eq!(read_place(&block), Ok(7));
    }

    #[test]
    fn what_is_written_is_read() {
        let mut all = vec![
            rule(NtupleKind::Ether, &[("src-mac", "02:00:00:00:00:01"), ("ether-type", "0x88f7")]),
            rule(
                NtupleKind::Ether,
                &[("vlan", "0xa000/0xe000"), ("dst-mac", "ff:00:00:00:00:00/ff:00:00:00:00:00")],
            ),
            rule(NtupleKind::Udp6, &[("dst-ip", "2001:db8::/32"), ("src-port", "53"), ("tos", "8")]),
            rule(NtupleKind::Esp4, &[("spi", "77"), ("user-data", "0x1122334455667788")]),
            rule(NtupleKind::Ah6, &[("spi", "77"), ("src-ip", "::1")]),
            rule(NtupleKind::Ip4, &[("protocol", "47"), ("l4-data", "0xff000000/0xff000000")]),
            rule(NtupleKind::Ip6, &[("protocol", "58"), ("tos", "4/0xfc")]),
            rule(NtupleKind::Sctp4, &[]),
        ];
        all[0].action = NtupleAction::Drop;
        all[1].action = NtupleAction::Wake;
        all[2].action = NtupleAction::Queue { queue: 1, vf: Some(0) };
        all[3].context = Some(2);
        for (place, rule) in (0..).zip(all) {
            let wanted = Ntuple { location: Some(place), ..rule.clone() };
            assert_eq!(read(&insert(&rule, place).unwrap()), Ok(wanted));
        }
    }

    #[test]
    fn short_blocks_and_counts_beyond_them_are_errors() {
        let mut block = places(2);
        assert_eq!(block.len(), 200);
        assert_eq!(read_places(&block), Ok((vec![0, 0], 0)));
        put_u32(&mut block, COUNT, 4);
        read_places(&block).unwrap_err();
        put_u32(&mut block, COUNT, u32::MAX);
        read_places(&block).unwrap_err();
        let block = insert(&rule(NtupleKind::Tcp4, &[]), 0).unwrap();
        for len in 0..SIZEOF_ETHTOOL_RXNFC - 8 {
            read(&block[..len]).unwrap_err();
        }
        let wrong = Ntuple {
            fields: [(NtupleField::Spi, Masked { value: 1, mask: 1 })].into(),
            ..rule(NtupleKind::Tcp4, &[])
        };
        insert(&wrong, 0).unwrap_err();
        let wrong =
            Ntuple { action: NtupleAction::Queue { queue: 0, vf: Some(255) }, ..rule(NtupleKind::Tcp4, &[]) };
        insert(&wrong, 0).unwrap_err();
    }
}

//! Changes of headers (`struct tc_pedit_sel`, `struct tc_pedit_key`).

use smartnic_core::flow::{ActionKind, Pedit, PeditCommand, PeditHeader, PeditKey};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::tc_pedit::*;

pub(super) const KIND: &str = "pedit";

const HTYPE: u16 = TCA_PEDIT_KEY_EX_HTYPE as u16;
const CMD: u16 = TCA_PEDIT_KEY_EX_CMD as u16;

/// `struct tc_pedit_sel` without its keys.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Selector {
    common: Gen,
    nkeys: u8,
    flags: u8,
    pad: [u8; 2],
}

/// `struct tc_pedit_key`; mask and value as they stand in the packet.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Key {
    mask: [u8; 4],
    val: [u8; 4],
    off: i32,
    at: u32,
    offmask: u32,
    shift: u32,
}

pub(super) fn encode(encoder: &mut Encoder<'_>, pedit: &Pedit, common: Gen) -> Result<(), WireError> {
    let why = "an action makes at most 255 changes";
    let count = u8::try_from(pedit.keys.len());
    let nkeys = count.map_err(|_| WireError::Unwritable { what: "tc_pedit_sel.nkeys", why })?;
    let params = if pedit.extended { TCA_PEDIT_PARMS_EX } else { TCA_PEDIT_PARMS };
    // The keys stand behind the selector in the same attribute.
    encoder.nest(params, |encoder| {
        encoder.fixed(&Selector { common, nkeys, flags: pedit.flags, pad: [0; 2] });
        for key in &pedit.keys {
            encoder.fixed(&Key {
                mask: key.mask.to_be_bytes(),
                val: key.value.to_be_bytes(),
                off: key.offset,
                at: key.at,
                offmask: key.offmask,
                shift: key.shift,
            });
        }
    });
    if pedit.extended {
        encoder.nest(TCA_PEDIT_KEYS_EX | NLA_F_NESTED, |encoder| {
            for key in &pedit.keys {
                encoder.nest(TCA_PEDIT_KEY_EX | NLA_F_NESTED, |encoder| {
                    encoder.u16(HTYPE, header_number(key.header));
                    encoder.u16(CMD, command_number(key.command));
                });
            }
        });
    }
    Ok(())
}

fn header_number(header: PeditHeader) -> u16 {
    match header {
        PeditHeader::Network => TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK as u16,
        PeditHeader::Eth => TCA_PEDIT_KEY_EX_HDR_TYPE_ETH as u16,
        PeditHeader::Ip4 => TCA_PEDIT_KEY_EX_HDR_TYPE_IP4 as u16,
        PeditHeader::Ip6 => TCA_PEDIT_KEY_EX_HDR_TYPE_IP6 as u16,
        PeditHeader::Tcp => TCA_PEDIT_KEY_EX_HDR_TYPE_TCP as u16,
        PeditHeader::Udp => TCA_PEDIT_KEY_EX_HDR_TYPE_UDP as u16,
        PeditHeader::Unknown(number) => number,
    }
}

fn read_header(number: u16) -> PeditHeader {
    match u32::from(number) {
        TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK => PeditHeader::Network,
        TCA_PEDIT_KEY_EX_HDR_TYPE_ETH => PeditHeader::Eth,
        TCA_PEDIT_KEY_EX_HDR_TYPE_IP4 => PeditHeader::Ip4,
        TCA_PEDIT_KEY_EX_HDR_TYPE_IP6 => PeditHeader::Ip6,
        TCA_PEDIT_KEY_EX_HDR_TYPE_TCP => PeditHeader::Tcp,
        TCA_PEDIT_KEY_EX_HDR_TYPE_UDP => PeditHeader::Udp,
        _ => PeditHeader::Unknown(number),
    }
}

fn command_number(command: PeditCommand) -> u16 {
    match command {
        PeditCommand::Set => TCA_PEDIT_KEY_EX_CMD_SET as u16,
        PeditCommand::Add => TCA_PEDIT_KEY_EX_CMD_ADD as u16,
        PeditCommand::Unknown(number) => number,
    }
}

fn read_command(number: u16) -> PeditCommand {
    match u32::from(number) {
        TCA_PEDIT_KEY_EX_CMD_SET => PeditCommand::Set,
        TCA_PEDIT_KEY_EX_CMD_ADD => PeditCommand::Add,
        _ => PeditCommand::Unknown(number),
    }
}

/// Nothing if the keys are not as many as are said, or do not all say their header and command.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let (mut plain, mut extended, mut headers) = (None, None, None);
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_PEDIT_PARMS => plain = Some(attr),
            TCA_PEDIT_PARMS_EX => extended = Some(attr),
            TCA_PEDIT_KEYS_EX => headers = Some(attr.nested()),
            _ => {}
        }
    }
    let (params, headers) = match (plain, extended, headers) {
        (Some(params), None, None) => (params, None),
        (None, Some(params), Some(headers)) => (params, Some(headers)),
        _ => return Ok(None),
    };
    let Selector { common, nkeys, flags, .. } = params.fixed()?;
    let behind = params.payload.get(size_of::<Selector>()..).unwrap_or_default();
    let mut keys: Vec<PeditKey> =
        behind.chunks_exact(size_of::<Key>()).take(nkeys.into()).filter_map(read_key).collect();
    if keys.len() != usize::from(nkeys) {
        return Ok(None);
    }
    let is_extended = headers.is_some();
    if let Some(headers) = headers
        && !read_headers(headers, &mut keys)?
    {
        return Ok(None);
    }
    let kind = ActionKind::Pedit(Pedit { keys, extended: is_extended, flags });
    Ok(Some(Options { kind, control: control::read(common.action) }))
}

fn read_key(bytes: &[u8]) -> Option<PeditKey> {
    let Key { mask, val, off, at, offmask, shift } = Key::read_from_bytes(bytes).ok()?;
    Some(PeditKey {
        mask: u32::from_be_bytes(mask),
        value: u32::from_be_bytes(val),
        offset: off,
        at,
        offmask,
        shift,
        ..PeditKey::default()
    })
}

/// Reads headers and commands into the keys; false unless each key has both.
fn read_headers(headers: Attrs<'_>, keys: &mut [PeditKey]) -> Result<bool, WireError> {
    let mut left = keys.iter_mut();
    for attr in headers {
        let attr = attr?;
        let (Some(key), TCA_PEDIT_KEY_EX) = (left.next(), attr.kind()) else { return Ok(false) };
        let (Some(header), Some(command)) = (attr.nested().find(HTYPE)?, attr.nested().find(CMD)?) else {
            return Ok(false);
        };
        key.header = read_header(header.u16()?);
        key.command = read_command(command.u16()?);
    }
    Ok(left.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_have_the_kernels_size() {
        assert_eq!(size_of::<Selector>(), SIZEOF_TC_PEDIT_SEL);
        assert_eq!(size_of::<Key>(), SIZEOF_TC_PEDIT_KEY);
    }

    #[test]
    fn numbers_read_back() {
        for number in 0..9 {
            assert_eq!(header_number(read_header(number)), number);
            assert_eq!(command_number(read_command(number)), number);
        }
    }
}

use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic_core::flow::{Action, Pedit, PeditCommand, PeditHeader, PeditKey};
use smartnic_core::types::Mac;

use super::fields::{Field, Form, HEADERS, Header};
use super::read::place;
use crate::text::tc::action::common::written_end;

/// The action as tc takes it.
///
/// # Errors
/// A change that tc has no words for.
pub(in crate::text::tc::action) fn write(action: &Action, pedit: &Pedit) -> Result<String, String> {
    if pedit.flags != 0 {
        return Err(format!("the flags {:#x} of pedit", pedit.flags));
    }
    let mut text = if pedit.extended { "pedit ex" } else { "pedit" }.to_owned();
    let mut keys = &pedit.keys[..];
    while let [first, ..] = keys {
        let (words, used) = long(keys).map_or_else(|| short(first).map(|words| (words, 1)), Ok)?;
        text.push_str(&format!(" munge {words}"));
        keys = &keys[used..];
    }
    Ok(text + &written_end(action)?)
}

/// The field that several changes make up together, and how many they are.
fn long(keys: &[PeditKey]) -> Option<(String, usize)> {
    let header = HEADERS.iter().find(|header| header.header == keys[0].header)?;
    header.fields.iter().find_map(|field| {
        let used = match field.form {
            Form::Mac => 2,
            Form::Ip6 => 4,
            _ => return None,
        };
        let keys = keys.get(..used)?;
        let offset = field.offset & !3;
        let follow = (0..).zip(keys).all(|(at, key)| {
            let plain = (key.at, key.offmask, key.shift) == (0, 0, 0);
            key.header == keys[0].header
                && key.command == keys[0].command
                && key.offset == offset + 4 * at
                && plain
        });
        let command = command(keys[0].command)?;
        let masks: Vec<u32> = keys.iter().map(|key| key.mask).collect();
        let bytes: Vec<u8> = keys.iter().flat_map(|key| key.value.to_be_bytes()).collect();
        let value = match (&masks[..], field.offset & 3) {
            ([0, 0, 0, 0], _) => Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string(),
            ([0, 0xffff], 0) if bytes[6..] == [0; 2] => mac(&bytes[..6])?,
            ([0xffff_0000, 0], 2) if bytes[..2] == [0; 2] => mac(&bytes[2..])?,
            _ => return None,
        };
        follow.then(|| (format!("{} {} {command} {value}", header.name, field.name), used))
    })
}

fn mac(bytes: &[u8]) -> Option<String> {
    Some(Mac(bytes.try_into().ok()?).to_string())
}

fn command(command: PeditCommand) -> Option<&'static str> {
    match command {
        PeditCommand::Set => Some("set"),
        PeditCommand::Add => Some("add"),
        PeditCommand::Unknown(_) => None,
    }
}

/// One change.
fn short(key: &PeditKey) -> Result<String, String> {
    let wrong = || format!("a change by mask {:#010x} and value {:#010x}", key.mask, key.value);
    // Either no bit is in both, or every bit stays and the value turns some of them around.
    let (name, touched) = match (key.command, key.mask & key.value) {
        (command, 0) => (self::command(command).ok_or_else(wrong)?, !key.mask),
        (PeditCommand::Set, _) if key.mask == u32::MAX => ("invert", key.value),
        _ => return Err(wrong()),
    };
    if key.header == PeditHeader::Network {
        let at = match (key.at, key.offmask, key.shift) {
            (0, 0, 0) => String::new(),
            (at, offmask, shift) => format!(" at {at} {offmask:x} {shift}"),
        };
        if key.offset & 3 != 0 {
            return Err(format!("a change at the offset {}", key.offset));
        }
        let value = if name == "invert" { String::new() } else { format!(" {:#x}", key.value) };
        return Ok(format!("offset {} u32{at} {name}{value}{}", key.offset, retain(touched, u32::MAX)));
    }
    let known = HEADERS.iter().find(|header| header.header == key.header);
    let found = known.and_then(|header| Some((header, field(header, key, touched)?)));
    let (header, field) = match found {
        Some(found) if (key.at, key.offmask, key.shift) == (0, 0, 0) => found,
        _ => return Err(format!("a change of these bits at the offset {}", key.offset)),
    };
    let (bits, value) = match field.form {
        Form::Number(bytes) => {
            let shift = place(field.offset, bytes).0;
            let value = key.value >> shift;
            let decimal = header.header != PeditHeader::Eth && bytes < 4;
            (touched >> shift, if decimal { value.to_string() } else { format!("{value:#x}") })
        }
        _ => (touched, Ipv4Addr::from(key.value).to_string()),
    };
    let value = if name == "invert" { String::new() } else { format!(" {value}") };
    Ok(format!("{} {} {name}{value}{}", header.name, field.name, retain(bits, field.retain)))
}

/// `retain` and the bits that count, unless they are those that count anyway.
fn retain(bits: u32, default: u32) -> String {
    if bits == default { String::new() } else { format!(" retain {bits:#x}") }
}

/// The smallest field of the header that has all the bits that are touched; of several, the one to which these bits
/// belong anyway.
fn field(header: &Header, key: &PeditKey, touched: u32) -> Option<&'static Field> {
    let size = |field: &Field| match field.form {
        Form::Number(bytes) => Some(bytes),
        Form::Ip4 => Some(4),
        Form::Ip6 | Form::Mac => None,
    };
    let fits = |field: &&Field| {
        let Some(bytes) = size(field) else { return false };
        let (_, others) = place(field.offset, bytes);
        field.offset & !3 == key.offset && touched & others == 0 && field.name != super::fields::TRAFFIC_CLASS
    };
    let all = header.fields.iter().filter(fits);
    all.min_by_key(|field| {
        let bytes = size(field).unwrap_or(0);
        (bytes, touched >> place(field.offset, bytes).0 != field.retain)
    })
}

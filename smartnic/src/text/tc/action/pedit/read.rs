use std::net::IpAddr;

use smartnic_core::flow::{Action, ActionKind, Pedit, PeditCommand, PeditHeader, PeditKey};

use super::fields::{BEHIND_IP, Field, Form, HEADERS, TRAFFIC_CLASS};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number, read as read_number};
use crate::text::tc::action::common::end;
use crate::text::tc::{address, lladdr};

/// The most changes of one action that tc takes.
const MAX_KEYS: usize = 128;

/// The commands in tc's order: an abbreviation means the first that it begins.
const COMMANDS: [&str; 6] = ["invert", "set", "add", "decrement", "preserve", "clear"];

/// Reads what follows `pedit`.
pub(in crate::text::tc::action) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let mut pedit = Pedit::default();
    let first = cursor.value_of("pedit")?;
    cursor.back();
    pedit.extended = cursor.next_if(|word| word.begins("ex")).is_some();
    while let Some(word) = cursor.next_if(|word| word.begins("munge") || word.begins("pedit")) {
        // The word `pedit` may come again, and changes nothing.
        if word.begins("munge") {
            munge(cursor, &mut pedit)?;
        } else if let Some(word) = cursor.peek().filter(|word| word.begins("ex")) {
            return Err(word.wrong("`ex` comes before the first `munge`"));
        }
    }
    let kind = match pedit.keys.is_empty() {
        true => ActionKind::ByIndex("pedit".to_owned()),
        false => ActionKind::Pedit(pedit),
    };
    let action = end(cursor, kind)?;
    match (&action.kind, action.index) {
        (ActionKind::ByIndex(_), None) => {
            let fault = first.wrong("`pedit` needs to know what to change");
            Err(fault.hint("write `munge FIELD COMMAND`, such as `pedit ex munge ip ttl set 64`"))
        }
        _ => Ok(action),
    }
}

/// One change, or the several that a long field needs.
fn munge(cursor: &mut Cursor<'_>, pedit: &mut Pedit) -> Parsed<()> {
    let word = cursor.value_of("munge")?;
    let (field, mut key) = match word.begins("offset") {
        true => offset(cursor)?,
        false => named(cursor, &word, pedit.extended)?,
    };
    let before = pedit.keys.len();
    let change = command(cursor, &field, &mut key, pedit.extended)?;
    pack(pedit, &field, key, &change)?;
    if pedit.keys.len() > MAX_KEYS {
        return Err(word.wrong(format!("tc takes at most {MAX_KEYS} changes in one action")));
    }
    if field.name == TRAFFIC_CLASS {
        for key in &mut pedit.keys[before..] {
            (key.mask, key.value) = (key.mask << 4 | 0xf, key.value << 4);
        }
    }
    Ok(())
}

/// `OFFSET u8|u16|u32 [at AT MASK SHIFT]`.
fn offset(cursor: &mut Cursor<'_>) -> Parsed<(Field, PeditKey)> {
    let word = cursor.value_of("offset")?;
    let offset = signed(&word)?;
    let size = cursor.value_of("offset")?;
    let sizes = [("u32", 4, u32::MAX), ("u16", 2, 0xffff), ("u8", 1, 0xff)];
    let Some((name, bytes, retain)) = sizes.into_iter().find(|(name, ..)| size.begins(name)) else {
        return Err(size.unknown("size of a change", sizes.map(|(name, ..)| name)));
    };
    let mut key = PeditKey::default();
    if cursor.next_if(|word| word.begins("at")).is_some() {
        key.at = number(&cursor.value_of("at")?, Base::C, u32::MAX.into(), "an offset")?;
        let mask = cursor.value_of("at")?;
        key.offmask = number(&mask, Base::Sixteen, u32::MAX.into(), "the mask of an offset")?;
        key.shift = number(&cursor.value_of("at")?, Base::C, u32::MAX.into(), "a shift")?;
    }
    let form = Form::Number(bytes);
    let field = Field { name, short: false, offset, form, retain, decrement: false };
    if (bytes == 4 && offset & 3 != 0) || (bytes == 2 && offset & 3 == 3) {
        return Err(word.wrong("a change must stay within four bytes that begin at a multiple of 4"));
    }
    Ok((field, key))
}

/// An offset, which may be negative.
fn signed(word: &Word<'_>) -> Parsed<i32> {
    let (sign, digits) = match word.text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, word.text),
    };
    let number = read_number(digits, Base::C, i32::MAX.unsigned_abs().into());
    let number = number.and_then(|number| i32::try_from(number).ok());
    number.map(|number| sign * number).ok_or_else(|| word.wrong("an offset must be a number of bytes"))
}

/// `HEADER FIELD`.
fn named(cursor: &mut Cursor<'_>, word: &Word<'_>, extended: bool) -> Parsed<(Field, PeditKey)> {
    let Some(header) = HEADERS.iter().find(|header| header.name == word.text) else {
        return Err(match word.text {
            "icmp" => word.wrong("tc knows no fields of ICMP"),
            _ => word.unknown("header", HEADERS.iter().map(|header| header.name).chain(["offset"])),
        });
    };
    if !extended && header.header != PeditHeader::Ip4 {
        let fault = word.wrong(format!("the header `{}` needs `ex`", word.text));
        return Err(fault.hint("write `pedit ex munge …`"));
    }
    let name = cursor.value_of(header.name)?;
    let behind = if extended { &[][..] } else { BEHIND_IP };
    let fits = |field: &&Field| name.text == field.name || (field.short && name.begins(field.name));
    let fields = || header.fields.iter().chain(behind);
    let Some(field) = fields().find(fits) else {
        return Err(name.unknown("field of this header", fields().map(|field| field.name)));
    };
    let header = if extended { header.header } else { PeditHeader::Network };
    Ok((*field, PeditKey { header, ..PeditKey::default() }))
}

/// What a command makes of a field, before it is cut into changes.
struct Change {
    mask: u32,
    /// The first bytes of the value, or all of it.
    value: u32,
    /// The value of an address, as it stands in the packet.
    bytes: [u8; 16],
    retain: u32,
}

fn command(cursor: &mut Cursor<'_>, field: &Field, key: &mut PeditKey, extended: bool) -> Parsed<Change> {
    let word = cursor.value_of(field.name)?;
    let Some(command) = COMMANDS.iter().find(|command| word.begins(command)) else {
        return Err(word.unknown("command of munge", COMMANDS));
    };
    let ones = match field.form {
        Form::Number(4) | Form::Ip4 => u32::MAX,
        Form::Number(2) => 0xffff,
        _ => 0xff,
    };
    let mut change = Change { mask: 0, value: 0, bytes: [0; 16], retain: field.retain };
    match *command {
        "invert" => {
            (change.mask, change.value) = (ones, ones);
            change.bytes[..4].copy_from_slice(&ones.to_le_bytes());
        }
        "set" => value(cursor, field, &mut change)?,
        "add" | "decrement" if !extended => {
            return Err(word.wrong(format!("`{command}` needs `ex`")).hint("write `pedit ex munge …`"));
        }
        "add" => {
            key.command = PeditCommand::Add;
            value(cursor, field, &mut change)?;
        }
        "decrement" if !field.decrement => {
            return Err(word.wrong(format!("tc takes nothing from `{}`", field.name)));
        }
        "decrement" => {
            key.command = PeditCommand::Add;
            change.value = change.retain;
        }
        "preserve" => change.retain = 0,
        _ => {}
    }
    if let Some(word) = cursor.next_if(|word| word.begins("retain")) {
        let bits = cursor.value_of(word.text)?;
        change.retain = number(&bits, Base::C, u32::MAX.into(), "the bits that count")?;
    }
    if matches!(field.form, Form::Ip6 | Form::Mac) && change.retain != u32::MAX {
        return Err(word.wrong(format!("`{}` is changed as a whole only", field.name)));
    }
    Ok(change)
}

fn value(cursor: &mut Cursor<'_>, field: &Field, change: &mut Change) -> Parsed<()> {
    let word = cursor.value_of(field.name)?;
    // A prefix length is taken and means nothing.
    let ip = || {
        let text = word.text.split_once('/').map_or(word.text, |(address, _)| address);
        address::read(text)
    };
    match field.form {
        Form::Number(bytes) => {
            let max = u64::from(u32::MAX) >> (32 - 8 * bytes);
            change.value = number(&word, Base::C, max, "a value")?;
        }
        Form::Ip4 => match ip() {
            Some(IpAddr::V4(address)) => change.value = address.to_bits(),
            _ => return Err(word.wrong("expected an IPv4 address")),
        },
        Form::Ip6 => match ip() {
            Some(IpAddr::V6(address)) => change.bytes = address.octets(),
            _ => return Err(word.wrong("expected an IPv6 address")),
        },
        Form::Mac => match lladdr::read(&word)? {
            (mac, 6) => change.bytes[..6].copy_from_slice(&mac.0),
            _ => return Err(word.wrong("expected six bytes such as 02:00:00:00:00:01")),
        },
    }
    Ok(())
}

/// Cuts a change into those of four bytes each.
fn pack(pedit: &mut Pedit, field: &Field, key: PeditKey, change: &Change) -> Parsed<()> {
    let offset = field.offset & !3;
    let mut put = |offset, mask, value| pedit.keys.push(PeditKey { offset, mask, value, ..key });
    match field.form {
        Form::Number(bytes) => {
            let (shift, others) = place(field.offset, bytes);
            let mask = (change.mask | !change.retain).checked_shl(shift).unwrap_or(0) | others;
            put(offset, mask, (change.value & change.retain) << shift);
        }
        Form::Ip4 => put(offset, change.mask | !change.retain, change.value & change.retain),
        Form::Ip6 => {
            for (at, word) in (0..).zip(change.bytes.chunks_exact(4)) {
                put(offset + 4 * at, 0, big_endian(word));
            }
        }
        Form::Mac => {
            let mac = &change.bytes[..6];
            match field.offset & 3 {
                0 => {
                    put(offset, 0, big_endian(&mac[..4]));
                    put(offset + 4, 0xffff, big_endian(&mac[4..]) << 16);
                }
                _ => {
                    put(offset, 0xffff_0000, big_endian(&mac[..2]));
                    put(offset + 4, 0, big_endian(&mac[2..]));
                }
            }
        }
    }
    Ok(())
}

/// By how many bits the value of a field moves within its four bytes, and the bits of these that are not its own.
pub(super) fn place(offset: i32, bytes: u32) -> (u32, u32) {
    let at = offset.cast_unsigned() & 3;
    let shift = 8 * (4 - bytes).saturating_sub(at);
    let own = (u32::MAX >> (32 - 8 * bytes)) << shift;
    (shift, !own)
}

fn big_endian(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

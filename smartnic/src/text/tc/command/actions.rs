//! `actions`: add, change, replace, delete, get, list, flush.

use smartnic_core::flow::{Netdev, TcRequest, TcTable, TcVerb};

use super::{Command, Read, Reader, Stop, u32_of};
use crate::text::cursor::Word;
use crate::text::number::{Base, read as read_number};
use crate::text::tc::show_message::Asked;
use crate::text::tc::{action, address};

/// The kinds of action that tc and the kernel know.
pub const ACTION_KINDS: [&str; 19] = [
    "bpf",
    "connmark",
    "csum",
    "ct",
    "ctinfo",
    "gact",
    "gate",
    "ife",
    "mirred",
    "mpls",
    "nat",
    "pedit",
    "police",
    "sample",
    "simple",
    "skbedit",
    "skbmod",
    "tunnel_key",
    "vlan",
];

const KERNEL: &str = "We have an error talking to the kernel";

/// Reads what follows `actions`; tc takes several commands on one line.
pub(super) fn read(reader: &mut Reader<'_, '_>) -> Read<Vec<Command>> {
    let mut commands = Vec::new();
    while let Some(word) = reader.cursor.next() {
        commands.push(match () {
            () if word.begins("add") => modify(reader, TcVerb::Add)?,
            () if word.begins("change") || word.begins("replace") => modify(reader, TcVerb::Replace)?,
            () if word.begins("delete") => by_index(reader, TcVerb::Delete)?,
            () if word.begins("get") => by_index(reader, TcVerb::Get)?,
            () if word.begins("list") || word.begins("show") || word.begins("lst") => {
                commands.extend(list(reader)?);
                return Ok(commands);
            }
            () if word.begins("flush") => {
                commands.extend(flush(reader)?);
                return Ok(commands);
            }
            () if word.begins("help") => return Err(Stop { code: 255, ends: true, ..Stop::help() }),
            () => {
                let message = format!("Command \"{}\" is unknown, try \"tc actions help\".", word.text);
                return Err(Stop::usage(message));
            }
        });
    }
    Ok(commands)
}

fn modify(reader: &mut Reader<'_, '_>, verb: TcVerb) -> Read<Command> {
    reader.cursor.next_if(|word| word.text == "action");
    if reader.cursor.peek().is_none() {
        return Err(Stop::usage("Illegal \"action\""));
    }
    let end = reader.end;
    // What looks like a command ends the list of actions.
    let read = action::read_all(&mut reader.cursor, |_| true);
    let mut actions = read.map_err(|fault| match fault.message == address::WANTED {
        // Where an address is wanted and there is none, tc ends at once.
        true => Stop { ends: true, ..Stop::of(&fault, end) },
        false => Stop { code: 255, ..Stop::of(&fault, end) },
    })?;
    for target in actions.iter_mut().filter_map(|action| action.target_mut()) {
        if let Netdev::Name(name) = &target.dev {
            let link = reader.link(name).map_err(|stop| Stop { code: 255, ..stop })?;
            target.dev = Netdev::Index(link);
        }
    }
    Ok(Command::Change { request: TcRequest::Actions(verb, actions), refused: KERNEL.to_owned(), code: 255 })
}

fn by_index(reader: &mut Reader<'_, '_>, verb: TcVerb) -> Read<Command> {
    // tc goes past this word whatever it is, and past its own end of the command if the kernel refuses: what it then
    // says is part of its answer.
    let first = reader.cursor.next();
    let refused = match first {
        Some(word) => {
            format!("{KERNEL}\nCommand \"{}\" is unknown, try \"tc actions help\".", word.text)
        }
        None => KERNEL.to_owned(),
    };
    let mut names = Vec::new();
    while let Some(word) = reader.cursor.next() {
        match word.text {
            "action" => continue,
            "help" => return Err(Stop::usage(Stop::help().message)),
            kind if ACTION_KINDS.contains(&kind) => names.push((kind.to_owned(), index(reader, &word)?)),
            kind => return Err(Stop::usage(format!("Error: non existent action: {kind}"))),
        }
    }
    let request = TcRequest::ActionsByIndex(verb, names);
    Ok(match verb {
        TcVerb::Get => Command::Get { request, asked: Asked::default(), refused, code: 255 },
        _ => Command::Change { request, refused, code: 255 },
    })
}

fn index(reader: &mut Reader<'_, '_>, kind: &Word<'_>) -> Read<u32> {
    let missing = || Stop::usage(format!("Error: no index specified action: {}", kind.text));
    let word = reader.cursor.next().ok_or_else(missing)?;
    if !word.begins("index") {
        return Err(missing());
    }
    let value = reader.value()?;
    let index = read_number(value, Base::Ten, u64::from(u32::MAX));
    index.and_then(|index| u32::try_from(index).ok()).ok_or_else(|| Stop::usage("Illegal \"index\""))
}

/// The kind behind `list action` or `flush action`.
fn kind<'w>(reader: &mut Reader<'w, '_>) -> Read<&'w str> {
    let word = reader.cursor.next().and_then(|_| reader.cursor.next());
    let word = word.ok_or_else(|| Stop { code: 255, ends: true, ..Stop::help() })?;
    match ACTION_KINDS.contains(&word.text) {
        true => Ok(word.text),
        // tc says so and is content.
        false => Err(Stop { code: 0, ..Stop::fault(format!("bad action {}", word.text)) }),
    }
}

fn list(reader: &mut Reader<'_, '_>) -> Read<Option<Command>> {
    let kind = kind(reader)?.to_owned();
    let mut since_ms = None;
    if reader.cursor.next_if(|word| word.text == "since").is_some() {
        let value = reader.value()?;
        let since = u32_of(value).ok_or_else(|| Stop::wrong(value, "dump time \"since\" is invalid"))?;
        since_ms = Some(since).filter(|since| *since != 0);
    }
    let table = TcTable::Actions { kind, terse: false, since_ms };
    Ok(Some(Command::List { table, asked: Asked::default(), block: None }))
}

fn flush(reader: &mut Reader<'_, '_>) -> Read<Option<Command>> {
    let request = TcRequest::FlushActions(kind(reader)?.to_owned());
    let refused = "We have an error flushing".to_owned();
    Ok(Some(Command::Change { request, refused, code: 1 }))
}

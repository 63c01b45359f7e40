//! `gate`: opens and closes in a cycle.

use smartnic_core::flow::{Action, ActionKind, ActionState, Gate, GateEntry};

use super::common::{by_index, control_or, index_number, written_control, written_index};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number, read as read_number, signed};
use crate::text::tc::units::{c_hex, shown_size, shown_time, size, time};

/// The words in tc's order: an abbreviation means the first that it begins.
const WORDS: [&str; 8] =
    ["index", "priority", "base-time", "cycle-time", "cycle-time-ext", "clockid", "flags", "sched-entry"];

/// Clocks with the kernel's numbers (`CLOCK_*`).
const CLOCKS: [(&str, i32); 4] = [("BOOTTIME", 7), ("MONOTONIC", 1), ("REALTIME", 0), ("TAI", 11)];

const MAX: u64 = u32::MAX as u64;

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let first = cursor.value_of("gate")?;
    cursor.back();
    let mut gate = Gate::default();
    let mut index = None;
    while let Some(word) = cursor.peek() {
        let Some(name) = WORDS.into_iter().find(|name| word.begins(name)) else { break };
        cursor.next();
        match name {
            "index" => index = index_number(cursor)?,
            "sched-entry" => gate.entries.push(entry(cursor)?),
            _ => setting(&mut gate, name, &cursor.value_of(name)?)?,
        }
    }
    let kind = ActionKind::Gate(gate);
    let control = control_or(cursor, kind.default_control())?;
    let action = Action { control, index, ..Action::new(kind) };
    let ActionKind::Gate(gate) = &action.kind else { return Ok(action) };
    match index {
        None if gate.entries.is_empty() => {
            let fault = first.wrong("`gate` needs at least one interval");
            Err(fault.hint("write `sched-entry open 100ms` and the others behind it"))
        }
        Some(_) if *gate == Gate::default() => Ok(by_index(action)),
        // One that is there keeps its intervals where none are given.
        _ => Ok(action),
    }
}

fn setting(gate: &mut Gate, name: &str, word: &Word<'_>) -> Parsed<()> {
    // tc sends no value that means nothing.
    match name {
        "priority" => {
            let priority = signed(word.text).and_then(|number| i32::try_from(number).ok());
            let priority = priority.ok_or_else(|| word.wrong("a priority must be a number"))?;
            gate.priority = Some(priority).filter(|priority| *priority != -1);
        }
        "base-time" => gate.base_time_ns = moment(word)?,
        "cycle-time" => gate.cycle_time_ns = moment(word)?,
        "cycle-time-ext" => gate.cycle_time_ext_ns = moment(word)?,
        "clockid" => gate.clock_id = Some(clock(word)?),
        _ => gate.flags = Some(number(word, Base::C, MAX, "the flags")?).filter(|flags| *flags != 0),
    }
    Ok(())
}

/// Nanoseconds, or a time with its unit.
fn moment(word: &Word<'_>) -> Parsed<Option<u64>> {
    let plain = word.text.parse::<i64>().ok().map(i64::cast_unsigned);
    let ns = plain.or_else(|| time(word.text));
    let ns = ns.ok_or_else(|| word.wrong("expected a time such as 300ms, or nanoseconds"))?;
    Ok(Some(ns).filter(|ns| *ns != 0))
}

fn clock(word: &Word<'_>) -> Parsed<i32> {
    let text = word.text.to_ascii_uppercase();
    let name = text.strip_prefix("CLOCK_").unwrap_or(&text);
    let clock = CLOCKS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    clock.ok_or_else(|| word.unknown("clock", CLOCKS.map(|(name, _)| name)))
}

/// `open` or `close`, the time, and then perhaps a priority value and a number of bytes.
fn entry(cursor: &mut Cursor<'_>) -> Parsed<GateEntry> {
    let word = cursor.value_of("sched-entry")?;
    let open = match word.text.to_ascii_lowercase().as_str() {
        "open" => true,
        "close" => false,
        _ => return Err(word.unknown("state of a gate", ["open", "close"])),
    };
    let word = cursor.value_of(word.text)?;
    let interval = read_number(word.text, Base::C, MAX).or_else(|| time(word.text));
    let interval = interval.and_then(|ns| u32::try_from(ns).ok());
    let interval_ns =
        interval.ok_or_else(|| word.wrong("an interval must be a time such as 100ms, up to 4.29s"))?;
    let mut entry = GateEntry { open, interval_ns, ipv: -1, max_octets: -1 };
    let number = |word: Word<'_>| signed(word.text).and_then(|number| i32::try_from(number).ok());
    let Some(ipv) = cursor.peek().and_then(number) else { return Ok(entry) };
    cursor.next();
    let octets = |word: Word<'_>| number(word).or_else(|| i32::try_from(size(word.text)?).ok());
    let max_octets = cursor.peek().and_then(octets);
    if max_octets.is_some() {
        cursor.next();
    }
    // tc has no use for them while nothing passes.
    if open {
        (entry.ipv, entry.max_octets) = (ipv, max_octets.unwrap_or(-1));
    }
    Ok(entry)
}

pub(super) fn write(gate: &Gate, action: &Action) -> Result<String, String> {
    let mut text = format!("gate{}", written_index(action));
    text.extend(gate.priority.filter(|priority| *priority != -1).map(|number| format!(" priority {number}")));
    let times = [
        ("base-time", gate.base_time_ns),
        ("cycle-time", gate.cycle_time_ns),
        ("cycle-time-ext", gate.cycle_time_ext_ns),
    ];
    for (name, time) in times {
        text.extend(time.filter(|time| *time != 0).map(|time| format!(" {name} {}", time.cast_signed())));
    }
    if let Some(clock) = gate.clock_id {
        let name = CLOCKS.iter().find(|(_, number)| *number == clock).map(|(name, _)| *name);
        text.push_str(&format!(" clockid {}", name.ok_or_else(|| format!("the clock {clock}"))?));
    }
    text.extend(gate.flags.filter(|flags| *flags != 0).map(|flags| format!(" flags {flags:#x}")));
    for GateEntry { open, interval_ns, ipv, max_octets } in &gate.entries {
        match open {
            true => text.push_str(&format!(" sched-entry open {interval_ns} {ipv} {max_octets}")),
            false if (*ipv, *max_octets) == (-1, -1) => {
                text.push_str(&format!(" sched-entry close {interval_ns} -1 -1"));
            }
            false => return Err("a closed gate with a priority or a number of bytes".to_owned()),
        }
    }
    if gate.entries.is_empty() {
        return Err("a gate without intervals".to_owned());
    }
    Ok(format!("{text} {}", written_control(action.control)?))
}

pub(super) fn show(gate: &Gate, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.line();
    match gate.priority.unwrap_or(-1) {
        -1 => show.any("priority", -1, format_args!("\tpriority wildcard")),
        priority => show.any("priority", priority, format_args!("\tpriority {priority:<8}")),
    }
    let clock = CLOCKS.iter().find(|(_, number)| Some(*number) == gate.clock_id);
    let clock = clock.map_or("invalid", |(name, _)| *name);
    show.any("clockid", clock, format_args!("\tclockid {clock}"));
    if let Some(flags) = gate.flags {
        let flags = c_hex(flags.into());
        show.any("flags", &flags, format_args!("\tflags {flags}"));
    }
    show.line();
    let times = [
        ("base_time", "base-time", gate.base_time_ns),
        ("cycle_time", "cycle-time", gate.cycle_time_ns),
        ("cycle_time_ext", "cycle-time-ext", gate.cycle_time_ext_ns),
    ];
    for (name, text, ns) in times {
        let ns = ns.unwrap_or(0);
        show.any(name, ns, format_args!("\t{text} {}", shown_time(ns.cast_signed())));
    }
    schedule(gate, show);
    show.text(format_args!("\t"));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}

fn schedule(gate: &Gate, show: &mut Show<'_>) {
    show.text(format_args!("\n\tschedule:\n"));
    show.open_list(Some("schedule"));
    for (number, entry) in (0_u32..).zip(&gate.entries) {
        let GateEntry { open, interval_ns, ipv, max_octets } = *entry;
        show.open(None);
        show.any("number", number, format_args!("\t number {number:>4}"));
        let gate_state = if open { "open" } else { "close" };
        show.any("gate_state", gate_state, format_args!("\tgate-state {gate_state} "));
        show.any("interval", interval_ns, format_args!("\tinterval {}", shown_time(interval_ns.into())));
        match ipv {
            -1 => show.any("ipv", -1, format_args!("\t ipv wildcard")),
            ipv => show.any("ipv", ipv.cast_unsigned(), format_args!("\t ipv {:<10}", ipv.cast_unsigned())),
        }
        match max_octets {
            -1 => show.any("max_octets", -1, format_args!("\t max-octets wildcard")),
            octets => {
                // tc makes a number of 64 bits of it for its text, and cuts it again for JSON.
                let wide = i64::from(octets).cast_unsigned();
                show.any(
                    "max_octets",
                    octets.cast_unsigned(),
                    format_args!("\t max-octets {}", shown_size(wide)),
                );
            }
        }
        show.close();
        show.line();
    }
    show.close_list();
}

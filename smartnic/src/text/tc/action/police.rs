//! `police`: limits the rate.

use smartnic_core::flow::{Action, ActionKind, ActionState, Control, Police};

use super::common::{CONTROLS, by_index, index_number, need_control, written_index};
use super::show::show_times;
use super::{Show, show_control};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number};
use crate::text::tc::units::{rate, shown_rate, shown_size, size, written_rate};

/// What can be said, in tc's order, and whether it may be short: an abbreviation means the first that it begins.
const WORDS: [(&str, bool); 23] = [
    ("index", true),
    ("burst", true),
    ("buffer", false),
    ("maxburst", false),
    ("mtu", false),
    ("minburst", false),
    ("mpu", false),
    ("rate", false),
    ("avrate", false),
    ("peakrate", true),
    ("reclassify", true),
    ("drop", true),
    ("shot", true),
    ("continue", true),
    ("pass", true),
    ("ok", true),
    ("pipe", true),
    ("goto", true),
    ("conform-exceed", false),
    ("overhead", true),
    ("linklayer", true),
    ("pkts_rate", true),
    ("pkts_burst", true),
];

/// Link layers as tc takes them, with the kernel's numbers (`TC_LINKLAYER_*`).
const LAYERS: [(&str, u8); 3] = [("ethernet", 1), ("atm", 2), ("adsl", 2)];

/// What is said so far; a 0 is as good as nothing.
#[derive(Default)]
struct Given {
    index: Option<u32>,
    exceed: Option<Control>,
    burst: u64,
    packet_rate: u64,
    packet_burst: u64,
    limit: Police,
}

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let first = cursor.value_of("police")?;
    cursor.back();
    let mut given = Given { limit: Police { link_layer: 1, ..Police::default() }, ..Given::default() };
    while let Some(word) = cursor.peek() {
        let fits =
            |(name, short): &&(&str, bool)| if *short { word.begins(name) } else { word.text == *name };
        let Some((name, _)) = WORDS.iter().find(fits) else { break };
        match *name {
            "reclassify" | "drop" | "shot" | "continue" | "pass" | "ok" | "pipe" | "goto" => {
                given.exceed = Some(need_control(cursor, "police")?);
            }
            "conform-exceed" => {
                cursor.next();
                conform_exceed(cursor, &mut given)?;
            }
            "index" => {
                cursor.next();
                given.index = index_number(cursor)?;
            }
            name => {
                cursor.next();
                setting(&mut given, name, &cursor.value_of(name)?)?;
            }
        }
    }
    complete(given, &first)
}

fn setting(given: &mut Given, name: &str, word: &Word<'_>) -> Parsed<()> {
    let limit = &mut given.limit;
    let once = |is_first: bool| match is_first {
        true => Ok(()),
        false => Err(word.wrong(format!("`{name}` is given twice"))),
    };
    match name {
        "burst" | "buffer" | "maxburst" => {
            once(given.burst == 0)?;
            let (burst, cell_log) = size_and_cell(word)?;
            (given.burst, limit.cell_log) = (burst, cell_log.or(limit.cell_log));
        }
        "mtu" | "minburst" => {
            once(limit.mtu == 0)?;
            let (mtu, cell_log) = size_and_cell(word)?;
            limit.mtu = u32::try_from(mtu).map_err(|_| word.wrong("a packet has less than 4 GiB"))?;
            limit.peak_cell_log = cell_log.or(limit.peak_cell_log);
        }
        "mpu" => {
            once(limit.mpu == 0)?;
            let size =
                size(word.text).and_then(|size| u32::try_from(size).ok()).ok_or_else(|| no_size(word))?;
            // tc, too, keeps the lower half only.
            limit.mpu = (size & 0xffff) as u16;
        }
        "rate" => {
            once(limit.rate == 0)?;
            limit.rate = rate(word.text).ok_or_else(|| no_rate(word))?;
        }
        "peakrate" => {
            once(limit.peak_rate == 0)?;
            limit.peak_rate = rate(word.text).ok_or_else(|| no_rate(word))?;
        }
        "avrate" => {
            once(limit.average_rate.is_none())?;
            let rate =
                rate(word.text).and_then(|rate| u32::try_from(rate).ok()).ok_or_else(|| no_rate(word))?;
            limit.average_rate = Some(rate).filter(|rate| *rate != 0);
        }
        "overhead" => limit.overhead = number(word, Base::Ten, 0xffff, "the overhead")?,
        "linklayer" => {
            let layer = LAYERS.iter().find(|(name, _)| word.begins(name)).map(|(_, number)| *number);
            limit.link_layer =
                layer.ok_or_else(|| word.unknown("link layer", LAYERS.map(|(name, _)| name)))?;
        }
        "pkts_rate" => {
            once(given.packet_rate == 0)?;
            given.packet_rate = number(word, Base::Ten, u64::MAX, "a number of packets")?;
        }
        _ => {
            once(given.packet_burst == 0)?;
            given.packet_burst = number(word, Base::Ten, u64::MAX, "a number of packets")?;
        }
    }
    Ok(())
}

fn no_size(word: &Word<'_>) -> Box<crate::text::cursor::Fault> {
    word.wrong("expected a size such as 1500 or 16k")
}

fn no_rate(word: &Word<'_>) -> Box<crate::text::cursor::Fault> {
    word.wrong("expected a rate such as 10mbit or 1500kbps")
}

/// A size, and perhaps the size of a cell of the rate table: `10k/8`.
fn size_and_cell(word: &Word<'_>) -> Parsed<(u64, Option<u8>)> {
    let (text, cell) = match word.text.split_once('/') {
        Some((text, cell)) => (text, Some(cell)),
        None => (word.text, None),
    };
    let size = size(text).ok_or_else(|| no_size(word))?;
    let Some(cell) = cell else { return Ok((size, None)) };
    let cell = crate::text::number::read(cell, Base::C, 1 << 30).filter(|cell| cell.is_power_of_two());
    let cell = cell.ok_or_else(|| word.wrong("the size of a cell must be a power of two"))?;
    Ok((size, Some(cell.trailing_zeros() as u8)))
}

/// `EXCEED/CONFORM` in one word, or in several: only there `goto` can have its chain.
fn conform_exceed(cursor: &mut Cursor<'_>, given: &mut Given) -> Parsed<()> {
    let word = cursor.value_of("conform-exceed")?;
    if let Some((exceed, conform)) = word.text.split_once('/') {
        given.exceed = Some(bare_control(&word, exceed)?);
        given.limit.conform = Some(bare_control(&word, conform)?);
    } else {
        cursor.back();
        given.exceed = Some(any_control(cursor)?);
        if cursor.next_if(|word| word.text == "/").is_some() {
            given.limit.conform = Some(any_control(cursor)?);
        }
    }
    given.limit.conform = given.limit.conform.filter(|control| *control != Control::Pass);
    Ok(())
}

/// A control, or the kernel's number of one.
fn any_control(cursor: &mut Cursor<'_>) -> Parsed<Control> {
    match cursor.next_if(|word| word.text.parse::<i32>().is_ok()) {
        Some(word) => bare_control(&word, word.text),
        None => need_control(cursor, "conform-exceed"),
    }
}

/// A control that is one word, or the kernel's number of one.
fn bare_control(word: &Word<'_>, text: &str) -> Parsed<Control> {
    let known = CONTROLS.iter().find(|(name, _)| !text.is_empty() && name.starts_with(text));
    let control = known.map(|(_, control)| *control).or_else(|| text.parse().ok().map(numbered));
    control.ok_or_else(|| {
        let part = Word { text, at: word.at };
        part.unknown("control", CONTROLS.iter().map(|(name, _)| *name))
    })
}

/// The control with this number (`TC_ACT_*`).
fn numbered(number: i32) -> Control {
    let extra = number.cast_unsigned() & 0x0fff_ffff;
    match number {
        -1 => Control::Continue,
        0 => Control::Pass,
        1 => Control::Reclassify,
        2 => Control::Drop,
        3 => Control::Pipe,
        4 => Control::Stolen,
        8 => Control::Trap,
        number if number >> 28 == 1 => Control::Jump(extra),
        number if number >> 28 == 2 => Control::Goto(extra),
        number => Control::Unknown(number),
    }
}

/// What tc checks when everything is said.
fn complete(given: Given, first: &Word<'_>) -> Parsed<Action> {
    let Given { index, exceed, burst, packet_rate, packet_burst, mut limit } = given;
    let refuse = |message: &str| Err(first.wrong(message));
    let nothing = limit.rate == 0 && limit.average_rate.is_none() && limit.mtu == 0 && packet_rate == 0;
    if nothing && index.is_none() {
        return refuse("`police` needs one of rate, pkts_rate, mtu and avrate");
    }
    if limit.rate != 0 && limit.average_rate.is_some() {
        return refuse("`police` takes one of rate and avrate");
    }
    if limit.rate != 0 && burst == 0 {
        return refuse("`rate` needs `burst`");
    }
    if packet_rate != 0 && packet_burst == 0 {
        return refuse("`pkts_rate` needs `pkts_burst`");
    }
    if packet_rate != 0 && limit.rate != 0 {
        return refuse("`police` takes one of rate and pkts_rate");
    }
    if limit.peak_rate != 0 && (limit.rate == 0 || limit.mtu == 0) {
        return refuse("`peakrate` needs `rate` and `mtu`");
    }
    if limit.rate == 0 {
        // tc sends none of this without a rate.
        limit = Police { overhead: 0, mpu: 0, link_layer: 0, cell_log: None, peak_cell_log: None, ..limit };
    } else {
        limit.burst = Police::ticks(limit.rate, burst);
        if limit.burst == u32::MAX {
            return refuse("the burst takes too long at this rate");
        }
    }
    if limit.peak_rate == 0 {
        limit.peak_cell_log = None;
    }
    if packet_rate != 0 {
        limit.packet_rate = Some(packet_rate);
        limit.packet_burst = Some(Police::ticks(packet_rate, packet_burst).into());
    }
    // A size that tc would choose itself is none that was asked for.
    let usual = Police::usual_cell_log(limit.mtu);
    limit.cell_log = limit.cell_log.filter(|log| *log != usual);
    limit.peak_cell_log = limit.peak_cell_log.filter(|log| *log != usual);
    let action = Action::new(ActionKind::Police(limit));
    let action = Action { control: exceed.unwrap_or(action.control), index, ..action };
    let nothing = limit == Police::default() && action.control == action.kind.default_control();
    Ok(if nothing { by_index(action) } else { action })
}

pub(super) fn write(police: &Police, action: &Action) -> Result<String, String> {
    let mut text = format!("police{}", written_index(action));
    let cell = |log: Option<u8>| log.map(|log| format!("/{}", 1_u64 << (log & 31))).unwrap_or_default();
    let whole = |rate, ticks, unit: &str| {
        let size = Police::size_of(rate, ticks);
        size.ok_or_else(|| format!("a burst of {ticks} ticks, which is no whole number of {unit}"))
    };
    if police.rate != 0 {
        let burst = whole(police.rate, police.burst, "bytes")?;
        text.push_str(&format!(" rate {} burst {burst}{}", written_rate(police.rate), cell(police.cell_log)));
    }
    if police.mtu != 0 {
        text.push_str(&format!(" mtu {}{}", police.mtu, cell(police.peak_cell_log)));
    }
    if police.rate != 0 {
        for (name, value) in [("mpu", police.mpu), ("overhead", police.overhead)] {
            text.push_str(&if value == 0 { String::new() } else { format!(" {name} {value}") });
        }
        match police.link_layer {
            0 | 1 => {}
            2 => text.push_str(" linklayer atm"),
            layer => return Err(format!("the link layer {layer}")),
        }
    }
    if police.peak_rate != 0 {
        text.push_str(&format!(" peakrate {}", written_rate(police.peak_rate)));
    }
    text.extend(police.average_rate.map(|rate| format!(" avrate {}", written_rate(rate.into()))));
    if let Some((rate, ticks)) = police.packet_rate.zip(police.packet_burst) {
        let burst = whole(rate, u32::try_from(ticks).unwrap_or(u32::MAX), "packets")?;
        text.push_str(&format!(" pkts_rate {rate} pkts_burst {burst}"));
    }
    let control = |control| match control {
        Control::Stolen => "4".to_owned(),
        Control::Unknown(number) => number.to_string(),
        control => control.to_string(),
    };
    text.push_str(&format!(" conform-exceed {}", control(action.control)));
    match police.conform {
        Some(Control::Pass) | None => {}
        Some(conform) => text.push_str(&format!(" / {}", control(conform))),
    }
    Ok(text)
}

pub(super) fn show(police: &Police, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.json("kind", "police");
    show.any("index", state.index, format_args!(" police 0x{:x} ", state.index));
    let burst = shown_size(police.burst_bytes());
    show.text(format_args!("rate {} burst {burst} ", shown_rate(police.rate)));
    show.text(format_args!("mtu {} ", shown_size(police.mtu.into())));
    if show.style.raw {
        show.text(format_args!("[{:08x}] ", police.burst));
    }
    if police.peak_rate != 0 {
        show.text(format_args!("peakrate {} ", shown_rate(police.peak_rate)));
    }
    if let Some(rate) = police.average_rate {
        show.text(format_args!("avrate {} ", shown_rate(rate.into())));
    }
    if let Some((rate, burst)) = police.packet_rate.zip(police.burst_packets()) {
        show.any("pkts_rate", rate, format_args!("pkts_rate {rate} "));
        show.any("pkts_burst", burst, format_args!("pkts_burst {burst} "));
    }
    show.text(format_args!("action "));
    show_control(show, action.control);
    if let Some(conform) = police.conform {
        show.text(format_args!("/"));
        show_control(show, conform);
    }
    show.text(format_args!(" "));
    let overhead = shown_size(police.overhead.into());
    show.any("overhead", police.overhead, format_args!("overhead {overhead} "));
    if police.link_layer > 1 || show.style.details {
        let layer = match police.link_layer {
            0 => "unspec",
            1 => "ethernet",
            2 => "atm",
            _ => "unknown",
        };
        show.any("linklayer", layer, format_args!("linklayer {layer} "));
    }
    show.line();
    show.any("ref", state.refs, format_args!("\tref {} ", state.refs));
    show.any("bind", state.binds, format_args!("bind {} ", state.binds));
    if show.style.stats {
        show_times(show, state);
    }
    show.line();
}

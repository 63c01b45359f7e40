//! `tunnel_key`: the outer header of a tunnel.

use smartnic_core::flow::{Action, ActionKind, ActionState, GeneveOption, TunnelOpts, TunnelSet};

use super::common::{end, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number, part, read as read_number};
use crate::text::tc::address;

/// The words in tc's order: an abbreviation means the first that it begins. `nofrag` must be spelt out.
const WORDS: [&str; 14] = [
    "unset",
    "set",
    "src_ip",
    "dst_ip",
    "id",
    "dst_port",
    "geneve_opts",
    "vxlan_opts",
    "erspan_opts",
    "tos",
    "ttl",
    "csum",
    "nocsum",
    "nofrag",
];

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let first = cursor.value_of("tunnel_key")?;
    cursor.back();
    let mut set = TunnelSet { no_csum: Some(false), ..TunnelSet::default() };
    let mut verb = None;
    while let Some(word) = cursor.peek() {
        let begins = |name: &&&str| if **name == "nofrag" { word.text == **name } else { word.begins(name) };
        let Some(name) = WORDS.iter().find(begins) else { break };
        cursor.next();
        match *name {
            "unset" | "set" => {
                if let Some(verb) = verb.replace(*name) {
                    let text = format!("`tunnel_key {verb}` is one action: `{}` is another", word.text);
                    return Err(word.wrong(text));
                }
            }
            "csum" => set.no_csum = Some(false),
            "nocsum" => set.no_csum = Some(true),
            "nofrag" => set.no_frag = true,
            name => value(&mut set, name, &cursor.value_of(name)?)?,
        }
    }
    let kind = match verb {
        Some("set") => {
            let missing = [(set.src_ip, "src_ip"), (set.dst_ip, "dst_ip")];
            if let Some((_, name)) = missing.into_iter().find(|(ip, _)| ip.is_none()) {
                return Err(first.wrong(format!("`tunnel_key set` needs `{name}`")));
            }
            ActionKind::TunnelSet(set)
        }
        Some(_) => ActionKind::TunnelUnset,
        None => ActionKind::ByIndex("tunnel_key".to_owned()),
    };
    let action = end(cursor, kind)?;
    match (&action.kind, action.index) {
        (ActionKind::ByIndex(_), None) => Err(first.unknown("tunnel_key action", ["set", "unset"])),
        _ => Ok(action),
    }
}

fn value(set: &mut TunnelSet, name: &str, word: &Word<'_>) -> Parsed<()> {
    let ip = || address::expect(word, word.text);
    match name {
        "src_ip" => set.src_ip = Some(ip()?),
        "dst_ip" => set.dst_ip = Some(ip()?),
        "id" => set.key_id = Some(number(word, Base::Ten, u32::MAX.into(), "the id of a tunnel")?),
        "dst_port" => set.dst_port = Some(number(word, Base::Ten, u16::MAX.into(), "a port")?),
        "tos" => set.tos = Some(ten_or_sixteen(word, name)?),
        "ttl" => set.ttl = Some(ten_or_sixteen(word, name)?),
        "geneve_opts" => {
            let options = word.text.split(',').filter(|option| !option.is_empty());
            set.opts =
                Some(TunnelOpts::Geneve(options.map(|option| geneve(word, option)).collect::<Parsed<_>>()?));
        }
        "vxlan_opts" => {
            let gbp = number(word, Base::C, u32::MAX.into(), "the group policy of a VXLAN")?;
            set.opts = Some(TunnelOpts::Vxlan { gbp: Some(gbp) });
        }
        _ => set.opts = Some(erspan(word)?),
    }
    Ok(())
}

/// A byte in base ten, or else in base sixteen.
fn ten_or_sixteen(word: &Word<'_>, name: &str) -> Parsed<u8> {
    match read_number(word.text, Base::Ten, 0xff) {
        Some(byte) => Ok(u8::try_from(byte).unwrap_or(u8::MAX)),
        None => number(word, Base::Sixteen, 0xff, name),
    }
}

/// `CLASS:TYPE:DATA`, all in base sixteen.
fn geneve(word: &Word<'_>, option: &str) -> Parsed<GeneveOption> {
    let parts: Vec<&str> = option.split(':').filter(|part| !part.is_empty()).collect();
    let [class, kind, data] = parts[..] else {
        let fault = word.wrong("a Geneve option has a class, a type and a value");
        return Err(fault.hint("write CLASS:TYPE:VALUE in base sixteen, such as 0102:80:00112233"));
    };
    let byte =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| read_number(pair, Base::Sixteen, 0xff));
    let bytes: Option<Vec<u8>> = data
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| byte(pair).and_then(|byte| u8::try_from(byte).ok()))
        .collect();
    Ok(GeneveOption {
        class: Some(part(word, class, Base::Sixteen, 0xffff, "the class of a Geneve option")?),
        kind: Some(part(word, kind, Base::Sixteen, 0xff, "the type of a Geneve option")?),
        data: bytes.ok_or_else(|| word.wrong("the value of a Geneve option is hexadecimal"))?,
    })
}

/// `VERSION:INDEX:DIRECTION:HWID`, of which the last may be missing.
fn erspan(word: &Word<'_>) -> Parsed<TunnelOpts> {
    let mut parts = word.text.split(':').filter(|part| !part.is_empty());
    let byte =
        |text: Option<&str>, what: &str| text.map(|text| part(word, text, Base::C, 0xff, what)).transpose();
    let version = byte(parts.next(), "the version of ERSPAN")?;
    let index =
        parts.next().map(|text| part(word, text, Base::C, u32::MAX.into(), "an index")).transpose()?;
    let direction = byte(parts.next(), "a direction")?;
    let hwid = byte(parts.next(), "a hardware id")?;
    match parts.next() {
        None => Ok(TunnelOpts::Erspan { version, index, direction, hwid }),
        Some(_) => Err(word.wrong("expected VERSION:INDEX:DIRECTION:HWID")),
    }
}

pub(super) fn write(action: &Action) -> Result<String, String> {
    let ActionKind::TunnelSet(set) = &action.kind else {
        return Ok(format!("tunnel_key unset{}", written_end(action)?));
    };
    let (Some(src_ip), Some(dst_ip)) = (set.src_ip, set.dst_ip) else {
        return Err("a tunnel without both addresses".to_owned());
    };
    let mut text = format!("tunnel_key set src_ip {src_ip} dst_ip {dst_ip}");
    let numbers = [("id", set.key_id), ("dst_port", set.dst_port.map(u32::from))];
    for (name, number) in numbers {
        text.extend(number.map(|number| format!(" {name} {number}")));
    }
    if let Some(opts) = &set.opts {
        text.push_str(&written_opts(opts)?);
    }
    for (name, byte) in [("tos", set.tos), ("ttl", set.ttl)] {
        text.extend(byte.map(|byte| format!(" {name} {byte}")));
    }
    text.push_str(if set.no_csum == Some(true) { " nocsum" } else { " csum" });
    if set.no_frag {
        text.push_str(" nofrag");
    }
    Ok(text + &written_end(action)?)
}

fn written_opts(opts: &TunnelOpts) -> Result<String, String> {
    match opts {
        TunnelOpts::Geneve(list) if !list.is_empty() => {
            let options = list.iter().map(|option| written_geneve(option).ok_or("part of a Geneve option"));
            Ok(format!(" geneve_opts {}", options.collect::<Result<Vec<_>, _>>()?.join(",")))
        }
        TunnelOpts::Vxlan { gbp: Some(gbp) } => Ok(format!(" vxlan_opts {gbp}")),
        TunnelOpts::Erspan { version: Some(version), index, direction, hwid } => {
            // What is missing in the middle is written too: the kernel looks only at what its version has.
            let last =
                [index.is_some(), direction.is_some(), hwid.is_some()].iter().rposition(|given| *given);
            let parts = [index.unwrap_or(0), direction.unwrap_or(0).into(), hwid.unwrap_or(0).into()];
            let parts = parts.iter().take(last.map_or(0, |last| last + 1));
            Ok(format!(" erspan_opts {version}{}", parts.map(|part| format!(":{part}")).collect::<String>()))
        }
        _ => Err("these options of a tunnel".to_owned()),
    }
}

/// `CLASS:TYPE:DATA` in base sixteen, if it has all of them.
fn written_geneve(option: &GeneveOption) -> Option<String> {
    let GeneveOption { class: Some(class), kind: Some(kind), data } = option else { return None };
    let hex: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
    (!hex.is_empty()).then(|| format!("{class:04x}:{kind:02x}:{hex}"))
}

pub(super) fn show(action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "tunnel_key", format_args!("tunnel_key "));
    match &action.kind {
        ActionKind::TunnelSet(set) => {
            show.any("mode", "set", format_args!(" set"));
            show_set(set, show);
        }
        _ => show.any("mode", "unset", format_args!(" unset")),
    }
    show.text(format_args!(" "));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}

fn show_set(set: &TunnelSet, show: &mut Show<'_>) {
    for (name, address) in [("src_ip", set.src_ip), ("dst_ip", set.dst_ip)] {
        if let Some(address) = address {
            show.any(name, address.to_string(), format_args!("\n\t{name} {address}"));
        }
    }
    let numbers = [("key_id", set.key_id), ("dst_port", set.dst_port.map(u32::from))];
    for (name, number) in numbers {
        if let Some(number) = number {
            show.any(name, number, format_args!("\n\t{name} {number}"));
        }
    }
    if let Some(opts) = &set.opts {
        show_opts(opts, show);
    }
    show.line();
    if let Some(no_csum) = set.no_csum {
        let flag = if no_csum { "nocsum" } else { "csum" };
        show.any("flag", flag, format_args!("\t{flag}"));
    }
    if set.no_frag {
        show.text(format_args!("\tnofrag"));
    }
    show.json("nofrag", set.no_frag);
    if let Some(tos) = set.tos.filter(|tos| *tos != 0) {
        show.any("tos", tos, format_args!("\n\ttos {tos:#x}"));
    }
    if let Some(ttl) = set.ttl.filter(|ttl| *ttl != 0) {
        show.any("ttl", ttl, format_args!("\n\tttl {ttl}"));
    }
}

fn show_opts(opts: &TunnelOpts, show: &mut Show<'_>) {
    match opts {
        TunnelOpts::Geneve(list) => {
            show.open_list(Some("geneve_opts"));
            show.text(format_args!("\n\tgeneve_opts "));
            for (at, GeneveOption { class, kind, data }) in list.iter().enumerate() {
                let (class, kind) = (class.unwrap_or(0), kind.unwrap_or(0));
                let hex: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
                show.open(None);
                show.json("class", class);
                show.json("type", kind);
                show.open_list(Some("data"));
                data.iter().for_each(|byte| show.item(*byte, format_args!("")));
                show.close_list();
                show.close();
                let comma = if at + 1 < list.len() { "," } else { "" };
                show.text(format_args!("{class:04x}:{kind:02x}:{hex}{comma}"));
            }
        }
        TunnelOpts::Vxlan { gbp } => {
            let gbp = gbp.unwrap_or(0);
            show.text(format_args!("\n\tvxlan_opts "));
            show.open_list(Some("vxlan_opts"));
            show.open(None);
            show.any("gbp", gbp, format_args!("{gbp}"));
            show.close();
        }
        TunnelOpts::Erspan { version, index, direction, hwid } => {
            let version = version.unwrap_or(0);
            let (index, direction, hwid) = match version {
                1 => (index.unwrap_or(0), 0, 0),
                _ => (0, direction.unwrap_or(0), hwid.unwrap_or(0)),
            };
            show.text(format_args!("\n\terspan_opts "));
            show.open_list(Some("erspan_opts"));
            show.open(None);
            show.any("ver", version, format_args!("{version}"));
            show.any("index", index, format_args!(":{index}"));
            show.any("dir", direction, format_args!(":{direction}"));
            show.any("hwid", hwid, format_args!(":{hwid}"));
            show.close();
        }
        TunnelOpts::Gtp { .. } | TunnelOpts::Pfcp { .. } => return,
    }
    show.close_list();
}

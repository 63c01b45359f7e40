//! `ct`: connection tracking.

use std::net::IpAddr;

use smartnic_core::flow::{
    Action, ActionKind, ActionState, Ct, CtFlags, CtHelper, CtLabel, IpProto, NatRange,
};
use smartnic_core::types::{MaskValue, Masked};

use super::common::{control_or, index_number, written_control, written_index};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number, part, read as read_number};
use crate::text::tc::address;

/// The words in tc's order: an abbreviation means the first that it begins.
const WORDS: [&str; 9] = ["zone", "nat", "clear", "commit", "force", "index", "mark", "label", "helper"];

/// Address families as the kernel numbers them, with tc's names.
const FAMILIES: [(&str, u8); 2] = [("ipv4", 2), ("ipv6", 10)];

/// What newer kernels say of helpers that serve all families (`NFPROTO_UNSPEC`); asking for either gives the same.
const ANY_FAMILY: u8 = 0;

/// Protocols that have a name in helpers.
const PROTOS: [(&str, u8); 6] =
    [("tcp", 6), ("udp", 17), ("sctp", 132), ("dccp", 33), ("udplite", 136), ("icmp", 1)];

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let start = cursor.peek();
    let mut ct = Ct::default();
    let mut index = None;
    while let Some(word) = cursor.peek() {
        let Some(name) = WORDS.iter().find(|name| word.begins(name)) else { break };
        cursor.next();
        match *name {
            "clear" => ct.flags |= CtFlags::CLEAR,
            "commit" => ct.flags |= CtFlags::COMMIT,
            "force" => ct.flags |= CtFlags::FORCE,
            "nat" => nat(cursor, &mut ct)?,
            "index" => index = index_number(cursor)?,
            name => value(&mut ct, name, &cursor.value_of(name)?)?,
        }
    }
    if let Some(word) = start {
        check(ct.flags, &word)?;
    }
    let control = control_or(cursor, smartnic_core::flow::Control::Pipe)?;
    Ok(Action { control, index, ..Action::new(ActionKind::Ct(ct)) })
}

fn value(ct: &mut Ct, name: &str, word: &Word<'_>) -> Parsed<()> {
    match name {
        "zone" => ct.zone = Some(number(word, Base::C, u16::MAX.into(), "a zone")?),
        "mark" => {
            let (value, mask) = word.text.split_once('/').unwrap_or((word.text, "0xffffffff"));
            let [value, mask] =
                [value, mask].map(|text| part(word, text, Base::C, u32::MAX.into(), "a mark"));
            ct.mark = Some(Masked { value: value?, mask: mask? });
        }
        "label" => {
            let (value, mask) = match word.text.split_once('/') {
                Some((value, mask)) => (value, Some(mask)),
                None => (word.text, None),
            };
            let mask = mask.map_or(Ok(CtLabel::ONES), |mask| label(word, mask))?;
            ct.label = Some(Masked { value: label(word, value)?, mask });
        }
        _ => ct.helper = Some(helper(word)?),
    }
    Ok(())
}

/// Up to 16 bytes in base sixteen; what is missing behind them is 0.
fn label(word: &Word<'_>, text: &str) -> Parsed<CtLabel> {
    let wrong = || word.wrong("a label is up to 16 bytes, each as two hexadecimal digits");
    let mut bytes = [0; 16];
    if text.len() > 32 {
        return Err(wrong());
    }
    for (to, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let byte = std::str::from_utf8(pair).ok().and_then(|pair| read_number(pair, Base::Sixteen, 0xff));
        *to = byte.and_then(|byte| u8::try_from(byte).ok()).ok_or_else(wrong)?;
    }
    Ok(CtLabel(bytes))
}

/// `FAMILY-PROTO-NAME`.
fn helper(word: &Word<'_>) -> Parsed<CtHelper> {
    let wrong = || word.wrong("no helper is called so").hint("write FAMILY-PROTO-NAME, such as ipv4-tcp-ftp");
    let mut parts = word.text.split('-');
    let (Some(family), Some(proto), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let (_, family) = FAMILIES.iter().find(|(name, _)| *name == family).ok_or_else(wrong)?;
    let number = read_number(proto, Base::Ten, 0xff).and_then(|proto| u8::try_from(proto).ok());
    let named = PROTOS.iter().find(|(name, _)| *name == proto).map(|(_, number)| *number);
    let proto = number.or(named).ok_or_else(wrong)?;
    match name.is_empty() || word.text.len() >= 32 {
        true => Err(wrong()),
        false => Ok(CtHelper { name: name.to_owned(), family: Some(*family), proto: Some(proto) }),
    }
}

/// What follows `nat`; tc wants a word behind each of its parts.
fn nat(cursor: &mut Cursor<'_>, ct: &mut Ct) -> Parsed<()> {
    ct.flags |= CtFlags::NAT;
    let side = cursor.value_of("nat")?;
    match () {
        () if side.begins("src") => ct.flags |= CtFlags::NAT_SRC,
        () if side.begins("dst") => ct.flags |= CtFlags::NAT_DST,
        () => {
            cursor.back();
            return Ok(());
        }
    }
    let word = cursor.value_of(side.text)?;
    if !word.begins("addr") {
        return Err(word.wrong("`addr` and addresses must follow").hint("write `addr ADDRESS[-ADDRESS]`"));
    }
    let word = cursor.value_of("addr")?;
    let (min, max) = word.text.split_once('-').map_or((word.text, None), |(min, max)| (min, Some(max)));
    let ip = |text| address::expect(&word, text);
    let min: IpAddr = ip(min)?;
    let max = max.map_or(Ok(min), ip)?;
    if min.is_ipv4() != max.is_ipv4() {
        return Err(word.wrong("both addresses of a range must be of one kind"));
    }
    (ct.nat.min_ip, ct.nat.max_ip) = (Some(min), Some(max));
    let word = cursor.value_of("addr")?;
    if !word.begins("port") {
        cursor.back();
        return Ok(());
    }
    let word = cursor.value_of("port")?;
    let (min, max) = word.text.split_once('-').map_or((word.text, None), |(min, max)| (min, Some(max)));
    let port = |text| part::<u16>(&word, text, Base::Ten, u16::MAX.into(), "a port");
    ct.nat.min_port = Some(port(min)?);
    ct.nat.max_port = max.map_or(Ok(ct.nat.min_port), |max| port(max).map(Some))?;
    Ok(())
}

/// What goes together.
fn check(flags: CtFlags, word: &Word<'_>) -> Parsed<()> {
    let sides = CtFlags::NAT_SRC | CtFlags::NAT_DST;
    let fault = match () {
        () if flags.contains(CtFlags::CLEAR) && flags != CtFlags::CLEAR => "`clear` stands alone",
        () if flags.contains(sides) => "a connection's source or its destination is translated, not both",
        () if flags.contains(CtFlags::COMMIT | CtFlags::NAT) && !flags.intersects(sides) => {
            "`commit` with `nat` needs to know which: `src` or `dst`"
        }
        () if flags.intersects(sides) && !flags.contains(CtFlags::COMMIT) => {
            "`nat src` and `nat dst` go with `commit` only"
        }
        () => return Ok(()),
    };
    Err(word.wrong(fault))
}

pub(super) fn write(action: &Action, ct: &Ct) -> Result<String, String> {
    let known = CtFlags::COMMIT | CtFlags::FORCE | CtFlags::CLEAR;
    let known = known | CtFlags::NAT | CtFlags::NAT_SRC | CtFlags::NAT_DST;
    if !(ct.flags - known).is_empty() {
        return Err(format!("the flags {:#x} of ct", ct.flags.bits()));
    }
    let mut text = "ct".to_owned();
    let words = [(CtFlags::CLEAR, "clear"), (CtFlags::COMMIT, "commit"), (CtFlags::FORCE, "force")];
    for (flag, word) in words {
        if ct.flags.contains(flag) {
            text.push_str(&format!(" {word}"));
        }
    }
    text.extend(ct.zone.map(|zone| format!(" zone {zone}")));
    text.extend(ct.mark.map(|Masked { value, mask }| format!(" mark {value:#x}/{mask:#x}")));
    if let Some(Masked { value, mask }) = ct.label {
        text.push_str(&format!(" label {}/{}", hex(value), hex(mask)));
    }
    text.push_str(&written_nat(ct)?);
    if let Some(helper) = &ct.helper {
        text.push_str(&format!(" helper {}", written_helper(helper)?));
    }
    Ok(format!("{text}{} {}", written_index(action), written_control(action.control)?))
}

fn written_nat(ct: &Ct) -> Result<String, String> {
    let side = match () {
        () if ct.flags.contains(CtFlags::NAT_SRC) => " nat src",
        () if ct.flags.contains(CtFlags::NAT_DST) => " nat dst",
        () if ct.nat != NatRange::default() => return Err("addresses that are not translated".to_owned()),
        () if ct.flags.contains(CtFlags::NAT) => return Ok(" nat".to_owned()),
        () => return Ok(String::new()),
    };
    let NatRange { min_ip: Some(min), max_ip, min_port, max_port } = ct.nat else {
        return Err("a translation without addresses".to_owned());
    };
    let max = max_ip.filter(|max| *max != min).map(|max| format!("-{max}")).unwrap_or_default();
    let port = min_port.map(|port| format!(" port {port}")).unwrap_or_default();
    let max_port = max_port.filter(|max| min_port != Some(*max));
    if max_port.is_some() && min_port.is_none() {
        return Err("a last port without a first".to_owned());
    }
    let max_port = max_port.map(|max| format!("-{max}")).unwrap_or_default();
    Ok(format!("{side} addr {min}{max}{port}{max_port}"))
}

fn written_helper(helper: &CtHelper) -> Result<String, String> {
    let means = |number: u8| Some(number) == helper.family || helper.family == Some(ANY_FAMILY);
    let family = FAMILIES.iter().find(|(_, number)| means(*number));
    match (family, helper.proto) {
        (Some((family, _)), Some(proto)) if !helper.name.contains('-') => {
            Ok(format!("{family}-{proto}-{}", helper.name))
        }
        _ => Err(format!("the helper `{}`", helper.name)),
    }
}

fn hex(label: CtLabel) -> String {
    label.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn show(ct: &Ct, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "ct", format_args!("ct"));
    let word = match () {
        () if ct.flags.contains(CtFlags::COMMIT | CtFlags::FORCE) => Some("commit force"),
        () if ct.flags.contains(CtFlags::COMMIT) => Some("commit"),
        () if ct.flags.contains(CtFlags::CLEAR) => Some("clear"),
        () => None,
    };
    if let Some(word) = word {
        show.any("action", word, format_args!(" {word}"));
    }
    if let Some(Masked { value, mask }) = ct.mark {
        show.any("mark", value, format_args!(" mark {value}"));
        if mask != u32::MAX {
            show.any("mark_mask", format!("{mask:x}"), format_args!("/{mask:#x}"));
        }
    }
    if let Some(zone) = ct.zone {
        show.any("zone", zone, format_args!(" zone {zone}"));
    }
    if let Some(label) = ct.label {
        let mask = if label.is_exact() { String::new() } else { format!("/{}", hex(label.mask)) };
        let text = hex(label.value) + &mask;
        show.any("label", &text, format_args!(" label {text}"));
    }
    if let Some(CtHelper { name, family: Some(family), proto: Some(proto) }) = &ct.helper {
        let family = if *family == 2 { "ipv4" } else { "ipv6" };
        let text = format!("{family}-{}-{name}", shown_proto(*proto));
        show.any("helper", &text, format_args!(" helper {text}"));
    }
    show_nat(ct, show);
    show.text(format_args!(" "));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}

fn shown_proto(proto: u8) -> String {
    let name = PROTOS.iter().find(|(_, number)| *number == proto).map(|(name, _)| (*name).to_owned());
    name.or_else(|| IpProto(proto).name().map(str::to_owned)).unwrap_or_else(|| format!("ipproto-{proto}"))
}

fn show_nat(ct: &Ct, show: &mut Show<'_>) {
    if !ct.flags.contains(CtFlags::NAT) {
        return;
    }
    let mut text = match () {
        () if ct.flags.contains(CtFlags::NAT_SRC) => "src".to_owned(),
        () if ct.flags.contains(CtFlags::NAT_DST) => "dst".to_owned(),
        () => return show.any("nat", "", format_args!(" nat")),
    };
    let NatRange { min_ip, max_ip, min_port, max_port } = ct.nat;
    text.extend(min_ip.map(|ip| format!(" addr {ip}")));
    text.extend(max_ip.filter(|ip| Some(*ip) != min_ip).map(|ip| format!("-{ip}")));
    text.extend(min_port.map(|port| format!(" port {port}")));
    text.extend(max_port.filter(|port| Some(*port) != min_port).map(|port| format!("-{port}")));
    show.any("nat", &text, format_args!(" nat {text}"));
}

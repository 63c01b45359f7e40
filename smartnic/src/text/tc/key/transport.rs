//! Ports and TCP flags.

use smartnic_core::flow::{IpProto, Match, PortMatch, TcpFlags};
use smartnic_core::types::{MaskValue, Masked};

use super::{Key, Read, Show, halves, line, masked};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, part};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "dst_port",
        read: Read::Word(|key, word| {
            port(key, key.dst_port, word, "dst_port").map(|value| key.dst_port = Some(value))
        }),
        write: |key| key.dst_port.map(written_port),
    },
    Key {
        name: "src_port",
        read: Read::Word(|key, word| {
            port(key, key.src_port, word, "src_port").map(|value| key.src_port = Some(value))
        }),
        write: |key| key.src_port.map(written_port),
    },
    Key {
        name: "tcp_flags",
        read: Read::Word(read_flags),
        write: |key| key.tcp_flags.map(|flags| flags.to_string()),
    },
];

/// A port, a range of ports, or a port with a mask. Only the latter may be written in other bases than ten.
///
/// A port without a mask leaves the mask that was given before, as tc sends none for it.
fn port(key: &Match, before: Option<PortMatch>, word: &Word<'_>, name: &str) -> Parsed<PortMatch> {
    if !key.ip_proto.is_some_and(IpProto::has_ports) {
        let fault = word.wrong(format!("`{name}` needs a protocol that has ports"));
        return Err(fault.hint(match key.ip_proto {
            Some(proto) => format!("this rule's is {proto} (numbers are hexadecimal), not tcp, udp or sctp"),
            None => "say first which: ip_proto tcp, udp or sctp".to_owned(),
        }));
    }
    let one = |text, base| part::<u16>(word, text, base, 0xffff, "a port");
    if let (value, Some(mask)) = halves(word) {
        let mask = part(word, mask, Base::C, 0xffff, "the mask")?;
        return Ok(PortMatch::Masked(Masked::new(one(value, Base::C)?, mask)));
    }
    let Some((min, max)) = word.text.split_once('-') else {
        let port = one(word.text, Base::Ten)?;
        return Ok(match before {
            Some(PortMatch::Masked(before)) => PortMatch::Masked(Masked::new(port, before.mask)),
            _ => PortMatch::from(port),
        });
    };
    let (min, max) = (one(min, Base::Ten)?, one(max, Base::Ten)?);
    if min >= max {
        return Err(word.wrong("the first port of a range must be smaller than the last"));
    }
    Ok(PortMatch::Range { min, max })
}

fn written_port(port: PortMatch) -> String {
    match port {
        PortMatch::Masked(port) if !port.is_exact() => format!("{}/{:#x}", port.value, port.mask),
        other => other.to_string(),
    }
}

/// Flags and mask in base sixteen.
fn read_flags(key: &mut Match, word: &Word<'_>) -> Parsed<()> {
    let (value, mask) = halves(word);
    let flags = |text, what| part(word, text, Base::Sixteen, 0xfff, what).map(TcpFlags);
    let mask = mask.map_or(Ok(TcpFlags::ONES), |mask| flags(mask, "the mask"))?;
    key.tcp_flags = Some(Masked::new(flags(value, "the TCP flags")?, mask));
    Ok(())
}

pub(super) fn drop_empty(key: &mut Match) {
    let empty = |port: &PortMatch| matches!(port, PortMatch::Masked(port) if port.mask == 0);
    key.dst_port = key.dst_port.filter(|port| !empty(port));
    key.src_port = key.src_port.filter(|port| !empty(port));
    key.tcp_flags = key.tcp_flags.filter(|flags| flags.mask.0 != 0);
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    let ports = [("dst_port", key.dst_port), ("src_port", key.src_port)];
    for (name, port) in ports {
        if let Some(PortMatch::Masked(port)) = port {
            masked(show, name, port);
        }
    }
    for (name, port) in ports {
        if let Some(PortMatch::Range { min, max }) = port {
            show.text(format_args!("\n  {name} {min}-{max}"));
            show.open(Some(name));
            show.json("start", min);
            show.json("end", max);
            show.close();
        }
    }
    if let Some(flags) = key.tcp_flags {
        line(show, "tcp_flags", &format!("{:#x}/{:x}", flags.value.0, flags.mask.0));
    }
}

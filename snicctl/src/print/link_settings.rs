//! A link's settings in the shape of `ethtool --json LINK`.

use serde_json::Value as Json;
use smartnic::ethtool::{Bits, Record, Value};

use super::Pairs;

/// Bits of link modes that stand for sockets, and those that stand for error correction.
const PORTS: [&str; 6] = ["TP", "AUI", "MII", "FIBRE", "BNC", "Backplane"];
const ENCODINGS: [&str; 4] = ["None", "RS", "BASER", "LLRS"];
const OTHERS: [&str; 3] = ["Autoneg", "Pause", "Asym_Pause"];

/// ethtool takes the set of modes apart: sockets, modes, pausing, negotiation, error correction.
pub(crate) fn link_object(link: &str, records: &[Box<dyn Record>]) -> Pairs<&'static str, Json> {
    let get = |name: &str| records.iter().find_map(|record| record.get(name));
    let mut pairs = vec![("ifname", Json::from(link))];
    if let Some(Value::Bits(Bits { on, of })) = get("modes") {
        let of = of.unwrap_or_default();
        pairs.push(("supported-ports", among(&of, |name| PORTS.contains(&name))));
        pairs.push(("supported-link-modes", among(&of, is_mode)));
        pairs.push(("supported-pause-frame-use", pausing(&of)));
        pairs.push(("supports-auto-negotiation", of.iter().any(|name| name == "Autoneg").into()));
        pairs.push(("supported-fec-modes", among(&of, |name| ENCODINGS.contains(&name))));
        pairs.push(("advertised-link-modes", among(&on, is_mode)));
        pairs.push(("advertised-pause-frame-use", pausing(&on)));
        pairs.push(("advertised-auto-negotiation", on.iter().any(|name| name == "Autoneg").into()));
        pairs.push(("advertised-fec-modes", among(&on, |name| ENCODINGS.contains(&name))));
    }
    if let Some(Value::Bits(Bits { on, .. })) = get("peer-modes") {
        pairs.push(("link-partner-advertised-link-modes", among(&on, is_mode)));
        pairs.push(("link-partner-advertised-pause-frame-use", pausing(&on)));
        pairs.push((
            "link-partner-advertised-auto-negotiation",
            on.iter().any(|name| name == "Autoneg").into(),
        ));
        pairs.push(("link-partner-advertised-fec-modes", among(&on, |name| ENCODINGS.contains(&name))));
    }
    for (name, value) in records.iter().flat_map(|record| record.fields()) {
        match name {
            "modes" | "peer-modes" | "mdi-x" | "mdi-x-control" | "rate-matching" => {}
            _ => pairs.push((name, super::ethtool::plain(value))),
        }
    }
    crossing(get("mdi-x"), get("mdi-x-control"), &mut pairs);
    Pairs(pairs)
}

fn among(names: &[String], wanted: impl Fn(&str) -> bool) -> Json {
    names.iter().filter(|name| wanted(name)).cloned().collect::<Vec<_>>().into()
}

fn is_mode(name: &str) -> bool {
    ![&PORTS[..], &ENCODINGS, &OTHERS].iter().any(|list| list.contains(&name))
}

fn pausing(names: &[String]) -> Json {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    match (has("Pause"), has("Asym_Pause")) {
        (true, true) => "Symmetric Receive-only",
        (true, false) => "Symmetric",
        (false, true) => "Transmit-only",
        (false, false) => "No",
    }
    .into()
}

/// Crossed pairs: what was asked for goes before what is.
fn crossing(now: Option<Value>, control: Option<Value>, pairs: &mut Vec<(&'static str, Json)>) {
    let word = |value: Option<Value>| match value {
        Some(Value::Word(word, _)) => word,
        _ => "unknown",
    };
    match (word(now), word(control)) {
        ("unknown", "unknown") => {}
        (_, forced @ ("on" | "off")) => {
            pairs.push(("mdi-x", (forced == "on").into()));
            pairs.push(("mdi-x-forced", true.into()));
        }
        (now, control) => {
            if now != "unknown" {
                pairs.push(("mdi-x", (now == "on").into()));
            }
            pairs.push(("mdi-x-forced", false.into()));
            pairs.push(("mdi-x-auto", (control == "auto").into()));
        }
    }
}

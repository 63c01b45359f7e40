//! What ethtool tells, as objects in the shape of `ethtool --json`.

use serde_json::{Map, Value as Json, json};
use smartnic::ethtool::{Feature, Record, Value};

use super::Pairs;

/// A record of a link. The part of a field's name before a dot is an object of its own; sets of numbers are told as
/// their total and, where there is more, their lanes.
pub(crate) fn object(link: &str, records: &[Box<dyn Record>]) -> Pairs<&'static str, Json> {
    let fields = records.iter().flat_map(|record| record.fields());
    Pairs(std::iter::once(("ifname", Json::from(link))).chain(nested(fields)).collect())
}

/// Fields, with an object of its own for those whose names have the same part before a dot.
pub(crate) fn nested(fields: impl Iterator<Item = (&'static str, Value)>) -> Vec<(&'static str, Json)> {
    let mut pairs: Vec<(&'static str, Json)> = Vec::new();
    for (name, value) in fields {
        let (outer, inner) = name.split_once('.').unwrap_or((name, ""));
        if inner.is_empty() {
            pairs.push((name, plain(value)));
            continue;
        }
        if pairs.last().is_none_or(|(last, _)| *last != outer) {
            pairs.push((outer, Json::Object(Map::new())));
        }
        if let Some((_, Json::Object(map))) = pairs.last_mut() {
            map.insert(inner.to_owned(), plain(value));
        }
    }
    pairs
}

pub(crate) fn plain(value: Value) -> Json {
    match value {
        Value::Number(number) => number.into(),
        Value::Switch(on) => on.into(),
        Value::Word(word, _) => word.into(),
        Value::Numbers(numbers) => match numbers.split_first() {
            Some((total, [])) => json!({ "total": total }),
            Some((total, lanes)) => json!({ "total": total, "lanes": lanes }),
            None => json!({}),
        },
        Value::Rows(rows) => json!(rows),
        Value::Bits(bits) => bits.on.into(),
        Value::Text(text) => text.into(),
        Value::Bytes(bytes) => bytes.to_string().into(),
    }
}

/// ethtool's word for an encoding, where it is not the kernel's.
fn encoding(name: String) -> String {
    match &*name {
        "None" => "Off".to_owned(),
        "BASER" => "BaseR".to_owned(),
        _ => name,
    }
}

/// Error correction of a link: ethtool has the device's own choice among the encodings, and says it where there is none.
pub(crate) fn fec_object(link: &str, records: &[Box<dyn Record>]) -> Pairs<&'static str, Json> {
    let get = |name: &str| records.iter().find_map(|record| record.get(name));
    let auto = (get("auto") == Some(Value::Switch(true))).then(|| "Auto".to_owned());
    let modes = match get("config") {
        Some(Value::Bits(modes)) => modes.on,
        _ => Vec::new(),
    };
    let mut config: Vec<String> = auto.into_iter().chain(modes.into_iter().map(encoding)).collect();
    if config.is_empty() {
        config.push("None".to_owned());
    }
    let active = get("active").map_or_else(|| "None".to_owned(), |active| encoding(active.to_string()));
    let Pairs(mut pairs) = object(link, records);
    pairs.retain(|(name, _)| !matches!(*name, "config" | "auto" | "active"));
    pairs.splice(1..1, [("config", config.into()), ("active", json!([active]))]);
    Pairs(pairs)
}

/// Pausing of a link. Asked for statistics, ethtool shows their object even if the driver has none.
pub(crate) fn pause_object(link: &str, records: &[Box<dyn Record>]) -> Pairs<&'static str, Json> {
    let Pairs(mut pairs) = object(link, records);
    if pairs.iter().all(|(name, _)| *name != "statistics") {
        pairs.push(("statistics", json!({})));
    }
    Pairs(pairs)
}

/// Features of a link: each with what is on, what cannot change, and what was asked for.
pub(crate) fn feature_object<'a>(link: &'a str, features: &[&'a Feature]) -> Pairs<&'a str, Json> {
    let one = |feature: &&'a Feature| {
        let state =
            json!({ "active": feature.active, "fixed": feature.fixed, "requested": feature.requested });
        (feature.name.as_str(), state)
    };
    std::iter::once(("ifname", Json::from(link))).chain(features.iter().map(one)).collect()
}

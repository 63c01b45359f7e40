//! What was told of a link as fields, and what differs between two times.

use serde_json::{Map, Value as Json, json};
use smartnic::ethtool::{CableFinding, CableTest, Feature, LinkChanged, Record, Value};

use crate::cmd::rss::{runs, shape};
use crate::print::Pairs;
use crate::print::ethtool::{feature_object, fec_object, nested, plain};

/// A field of what was told.
#[derive(Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Value,
}

impl Field {
    fn new(name: impl Into<String>, value: Value) -> Self {
        Self { name: name.into(), value }
    }

    pub(super) fn text(&self) -> String {
        let text = match &self.value {
            Value::Numbers(numbers) => runs(numbers),
            value => value.to_string(),
        };
        if text.is_empty() { "none".to_owned() } else { text }
    }

    pub(super) fn json(&self) -> Json {
        match &self.value {
            Value::Numbers(numbers) => json!(numbers),
            value => plain(value.clone()),
        }
    }
}

/// The fields of what was told, in the order in which they are shown.
pub(super) fn fields(what: &LinkChanged) -> Vec<Field> {
    let text = |text: &str| Value::Text(text.to_owned());
    match what {
        LinkChanged::Features(features) => features.iter().map(feature).collect(),
        LinkChanged::Cable(test) => cable(test),
        LinkChanged::Link(link) | LinkChanged::LinkGone(link) => {
            let mut fields = vec![
                Field::new("name", text(&link.name)),
                Field::new("up", Value::Switch(link.up)),
                Field::new("carrier", Value::Switch(link.carrier)),
                Field::new("mtu", Value::Number(link.mtu.into())),
            ];
            fields.extend(link.mac.map(|mac| Field::new("mac", text(&mac.to_string()))));
            fields.extend(link.master.map(|master| Field::new("master", Value::Number(master.0.into()))));
            fields
        }
        _ => {
            let record = what.record().map(|record| record.fields()).unwrap_or_default();
            // Counters are asked for along with settings, and are told by no notification.
            let settings = record.into_iter().filter(|(name, _)| !name.starts_with("statistics."));
            settings.map(|(name, value)| Field::new(name, value)).collect()
        }
    }
}

/// A feature; what was asked for is told where it is not what is.
fn feature(feature: &Feature) -> Field {
    let now = if feature.active { "on" } else { "off" };
    let asked = if feature.requested { "on" } else { "off" };
    let text = if now == asked { now.to_owned() } else { format!("{now} (asked {asked})") };
    Field::new(&*feature.name, Value::Text(text))
}

fn cable(test: &CableTest) -> Vec<Field> {
    let text = |name: String, text: String| Field::new(name, Value::Text(text));
    let mut fields = vec![text("test".into(), test.status.to_string())];
    for finding in &test.findings {
        fields.push(match finding {
            CableFinding::Pair { pair, code, .. } => text(format!("pair {pair}"), code.to_string()),
            CableFinding::Fault { pair, centimetres, .. } => {
                text(format!("pair {pair} fault at"), format!("{centimetres} cm"))
            }
            CableFinding::Steps { first, last, step } => {
                text("from".into(), format!("{first} to {last} cm, each {step} cm"))
            }
            CableFinding::Amplitude { pair, millivolts } => {
                text(format!("pair {pair}"), format!("{millivolts} mV"))
            }
            CableFinding::Pulse { millivolts } => text("pulse".into(), format!("{millivolts} mV")),
        });
    }
    fields
}

/// A field by name, as it was and as it is.
pub(super) type Difference = (String, Option<Field>, Option<Field>);

/// What differs: name, before, now.
pub(super) fn differences(before: &[Field], now: &[Field]) -> Vec<Difference> {
    let find = |fields: &[Field], name: &str| fields.iter().find(|field| field.name == name).cloned();
    let kept = now.iter().map(|field| (field.name.clone(), find(before, &field.name), Some(field.clone())));
    let gone = before.iter().filter(|field| find(now, &field.name).is_none());
    let gone = gone.map(|field| (field.name.clone(), Some(field.clone()), None));
    kept.chain(gone).filter(|(_, was, now)| was != now).collect()
}

/// A difference in words; of sets, the names that came and went.
pub(super) fn difference((name, was, now): &Difference) -> String {
    if let (Some(Field { value: Value::Bits(was), .. }), Some(Field { value: Value::Bits(now), .. })) =
        (was, now)
    {
        let came = now.on.iter().filter(|bit| !was.has(bit)).map(|bit| format!("+{bit}"));
        let went = was.on.iter().filter(|bit| !now.has(bit)).map(|bit| format!("-{bit}"));
        let parts: Vec<String> = came.chain(went).collect();
        if !parts.is_empty() {
            return format!("{name} {}", parts.join(" "));
        }
    }
    let text = |field: &Option<Field>| field.as_ref().map_or_else(|| "-".to_owned(), Field::text);
    format!("{name} {} -> {}", text(was), text(now))
}

/// All that was told, in the shape in which ethtool has it where it has one.
pub(super) fn object(what: &LinkChanged) -> Json {
    match what {
        LinkChanged::Features(features) => unnamed(feature_object("", &features.iter().collect::<Vec<_>>())),
        LinkChanged::Cable(test) => json!(test),
        LinkChanged::Link(_) | LinkChanged::LinkGone(_) => {
            Json::Object(fields(what).into_iter().map(|field| (field.name.clone(), field.json())).collect())
        }
        LinkChanged::Rss(rss) | LinkChanged::RssMade(rss) => unnamed(shape("", (**rss).clone())),
        LinkChanged::Fec(fec) => {
            let records: [Box<dyn Record>; 1] = [Box::new((**fec).clone())];
            unnamed(fec_object("", &records))
        }
        _ => {
            let record = what.record().map(|record| record.fields()).unwrap_or_default();
            unnamed(Pairs(nested(record.into_iter())))
        }
    }
}

/// An object without the link's name, which stands beside it.
fn unnamed(Pairs(pairs): Pairs<&str, Json>) -> Json {
    let others = pairs.into_iter().filter(|(name, _)| *name != "ifname");
    Json::Object(others.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

//! What was told of a link as fields, and what differs between two times.

use serde_json::{Map, Value as Json, json};
use smartnic::ethtool::{LinkChanged, Record, Value};
use smartnic::settings;

use crate::cmd::rss::{runs, shape};
use crate::print::Pairs;
use crate::print::ethtool::{feature_object, fec_object, nested};

/// A field of what was told.
#[derive(Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Value,
}

impl Field {
    pub(super) fn text(&self) -> String {
        let text = match &self.value {
            Value::Numbers(numbers) => runs(numbers),
            value => value.to_string(),
        };
        if text.is_empty() { "none".to_owned() } else { text }
    }

    pub(super) fn json(&self) -> Json {
        settings::plain(&self.value)
    }
}

/// The fields of what was told, in the order in which they are shown.
pub(super) fn fields(what: &LinkChanged) -> Vec<Field> {
    settings::fields(what).into_iter().map(|(name, value)| Field { name, value }).collect()
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

//! What is told of a change at a link, as fields.

use smartnic_core::ethtool::{CableFinding, CableTest, Feature, LinkChanged, Value};

type Field = (String, Value);

/// The fields of what was told, in the order in which they are shown.
#[must_use]
pub fn fields(what: &LinkChanged) -> Vec<(String, Value)> {
    match what {
        LinkChanged::Features(features) => features.iter().map(feature).collect(),
        LinkChanged::Cable(test) => cable(test),
        LinkChanged::Link(link) | LinkChanged::LinkGone(link) => {
            let mut fields = vec![
                field("name", Value::Text(link.name.clone())),
                field("up", Value::Switch(link.up)),
                field("carrier", Value::Switch(link.carrier)),
                field("mtu", Value::Number(link.mtu.into())),
            ];
            fields.extend(link.mac.map(|mac| field("mac", Value::Text(mac.to_string()))));
            fields.extend(link.master.map(|master| field("master", Value::Number(master.0.into()))));
            fields
        }
        _ => {
            let record = what.record().map(|record| record.fields()).unwrap_or_default();
            // Counters are asked for along with settings, and are told by no notification.
            let settings = record.into_iter().filter(|(name, _)| !name.starts_with("statistics."));
            settings.map(|(name, value)| field(name, value)).collect()
        }
    }
}

fn field(name: impl Into<String>, value: Value) -> Field {
    (name.into(), value)
}

/// A feature; what was asked for is told where it is not what is.
fn feature(feature: &Feature) -> Field {
    let now = if feature.active { "on" } else { "off" };
    let asked = if feature.requested { "on" } else { "off" };
    let text = if now == asked { now.to_owned() } else { format!("{now} (asked {asked})") };
    field(&*feature.name, Value::Text(text))
}

fn cable(test: &CableTest) -> Vec<Field> {
    let text = |name: String, text: String| field(name, Value::Text(text));
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

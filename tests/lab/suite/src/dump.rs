//! The state of the machine as iproute2 and ethtool show it, to compare two moments.

use serde_json::Value;

use crate::check::{During, Why};
use crate::lab::sh_json;
use crate::normal::even_out;

/// The places for rules that [`crate::nic::Nic::with_places`] makes.
pub(crate) const PLACES: [&str; 4] = ["dev sim0 ingress", "dev sim0 egress", "block 7", "block 8"];

/// What passes by itself: seconds since a rule was made and last met.
pub(crate) const AGES: [&str; 2] = ["installed", "last_used"];

/// What also differs between the same rules when they are made anew: the numbers that the kernel gives to actions.
/// Without these, keys are compared in the bits that count.
pub(crate) const MADE_ANEW: [&str; 3] = ["installed", "last_used", "index"];

/// What several commands print, each with its command line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dump(Vec<(String, Value)>);

impl Dump {
    /// Everything: devices, ports, modes, links, qdiscs, features, and rules at every place.
    pub(crate) fn of_machine(handle: &str) -> Result<Self, Why> {
        let lines = [
            "devlink -j dev show".to_owned(),
            "devlink -j port show".to_owned(),
            format!("devlink -j dev eswitch show {handle}"),
            "devlink -j dev param show".to_owned(),
            "ip -j -d link show".to_owned(),
            "tc -j qdisc show".to_owned(),
            "ethtool --json -k sim0".to_owned(),
        ];
        let mut dump = Self::of(&lines, &AGES)?;
        dump.0.extend(Self::of_rules(&AGES)?.0);
        Ok(dump)
    }

    /// The rules at [`PLACES`] and the qdiscs, with these fields left out.
    pub(crate) fn of_rules(without: &[&str]) -> Result<Self, Why> {
        let filters = PLACES.iter().map(|place| format!("tc -j -s filter show {place}"));
        let lines: Vec<String> = filters.chain(["tc -j qdisc show".to_owned()]).collect();
        Self::of(&lines, without)
    }

    /// What one run of `tc -batch` shows with these lines, such as `filter show dev sim0 ingress`, with these fields left
    /// out; quicker than one run for each. All places must be there.
    pub(crate) fn of_batch(lines: &[&str], without: &[&str]) -> Result<Self, Why> {
        let batch = crate::corpus::file("show", lines)?;
        let shown = crate::lab::run(&["tc", "-j", "-s", "-batch", &batch.to_string_lossy()])?.good()?;
        let values = serde_json::Deserializer::from_str(&shown).into_iter::<Value>();
        let mut values = values.collect::<Result<Vec<Value>, _>>().during(&shown)?;
        crate::check::expect_eq(&values.len(), &lines.len(), "the number of answers of tc -batch")?;
        values.iter_mut().for_each(|value| {
            mask(value, without);
            even_out(value);
        });
        Ok(Self(lines.iter().map(|line| (*line).to_owned()).zip(values).collect()))
    }

    /// What these command lines print, with these fields left out.
    pub(crate) fn of(lines: &[String], without: &[&str]) -> Result<Self, Why> {
        let mut dump = Vec::new();
        for line in lines {
            // A place that is gone has no rules.
            let mut value = match sh_json(line) {
                Ok(value) => value,
                Err(_) if line.contains("filter show") => Value::Null,
                Err(why) => return Err(why),
            };
            mask(&mut value, without);
            if without == MADE_ANEW {
                even_out(&mut value);
            }
            dump.push((line.clone(), value));
        }
        Ok(Self(dump))
    }

    /// Fails the check unless both are equal, with the first difference.
    pub(crate) fn must_equal(&self, before: &Self, what: &str) -> Result<(), Why> {
        for ((line, now), (_, then)) in self.0.iter().zip(&before.0) {
            if let Some(difference) = difference(then, now, String::new()) {
                return Err(Why(format!("{what}: `{line}` differs: {difference}")));
            }
        }
        Ok(())
    }
}

/// Takes these fields out, at any depth.
pub(crate) fn mask(value: &mut Value, without: &[&str]) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !without.contains(&name.as_str()));
            fields.values_mut().for_each(|value| mask(value, without));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| mask(value, without)),
        _ => {}
    }
}

/// The first difference, with the path to it.
fn difference(then: &Value, now: &Value, path: String) -> Option<String> {
    match (then, now) {
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .find_map(|(at, (one, other))| difference(one, other, format!("{path}[{at}]"))),
        (Value::Array(one), Value::Array(other)) => {
            let at = one.iter().zip(other).position(|(one, other)| one != other);
            let at = at.unwrap_or(one.len().min(other.len()));
            let [one_at, other_at] = [one, other].map(|list| list.get(at).map(ToString::to_string));
            let or_end = |text: Option<String>| text.unwrap_or_else(|| "the end".into());
            let (one_at, other_at) = (or_end(one_at), or_end(other_at));
            let (one, other) = (one.len(), other.len());
            Some(format!("{path}: {one} items before, {other} after; item {at} was {one_at}, is {other_at}"))
        }
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            one.iter().find_map(|(name, value)| difference(value, &other[name], format!("{path}.{name}")))
        }
        _ if then == now => None,
        _ => Some(format!("{path}: was {then}, is {now}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differ(then: Value, now: Value) -> Option<String> {
        difference(&then, &now, String::new())
    }

    #[test]
    fn the_first_difference_is_named() {
        let then = json!([{ "pref": 1, "options": { "handle": 1 } }, { "pref": 2 }]);
        assert_eq!(differ(then.clone(), then.clone()), None);
        let mut now = then.clone();
        now[0]["options"]["handle"] = json!(2);
        assert_eq!(differ(then.clone(), now).unwrap(), "[0].options.handle: was 1, is 2");
        let shorter = json!([{ "pref": 1, "options": { "handle": 1 } }]);
        let said = differ(then, shorter).unwrap();
        assert_eq!(said, ": 2 items before, 1 after; item 1 was {\"pref\":2}, is the end");
    }

    #[test]
    fn masked_fields_go_at_any_depth() {
        let mut value = json!([{ "index": 3, "actions": [{ "index": 4, "kind": "gact" }] }]);
        mask(&mut value, &["index"]);
        assert_eq!(value, json!([{ "actions": [{ "kind": "gact" }] }]));
    }
}

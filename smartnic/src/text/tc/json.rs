//! Rules as `tc -j filter show` prints them.

use serde_json::{Map, Value, json};
use smartnic_core::flow::{Attach, FlowEntry, FlowStats, Netdev, Skip};

use super::{action, key};

/// A rule as an object of the list that `tc -s -j filter show` prints.
///
/// `shown` gives links their names. What the SDK does not keep is not there: numbers and reference counts of
/// actions, `prob`, queue statistics. Counters stand with the first action, or with the rule if it has none.
pub fn entry_to_json(entry: &FlowEntry, shown: &dyn Fn(&Netdev) -> String) -> Value {
    let rule = &entry.rule;
    let mut options = Map::new();
    options.insert("handle".to_owned(), rule.handle.unwrap_or(0).into());
    options.insert("keys".to_owned(), key::json(&rule.key).into());
    match rule.skip {
        Skip::None => {}
        Skip::SkipSw => drop(options.insert("skip_sw".to_owned(), true.into())),
        Skip::SkipHw => drop(options.insert("skip_hw".to_owned(), true.into())),
    }
    match entry.in_hw {
        Some(true) => {
            options.insert("in_hw".to_owned(), true.into());
            options.insert("in_hw_count".to_owned(), entry.in_hw_count.into());
        }
        Some(false) => drop(options.insert("not_in_hw".to_owned(), true.into())),
        None => {}
    }
    let mut stats = Some(stats(&entry.stats));
    let mut actions = Vec::new();
    for (at, action) in rule.actions.iter().enumerate() {
        let mut map = action::json(action, shown);
        map.insert("order".to_owned(), (at + 1).into());
        for (name, value) in stats.take().into_iter().flatten() {
            map.insert(name, value);
        }
        actions.push(Value::Object(map));
    }
    if !actions.is_empty() {
        options.insert("actions".to_owned(), actions.into());
    }
    options.extend(stats.into_iter().flatten());
    let mut object = head(entry);
    object.insert("options".to_owned(), options.into());
    object.into()
}

/// The whole list, as `tc -s -j filter show` prints it: before the first rule of each chain, priority and protocol
/// stands an object for these alone.
pub fn entries_to_json(entries: &[FlowEntry], shown: &dyn Fn(&Netdev) -> String) -> Value {
    let mut list = Vec::new();
    let mut last = None;
    for entry in entries {
        let rule = &entry.rule;
        let place = (&rule.attach, rule.chain, rule.prio, rule.protocol);
        if last.replace(place) != Some(place) {
            list.push(Value::Object(head(entry)));
        }
        list.push(entry_to_json(entry, shown));
    }
    list.into()
}

fn head(entry: &FlowEntry) -> Map<String, Value> {
    let rule = &entry.rule;
    let mut map = Map::new();
    if let Attach::Block(block) = rule.attach {
        map.insert("block".to_owned(), block.into());
    }
    map.insert("protocol".to_owned(), key::shown_protocol(rule.protocol).into());
    map.insert("pref".to_owned(), rule.prio.into());
    map.insert("kind".to_owned(), "flower".into());
    map.insert("chain".to_owned(), rule.chain.into());
    map
}

/// `stats` and the ages, which tc counts in whole seconds.
fn stats(stats: &FlowStats) -> Map<String, Value> {
    let mut counters = json!({"bytes": stats.bytes, "packets": stats.packets});
    if let (Some(map), true) = (counters.as_object_mut(), stats.hw_packets > 0 || stats.hw_bytes > 0) {
        map.insert("sw_bytes".to_owned(), stats.bytes.saturating_sub(stats.hw_bytes).into());
        map.insert("sw_packets".to_owned(), stats.packets.saturating_sub(stats.hw_packets).into());
        map.insert("hw_bytes".to_owned(), stats.hw_bytes.into());
        map.insert("hw_packets".to_owned(), stats.hw_packets.into());
    }
    let mut map = Map::new();
    map.insert("stats".to_owned(), counters);
    for (name, age) in [("installed", stats.age_ms), ("last_used", stats.idle_ms)] {
        map.extend(age.map(|age| (name.to_owned(), (age / 1000).into())));
    }
    map
}

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_saphyr::{FlowMap, FlowSeq};
use smartnic_core::backend::HookKind;
use smartnic_core::flow::{
    Action, ActionKind, Attach, Classifier, Control, MirredTarget, Netdev, Rule, Skip, VlanChange,
};
use smartnic_core::types::EtherType;
use smartnic_core::{Error, ErrorKind, Result};

use super::RENAMED;
use super::action::{STATS, WORDS};
use crate::text::set::{RuleLine, RuleSet};
use crate::text::tc::{HookLine, action_to_tc, class, key};

const OP: &str = "write rules as YAML";

/// The document of a set of rules; reading it gives the same rules.
///
/// # Errors
/// `Unsupported` for what the document has no words for: attributes and actions that are not known here, links by
/// number, a redirect that ends otherwise than with `stolen`.
pub fn rule_set_to_yaml(set: &RuleSet) -> Result<String> {
    let mut document = Map::default();
    let hooks = set.hooks.iter().map(hook).collect::<Result<Vec<_>>>()?;
    document.put("hooks", (!hooks.is_empty()).then_some(Value::List(hooks)));
    let rules = set.rules.iter().map(rule).collect::<Result<Vec<_>>>()?;
    document.put("rules", Some(Value::List(rules)));
    let options = serde_saphyr::ser_options! { compact_list_indent: false };
    serde_saphyr::to_string_with_options(&document, options)
        .map_err(|error| Error::new(ErrorKind::Unsupported, OP).reason(error.to_string()))
}

/// One rule as the document has it: its fields, its keys under `match`, and its actions.
///
/// # Errors
/// Those of [`rule_set_to_yaml`].
pub fn rule_fields(rule: &Rule) -> Result<impl Serialize + use<>> {
    self::rule(&RuleLine { rule: rule.clone(), group: None, line: 0 })
}

/// A value of the document. Maps within rules are written on one line.
enum Value {
    Text(String),
    Number(u64),
    Line(Map),
    Words(Vec<Value>),
    List(Vec<Value>),
    Map(Map),
}

#[derive(Default)]
struct Map(Vec<(&'static str, Value)>);

impl Map {
    fn put(&mut self, name: &'static str, value: Option<Value>) {
        self.0.extend(value.map(|value| (name, value)));
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Line(map) => FlowMap(map).serialize(serializer),
            Self::Words(list) => FlowSeq(list).serialize(serializer),
            Self::List(list) => list.serialize(serializer),
            Self::Map(map) => map.serialize(serializer),
        }
    }
}

fn text(text: impl ToString) -> Option<Value> {
    Some(Value::Text(text.to_string()))
}

fn count(number: impl Into<u64>) -> Option<Value> {
    Some(Value::Number(number.into()))
}

/// A value of a key: a number without quotes if it is one.
fn scalar(text: String) -> Value {
    match text.parse::<u64>() {
        Ok(number) if number.to_string() == text => Value::Number(number),
        _ => Value::Text(text),
    }
}

fn unsupported(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Unsupported, OP).reason(format!("the document has no words for {what}"))
}

fn link(dev: &Netdev) -> Result<Option<Value>> {
    match dev {
        Netdev::Name(name) => Ok(text(name)),
        Netdev::Index(index) => Err(unsupported(format_args!("a link by number ({index})"))),
    }
}

fn hook(hook: &HookLine) -> Result<Value> {
    let mut map = Map::default();
    map.put("dev", link(&hook.dev)?);
    map.put("kind", text(if hook.kind == HookKind::Clsact { "clsact" } else { "ingress" }));
    map.put("ingress_block", hook.ingress_block.and_then(count));
    map.put("egress_block", hook.egress_block.and_then(count));
    Ok(Value::Line(map))
}

fn rule(line: &RuleLine) -> Result<Value> {
    let rule = &line.rule;
    let wrong = |what: &str| Err(unsupported(what).on(rule));
    let mut map = Map::default();
    match &rule.attach {
        Attach::Dev { dev, side } => {
            map.put("dev", link(dev)?);
            map.put("side", text(side));
        }
        Attach::Block(block) => map.put("block", count(*block)),
    }
    map.put("group", line.group.as_ref().and_then(text));
    map.put("chain", Some(rule.chain).filter(|chain| *chain != 0).and_then(count));
    map.put("prio", Some(rule.prio).filter(|prio| *prio != 0).and_then(count));
    map.put("protocol", text(rule.protocol));
    map.put("handle", rule.handle.and_then(count));
    map.put("classifier", (rule.classifier == Classifier::Matchall).then_some("matchall").and_then(text));
    map.put("classid", rule.classid.map(class::written).and_then(text));
    map.put(
        "skip",
        match rule.skip {
            Skip::None => None,
            Skip::SkipSw => text("skip_sw"),
            Skip::SkipHw => text("skip_hw"),
        },
    );
    if rule.key.eth_type != (rule.protocol != EtherType::ALL).then_some(rule.protocol) {
        return wrong("a protocol in the keys that is not the filter's");
    }
    if !rule.key.unknown.is_empty() {
        return wrong("keys that are not known here");
    }
    if let Some(what) = key::unspeakable(&rule.key) {
        return wrong(what);
    }
    let mut keys = Map::default();
    for entry in key::documented() {
        let name = RENAMED.iter().find(|(_, tc)| *tc == entry.name).map_or(entry.name, |(ours, _)| *ours);
        keys.put(name, (entry.write)(&rule.key).map(scalar));
    }
    map.put("match", (!keys.0.is_empty()).then_some(Value::Line(keys)));
    let actions = rule.actions.iter().map(|one| action(one).map_err(|error| error.on(rule)));
    let actions = actions.collect::<Result<Vec<_>>>()?;
    map.put("actions", (!actions.is_empty()).then_some(Value::Words(actions)));
    Ok(Value::Map(map))
}

fn action(action: &Action) -> Result<Value> {
    if let Some(value) = readable(action)? {
        return Ok(value);
    }
    let mut map = Map::default();
    if let Some(link) = action.target().map(|target| &target.dev) {
        self::link(link)?;
    }
    map.put("tc", text(action_to_tc(action)?));
    Ok(Value::Line(map))
}

/// The action in the document's own words; nothing if it has none for it.
fn readable(action: &Action) -> Result<Option<Value>> {
    if action.index.is_some() || action.cookie.is_some() || !action.flags.is_empty() {
        return Ok(None);
    }
    let mut map = Map::default();
    let mut target = |name, target: &MirredTarget| -> Result<()> {
        map.put(name, link(&target.dev)?);
        map.put("side", target.ingress.then(|| Value::Text("ingress".to_owned())));
        Ok(())
    };
    let then = match action.control {
        Control::Goto(chain) => Some(format!("goto {chain}")),
        control => WORDS.iter().find(|(_, known)| *known == control).map(|(name, _)| (*name).to_owned()),
    };
    let plain = action.control == action.kind.default_control();
    match &action.kind {
        ActionKind::Redirect(_) if !plain => {
            return Err(unsupported(format_args!("the control `{}` behind a redirect", action.control)));
        }
        _ if then.is_none() && !plain => return Ok(None),
        ActionKind::Gact => match action.control {
            Control::Goto(chain) => map.put("goto", count(chain)),
            _ => map.put("action", then.as_ref().and_then(text)),
        },
        ActionKind::Redirect(to) => target("redirect", to)?,
        ActionKind::Mirror(to) => target("mirror", to)?,
        ActionKind::VlanPop => map.put("action", text("vlan_pop")),
        ActionKind::VlanPush(change) => tag(&mut map, "vlan_push", change),
        ActionKind::VlanModify(change) => tag(&mut map, "vlan_modify", change),
        _ => return Ok(None),
    }
    if action.kind != ActionKind::Gact && !plain {
        map.put("then", then.and_then(text));
    }
    if let Some(stats) = action.hw_stats {
        // Both kinds together are what the kernel does unless it is told otherwise.
        let name = STATS.iter().find(|(_, known)| *known == Some(stats)).map_or("any", |(name, _)| *name);
        map.put("hw_stats", text(name).filter(|_| name != "any"));
    }
    // A word that says everything stands alone.
    Ok(Some(match (map.0.len(), map.0.pop()) {
        (1, Some(("action", word))) => word,
        (_, last) => {
            map.0.extend(last);
            Value::Line(map)
        }
    }))
}

fn tag(map: &mut Map, name: &'static str, change: &VlanChange) {
    map.put(name, count(change.id));
    map.put("protocol", change.protocol.and_then(text));
    map.put("priority", change.priority.and_then(count));
}

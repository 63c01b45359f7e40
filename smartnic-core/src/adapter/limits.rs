use std::fmt::Write;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::flow::{ActionSet, KeySet, PortMatch, Reason, Rule, Source};

/// What a driver takes of flow rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowLimits {
    /// The match keys it reads.
    pub keys: KeySet,
    /// The actions it carries out.
    pub actions: ActionSet,
    /// The highest chain it knows; 0 if it knows the first chain only.
    pub max_chain: u32,
}

/// What keeps a rule working whose key or action the driver does not know.
const WITHOUT: &str = "do without it, or keep the rule in software with skip_hw";

/// How many parts of a range are shown.
const SPLIT_SHOWN: usize = 8;

/// How the ranges of a rule are said with masks.
fn split_hint(rule: &Rule) -> String {
    let key = &rule.key;
    let mut hint = "split the range into masked ports, one rule each:".to_owned();
    for (name, port) in [("src_port", key.src_port), ("dst_port", key.dst_port)] {
        if let Some(PortMatch::Range { min, max }) = port {
            let parts: Vec<String> = PortMatch::split(min, max)
                .map(|port| match port.is_exact() {
                    true => port.value.to_string(),
                    false => format!("{}/{:#x}", port.value, port.mask),
                })
                .collect();
            let shown = parts.len().min(SPLIT_SHOWN);
            let _ = write!(hint, " {name} {}", parts[..shown].join(", "));
            if parts.len() > shown {
                let _ = write!(hint, " and {} more", parts.len() - shown);
            }
        }
    }
    hint
}

impl FlowLimits {
    /// What the kernel hands to no driver, whatever the driver takes.
    pub const OFFERED_TO_NONE: ActionSet =
        ActionSet::CONTINUE.union(ActionSet::PIPE).union(ActionSet::RECLASSIFY).union(ActionSet::SOFTWARE);

    /// Everything that this version of the SDK can express.
    pub const ALL: Self = Self {
        keys: KeySet::all().difference(KeySet::UNKNOWN),
        actions: ActionSet::all().difference(ActionSet::UNKNOWN),
        max_chain: crate::flow::MAX_CHAIN,
    };

    /// The reasons for which a rule stays in software, as far as keys, actions and chain tell; none if it fits.
    #[must_use]
    pub fn check(&self, adapter: &str, rule: &Rule) -> Vec<Reason> {
        let because = |text: String| Reason::new(Source::Adapter(adapter.to_owned()), text);
        let mut reasons = Vec::new();
        for key in (rule.key.keys() - self.keys).iter() {
            let reason = because(format!("the driver cannot match on {key}"));
            reasons.push(match key {
                KeySet::PORTS_RANGE => reason.hint(split_hint(rule)),
                _ => reason.hint(format!("{WITHOUT}; the driver matches on {}", self.keys - KeySet::UNKNOWN)),
            });
        }
        for action in (rule.action_set() - self.actions).iter() {
            let reason = because(format!("the driver cannot offload action {action}"));
            let known = self.actions - ActionSet::UNKNOWN - Self::OFFERED_TO_NONE;
            reasons.push(reason.hint(format!("{WITHOUT}; the driver carries out {known}")));
        }
        if rule.chain > self.max_chain {
            let (known, hint) = match self.max_chain {
                0 => ("chain 0".to_owned(), "put it into chain 0, with what leads to its chain".to_owned()),
                max => (format!("chains 0 to {max}"), format!("put it into a chain up to {max}")),
            };
            let text = format!("the driver offloads {known} only, the rule is in chain {}", rule.chain);
            reasons.push(because(text).hint(hint));
        }
        reasons
    }
}

impl Serialize for FlowLimits {
    /// Keys and actions by the names that people know them by.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut limits = serializer.serialize_struct("FlowLimits", 3)?;
        limits.serialize_field("keys", &self.keys.names().collect::<Vec<_>>())?;
        limits.serialize_field("actions", &self.actions.names().collect::<Vec<_>>())?;
        limits.serialize_field("max_chain", &self.max_chain)?;
        limits.end()
    }
}

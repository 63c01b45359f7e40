use serde::Serialize;
use smartnic_core::flow::Rule;

use super::tc::{self, HookLine, HookVerb, Op};
use crate::{Error, Result};

/// A rule with where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleLine {
    /// The rule.
    pub rule: Rule,
    /// The group it belongs to, if its file has groups.
    pub group: Option<String>,
    /// The line it stands on, counted from 1; 0 if it came from elsewhere.
    pub line: usize,
}

/// Rules that are wanted on a host, and the hooks that they stand on where those are said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleSet {
    /// The rules, in the order of their file.
    pub rules: Vec<RuleLine>,
    /// Hooks with shared blocks, or of another kind than `clsact`; a link without a hook gets a `clsact` qdisc anyway.
    pub hooks: Vec<HookLine>,
}

impl RuleSet {
    /// Reads the lines that `tc -batch` takes.
    ///
    /// # Errors
    /// `Parse` with everything that is wrong in the text, line by line; also for lines that take rules away, since
    /// a set says what is wanted.
    pub fn from_tc(text: &str) -> Result<Self> {
        let op = "read rules in tc syntax";
        let script = tc::parse(text).map_err(|problems| problems.into_error(op, ""))?;
        let mut set = Self::default();
        for item in script.items {
            match item.op {
                Op::Add(rule) | Op::Replace(rule) | Op::Change(rule) => {
                    set.rules.push(RuleLine { rule, group: item.group, line: item.line });
                }
                Op::Hook(HookVerb::Add | HookVerb::Replace, hook) => set.hooks.push(hook),
                Op::Delete(_) | Op::Hook(HookVerb::Delete, _) => {
                    let reason = format!(
                        "line {}: a rule file says what is wanted; del takes something away",
                        item.line
                    );
                    return Err(Error::parse(op, reason).hint("use snicctl flow del"));
                }
            }
        }
        Ok(set)
    }
}

impl FromIterator<Rule> for RuleSet {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        let rules = rules.into_iter().map(|rule| RuleLine { rule, group: None, line: 0 }).collect();
        Self { rules, hooks: Vec::new() }
    }
}

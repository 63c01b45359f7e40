use serde::{Deserialize, Serialize};

use crate::flow::{Attach, FlowEntry, Rule, RuleId};
use crate::types::IfIndex;
use crate::{Error, Extack, Result};

/// The kind of qdisc that carries filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HookKind {
    /// `clsact`: ingress and egress.
    Clsact,
    /// `ingress`: ingress only.
    Ingress,
}

/// The place on a link that carries filters: a `clsact` or `ingress` qdisc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hook {
    /// The link.
    pub link: IfIndex,
    /// The kind of qdisc.
    pub kind: HookKind,
    /// The block shared by the ingress side (`TCA_INGRESS_BLOCK`).
    pub ingress_block: Option<u32>,
    /// The block shared by the egress side (`TCA_EGRESS_BLOCK`).
    pub egress_block: Option<u32>,
}

impl Hook {
    /// A `clsact` qdisc without shared blocks.
    #[must_use]
    pub fn clsact(link: IfIndex) -> Self {
        Self { link, kind: HookKind::Clsact, ingress_block: None, egress_block: None }
    }
}

/// One change of the rules, as it is handed to [`FlowOffload::submit`].
#[derive(Debug, Clone, Copy)]
pub enum FlowOp<'a> {
    /// Adds a rule; fails if it is there (`NLM_F_CREATE | NLM_F_EXCL`).
    Add(&'a Rule),
    /// Puts a rule in the place of the one with its chain, prio, protocol and handle, or adds it (`NLM_F_CREATE`).
    Replace(&'a Rule),
    /// Removes a rule.
    Delete(&'a RuleId),
}

/// What became of one [`FlowOp`].
#[derive(Debug)]
pub enum Outcome {
    /// It was done; the kernel may have sent a text along, which is where a driver says why a rule is not in hardware.
    Done(Option<Extack>),
    /// It was refused; nothing changed by it.
    Failed(Error),
    /// It was not sent, because one before it failed.
    NotTried,
}

/// Which rules to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FlowScope {
    /// Where.
    pub attach: Attach,
    /// Only this chain.
    pub chain: Option<u32>,
}

impl FlowScope {
    /// Every chain at one place.
    #[must_use]
    pub fn at(attach: Attach) -> Self {
        Self { attach, chain: None }
    }
}

/// Flow rules: tc's flower classifier and what the NIC takes of it.
///
/// Links in rules must be given by number ([`crate::flow::Netdev::Index`]) here.
///
/// # Errors
/// Every operation can fail with `Unsupported`, `NotFound` (no such link, block or rule), `PermissionDenied`,
/// `InvalidInput` (a link given by name), or what the kernel or driver says.
pub trait FlowOffload: Send + Sync {
    /// The hooks of one link, or of all (`RTM_GETQDISC`).
    fn hooks(&self, link: Option<IfIndex>) -> Result<Vec<Hook>> {
        let _ = link;
        Err(Error::unsupported("list clsact hooks"))
    }

    /// Adds a hook (`RTM_NEWQDISC`).
    fn add_hook(&self, hook: &Hook) -> Result<()> {
        Err(Error::unsupported("add a clsact hook").on(format_args!("ifindex {}", hook.link)))
    }

    /// Removes a hook and every rule on it (`RTM_DELQDISC`).
    fn remove_hook(&self, hook: &Hook) -> Result<()> {
        Err(Error::unsupported("remove a clsact hook").on(format_args!("ifindex {}", hook.link)))
    }

    /// Carries out changes in order and says what became of each, in the same order.
    ///
    /// With `stop`, nothing that was not yet sent is sent after a failure; since several changes travel in one
    /// datagram, some behind the failed one may have been carried out, and their outcomes say so.
    ///
    /// Long runs of additions whose priority and handle are given may be carried out several at a time. The rules are
    /// then the same as if they had come one by one, except that of two additions which exclude each other either may
    /// be the one that is refused, and that after a failure with `stop` it need not be the last ones that were not
    /// tried.
    ///
    /// A text that comes with a success is passed on for rules that may be in hardware or in software; for others
    /// there is none to be expected, and a backend need not ask for it.
    ///
    /// # Errors
    /// Only for a failure of the connection as a whole; a refused change is an [`Outcome::Failed`].
    fn submit(&self, ops: &[FlowOp<'_>], stop: bool) -> Result<Vec<Outcome>> {
        let _ = (ops, stop);
        Err(Error::unsupported("change flow rules"))
    }

    /// Reads rules with their counters and flags, one at a time; memory does not grow with their number. An entry is
    /// overwritten by the next: what is to be kept must be cloned.
    ///
    /// # Errors
    /// Also the first error that `each` returns.
    fn visit(&self, scope: &FlowScope, each: &mut dyn FnMut(&FlowEntry) -> Result<()>) -> Result<()> {
        let _ = each;
        Err(Error::unsupported("read flow rules").on(&scope.attach))
    }

    /// Reads one rule.
    fn entry(&self, rule: &RuleId) -> Result<FlowEntry> {
        Err(Error::unsupported("read a flow rule").on(rule))
    }

    /// Adds one rule.
    fn add(&self, rule: &Rule) -> Result<Option<Extack>> {
        one(self.submit(&[FlowOp::Add(rule)], true)?, "add a flow rule")
    }

    /// Removes one rule.
    fn remove(&self, rule: &RuleId) -> Result<Option<Extack>> {
        one(self.submit(&[FlowOp::Delete(rule)], true)?, "remove a flow rule")
    }

    /// Reads rules into a list.
    fn entries(&self, scope: &FlowScope) -> Result<Vec<FlowEntry>> {
        let mut entries = Vec::new();
        self.visit(scope, &mut |entry| {
            entries.push(entry.clone());
            Ok(())
        })?;
        Ok(entries)
    }
}

fn one(outcomes: Vec<Outcome>, op: &'static str) -> Result<Option<Extack>> {
    match outcomes.into_iter().next() {
        Some(Outcome::Done(note)) => Ok(note),
        Some(Outcome::Failed(error)) => Err(error),
        Some(Outcome::NotTried) | None => {
            Err(Error::protocol(op, "the backend gave no answer for the change"))
        }
    }
}

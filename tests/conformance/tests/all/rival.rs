//! Many rules without handles get those that the kernel would choose, and do without where somebody else takes one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use smartnic::flow::{ApplyOptions, apply};
use smartnic::text::{RuleLine, RuleSet};
use smartnic::{ErrorKind, Host};
use smartnic_core::Result;
use smartnic_core::backend::{self, Devlink, FlowOffload, FlowOp, FlowScope, Hook, Outcome, Switchdev};
use smartnic_core::flow::{Action, Attach, FlowEntry, Rule, RuleId};
use smartnic_core::types::{EtherType, IfIndex};

use smartnic_sim::SimMachine;

use crate::killed::netlink;

/// A host on which another process adds a rule just before the first of our changes.
struct Rival {
    host: Arc<dyn backend::Host>,
    rule: Option<Rule>,
    came: AtomicBool,
}

impl backend::Host for Rival {
    fn uri(&self) -> &str {
        self.host.uri()
    }

    fn kernel_release(&self) -> Result<String> {
        self.host.kernel_release()
    }

    fn devlink(&self) -> &dyn Devlink {
        self.host.devlink()
    }

    fn switchdev(&self) -> &dyn Switchdev {
        self.host.switchdev()
    }

    fn flow(&self) -> &dyn FlowOffload {
        self
    }
}

impl FlowOffload for Rival {
    fn hooks(&self, link: Option<IfIndex>) -> Result<Vec<Hook>> {
        self.host.flow().hooks(link)
    }

    fn add_hook(&self, hook: &Hook) -> Result<()> {
        self.host.flow().add_hook(hook)
    }

    fn remove_hook(&self, hook: &Hook) -> Result<()> {
        self.host.flow().remove_hook(hook)
    }

    fn submit(&self, ops: &[FlowOp<'_>], stop: bool) -> Result<Vec<Outcome>> {
        if let Some(rule) = self.rule.as_ref().filter(|_| !self.came.swap(true, Ordering::Relaxed)) {
            self.host.flow().add(rule)?;
        }
        self.host.flow().submit(ops, stop)
    }

    fn visit(&self, scope: &FlowScope, each: &mut dyn FnMut(&FlowEntry) -> Result<()>) -> Result<()> {
        self.host.flow().visit(scope, each)
    }

    fn entry(&self, rule: &RuleId) -> Result<FlowEntry> {
        self.host.flow().entry(rule)
    }
}

fn rule(attach: &Attach, number: u32) -> Rule {
    let [_, a, b, c] = number.to_be_bytes();
    let address = format!("10.{a}.{b}.{c}").parse().unwrap();
    let rule = Rule::new(attach.clone()).prio(1).protocol(EtherType::IPV4).action(Action::drop());
    rule.matching(|key| key.src_ip = Some(address)).skip_hw()
}

/// Applies rules of these numbers beside a rival who takes a handle with his own; what the apply came to, and the handles
/// and rules that are there then, by number.
fn beside(rival: Option<(u32, u32)>, numbers: &[u32]) -> (Result<(), ErrorKind>, Vec<(u32, Rule)>) {
    let host = netlink(&SimMachine::open("bluefield3", Some(1), None, None).unwrap());
    let link = host.switchdev().links().unwrap()[0].ifindex;
    let attach = Attach::ingress(link);
    host.flow().add_hook(&Hook::clsact(link)).unwrap();
    let rival = rival.map(|(number, handle)| rule(&attach, number).handle(handle));
    let line = |number: &u32| RuleLine { rule: rule(&attach, *number), group: None, line: 0 };
    let rules = RuleSet { rules: numbers.iter().map(line).collect(), ..RuleSet::default() };
    let host = Host::on(Arc::new(Rival { host, rule: rival, came: AtomicBool::new(false) }));
    let applied = apply(&host, &rules, &ApplyOptions::default());
    let mut there: Vec<(u32, Rule)> = host
        .flow()
        .entries(&FlowScope::at(attach))
        .unwrap()
        .into_iter()
        .map(|entry| (entry.rule.handle.unwrap(), Rule { handle: None, ..entry.rule }))
        .collect();
    there.sort_by_key(|(handle, _)| *handle);
    (applied.map(drop).map_err(|error| error.kind()), there)
}

#[test]
fn many_rules_get_the_handles_that_the_kernel_would_give_them() {
    let numbers: Vec<u32> = (0..1500).collect();
    let (applied, there) = beside(None, &numbers);
    assert_eq!(applied, Ok(()));
    let [(_, first), ..] = &there[..] else { panic!("no rules") };
    let want: Vec<(u32, Rule)> =
        (1..).zip(numbers.iter().map(|number| rule(&first.attach, *number))).collect();
    assert_eq!(there, want);
}

#[test]
fn a_handle_that_somebody_took_meanwhile_is_left_to_the_kernel() {
    let numbers: Vec<u32> = (0..1500).collect();
    let (applied, there) = beside(Some((9999, 700)), &numbers);
    assert_eq!(applied, Ok(()));
    assert_eq!(there.len(), 1501);
    let [(_, first), ..] = &there[..] else { panic!("no rules") };
    let attach = first.attach.clone();
    let mut rules: Vec<Rule> = there.into_iter().map(|(_, rule)| rule).collect();
    let mut want: Vec<Rule> = numbers.iter().chain(&[9999]).map(|number| rule(&attach, *number)).collect();
    rules.sort_by_key(|rule| format!("{:?}", rule.key));
    want.sort_by_key(|rule| format!("{:?}", rule.key));
    assert_eq!(rules, want);
}

#[test]
fn a_rule_that_is_there_twice_is_refused_all_the_same() {
    let numbers: Vec<u32> = (0..1500).chain([3]).collect();
    assert_eq!(beside(None, &numbers), (Err(ErrorKind::AlreadyExists), Vec::new()));
}

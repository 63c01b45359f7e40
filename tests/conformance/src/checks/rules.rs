//! Rules in, back and out, of every key and every action, and what the kernel says to a wrong one.

use smartnic_core::ErrorKind;
use smartnic_core::backend::{FlowOp, FlowScope, Outcome};
use smartnic_core::flow::{Action, Attach, Netdev, Rule, RuleId, Skip};
use smartnic_core::types::IfIndex;

use crate::catalogue::{self, Specimen};
use crate::{Bench, Result, Stop, ensure, equal};

super::checks! {
    "a rule of every key comes back as it was given": every_key,
    "a rule of every action comes back as it was given": every_action,
    "skip_sw and skip_hw come back": skip_flags,
    "a rule that is there is not added again": duplicate,
    "a rule takes the place of another": replace,
    "a rule that is not there is not removed": missing,
    "one rule is read alone": alone,
    "several changes in one go, up to the first failure or past it": batch,
    "rules on a link that is not there, or is named only, are refused": wrong_link,
}

/// Installs each rule in software, compares it with what is read, and removes it.
fn round(bench: &Bench<'_>, specimens: Vec<Specimen>) -> Result {
    let mut wrong = Vec::new();
    for Specimen { name, rule } in specimens {
        if let Err(Stop::Failed(reason)) = one_round(bench, &rule.skip_hw()) {
            wrong.push(format!("{name}: {reason}"));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn one_round(bench: &Bench<'_>, rule: &Rule) -> Result {
    let scope = FlowScope::at(rule.attach.clone());
    let entry = bench.install(rule)?;
    // What comes after must not hide that something is left.
    let compared = compare(&entry.rule, rule);
    bench.host.flow().remove(&entry.id())?;
    equal!(bench.host.flow().entries(&scope)?, [], "rules after the removal");
    compared
}

/// Compares a rule read back with the one that was given: alike but for a handle that the kernel chose.
fn compare(read: &Rule, given: &Rule) -> Result {
    ensure!(read.handle.is_some_and(|handle| handle != 0), "the rule read back has no handle");
    let expected = Rule { handle: given.handle.or(read.handle), ..given.clone() };
    equal!(expected, *read, "the rule read back");
    Ok(())
}

fn every_key(bench: &Bench<'_>) -> Result {
    round(bench, catalogue::keys(&bench.rig()?))
}

fn every_action(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    let mut all = catalogue::actions(&rig);
    all.extend(catalogue::changes(&rig));
    round(bench, all)
}

fn skip_flags(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    let plain = catalogue::many(&rig, 1).remove(0);
    let mut flags = vec![plain.clone(), plain.clone().skip_hw()];
    if bench.predict(&rig, &plain)?.reasons.is_empty() {
        flags.push(plain.skip_sw());
    }
    for rule in flags {
        one_round(bench, &rule)?;
    }
    Ok(())
}

fn a_rule(bench: &Bench<'_>) -> Result<Rule> {
    Ok(catalogue::many(&bench.rig()?, 1).remove(0).skip_hw())
}

fn duplicate(bench: &Bench<'_>) -> Result {
    let rule = a_rule(bench)?;
    let entry = bench.install(&rule)?;
    let again = entry.rule.clone();
    let kind = bench.host.flow().add(&again).map_err(|error| error.kind());
    equal!(kind.map(drop), Err(ErrorKind::AlreadyExists), "the same handle again");
    let kind = bench.host.flow().add(&rule).map_err(|error| error.kind());
    equal!(kind.map(drop), Err(ErrorKind::AlreadyExists), "the same match again");
    let entries = bench.host.flow().entries(&FlowScope::at(rule.attach))?;
    equal!(entries.len(), 1, "rules afterwards");
    Ok(())
}

fn replace(bench: &Bench<'_>) -> Result {
    let entry = bench.install(&a_rule(bench)?)?;
    let scope = FlowScope::at(entry.rule.attach.clone());
    let changed = Rule { actions: vec![Action::drop()], ..entry.rule.clone() };
    expect_done(bench, &[FlowOp::Replace(&changed)])?;
    let after: Vec<Rule> = bench.host.flow().entries(&scope)?.into_iter().map(|entry| entry.rule).collect();
    equal!(after, std::slice::from_ref(&changed), "rules after the action changed");
    let elsewhere = changed.clone().matching(|key| key.dst_ip = "192.0.2.77".parse().ok());
    expect_done(bench, &[FlowOp::Replace(&elsewhere)])?;
    let after: Vec<Rule> = bench.host.flow().entries(&scope)?.into_iter().map(|entry| entry.rule).collect();
    equal!(after, std::slice::from_ref(&elsewhere), "rules after the match changed");
    let other = Rule { handle: Some(77), ..changed };
    expect_done(bench, &[FlowOp::Replace(&other)])?;
    let mut after: Vec<Rule> =
        bench.host.flow().entries(&scope)?.into_iter().map(|entry| entry.rule).collect();
    after.sort_by_key(|rule| rule.handle);
    let mut expected = vec![elsewhere, other];
    expected.sort_by_key(|rule| rule.handle);
    equal!(after, expected, "rules after a replacement of what was not there");
    Ok(())
}

fn expect_done(bench: &Bench<'_>, ops: &[FlowOp<'_>]) -> Result {
    for outcome in bench.host.flow().submit(ops, true)? {
        match outcome {
            Outcome::Done(_) => {}
            Outcome::Failed(error) => return Err(error.into()),
            Outcome::NotTried => return Err(Stop::Failed("a change was not tried".into())),
        }
    }
    Ok(())
}

fn missing(bench: &Bench<'_>) -> Result {
    let entry = bench.install(&a_rule(bench)?)?;
    let id = entry.id();
    let others = [
        ("another handle", RuleId { handle: id.handle + 1, ..id.clone() }),
        ("another priority", RuleId { prio: id.prio + 1, ..id.clone() }),
        ("another chain", RuleId { chain: 9, ..id.clone() }),
    ];
    for (what, other) in others {
        let kind = bench.host.flow().remove(&other).map_err(|error| error.kind());
        equal!(kind.map(drop), Err(ErrorKind::NotFound), "removing {what}");
        // For a chain that is not there the kernel answers EINVAL when it is read, ENOENT when it is removed.
        let answer = bench.host.flow().entry(&other).map_err(|error| error.kind()).map(drop);
        let refused = matches!(answer, Err(ErrorKind::NotFound | ErrorKind::Refused));
        ensure!(refused, "reading {what}: {answer:?}");
    }
    bench.host.flow().remove(&id)?;
    let kind = bench.host.flow().remove(&id).map_err(|error| error.kind());
    equal!(kind.map(drop), Err(ErrorKind::NotFound), "removing it twice");
    Ok(())
}

fn alone(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    for rule in catalogue::many(&rig, 3) {
        bench.install(&rule.skip_hw())?;
    }
    for entry in bench.host.flow().entries(&FlowScope::at(Attach::ingress(rig.up())))? {
        let read = bench.host.flow().entry(&entry.id())?;
        equal!(read.rule, entry.rule, "rule {} read alone", entry.id());
    }
    Ok(())
}

fn batch(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    let rules: Vec<Rule> = catalogue::many(&rig, 200).into_iter().map(Rule::skip_hw).collect();
    let scope = FlowScope::at(Attach::ingress(rig.up()));
    // The hundredth repeats the first.
    let ops = |from: usize| {
        let own = rules[from..from + 100].iter().map(FlowOp::Add);
        own.chain([FlowOp::Add(&rules[0])]).chain(rules[150..].iter().map(FlowOp::Add)).collect::<Vec<_>>()
    };
    let outcomes = bench.host.flow().submit(&ops(0), false)?;
    equal!(outcomes.len(), 151, "outcomes");
    let done = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Done(_))).count();
    equal!(done, 150, "changes done past the failure");
    let failed = outcomes.iter().position(|outcome| matches!(outcome, Outcome::Failed(_)));
    equal!(failed, Some(100), "the change that failed");
    equal!(bench.host.flow().entries(&scope)?.len(), 150, "rules past the failure");
    bench.clear(&scope.attach)?;
    bench.install(&rules[0])?;
    let outcomes = bench.host.flow().submit(&ops(1), true)?;
    let failed = outcomes.iter().position(|outcome| matches!(outcome, Outcome::Failed(_)));
    equal!(failed, Some(100), "the change that failed, with a stop there");
    let done = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Done(_))).count();
    equal!(bench.host.flow().entries(&scope)?.len(), done + 1, "rules, against outcomes that say done");
    Ok(())
}

fn wrong_link(bench: &Bench<'_>) -> Result {
    let rule = a_rule(bench)?;
    let at = |dev: Netdev| Rule { attach: Attach::ingress(dev), ..rule.clone() };
    let to = |dev: Netdev| Rule { actions: vec![Action::redirect(dev)], ..rule.clone() };
    let (nowhere, name) = (Netdev::Index(IfIndex(0x7fff_fff0)), Netdev::Name("no-such-link".into()));
    let cases = [
        ("on a link that is not there", at(nowhere.clone()), ErrorKind::NotFound),
        ("to a link that is not there", to(nowhere), ErrorKind::NotFound),
        ("on a link by name", at(name.clone()), ErrorKind::InvalidInput),
        ("to a link by name", to(name), ErrorKind::InvalidInput),
    ];
    for (what, rule, kind) in cases {
        let result = bench.host.flow().add(&rule).map_err(|error| error.kind());
        equal!(result.map(drop), Err(kind), "a rule {what}");
    }
    equal!(rule.skip, Skip::SkipHw, "the rule stays out of hardware");
    Ok(())
}

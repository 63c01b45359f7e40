//! What is in hardware and what is not, and whether the adapter said so before.

use smartnic_core::Extack;
use smartnic_core::adapter::{Expectation, Prediction};
use smartnic_core::backend::{FlowOp, FlowScope, Outcome};
use smartnic_core::flow::{Attach, FlowEntry, Rule, Skip};

use crate::bench::Offload;
use crate::catalogue::{self, Specimen};
use crate::{Bench, Result, Rig, Stop, ensure, equal};

super::checks! {
    "1,000 rules are in hardware alone, or refused in the kernel's words": thousand,
    "a rule of every key ends where the adapter expects it": keys_as_expected,
    "a rule of every action ends where the adapter expects it": actions_as_expected,
    "what is not in hardware is refused with skip_sw, in words that the adapter quotes": refused_in_words,
    "with hw-tc-offload off nothing goes into hardware": feature_off,
    "skip_hw keeps a rule in software": software_only,
}

fn thousand(bench: &Bench<'_>) -> Result {
    const COUNT: usize = 1000;
    let rig = bench.rig()?;
    let rules: Vec<Rule> = catalogue::many(&rig, COUNT).into_iter().map(Rule::skip_sw).collect();
    let scope = FlowScope::at(Attach::ingress(rig.up()));
    let ops: Vec<FlowOp<'_>> = rules.iter().map(FlowOp::Add).collect();
    let outcomes = bench.host.flow().submit(&ops, false)?;
    equal!(outcomes.len(), COUNT, "outcomes");
    let entries = bench.host.flow().entries(&scope)?;
    match bench.subject.offload {
        Offload::Rules => {
            for outcome in outcomes {
                if let Outcome::Failed(error) = outcome {
                    return Err(error.into());
                }
            }
            equal!(entries.len(), COUNT, "rules read back");
            let outside =
                entries.iter().filter(|entry| entry.in_hw != Some(true) || entry.in_hw_count == 0).count();
            equal!(outside, 0, "rules that are not in hardware");
            let mut read: Vec<Rule> =
                entries.into_iter().map(|entry| Rule { handle: None, ..entry.rule }).collect();
            read.sort_by_key(|rule| rule.key.dst_ip);
            equal!(read, rules, "the rules read back");
        }
        Offload::Few => return Err(Stop::skip("this driver takes rules of a few kinds only")),
        Offload::None(words) => {
            for outcome in outcomes {
                let Outcome::Failed(error) = outcome else {
                    return Err(Stop::Failed("a rule was taken".into()));
                };
                let said = text(error.extack());
                ensure!(said.contains(words), "the kernel said {said:?}, not {words:?}");
            }
            equal!(entries, [], "rules read back");
        }
    }
    bench.clear(&scope.attach)?;
    equal!(bench.host.flow().entries(&scope)?, [], "rules after the removal");
    Ok(())
}

fn text(extack: Option<&Extack>) -> String {
    extack.and_then(|extack| extack.message.clone()).unwrap_or_default()
}

/// A rule, what its adapter expects, and what the kernel did with it.
struct Tried {
    expected: Prediction,
    entry: FlowEntry,
    said: String,
}

fn try_out(bench: &Bench<'_>, rig: &Rig, rule: &Rule) -> Result<Tried> {
    let expected = bench.predict(rig, rule)?;
    let said = text(bench.host.flow().add(rule)?.as_ref());
    let entry = match bench.host.flow().entries(&FlowScope::at(rule.attach.clone()))?.pop() {
        Some(entry) => entry,
        None => return Err(Stop::Failed("the rule is not there".into())),
    };
    bench.host.flow().remove(&entry.id())?;
    Ok(Tried { expected, entry, said })
}

fn all_as_expected(bench: &Bench<'_>, rig: &Rig, specimens: Vec<Specimen>) -> Result {
    let mut wrong = Vec::new();
    for Specimen { name, rule } in specimens {
        let Tried { expected, entry, said } = try_out(bench, rig, &rule)?;
        let in_hardware = entry.in_hw == Some(true);
        let as_expected = match expected.expect {
            Expectation::Hardware => in_hardware,
            Expectation::Software => !in_hardware,
            Expectation::Unknown => true,
        };
        if !as_expected {
            wrong.push(format!("{name}: in hardware: {in_hardware}; the kernel said {said:?}; {expected:?}"));
        }
        if in_hardware != (entry.in_hw_count > 0) {
            wrong.push(format!("{name}: in_hw {:?}, in_hw_count {}", entry.in_hw, entry.in_hw_count));
        }
        if !quoted(&expected, &said) {
            wrong.push(format!("{name}: the kernel said {said:?}, which the adapter does not: {expected:?}"));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// True unless the kernel gave a reason that is not among those that the adapter quotes.
fn quoted(expected: &Prediction, said: &str) -> bool {
    let quotes: Vec<&str> = expected
        .reasons
        .iter()
        .filter_map(|reason| reason.text.split_once('"')?.1.rsplit_once('"'))
        .map(|(words, _)| words)
        .collect();
    let refused = expected.expect == Expectation::Software;
    !refused || said.is_empty() || quotes.is_empty() || quotes.iter().any(|words| said.contains(words))
}

fn keys_as_expected(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    all_as_expected(bench, &rig, catalogue::keys(&rig))
}

fn actions_as_expected(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    all_as_expected(bench, &rig, catalogue::actions(&rig))
}

fn refused_in_words(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    let (mut wrong, mut refusals) = (Vec::new(), 0);
    let specimens = catalogue::keys(&rig).into_iter().chain(catalogue::actions(&rig));
    // A rule that is to be in software has another reason not to be in hardware.
    for Specimen { name, rule } in specimens.filter(|one| one.rule.skip != Skip::SkipHw) {
        let tried = try_out(bench, &rig, &rule)?;
        let hard = rule.clone().skip_sw();
        match (tried.entry.in_hw == Some(true), bench.host.flow().add(&hard)) {
            (true, Ok(_)) => bench.clear(&rule.attach)?,
            (true, Err(error)) => wrong.push(format!("{name}: in hardware, but not alone: {error}")),
            (false, Ok(_)) => {
                wrong.push(format!("{name}: not in hardware, but taken with skip_sw"));
                bench.clear(&rule.attach)?;
            }
            (false, Err(error)) => {
                refusals += 1;
                let said = text(error.extack());
                if !quoted(&tried.expected, &said) {
                    wrong.push(format!("{name}: the kernel said {said:?}; {:?}", tried.expected));
                }
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    ensure!(refusals > 0, "nothing was refused: not even what the kernel offers no driver");
    Ok(())
}

fn feature_off(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    let link = rig.uplink.ifindex;
    if bench.subject.offload != Offload::Rules || bench.subject.adapter.name() == "netdevsim" {
        return Err(Stop::skip("this driver does not look at hw-tc-offload"));
    }
    equal!(bench.host.switchdev().tc_offload(link)?, true, "hw-tc-offload in switchdev mode");
    if bench.subject.adapter.name() == "sfc" {
        return Err(Stop::skip("hw-tc-offload of this driver is on and stays on"));
    }
    bench.host.switchdev().set_tc_offload(link, false)?;
    equal!(bench.host.switchdev().tc_offload(link)?, false, "hw-tc-offload after it was turned off");
    let rule = catalogue::many(&rig, 1).remove(0);
    let tried = try_out(bench, &rig, &rule)?;
    equal!(tried.expected.expect, Expectation::Software, "what the adapter expects");
    ensure!(tried.entry.in_hw != Some(true), "the rule is in hardware");
    bench.host.switchdev().set_tc_offload(link, true)?;
    let tried = try_out(bench, &rig, &rule)?;
    equal!(tried.entry.in_hw, Some(true), "in hardware after it was turned on");
    Ok(())
}

fn software_only(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    let tried = try_out(bench, &rig, &catalogue::many(&rig, 1).remove(0).skip_hw())?;
    equal!(tried.expected.expect, Expectation::Software, "what the adapter expects");
    equal!((tried.entry.in_hw, tried.entry.in_hw_count), (Some(false), 0), "in_hw of a rule with skip_hw");
    Ok(())
}

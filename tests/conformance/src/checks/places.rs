//! Chains, priorities, handles, sides and shared blocks.

use smartnic_core::ErrorKind;
use smartnic_core::backend::{FlowScope, Hook};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::EtherType;

use crate::{Bench, Result, Rig, Stop, ensure, equal};

super::checks! {
    "chains are kept apart": chains,
    "priorities order the rules, and one is chosen if none is given": priorities,
    "one priority holds one protocol": one_protocol,
    "handles are kept and chosen": handles,
    "the two sides of a link are kept apart": sides,
    "a block is shared by two links": blocks,
}

fn ip(place: Attach) -> Rule {
    Rule::new(place).protocol(EtherType::IPV4).action(Action::pass()).skip_hw()
}

fn to(rule: Rule, last: u8) -> Rule {
    rule.matching(|key| key.dst_ip = format!("192.0.2.{last}").parse().ok())
}

fn rules(bench: &Bench<'_>, scope: &FlowScope) -> Result<Vec<Rule>> {
    Ok(bench.host.flow().entries(scope)?.into_iter().map(|entry| entry.rule).collect())
}

fn chains(bench: &Bench<'_>) -> Result {
    let place = Attach::ingress(bench.rig()?.up());
    let numbers = [0, 1, 5, smartnic_core::flow::MAX_CHAIN];
    let mut installed = Vec::new();
    for chain in numbers {
        installed.push(bench.install(&ip(place.clone()).prio(1).chain(chain))?.rule);
    }
    for (rule, chain) in installed.iter().zip(numbers) {
        equal!(rule.chain, chain, "the chain of the rule read back");
        let scope = FlowScope { attach: place.clone(), chain: Some(chain) };
        equal!(rules(bench, &scope)?, std::slice::from_ref(rule), "rules of chain {chain}");
    }
    let mut all = rules(bench, &FlowScope::at(place))?;
    all.sort_by_key(|rule| rule.chain);
    equal!(all, installed, "rules of all chains");
    Ok(())
}

fn priorities(bench: &Bench<'_>) -> Result {
    let place = Attach::ingress(bench.rig()?.up());
    for prio in [30, 10, 20] {
        bench.install(&to(ip(place.clone()), prio as u8).prio(prio))?;
    }
    let prios: Vec<u16> = rules(bench, &FlowScope::at(place.clone()))?.iter().map(|rule| rule.prio).collect();
    equal!(prios, [10, 20, 30], "the order of priorities");
    let chosen = bench.install(&to(ip(place), 99))?.rule;
    ensure!(chosen.prio != 0, "no priority was chosen");
    Ok(())
}

fn one_protocol(bench: &Bench<'_>) -> Result {
    let place = Attach::ingress(bench.rig()?.up());
    bench.install(&ip(place.clone()).prio(7))?;
    let other = Rule::new(place).prio(7).protocol(EtherType::IPV6).action(Action::pass()).skip_hw();
    let kind = bench.host.flow().add(&other).map_err(|error| error.kind());
    equal!(kind.map(drop), Err(ErrorKind::Refused), "another protocol at the same priority");
    Ok(())
}

fn handles(bench: &Bench<'_>) -> Result {
    let place = Attach::ingress(bench.rig()?.up());
    let given = bench.install(&to(ip(place.clone()), 1).prio(4).handle(0x55))?.rule;
    equal!(given.handle, Some(0x55), "the handle that was given");
    let one = bench.install(&to(ip(place.clone()), 2).prio(4))?.rule;
    let two = bench.install(&to(ip(place), 3).prio(4))?.rule;
    let mut all = [given.handle, one.handle, two.handle];
    all.sort_unstable();
    ensure!(all.windows(2).all(|pair| pair[0] != pair[1]), "handles are not different: {all:?}");
    Ok(())
}

fn sides(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    let places = [Attach::ingress(rig.up()), Attach::egress(rig.up())];
    let mut installed = Vec::new();
    for (place, number) in places.iter().zip([1, 2]) {
        installed.push(bench.install(&to(ip(place.clone()), number).prio(2))?.rule);
    }
    for (place, rule) in places.into_iter().zip(installed) {
        equal!(rule.attach, place, "the side of the rule read back");
        equal!(rules(bench, &FlowScope::at(place))?, [rule], "rules of one side");
    }
    Ok(())
}

fn blocks(bench: &Bench<'_>) -> Result {
    bench.wants_representors()?;
    const BLOCK: u32 = 77;
    bench.go_switchdev()?;
    let rig = Rig::find(bench)?;
    let hooks: Vec<Hook> = rig
        .representors
        .iter()
        .take(2)
        .map(|representor| Hook { ingress_block: Some(BLOCK), ..Hook::clsact(representor.link.ifindex) })
        .collect();
    for hook in &hooks {
        match bench.host.flow().add_hook(hook) {
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                return Err(Stop::skip("shared blocks are not supported here"));
            }
            result => result?,
        }
        equal!(bench.host.flow().hooks(Some(hook.link))?, [*hook], "the hook with its block");
    }
    let rule = bench.install(&ip(Attach::Block(BLOCK)).prio(3))?.rule;
    equal!(rule.attach, Attach::Block(BLOCK), "where the rule stands");
    equal!(rules(bench, &FlowScope::at(Attach::Block(BLOCK)))?, [rule], "rules of the block");
    let alone = ip(Attach::ingress(hooks[0].link)).prio(5);
    ensure!(bench.host.flow().add(&alone).is_err(), "a rule was added to one link of a shared block");
    bench.host.flow().remove_hook(&hooks[0])?;
    equal!(
        rules(bench, &FlowScope::at(Attach::Block(BLOCK)))?.len(),
        1,
        "rules while one link holds the block"
    );
    bench.host.flow().remove_hook(&hooks[1])?;
    let kind = bench.host.flow().add(&ip(Attach::Block(BLOCK)).prio(3)).map_err(|error| error.kind());
    ensure!(kind.is_err(), "a rule was added to a block that no link holds");
    Ok(())
}

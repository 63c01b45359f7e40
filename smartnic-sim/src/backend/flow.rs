use smartnic_core::Result;
use smartnic_core::backend::{FlowOffload, FlowOp, FlowScope, Hook, Outcome};
use smartnic_core::flow::{
    ActionFlags, ActionState, Attach, Control, FlowEntry, FlowStats, QueueStats, Rule, RuleId, Side,
};
use smartnic_core::types::IfIndex;

use super::{SimHost, refused, remark};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::tc::{ActionView, Block, Filter, FilterName, FilterRequest, Place, QdiscFlags, allow};
use crate::note::Note;

/// How many rules are read under one lock.
const PAGE: usize = 64;

impl FlowOffload for SimHost {
    fn hooks(&self, link: Option<IfIndex>) -> Result<Vec<Hook>> {
        let machine = self.machine.lock();
        let hooks = machine.tc.hooks.values().filter(|hook| link.is_none_or(|link| hook.link == link));
        Ok(hooks.copied().collect())
    }

    fn add_hook(&self, hook: &Hook) -> Result<()> {
        let mut note = Note::default();
        let flags = QdiscFlags { create: true, exclusive: true };
        let (mut machine, fate) = self.change();
        let result = fate.and_then(|()| machine.add_hook(*hook, flags, &mut note));
        result.map_err(|errno| {
            refused("add a clsact hook", errno, note).on(format_args!("ifindex {}", hook.link))
        })
    }

    fn remove_hook(&self, hook: &Hook) -> Result<()> {
        let mut note = Note::default();
        let (mut machine, fate) = self.change();
        let result = fate.and_then(|()| machine.remove_hook(hook.link, Some(hook.kind), &mut note));
        result.map_err(|errno| {
            refused("remove a clsact hook", errno, note).on(format_args!("ifindex {}", hook.link))
        })
    }

    fn submit(&self, ops: &[FlowOp<'_>], stop: bool) -> Result<Vec<Outcome>> {
        let mut machine = self.machine.lock();
        let mut outcomes = Vec::with_capacity(ops.len());
        let mut stopped = false;
        for op in ops {
            let outcome = match stopped {
                true => Outcome::NotTried,
                false => self.run(&mut machine, op),
            };
            stopped |= stop && matches!(outcome, Outcome::Failed(_));
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    fn visit(&self, scope: &FlowScope, each: &mut dyn FnMut(&FlowEntry) -> Result<()>) -> Result<()> {
        let place = place(&scope.attach)?;
        let mut last = None;
        loop {
            // `each` may use this host, so it is called without the lock.
            let page: Vec<FlowEntry> = {
                let machine = self.machine.lock();
                let Some(block) = machine.block_to_show(place) else { return Ok(()) };
                let filters = after(block, last)
                    .filter(|filter| scope.chain.is_none_or(|chain| filter.rule.chain == chain));
                filters.take(PAGE).map(|filter| entry(&machine, filter)).collect()
            };
            let Some(end) = page.last() else { return Ok(()) };
            last = Some((end.rule.chain, end.rule.prio, end.rule.handle.unwrap_or(0)));
            page.iter().try_for_each(&mut *each)?;
        }
    }

    fn entry(&self, rule: &RuleId) -> Result<FlowEntry> {
        let machine = self.machine.lock();
        let mut note = Note::default();
        match machine.filter(place(&rule.attach)?, name(rule), &mut note) {
            Ok((_, _, filter)) => Ok(entry(&machine, filter)),
            Err(errno) => Err(refused("read a flow rule", errno, note).on(rule)),
        }
    }
}

impl SimHost {
    fn run(&self, machine: &mut Machine, op: &FlowOp<'_>) -> Outcome {
        let fate = self.faults.count(machine);
        let result = match op {
            FlowOp::Add(rule) => write(machine, rule, true, fate),
            FlowOp::Replace(rule) => write(machine, rule, false, fate),
            FlowOp::Delete(rule) => delete(machine, rule, fate),
        };
        match result {
            Ok(note) => Outcome::Done(remark(note)),
            Err(error) => Outcome::Failed(error),
        }
    }
}

fn write(machine: &mut Machine, rule: &Rule, exclusive: bool, fate: Result<(), Errno>) -> Result<Note> {
    let place = place(&rule.attach)?;
    rule.actions
        .iter()
        .filter_map(|action| action.target())
        .try_for_each(|target| target.dev.index().map(drop))?;
    let request =
        FilterRequest { rule: rule.clone(), kind_given: true, create: true, exclusive, verbose: true };
    let mut note = Note::default();
    let op = if exclusive { "add a flow rule" } else { "replace a flow rule" };
    let allowed = fate.and_then(|()| allow(&rule.key));
    match allowed.and_then(|()| machine.write_filter(place, request, &mut note)) {
        Ok(_) => Ok(note),
        Err(errno) => Err(refused(op, errno, note).on(rule)),
    }
}

fn delete(machine: &mut Machine, rule: &RuleId, fate: Result<(), Errno>) -> Result<Note> {
    let mut note = Note::default();
    let place = place(&rule.attach)?;
    match fate.and_then(|()| machine.remove_filter(place, name(rule), &mut note)) {
        Ok(()) => Ok(note),
        Err(errno) => Err(refused("remove a flow rule", errno, note).on(rule)),
    }
}

fn place(attach: &Attach) -> Result<Place> {
    Ok(match attach {
        Attach::Dev { dev, side } => Place::Dev { link: dev.index()?, egress: *side == Side::Egress },
        Attach::Block(number) => Place::Block(*number),
    })
}

fn name(rule: &RuleId) -> FilterName {
    let RuleId { chain, prio, protocol, classifier, handle, .. } = *rule;
    FilterName { chain, prio, protocol, kind: Some(classifier), handle }
}

/// The filters of a block behind the one that was read last.
fn after(block: &Block, last: Option<(u32, u16, u32)>) -> Box<dyn Iterator<Item = &Filter> + '_> {
    let Some((chain, prio, handle)) = last else { return Box::new(block.filters()) };
    // A chain that went away in between ends the walk.
    let mut chains = block.chains.iter().skip_while(move |there| there.index != chain);
    let rest = chains.next().into_iter().flat_map(move |chain| chain.protos.range(prio..)).flat_map(
        move |(at, proto)| {
            let from = if *at == prio { handle.saturating_add(1) } else { 0 };
            proto.filters.range(from..).map(|(_, filter)| filter)
        },
    );
    let others = chains.flat_map(|chain| chain.protos.values()).flat_map(|proto| proto.filters.values());
    Box::new(rest.chain(others))
}

/// A filter as it is read; times are in the kernel's steps of 10 ms.
fn entry(machine: &Machine, filter: &Filter) -> FlowEntry {
    // Counters belong to actions; a rule without actions has none.
    let actions = states(machine, filter);
    let first_of_most = |most: FlowStats, state: &ActionState| match state.stats.packets > most.packets {
        true => state.stats,
        false => most,
    };
    let stats =
        actions.first().map(|first| actions.iter().fold(first.stats, first_of_most)).unwrap_or_default();
    FlowEntry {
        rule: told_rule(machine, filter),
        in_hw: match filter.hw.is_empty() {
            false => Some(true),
            true => filter.not_in_hw.then_some(false),
        },
        in_hw_count: filter.hw.len() as u32,
        stats,
        actions,
    }
}

/// The rule without the number of an action that nobody else holds: it is the rule's own.
fn told_rule(machine: &Machine, filter: &Filter) -> Rule {
    let mut rule = filter.rule.clone();
    for (action, view) in rule.actions.iter_mut().zip(machine.actions_of(filter)) {
        if view.refs == 1 {
            action.index = None;
        }
        action.flags &= ActionFlags::NO_PERCPU;
    }
    rule
}

fn counted(machine: &Machine, view: &ActionView<'_>) -> FlowStats {
    let since = |then: u64| Some(machine.clock_ms.saturating_sub(then) / 10 * 10);
    FlowStats {
        packets: view.stats.packets(),
        bytes: view.stats.bytes(),
        hw_packets: view.stats.hw_packets,
        hw_bytes: view.stats.hw_bytes,
        age_ms: since(view.made_ms),
        idle_ms: since(view.used_ms.unwrap_or(view.made_ms)),
    }
}

fn states(machine: &Machine, filter: &Filter) -> Vec<ActionState> {
    let state = |view: ActionView<'_>| ActionState {
        index: view.index,
        refs: view.refs,
        binds: view.binds,
        stats: counted(machine, &view),
        // Software counts what it drops.
        queue: QueueStats {
            drops: if view.action.control == Control::Drop { view.stats.sw_packets as u32 } else { 0 },
            ..QueueStats::default()
        },
        first_used_ms: view.first_used_ms.map_or(0, |then| machine.clock_ms.saturating_sub(then) / 10 * 10),
        expires_ms: 0,
        used_hw_stats: machine.profile.driver.facts().counters.filter(|_| view.counted),
        in_hw_count: Some(view.in_hw_count),
        ..ActionState::default()
    };
    machine.actions_of(filter).map(state).collect()
}

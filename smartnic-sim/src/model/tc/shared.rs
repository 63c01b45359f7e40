//! Actions with a number, which rules share (`net/sched/act_api.c`).

use smartnic_core::flow::{Action, ActionFlags, ActionKind, Attach, Control, Rule, Skip};

use serde::{Deserialize, Serialize};

use super::normal::normalise_action;
use super::{Filter, FilterStats, beside};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::event::Event;
use crate::note::Note;

/// An action that is found by its kind and its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SharedAction {
    /// What it does, in the kernel's form, with its number.
    pub(crate) action: Action,
    /// Whether it was made by itself; else it goes with the last rule that uses it (`TCA_ACT_FLAGS_BIND`).
    pub(crate) alone: bool,
    /// How many rules use it.
    pub(crate) binds: u32,
    pub(crate) stats: FilterStats,
    pub(crate) made_ms: u64,
    pub(crate) first_used_ms: Option<u64>,
    pub(crate) used_ms: Option<u64>,
}

/// An action of a rule, or a shared one, with what is told of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActionView<'a> {
    pub(crate) action: &'a Action,
    pub(crate) index: u32,
    pub(crate) refs: u32,
    pub(crate) binds: u32,
    pub(crate) stats: FilterStats,
    pub(crate) made_ms: u64,
    pub(crate) first_used_ms: Option<u64>,
    pub(crate) used_ms: Option<u64>,
    /// Where it must not be.
    pub(crate) skip: ActionFlags,
    /// Whether a rule that uses it is in hardware.
    pub(crate) counted: bool,
    /// How many drivers hold it for itself.
    pub(crate) in_hw_count: u32,
}

/// Shared actions that listeners are told of.
#[derive(Debug, Clone)]
pub(crate) enum ActionsEvent {
    /// These were made or replaced.
    New(Vec<(SharedAction, u32)>),
    /// These went.
    Gone(Vec<(SharedAction, u32)>),
    /// So many of a kind went at once.
    Flushed(String, u32),
}

impl SharedAction {
    /// What is told of it.
    pub(crate) fn view(&self, in_hw_count: u32) -> ActionView<'_> {
        ActionView {
            action: &self.action,
            index: self.action.index.unwrap_or(0),
            refs: u32::from(self.alone) + self.binds,
            binds: self.binds,
            stats: self.stats,
            made_ms: self.made_ms,
            first_used_ms: self.first_used_ms,
            used_ms: self.used_ms,
            skip: self.action.flags & (ActionFlags::SKIP_SW | ActionFlags::SKIP_HW),
            counted: in_hw_count > 0,
            in_hw_count,
        }
    }

    /// Takes note that a packet met a rule that uses it.
    pub(crate) fn met(&mut self, now: u64) {
        self.first_used_ms.get_or_insert(now);
        self.used_ms = Some(now);
    }
}

impl Machine {
    /// The action of this kind and number, if rules share it.
    pub(crate) fn shared(&self, kind: &str, index: u32) -> Option<&SharedAction> {
        self.tc.shared.get(kind)?.get(&index)
    }

    /// Whether there is an action of this kind and number, a rule's own or a shared one.
    pub(crate) fn has_action(&self, kind: &str, index: u32) -> bool {
        let filters = || self.tc.blocks.iter().flat_map(|block| block.filters());
        let is_it = |view: ActionView<'_>| view.index == index && view.action.kind.name() == kind;
        self.shared(kind, index).is_some() || filters().any(|filter| self.actions_of(filter).any(is_it))
    }

    /// The actions of a filter with what is told of them, in their order.
    pub(crate) fn actions_of<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = ActionView<'a>> {
        let own = (0..).map(|number| filter.first_action.wrapping_add(number));
        filter.rule.actions.iter().zip(own).map(move |(action, number)| {
            let shared = action.index.and_then(|index| self.shared(action.kind.name(), index));
            let counted = !filter.hw.is_empty();
            if let Some(shared) = shared {
                let view = shared.view(self.hw_count(&shared.action));
                return ActionView { counted: view.counted || counted, ..view };
            }
            ActionView {
                action,
                index: action.index.unwrap_or(number),
                refs: 1,
                binds: 1,
                stats: filter.stats,
                made_ms: filter.made_ms,
                first_used_ms: filter.first_used_ms,
                used_ms: filter.used_ms,
                skip: match filter.rule.skip {
                    Skip::SkipSw => ActionFlags::SKIP_SW,
                    Skip::SkipHw => ActionFlags::SKIP_HW,
                    Skip::None => ActionFlags::empty(),
                },
                counted,
                in_hw_count: 0,
            }
        })
    }

    /// All actions of a kind, those of rules too, by their numbers.
    pub(crate) fn actions_of_kind(&self, kind: &str) -> Vec<ActionView<'_>> {
        let shared = self.tc.shared.get(kind).into_iter().flat_map(|of_kind| of_kind.values());
        let mut all: Vec<_> = shared.map(|shared| shared.view(self.hw_count(&shared.action))).collect();
        let filters = self.tc.blocks.iter().flat_map(|block| block.filters());
        let own = filters.flat_map(|filter| self.actions_of(filter));
        all.extend(own.filter(|view| view.action.index.is_none() && view.action.kind.name() == kind));
        all.sort_by_key(|view| view.index);
        all
    }

    /// How many drivers hold an action for itself (`TC_SETUP_ACT`).
    fn hw_count(&self, action: &Action) -> u32 {
        if action.flags.contains(ActionFlags::SKIP_HW) || !self.profile.driver.takes_action(action) {
            return 0;
        }
        let in_switchdev =
            |pf: &&crate::model::Pf| pf.eswitch.mode != smartnic_core::device::EswitchMode::Legacy;
        self.pfs.iter().filter(in_switchdev).count() as u32
    }

    /// Puts what is there already in the place of actions that are named by their numbers (`tcf_idr_check_alloc`); says
    /// which those are.
    pub(super) fn resolve(&self, rule: &mut Rule, note: &mut Note) -> Result<Vec<bool>, Errno> {
        let mut found = vec![false; rule.actions.len()];
        for (action, found) in rule.actions.iter_mut().zip(&mut found) {
            action.index = action.index.filter(|index| *index != 0);
            let Some(index) = action.index else { continue };
            if let Some(there) = self.shared(action.kind.name(), index) {
                *action = there.action.clone();
                *found = true;
                let skips = (
                    there.action.flags.contains(ActionFlags::SKIP_SW),
                    there.action.flags.contains(ActionFlags::SKIP_HW),
                );
                if there.alone && skips != (rule.skip == Skip::SkipSw, rule.skip == Skip::SkipHw) {
                    note.say("Mismatch between action and filter offload flags");
                    return Err(Errno::EINVAL);
                }
            }
        }
        Ok(found)
    }

    /// Gives rules' own actions of these kinds and numbers a place of their own, so that others can be bound to them.
    pub(super) fn promote(&mut self, wanted: &[(String, u32)]) {
        for (kind, index) in wanted.iter().filter(|(_, index)| *index != 0) {
            if self.shared(kind, *index).is_some() {
                continue;
            }
            let mut made = None;
            for filter in self.tc.blocks.iter_mut().flat_map(|block| block.filters_mut()) {
                let own = (0..).map(|number| filter.first_action.wrapping_add(number));
                let found = filter.rule.actions.iter_mut().zip(own).find(|(action, number)| {
                    number == index && action.index.is_none() && action.kind.name() == kind
                });
                let Some((action, _)) = found else { continue };
                action.index = Some(*index);
                let mut action = action.clone();
                action.flags |= match filter.rule.skip {
                    Skip::SkipSw => ActionFlags::SKIP_SW,
                    Skip::SkipHw => ActionFlags::SKIP_HW,
                    Skip::None => ActionFlags::empty(),
                };
                made = Some(SharedAction {
                    action,
                    alone: false,
                    binds: 1,
                    stats: filter.stats,
                    made_ms: filter.made_ms,
                    first_used_ms: filter.first_used_ms,
                    used_ms: filter.used_ms,
                });
                break;
            }
            if let Some(made) = made {
                self.tc.shared.entry(kind.clone()).or_default().insert(*index, made);
            }
        }
    }

    /// Binds a rule to the actions with numbers that it has.
    pub(super) fn bind_actions(&mut self, rule: &Rule) {
        let now = self.clock_ms;
        for action in &rule.actions {
            let Some(index) = action.index else { continue };
            let of_kind = self.tc.shared.entry(action.kind.name().to_owned()).or_default();
            let shared = of_kind.entry(index).or_insert_with(|| SharedAction {
                action: action.clone(),
                alone: false,
                binds: 0,
                stats: FilterStats::default(),
                made_ms: now,
                first_used_ms: None,
                used_ms: None,
            });
            shared.binds = shared.binds.saturating_add(1);
        }
    }

    /// Lets a rule's actions with numbers go; those that only rules made go with the last of them.
    pub(super) fn unbind_actions(&mut self, rule: &Rule) {
        for action in &rule.actions {
            let Some(index) = action.index else { continue };
            let kind = action.kind.name();
            let Some(of_kind) = self.tc.shared.get_mut(kind) else { continue };
            if let Some(shared) = of_kind.get_mut(&index) {
                shared.binds = shared.binds.saturating_sub(1);
                if shared.binds == 0 && !shared.alone {
                    of_kind.remove(&index);
                }
            }
            if of_kind.is_empty() {
                self.tc.shared.remove(kind);
            }
        }
    }

    /// Makes shared actions, or with `replace` changes those that are there (`tcf_action_add`): all or none.
    pub(crate) fn add_actions(
        &mut self,
        actions: Vec<Action>,
        replace: bool,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let names: Vec<_> =
            actions.iter().map(|action| (action.kind.name().to_owned(), action.index)).collect();
        let named: Vec<_> =
            names.iter().filter_map(|(kind, index)| Some((kind.clone(), (*index)?))).collect();
        self.promote(&named);
        let before = (self.tc.shared.clone(), self.tc.actions_made);
        let mut told = Vec::new();
        for action in actions {
            match self.add_action(action, replace, note) {
                Ok((kind, index)) => told.push((kind, index)),
                Err(errno) => {
                    (self.tc.shared, self.tc.actions_made) = before;
                    return Err(errno);
                }
            }
        }
        // Hardware goes on doing what it was told with the rules.
        for (kind, index) in told.iter().filter(|_| replace) {
            self.refresh_rules(kind, *index);
        }
        let all = told.iter().filter_map(|(kind, index)| self.shared(kind, *index).cloned());
        let all: Vec<_> = all.map(|shared| (self.hw_count(&shared.action), shared)).collect();
        self.events.push(|| {
            let all = all.into_iter().map(|(count, shared)| (shared, count)).collect();
            Event::Actions(Box::new(ActionsEvent::New(all)))
        });
        Ok(())
    }

    fn add_action(
        &mut self,
        mut action: Action,
        replace: bool,
        note: &mut Note,
    ) -> Result<(String, u32), Errno> {
        let index = action.index.filter(|index| *index != 0);
        let flags = action.flags;
        let both = ActionFlags::SKIP_SW | ActionFlags::SKIP_HW;
        if flags.contains(both) {
            return Err(Errno::EINVAL);
        }
        let kind = action.kind.name().to_owned();
        let there = index.and_then(|index| self.shared(&kind, index));
        // An action that is there is looked for first.
        if there.is_some() && !replace {
            return Err(Errno::EEXIST);
        }
        if let Some(there) = there {
            beside::keep(&mut action.kind, &there.action.kind);
        }
        normalise_action(&mut action);
        action.flags = flags;
        let mut rule = Rule::new(Attach::Block(0));
        rule.actions = vec![action.clone()];
        self.check_actions(&rule, &[false], true, note)?;
        if let Control::Goto(_) = action.control {
            note.say("can't goto NULL proto/chain");
            return Err(Errno::EINVAL);
        }
        if flags.contains(ActionFlags::SKIP_SW) && self.hw_count(&action) == 0 {
            return Err(Errno::EINVAL);
        }
        let index = match index {
            Some(index) => index,
            None => self.free_index(&kind, 1),
        };
        action.index = Some(index);
        let now = self.clock_ms;
        let of_kind = self.tc.shared.entry(kind.clone()).or_default();
        match of_kind.get_mut(&index) {
            Some(shared) => shared.action = action,
            None => {
                let made = SharedAction {
                    action,
                    alone: true,
                    binds: 0,
                    stats: FilterStats::default(),
                    made_ms: now,
                    first_used_ms: None,
                    used_ms: None,
                };
                of_kind.insert(index, made);
            }
        }
        Ok((kind, index))
    }

    /// Numbers for so many new actions, none of which is taken; they count as given out.
    pub(super) fn free_indexes(&mut self, actions: &[Action]) -> u32 {
        let count = actions.len() as u32;
        let taken = |first: u32, tc: &super::Tc| {
            actions.iter().zip(0..).any(|(action, number)| {
                let of_kind = tc.shared.get(action.kind.name());
                of_kind.is_some_and(|of_kind| of_kind.contains_key(&first.wrapping_add(number)))
            })
        };
        let mut first = self.tc.actions_made.wrapping_add(1);
        while !self.tc.shared.is_empty() && taken(first, &self.tc) {
            first = first.wrapping_add(1);
        }
        self.tc.actions_made = first.wrapping_add(count).wrapping_sub(1);
        first
    }

    fn free_index(&mut self, kind: &str, count: u32) -> u32 {
        let named = Action::new(ActionKind::ByIndex(kind.to_owned()));
        self.free_indexes(&vec![named; count as usize])
    }

    /// Lets rules that are bound to an action do what it does now, in software.
    fn refresh_rules(&mut self, kind: &str, index: u32) {
        let Some(now) = self.shared(kind, index).map(|shared| shared.action.clone()) else { return };
        let in_hw = self.hw_count(&now) > 0;
        for filter in self.tc.blocks.iter_mut().flat_map(|block| block.filters_mut()) {
            let is_it = |action: &Action| action.index == Some(index) && action.kind.name() == kind;
            if !filter.rule.actions.iter().any(is_it) {
                continue;
            }
            if !in_hw {
                for place in &mut filter.hw {
                    place.form.get_or_insert_with(|| crate::driver::HwForm {
                        key: filter.rule.key.clone(),
                        actions: filter.rule.actions.clone(),
                    });
                }
            }
            for action in filter.rule.actions.iter_mut().filter(|action| is_it(action)) {
                *action = now.clone();
            }
        }
    }

    /// Checks that these actions are there (`tcf_action_get_1`).
    pub(crate) fn find_actions(
        &mut self,
        names: &[(String, u32)],
        note: &mut Note,
    ) -> Result<Vec<(SharedAction, u32)>, Errno> {
        self.promote(names);
        names
            .iter()
            .map(|(kind, index)| {
                let shared = self.shared(kind, *index).cloned().ok_or_else(|| {
                    note.say("TC action with specified index not found");
                    Errno::ENOENT
                })?;
                let count = self.hw_count(&shared.action);
                Ok((shared, count))
            })
            .collect()
    }

    /// Removes shared actions, one after the other up to the first that a rule uses (`tcf_action_delete`).
    pub(crate) fn remove_actions(&mut self, names: &[(String, u32)], note: &mut Note) -> Result<(), Errno> {
        let told = self.find_actions(names, note)?;
        for (kind, index) in names {
            let Some(of_kind) = self.tc.shared.get_mut(kind) else { return Err(Errno::ENOENT) };
            match of_kind.get(index) {
                None => {
                    note.say("Failed to delete TC action");
                    return Err(Errno::ENOENT);
                }
                Some(shared) if shared.binds > 0 => {
                    note.say("Failed to delete TC action");
                    return Err(Errno::EPERM);
                }
                Some(_) => drop(of_kind.remove(index)),
            }
            if of_kind.is_empty() {
                self.tc.shared.remove(kind);
            }
        }
        self.events.push(|| Event::Actions(Box::new(ActionsEvent::Gone(told))));
        Ok(())
    }

    /// Removes all actions of a kind in the order of their numbers, up to the first that a rule uses
    /// (`tcf_del_walker`).
    pub(crate) fn flush_actions(&mut self, kind: &str, note: &mut Note) -> Result<(), Errno> {
        let all: Vec<(u32, u32)> =
            self.actions_of_kind(kind).iter().map(|view| (view.index, view.binds)).collect();
        let free = all.iter().take_while(|(_, binds)| *binds == 0);
        let gone: Vec<u32> = free.map(|(index, _)| *index).collect();
        if gone.len() < all.len() {
            if gone.is_empty() {
                return Err(Errno::EPERM);
            }
            note.say("Unable to flush all TC actions");
        }
        if gone.is_empty() {
            return Ok(());
        }
        if let Some(of_kind) = self.tc.shared.get_mut(kind) {
            gone.iter().for_each(|index| drop(of_kind.remove(index)));
            if of_kind.is_empty() {
                self.tc.shared.remove(kind);
            }
        }
        let count = gone.len() as u32;
        self.events.push(|| Event::Actions(Box::new(ActionsEvent::Flushed(kind.to_owned(), count))));
        Ok(())
    }
}

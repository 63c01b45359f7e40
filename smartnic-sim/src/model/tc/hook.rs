use smartnic_core::flow::Skip;
use smartnic_core::types::IfIndex;

use super::block::filters_mut;
use super::offload::Offer;
use super::{Binding, Block, BlockKey, Filter, Hook, HookKind, HwPlace};
use crate::errno::Errno;
use crate::model::{Event, Machine};
use crate::note::Note;

/// How a qdisc is asked for (`NLM_F_CREATE`, `NLM_F_EXCL`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct QdiscFlags {
    pub(crate) create: bool,
    pub(crate) exclusive: bool,
}

impl Machine {
    /// Adds a `clsact` or `ingress` qdisc (`__tc_modify_qdisc`).
    pub(crate) fn add_hook(&mut self, hook: Hook, flags: QdiscFlags, note: &mut Note) -> Result<(), Errno> {
        self.netdev(hook.link)?;
        if let Some(there) = self.tc.hooks.get(&hook.link.0) {
            return change_hook(there, &hook, flags, note);
        }
        if !flags.create {
            note.say("Qdisc not found. To create specify NLM_F_CREATE flag");
            return Err(Errno::ENOENT);
        }
        check_blocks(&hook, note)?;
        if let Some(netdev) = self.netdevs.get_mut(&hook.link.0) {
            netdev.had_ingress_queue = true;
        }
        self.bind_side(&hook, false, note)?;
        if hook.kind == HookKind::Clsact
            && let Err(errno) = self.bind_side(&hook, true, note)
        {
            self.unbind_side(&hook, false);
            return Err(errno);
        }
        self.tc.hooks.insert(hook.link.0, hook);
        self.events.push(|| Event::Hook(hook));
        Ok(())
    }

    /// Removes a qdisc with its filters (`__tc_get_qdisc`); `kind` none means whatever is there.
    pub(crate) fn remove_hook(
        &mut self,
        link: IfIndex,
        kind: Option<HookKind>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let had_queue = self.netdev(link)?.had_ingress_queue;
        let Some(hook) = self.tc.hooks.get(&link.0) else {
            if had_queue {
                note.say("Invalid handle");
                return Err(Errno::EINVAL);
            }
            note.say("Cannot find specified qdisc on specified device");
            return Err(Errno::ENOENT);
        };
        if kind.is_some_and(|kind| kind != hook.kind) {
            note.say("Invalid qdisc name: must match existing qdisc");
            return Err(Errno::EINVAL);
        }
        self.drop_hook(link);
        Ok(())
    }

    /// Removes a link's qdisc, if it has one.
    pub(in crate::model) fn drop_hook(&mut self, link: IfIndex) {
        let Some(hook) = self.tc.hooks.remove(&link.0) else { return };
        self.unbind_side(&hook, false);
        if hook.kind == HookKind::Clsact {
            self.unbind_side(&hook, true);
        }
        self.events.push(|| Event::HookGone(hook));
    }

    /// Binds one side of a link to its block (`tcf_block_get_ext`).
    fn bind_side(&mut self, hook: &Hook, egress: bool, note: &mut Note) -> Result<(), Errno> {
        let key = block_key(hook, egress);
        let binding = Binding { link: hook.link, egress, offload: self.offers(hook.link, egress) };
        let Some(at) = self.tc.blocks.iter().position(|block| block.key == key) else {
            let mut block = Block::new(key);
            block.bound.push(binding);
            self.tc.blocks.push(block);
            return Ok(());
        };
        let Some(block) = self.tc.blocks.get(at) else { return Err(Errno::EINVAL) };
        if block.in_hw() {
            let dev = self.netdev(hook.link)?;
            let has_driver = dev.role.is_on_switch();
            if has_driver && dev.hw_tc != Some(true) {
                note.say("Bind to offloaded block failed as dev has offload disabled");
                return Err(Errno::EOPNOTSUPP);
            }
            if !binding.offload {
                return Err(Errno::EOPNOTSUPP);
            }
        }
        if binding.offload {
            self.replay(at, binding, note)?;
        }
        if let Some(block) = self.tc.blocks.get_mut(at) {
            block.bound.push(binding);
        }
        Ok(())
    }

    /// Offers the rules of a block to a driver that comes later (`tcf_block_playback_offloads`).
    fn replay(&mut self, at: usize, binding: Binding, note: &mut Note) -> Result<(), Errno> {
        let Some(block) = self.tc.blocks.get_mut(at) else { return Ok(()) };
        let mut chains = std::mem::take(&mut block.chains);
        let result = filters_mut(&mut chains)
            .filter(|filter| filter.rule.skip != Skip::SkipHw)
            .try_for_each(|filter| self.replay_one(filter, binding, note));
        if let Some(block) = self.tc.blocks.get_mut(at) {
            block.chains = chains;
        }
        result.inspect_err(|_| self.withdraw(at, binding.link, binding.egress))
    }

    fn replay_one(&mut self, filter: &mut Filter, binding: Binding, note: &mut Note) -> Result<(), Errno> {
        let must = filter.rule.skip == Skip::SkipSw;
        let mut unheard = Note::default();
        let heard = if must || filter.verbose { note } else { &mut unheard };
        let mut offer = Offer { places: filter.hw.clone(), log: Vec::new() };
        let result = self.offer_one(&binding, &filter.rule, &mut offer, heard);
        self.write_log(offer.log);
        match result {
            Ok(()) => {
                self.release(&filter.rule, &filter.hw);
                self.claim(&filter.rule, &offer.places);
                filter.hw = offer.places;
                Ok(())
            }
            Err(errno) if must => Err(errno),
            Err(_) => Ok(()),
        }
    }

    fn unbind_side(&mut self, hook: &Hook, egress: bool) {
        let key = block_key(hook, egress);
        let Some(at) = self.tc.blocks.iter().position(|block| block.key == key) else { return };
        self.withdraw(at, hook.link, egress);
        let Some(block) = self.tc.blocks.get_mut(at) else { return };
        block.bound.retain(|binding| binding.link != hook.link || binding.egress != egress);
        if block.bound.is_empty() {
            let block = self.tc.blocks.remove(at);
            block.filters().for_each(|filter| self.unbind_actions(&filter.rule));
        }
    }

    /// Takes the rules of a block out of the hardware of one side of a link.
    fn withdraw(&mut self, at: usize, link: IfIndex, egress: bool) {
        self.withdraw_where(at, |place| place.link == link && place.egress == egress);
    }

    /// Takes the rules on tunnel devices out of the hardware of a physical function, whose driver goes. Drivers hear of
    /// tunnel devices in every network namespace.
    pub(in crate::model) fn withdraw_via(&mut self, pf: usize) {
        self.everywhere(|there| {
            for at in 0..there.tc.blocks.len() {
                there.withdraw_where(at, |place| place.via == Some(pf));
            }
        });
    }

    fn withdraw_where(&mut self, at: usize, leaves: impl Fn(&HwPlace) -> bool) {
        let Some(block) = self.tc.blocks.get_mut(at) else { return };
        let mut chains = std::mem::take(&mut block.chains);
        for filter in filters_mut(&mut chains) {
            let gone: Vec<HwPlace> = filter.hw.extract_if(.., |place| leaves(place)).collect();
            self.release(&filter.rule, &gone);
        }
        if let Some(block) = self.tc.blocks.get_mut(at) {
            block.chains = chains;
        }
    }

    /// Lets rules that send to a link which goes away send nowhere.
    pub(in crate::model) fn forget_target(&mut self, link: IfIndex) {
        for filter in self.tc.blocks.iter_mut().flat_map(Block::filters_mut) {
            let forms = filter.hw.iter_mut().filter_map(|place| place.form.as_mut());
            let actions = forms.flat_map(|form| &mut form.actions).chain(&mut filter.rule.actions);
            for target in actions.filter_map(|action| action.target_mut()) {
                if target.dev.index().is_ok_and(|index| index == link) {
                    target.dev = IfIndex(0).into();
                }
            }
        }
    }
}

fn block_key(hook: &Hook, egress: bool) -> BlockKey {
    let number = if egress { hook.egress_block } else { hook.ingress_block };
    number.map_or(BlockKey::Own { link: hook.link, egress }, BlockKey::Shared)
}

/// A request for a qdisc where there is one already.
fn change_hook(there: &Hook, wanted: &Hook, flags: QdiscFlags, note: &mut Note) -> Result<(), Errno> {
    if flags.exclusive {
        note.say("Exclusivity flag on, cannot modify");
        return Err(Errno::EEXIST);
    }
    if there.kind != wanted.kind {
        note.say("Invalid qdisc name: must match existing qdisc");
        return Err(Errno::EINVAL);
    }
    if wanted.ingress_block.or(wanted.egress_block).is_some() {
        note.say("Change of blocks is not supported");
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}

/// `qdisc_block_indexes_set`.
fn check_blocks(hook: &Hook, note: &mut Note) -> Result<(), Errno> {
    if hook.ingress_block == Some(0) {
        note.say("Ingress block index cannot be 0");
        return Err(Errno::EINVAL);
    }
    if hook.egress_block == Some(0) {
        note.say("Egress block index cannot be 0");
        return Err(Errno::EINVAL);
    }
    if hook.egress_block.is_some() && hook.kind == HookKind::Ingress {
        note.say("Egress block sharing is not supported");
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}

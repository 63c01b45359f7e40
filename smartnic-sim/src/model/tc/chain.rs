use smartnic_core::flow::Match;

use super::query::check_chain;
use super::{Block, BlockKey, Chain, FilterName, Place};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::event::Event;
use crate::note::Note;

/// A chain that listeners are told of.
#[derive(Debug, Clone)]
pub(crate) struct ChainEvent {
    pub(crate) block: BlockKey,
    pub(crate) index: u32,
    pub(crate) template: Option<Match>,
}

impl Chain {
    /// Whether it exists only because a rule goes to it (`tcf_chain_held_by_acts_only`).
    pub(crate) fn is_only_wanted(&self) -> bool {
        !self.made && self.protos.is_empty()
    }
}

impl Machine {
    /// Makes a chain (`tc_ctl_chain`).
    pub(crate) fn add_chain(
        &mut self,
        place: Place,
        index: u32,
        create: bool,
        template: Option<Match>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let at = self.find_block(place, note)?;
        check_chain(index, note)?;
        let block = self.tc.blocks.get_mut(at).ok_or(Errno::EINVAL)?;
        match block.chain(index) {
            Some(chain) if !chain.is_only_wanted() => {
                note.say("Filter chain already exists");
                return Err(Errno::EEXIST);
            }
            None if !create => {
                note.say("Need both RTM_NEWCHAIN and NLM_F_CREATE to create a new chain");
                return Err(Errno::ENOENT);
            }
            _ => {}
        }
        let key = block.key;
        let chain = block.chain_or_new(index);
        chain.made = true;
        chain.template.clone_from(&template);
        self.events.push(|| Event::Chain(Box::new(ChainEvent { block: key, index, template })));
        Ok(())
    }

    /// Removes a chain and the filters in it.
    pub(crate) fn remove_chain(&mut self, place: Place, index: u32, note: &mut Note) -> Result<(), Errno> {
        let at = self.find_block(place, note)?;
        let (block, chain) = self.find_chain(place, index, note)?;
        let told = ChainEvent { block: block.key, index, template: chain.template.clone() };
        let prios: Vec<(u16, _)> = chain.protos.iter().map(|(prio, proto)| (*prio, proto.protocol)).collect();
        for (prio, protocol) in prios {
            self.remove_prio(at, FilterName { chain: index, prio, protocol, kind: None, handle: 0 });
        }
        if let Some(chain) = self.tc.blocks.get_mut(at).and_then(|block| block.chain_mut(index)) {
            chain.made = false;
            chain.template = None;
        }
        if let Some(block) = self.tc.blocks.get_mut(at) {
            block.drop_empty_chains();
        }
        self.events.push(|| Event::ChainGone(Box::new(told)));
        Ok(())
    }

    /// One chain.
    pub(crate) fn find_chain(
        &self,
        place: Place,
        index: u32,
        note: &mut Note,
    ) -> Result<(&Block, &Chain), Errno> {
        let at = self.find_block(place, note)?;
        check_chain(index, note)?;
        let block = self.tc.blocks.get(at).ok_or(Errno::EINVAL)?;
        let chain = block.chain(index).filter(|chain| !chain.is_only_wanted());
        chain.map(|chain| (block, chain)).ok_or_else(|| {
            note.say("Cannot find specified filter chain");
            Errno::EINVAL
        })
    }
}

/// Whether a filter looks only at what its chain's template looks at (`fl_mask_fits_tmplt`). Which bits of a key both
/// look at is not compared here.
pub(super) fn check_template(chain: Option<&Chain>, key: &Match, note: &mut Note) -> Result<(), Errno> {
    let Some(template) = chain.and_then(|chain| chain.template.as_ref()) else { return Ok(()) };
    // Source and destination are one group of keys.
    let ends = |key: &Match| {
        [
            key.src_mac.is_some(),
            key.dst_mac.is_some(),
            key.src_ip.is_some(),
            key.dst_ip.is_some(),
            key.src_port.is_some(),
            key.dst_port.is_some(),
        ]
    };
    let other_end = ends(key).into_iter().zip(ends(template)).any(|(here, there)| here && !there);
    if other_end || !template.keys().contains(key.keys()) {
        note.say("Mask does not fit the template");
        return Err(Errno::EINVAL);
    }
    Ok(())
}

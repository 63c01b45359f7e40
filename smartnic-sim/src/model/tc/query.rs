use smartnic_core::flow::{Classifier, MAX_CHAIN};
use smartnic_core::types::EtherType;

use super::write::{check_kind, check_protocol};
use super::{Block, BlockKey, Filter, HookKind, Place, Proto};
use crate::errno::Errno;
use crate::model::Machine;
use crate::note::Note;

/// What names a filter within its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FilterName {
    pub(crate) chain: u32,
    pub(crate) prio: u16,
    /// 0 stands for whatever the priority has.
    pub(crate) protocol: EtherType,
    /// Nothing stands for whatever the priority has.
    pub(crate) kind: Option<Classifier>,
    /// 0 stands for all of the priority, where that makes sense.
    pub(crate) handle: u32,
}

impl Machine {
    /// The block of a place, for a request that names filters (`__tcf_qdisc_find`, `__tcf_block_find`).
    pub(crate) fn find_block(&self, place: Place, note: &mut Note) -> Result<usize, Errno> {
        let key = match place {
            Place::Block(number) => BlockKey::Shared(number),
            Place::Dev { link, egress } => {
                self.netdev(link)?;
                let Some(hook) = self.tc.hooks.get(&link.0) else {
                    note.say("Parent Qdisc doesn't exists");
                    return Err(Errno::EINVAL);
                };
                // The ingress qdisc has one block, whichever side is asked for.
                let egress = egress && hook.kind == HookKind::Clsact;
                let shared = if egress { hook.egress_block } else { hook.ingress_block };
                if shared.is_some() {
                    note.say(
                        "This filter block is shared. Please use the block index to manipulate the filters",
                    );
                    return Err(Errno::EOPNOTSUPP);
                }
                BlockKey::Own { link, egress }
            }
        };
        self.tc.blocks.iter().position(|block| block.key == key).ok_or_else(|| {
            note.say("Block of given index was not found");
            Errno::EINVAL
        })
    }

    /// The block of a place, for a dump: a place that is not there has nothing in it, and a link's shared block is
    /// shown (`tc_dump_tfilter`).
    pub(crate) fn block_to_show(&self, place: Place) -> Option<&Block> {
        let key = self.key_to_show(place)?;
        self.tc.blocks.iter().find(|block| block.key == key)
    }

    /// The filters of a place in the order of a dump, to count packets on.
    pub(crate) fn filters_to_count(&mut self, place: Place) -> Option<impl Iterator<Item = &mut Filter>> {
        let key = self.key_to_show(place)?;
        self.tc.blocks.iter_mut().find(|block| block.key == key).map(Block::filters_mut)
    }

    fn key_to_show(&self, place: Place) -> Option<BlockKey> {
        match place {
            Place::Block(number) => Some(BlockKey::Shared(number)),
            Place::Dev { link, egress } => {
                let hook = self.tc.hooks.get(&link.0)?;
                let egress = egress && hook.kind == HookKind::Clsact;
                let shared = if egress { hook.egress_block } else { hook.ingress_block };
                Some(shared.map_or(BlockKey::Own { link, egress }, BlockKey::Shared))
            }
        }
    }

    /// One filter (`tc_get_tfilter`).
    pub(crate) fn filter(
        &self,
        place: Place,
        name: FilterName,
        note: &mut Note,
    ) -> Result<(&Block, &Proto, &Filter), Errno> {
        if name.prio == 0 {
            note.say("Invalid filter command with priority of zero");
            return Err(Errno::ENOENT);
        }
        let at = self.find_block(place, note)?;
        check_chain(name.chain, note)?;
        let block = self.tc.blocks.get(at).ok_or(Errno::EINVAL)?;
        let Some(chain) = block.chain(name.chain) else {
            note.say("Cannot find specified filter chain");
            return Err(Errno::EINVAL);
        };
        let Some(proto) = chain.protos.get(&name.prio) else {
            note.say("Filter with specified priority/protocol not found");
            return Err(Errno::ENOENT);
        };
        check_protocol(proto.protocol, name.protocol, note)?;
        check_kind(proto, name.kind, note)?;
        let Some(filter) = proto.filters.get(&name.handle) else {
            note.say("Specified filter handle not found");
            return Err(Errno::ENOENT);
        };
        Ok((block, proto, filter))
    }

    /// Makes what a state file does not hold.
    pub(crate) fn count_matches(&mut self) {
        let mut blocks = std::mem::take(&mut self.tc.blocks);
        self.tc.hw_keys.clear();
        for proto in
            blocks.iter_mut().flat_map(|block| &mut block.chains).flat_map(|chain| chain.protos.values_mut())
        {
            proto.count_matches();
            for filter in proto.filters.values() {
                self.count_keys(&filter.rule, &filter.hw);
            }
        }
        self.tc.blocks = blocks;
    }
}

pub(super) fn check_chain(chain: u32, note: &mut Note) -> Result<(), Errno> {
    if chain > MAX_CHAIN {
        note.say("Specified chain index exceeds upper limit");
        return Err(Errno::EINVAL);
    }
    Ok(())
}

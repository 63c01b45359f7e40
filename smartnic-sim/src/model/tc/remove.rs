use super::block::goto_chains;
use super::query::check_chain;
use super::write::{check_kind, check_protocol};
use super::{Filter, FilterName, Place};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::event::{Event, FilterEvent};
use crate::note::Note;

impl Machine {
    /// Removes one filter, all of a priority (handle 0), or all of a chain (priority 0): `tc_del_tfilter`.
    pub(crate) fn remove_filter(
        &mut self,
        place: Place,
        name: FilterName,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if name.prio == 0 && (name.protocol.0 != 0 || name.handle != 0 || name.kind.is_some()) {
            note.say("Cannot flush filters with protocol, handle or kind set");
            return Err(Errno::ENOENT);
        }
        let at = self.find_block(place, note)?;
        check_chain(name.chain, note)?;
        let block = self.tc.blocks.get(at).ok_or(Errno::EINVAL)?;
        let Some(chain) = block.chain(name.chain) else {
            if name.prio == 0 {
                return Ok(());
            }
            note.say("Cannot find specified filter chain");
            return Err(Errno::ENOENT);
        };
        if name.prio == 0 {
            let prios: Vec<u16> = chain.protos.keys().copied().collect();
            for prio in prios {
                self.remove_prio(at, FilterName { prio, ..name });
            }
            return Ok(());
        }
        let Some(proto) = chain.protos.get(&name.prio) else {
            note.say("Filter with specified priority/protocol not found");
            return Err(Errno::ENOENT);
        };
        check_protocol(proto.protocol, name.protocol, note)?;
        check_kind(proto, name.kind, note)?;
        let name = FilterName { protocol: proto.protocol, kind: Some(proto.classifier()), ..name };
        if name.handle == 0 {
            self.remove_prio(at, name);
            return Ok(());
        }
        if !proto.filters.contains_key(&name.handle) {
            note.say("Specified filter handle not found");
            return Err(Errno::ENOENT);
        }
        self.tell_filter(at, name, Event::FilterGone);
        self.remove_one(at, name);
        Ok(())
    }

    fn remove_one(&mut self, at: usize, name: FilterName) {
        let Some(block) = self.tc.blocks.get_mut(at) else { return };
        let Some(chain) = block.chain_mut(name.chain) else { return };
        let Some(proto) = chain.protos.get_mut(&name.prio) else { return };
        let filter = proto.remove(name.handle);
        if proto.filters.is_empty() {
            chain.protos.remove(&name.prio);
        }
        // Looking at all rules is needed only where a chain may have lost its last one.
        let goes = filter.as_ref().is_some_and(|filter| goto_chains(&filter.rule).next().is_some());
        if goes || chain.protos.is_empty() {
            block.drop_empty_chains();
        }
        self.release_all(filter);
    }

    pub(super) fn remove_prio(&mut self, at: usize, name: FilterName) {
        let Some(block) = self.tc.blocks.get_mut(at) else { return };
        let key = block.key;
        let proto = block.chain_mut(name.chain).and_then(|chain| chain.protos.remove(&name.prio));
        block.drop_empty_chains();
        let Some(proto) = proto else { return };
        let event = FilterEvent {
            block: key,
            chain: name.chain,
            prio: name.prio,
            protocol: proto.protocol.0,
            kind: proto.classifier(),
            handle: 0,
            filter: None,
        };
        self.release_all(proto.filters.into_values());
        self.events.push(|| Event::PrioGone(Box::new(event)));
    }

    fn release_all(&mut self, filters: impl IntoIterator<Item = Filter>) {
        for filter in filters {
            self.release(&filter.rule, &filter.hw);
            self.unbind_actions(&filter.rule);
        }
    }
}

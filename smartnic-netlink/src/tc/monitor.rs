//! Messages about traffic control: answers, and what `RTNLGRP_TC` tells its members.

use smartnic_core::flow::{Attach, FilterContent, FilterNote, TcMessage, TcName, TcObject, TcPlace, Told};
use smartnic_core::types::IfIndex;

use super::filter::{self, Parts, read_entry};
use super::{action_table, qdisc, read_filter_info, read_place};
use crate::codec::{Flags, Message, TcMsg, WireError};
use crate::uapi::rtnetlink::*;

/// The multicast group.
pub const GROUP: u32 = RTNLGRP_TC;

/// Reads a message; nothing if it is about something else, such as a class.
///
/// # Errors
/// A [`WireError`] if it is malformed.
pub fn decode(message: &Message<'_>) -> Result<Option<TcMessage>, WireError> {
    let (object, remark) = match message.header.kind {
        RTM_NEWTFILTER | RTM_DELTFILTER | RTM_GETTFILTER => {
            let (note, remark) = filter_note(message)?;
            (TcObject::Filter(note), remark)
        }
        RTM_NEWCHAIN | RTM_DELCHAIN | RTM_GETCHAIN => {
            let (note, remark) = filter_note(message)?;
            (TcObject::Chain(note), remark)
        }
        RTM_NEWACTION | RTM_DELACTION | RTM_GETACTION => {
            let (note, remark) = action_table::decode(message)?;
            (TcObject::Actions(note), remark)
        }
        RTM_NEWQDISC | RTM_DELQDISC => {
            let (note, remark) = qdisc::decode_note(message)?;
            (TcObject::Qdisc(note), remark)
        }
        _ => return Ok(None),
    };
    Ok(Some(TcMessage { told: told(message), object, remark }))
}

fn told(message: &Message<'_>) -> Told {
    let has = |flags: Flags| message.header.flags.contains(flags);
    match message.header.kind {
        RTM_DELTFILTER | RTM_DELCHAIN | RTM_DELACTION | RTM_DELQDISC => Told::Deleted,
        RTM_NEWTFILTER | RTM_NEWCHAIN => match (has(Flags::CREATE), has(Flags::EXCL)) {
            (true, true) => Told::Added,
            (true, false) => Told::Replaced,
            (false, _) => Told::There,
        },
        RTM_NEWACTION if has(Flags::REPLACE) => Told::Replaced,
        RTM_NEWACTION if has(Flags::CREATE) => Told::Added,
        RTM_NEWQDISC if has(Flags::CREATE | Flags::REPLACE) => Told::Replaced,
        RTM_NEWQDISC if has(Flags::CREATE | Flags::EXCL) => Told::Added,
        _ => Told::There,
    }
}

/// Reads what a message says of a filter or a chain.
fn filter_note(message: &Message<'_>) -> Result<(FilterNote, Option<String>), WireError> {
    let parts = Parts::of(message)?;
    let (prio, protocol) = read_filter_info(parts.header.info);
    let name = TcName {
        place: tc_place(&parts.header),
        prio,
        protocol,
        chain: parts.chain,
        handle: parts.header.handle,
        kind: parts.kind.map(str::to_owned),
    };
    let mut hits = None;
    let content = match (&parts.options, parts.classifier()) {
        (None, _) => FilterContent::None,
        (Some(_), Some(classifier)) => {
            let attach = read_place(&parts.header).unwrap_or(Attach::Block(0));
            let mut entry = filter::blank();
            hits = read_entry(&parts, attach, classifier, &mut entry)?;
            FilterContent::Flow(Box::new(entry))
        }
        (Some(_), None) => FilterContent::Other { bytes: parts.bytes },
    };
    Ok((FilterNote { name, content, hits }, parts.remark.map(str::to_owned)))
}

fn tc_place(header: &TcMsg) -> TcPlace {
    if header.ifindex.cast_unsigned() == TCM_IFINDEX_MAGIC_BLOCK {
        return TcPlace::Block(header.parent);
    }
    TcPlace::Link { link: IfIndex(header.ifindex.unsigned_abs()), parent: header.parent }
}

#[cfg(test)]
mod tests {
    use smartnic_core::flow::{
        Action, ActionsNote, FilterBody, FlowEntry, FlowStats, INGRESS_PARENT, Rule, TcRequest, TcVerb,
    };
    use smartnic_core::types::EtherType;

    use super::*;
    use crate::codec::{Encoder, Request};
    use crate::tc::request::Ask;
    use crate::uapi::pkt_cls::*;

    /// A request is read as the message that would tell of it.
    fn read(request: &TcRequest) -> TcMessage {
        let mut bytes = Vec::new();
        Ask { request, echo: true }.write(&mut bytes, 1, 1).unwrap();
        decode(&Message::decode(&bytes).unwrap()).unwrap().unwrap()
    }

    fn name(place: TcPlace, kind: &str) -> TcName {
        let kind = Some(kind.to_owned());
        TcName { place, prio: 7, protocol: EtherType::IPV4, chain: Some(3), handle: 2, kind }
    }

    fn body(kind: smartnic_core::flow::Classifier) -> Option<Box<FilterBody>> {
        let rule = Rule::new(Attach::Block(0)).protocol(EtherType::IPV4).skip_hw();
        Some(Box::new(FilterBody { rule: Rule { classifier: kind, ..rule }, verbose: true }))
    }

    #[test]
    fn filters_and_chains_are_read_wherever_they_stand() {
        use smartnic_core::flow::Classifier::{Flower, Matchall};
        let ingress = TcPlace::Link { link: IfIndex(5), parent: INGRESS_PARENT };
        let below_a_class = TcPlace::Link { link: IfIndex(5), parent: 0x0001_0002 };
        for (place, attach) in [
            (ingress, Attach::ingress(IfIndex(5))),
            (TcPlace::Block(9), Attach::Block(9)),
            (below_a_class, Attach::Block(0)),
        ] {
            for kind in [Flower, Matchall] {
                let rule = Rule::new(attach.clone()).protocol(EtherType::IPV4).chain(3).prio(7).handle(2);
                let rule = Rule { classifier: kind, ..rule.skip_hw() };
                let stats = FlowStats::default();
                let entry = FlowEntry { rule, in_hw: None, in_hw_count: 0, stats, actions: Vec::new() };
                let content = FilterContent::Flow(Box::new(entry));
                let note = FilterNote { name: name(place, kind.name()), content, hits: None };
                let said = |told, object| TcMessage { told, object, remark: None };
                let filter = TcRequest::Filter(TcVerb::Add, note.name.clone(), body(kind));
                assert_eq!(read(&filter), said(Told::Added, TcObject::Filter(note.clone())));
                let filter = TcRequest::Filter(TcVerb::Replace, note.name.clone(), body(kind));
                assert_eq!(read(&filter), said(Told::Replaced, TcObject::Filter(note.clone())));
                let chain = TcRequest::Chain(TcVerb::Delete, note.name.clone(), body(kind));
                assert_eq!(read(&chain), said(Told::Deleted, TcObject::Chain(note)));
            }
        }
        let filter = TcRequest::Filter(TcVerb::Change, name(ingress, "u32"), None);
        let note = FilterNote { name: name(ingress, "u32"), content: FilterContent::None, hits: None };
        assert_eq!(
            read(&filter),
            TcMessage { told: Told::There, object: TcObject::Filter(note), remark: None }
        );
    }

    #[test]
    fn shared_actions_keep_their_number_and_place() {
        let action = Action { index: Some(12), ..Action::drop() };
        let message = read(&TcRequest::Actions(TcVerb::Replace, vec![action.clone()]));
        let TcObject::Actions(note) = message.object else { panic!("{message:?}") };
        assert_eq!(message.told, Told::Replaced);
        let there: Vec<_> = note.actions.iter().map(|(place, action, _)| (*place, action.clone())).collect();
        assert_eq!(there, [(1, action)]);
    }

    #[test]
    fn a_flush_tells_the_kind_and_how_many_went() {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, RTM_DELACTION, Flags::ROOT, 1, 1);
        e.fixed(&[0_u8; 4]);
        e.nest(TCA_ROOT_TAB, |e| {
            e.nest(0, |e| {
                e.text(TCA_ACT_KIND, "gact");
                e.u32(TCA_FCNT, 4);
            });
        });
        e.finish().unwrap();
        let read = decode(&Message::decode(&bytes).unwrap()).unwrap().unwrap();
        let note = ActionsNote { flushed: Some(("gact".to_owned(), 4)), ..ActionsNote::default() };
        assert_eq!(read, TcMessage { told: Told::Deleted, object: TcObject::Actions(note), remark: None });
    }

    #[test]
    fn what_is_about_a_class_is_left_out() {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, RTM_NEWTCLASS, Flags::empty(), 1, 1);
        e.fixed(&TcMsg::default());
        e.finish().unwrap();
        assert_eq!(decode(&Message::decode(&bytes).unwrap()), Ok(None));
    }
}

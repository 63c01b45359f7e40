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

//! What the kernel tells of bridges as it changes: messages of three multicast groups.

use smartnic_core::bridge::{BridgeChanged, BridgeNotice};

use super::{bridge, fdb, mdb};
use crate::codec::{Message, WireError};
use crate::uapi::rtnetlink::*;

/// The groups that a socket joins to hear of addresses, members of groups, and ports.
pub const GROUPS: [u32; 3] = [RTNLGRP_NEIGH, RTNLGRP_MDB, RTNLGRP_LINK];

/// Reads one message; nothing if it is about something else than a bridge, such as a neighbour of IP.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Option<BridgeNotice>, WireError> {
    let kind = message.header.kind;
    let what = match kind {
        RTM_NEWNEIGH | RTM_DELNEIGH => fdb::decode(message)?.map(Box::new).map(BridgeChanged::Address),
        // The kernel tells of members one by one.
        RTM_NEWMDB | RTM_DELMDB => {
            mdb::decode(message)?.into_iter().next().map(Box::new).map(BridgeChanged::Member)
        }
        RTM_NEWLINK | RTM_DELLINK => bridge::decode(message)?.map(Box::new).map(BridgeChanged::Port),
        _ => None,
    };
    let gone = matches!(kind, RTM_DELNEIGH | RTM_DELMDB | RTM_DELLINK);
    Ok(what.map(|what| BridgeNotice { what, gone }))
}

//! How received packets are spread over queues (`ETHTOOL_MSG_RSS_GET`, `_SET`, `_CREATE_ACT`, `_DELETE_ACT`).

use smartnic_core::ethtool::{HASH_FIELDS, Record, Rss};
use smartnic_core::types::IfIndex;

use super::record::{Place, Wire, fields_of, layout, write};
use super::start;
use crate::codec::{Encoder, Flags, Message, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;

layout! {
    /// How it lies on the wire.
    LAYOUT: ETHTOOL_MSG_RSS_GET, ETHTOOL_MSG_RSS_SET, ETHTOOL_A_RSS_HEADER, ETHTOOL_A_RSS_NAMES, [], PLACES
}

const PLACES: &[Place] = &[
    (ETHTOOL_A_RSS_CONTEXT, Wire::U32, "context"),
    (ETHTOOL_A_RSS_HFUNC, Wire::U32, "rss-hash-function"),
    (ETHTOOL_A_RSS_INDIR, Wire::Numbers32, "rss-indirection-table"),
    (ETHTOOL_A_RSS_HKEY, Wire::Bytes, "rss-hash-key"),
    (ETHTOOL_A_RSS_INPUT_XFRM, Wire::U32, "rss-input-transformation"),
    (ETHTOOL_A_RSS_FLOW_HASH, Wire::Within(FLOWS), "flow-hash"),
];

const fn flow(attr: u32, name: &'static str) -> Place {
    (attr as u16, Wire::Flags(HASH_FIELDS), name)
}

const FLOWS: &[Place] = &[
    flow(ETHTOOL_A_FLOW_ETHER, "flow-hash.ether"),
    flow(ETHTOOL_A_FLOW_IP4, "flow-hash.ip4"),
    flow(ETHTOOL_A_FLOW_IP6, "flow-hash.ip6"),
    flow(ETHTOOL_A_FLOW_TCP4, "flow-hash.tcp4"),
    flow(ETHTOOL_A_FLOW_TCP6, "flow-hash.tcp6"),
    flow(ETHTOOL_A_FLOW_UDP4, "flow-hash.udp4"),
    flow(ETHTOOL_A_FLOW_UDP6, "flow-hash.udp6"),
    flow(ETHTOOL_A_FLOW_SCTP4, "flow-hash.sctp4"),
    flow(ETHTOOL_A_FLOW_SCTP6, "flow-hash.sctp6"),
    flow(ETHTOOL_A_FLOW_AH4, "flow-hash.ah4"),
    flow(ETHTOOL_A_FLOW_AH6, "flow-hash.ah6"),
    flow(ETHTOOL_A_FLOW_ESP4, "flow-hash.esp4"),
    flow(ETHTOOL_A_FLOW_ESP6, "flow-hash.esp6"),
    flow(ETHTOOL_A_FLOW_AH_ESP4, "flow-hash.ah-esp4"),
    flow(ETHTOOL_A_FLOW_AH_ESP6, "flow-hash.ah-esp6"),
    flow(ETHTOOL_A_FLOW_GTPU4, "flow-hash.gtpu4"),
    flow(ETHTOOL_A_FLOW_GTPU6, "flow-hash.gtpu6"),
    flow(ETHTOOL_A_FLOW_GTPC4, "flow-hash.gtpc4"),
    flow(ETHTOOL_A_FLOW_GTPC6, "flow-hash.gtpc6"),
    flow(ETHTOOL_A_FLOW_GTPC_TEID4, "flow-hash.gtpc-teid4"),
    flow(ETHTOOL_A_FLOW_GTPC_TEID6, "flow-hash.gtpc-teid6"),
    flow(ETHTOOL_A_FLOW_GTPU_EH4, "flow-hash.gtpu-eh4"),
    flow(ETHTOOL_A_FLOW_GTPU_EH6, "flow-hash.gtpu-eh6"),
    flow(ETHTOOL_A_FLOW_GTPU_UL4, "flow-hash.gtpu-ul4"),
    flow(ETHTOOL_A_FLOW_GTPU_UL6, "flow-hash.gtpu-ul6"),
    flow(ETHTOOL_A_FLOW_GTPU_DL4, "flow-hash.gtpu-dl4"),
    flow(ETHTOOL_A_FLOW_GTPU_DL6, "flow-hash.gtpu-dl6"),
];

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// The link's own, or that of a context.
    Get(Option<u32>),
    /// The link's own and all contexts.
    Dump,
    /// A change of the fields that are there, of the link's own or of the context that is named.
    Set(&'a Rss),
    /// A new context; the answer has its number.
    Create(&'a Rss),
    /// That a context goes.
    Delete(u32),
}

/// A request about a link.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
    /// What is asked for.
    pub ask: Ask<'a>,
}

impl Request for About<'_> {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        if let Ask::Dump = self.ask { Flags::DUMP } else { Flags::empty() }
    }

    fn names(&self) -> &'static Names {
        LAYOUT.names
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        let command = match self.ask {
            Ask::Get(_) | Ask::Dump => ETHTOOL_MSG_RSS_GET,
            Ask::Set(_) => ETHTOOL_MSG_RSS_SET,
            Ask::Create(_) => ETHTOOL_MSG_RSS_CREATE_ACT,
            Ask::Delete(_) => ETHTOOL_MSG_RSS_DELETE_ACT,
        };
        start(e, command, ETHTOOL_A_RSS_HEADER, self.link, 0);
        match self.ask {
            Ask::Get(context) => {
                if let Some(context) = context {
                    e.u32(ETHTOOL_A_RSS_CONTEXT, context);
                }
            }
            Ask::Dump => {}
            Ask::Delete(context) => e.u32(ETHTOOL_A_RSS_CONTEXT, context),
            Ask::Set(change) | Ask::Create(change) => write(e, PLACES, change)?,
        }
        Ok(())
    }
}

/// Reads an answer. Sets of fields have no mask.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Rss, WireError> {
    let mut rss = Rss::default();
    fields_of(message, PLACES, None, &mut |name, value| {
        rss.put(name, value);
    })?;
    Ok(rss)
}

#[cfg(test)]
mod tests {
    use smartnic_core::ethtool::{Bits, Bytes, HashFunction};

    use super::*;
    use crate::codec::messages;

    #[test]
    fn what_is_written_is_read() {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let rss = Rss {
            context: Some(3),
            function: Some(HashFunction::Toeplitz),
            key: Some(Bytes(vec![1, 2, 3])),
            indirection: Some(vec![0, 1, 2, 3]),
            tcp4: Some(Bits { on: own(&["ip-src", "ip-dst"]), of: None }),
            ..Rss::default()
        };
        let mut buf = Vec::new();
        About { family: 20, link: IfIndex(7), ask: Ask::Create(&rss) }.write(&mut buf, 1, 1).unwrap();
        let read = decode(&messages(&buf).next().unwrap().unwrap()).unwrap();
        assert_eq!(read, rss);

        let wrong = Rss { tcp4: Some(Bits { on: own(&["colour"]), of: None }), ..Rss::default() };
        let mut buf = Vec::new();
        About { family: 20, link: IfIndex(7), ask: Ask::Set(&wrong) }.write(&mut buf, 1, 1).unwrap_err();
        let some = Rss { tcp4: Some(Bits { on: vec![], of: Some(own(&["ip-src"])) }), ..Rss::default() };
        About { family: 20, link: IfIndex(7), ask: Ask::Set(&some) }.write(&mut buf, 1, 1).unwrap_err();
    }
}

//! netlink-packet-route.

use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::tc::{TcAttribute, TcMessage, TcOption};

use crate::Codec;

pub(crate) struct Route {
    message: NetlinkMessage<RouteNetlinkMessage>,
}

fn decoded(bytes: &[u8]) -> NetlinkMessage<RouteNetlinkMessage> {
    NetlinkMessage::deserialize(bytes).expect("a message")
}

impl Route {
    /// The rule in this crate's words is what it reads from our bytes.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self { message: decoded(bytes) }
    }
}

impl Codec for Route {
    fn write(&mut self, bytes: &mut Vec<u8>) {
        self.message.finalize();
        bytes.resize(self.message.buffer_len(), 0);
        self.message.serialize(bytes);
    }

    fn read(&mut self, bytes: &[u8]) -> usize {
        match decoded(bytes).payload {
            NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewTrafficFilter(filter)) => count(&filter),
            other => panic!("{other:?}"),
        }
    }
}

fn count(filter: &TcMessage) -> usize {
    let inner = |attribute: &TcAttribute| match attribute {
        TcAttribute::Options(options) => {
            options.iter().filter(|option| matches!(option, TcOption::Flower(_))).count()
        }
        _ => 1,
    };
    filter.attributes.iter().map(inner).sum()
}

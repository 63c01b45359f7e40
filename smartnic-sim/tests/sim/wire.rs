//! A small client of the netlink face: requests and answers of `smartnic-netlink`, which knows nothing of the
//! simulated kernel's own mapping.

use std::time::Duration;

use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{
    Completion, Encoder, Exchange, Flags, Message, Request, Sequence, Step, TcMsg, messages,
};
use smartnic_netlink::transport::{Kernel, Protocol, Transport};
use smartnic_netlink::uapi::genetlink::SIZEOF_GENLMSGHDR;
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::rtnetlink::*;
use smartnic_netlink::{devlink, ethtool, genl};
use smartnic_sim::{SimHost, SimKernel};

use crate::common::host;

/// Sockets on a simulated kernel.
pub(crate) struct Client {
    pub(crate) route: Box<dyn Transport>,
    pub(crate) generic: Box<dyn Transport>,
    sequence: Sequence,
    /// The message types of devlink and ethtool.
    pub(crate) devlink: u16,
    pub(crate) ethtool: u16,
}

/// How a request ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) errno: i32,
    pub(crate) text: Option<String>,
    pub(crate) path: Option<String>,
}

impl Client {
    pub(crate) fn new(kernel: &SimKernel) -> Self {
        let open = |protocol| kernel.open(protocol).unwrap();
        let (route, generic) = (open(Protocol::Route), open(Protocol::Generic));
        let sequence = Sequence::starting_at(100);
        let mut client = Self { route, generic, sequence, devlink: 0, ethtool: 0 };
        client.devlink = client.family("devlink").unwrap_or(0);
        client.ethtool = client.family("ethtool").unwrap();
        client
    }

    pub(crate) fn family(&mut self, name: &str) -> Option<u16> {
        let (found, end) = self.ask(&genl::GetFamily { name }, |message| genl::decode(message).unwrap().id);
        assert!(end.errno == 0 || end.errno == 2, "{end:?}");
        found.into_iter().next()
    }

    /// Sends a request and reads every message of its answer.
    pub(crate) fn ask<T>(
        &mut self,
        request: &dyn Request,
        read: impl Fn(&Message<'_>) -> T,
    ) -> (Vec<T>, End) {
        // Message types of the two protocols overlap; their headers differ in length.
        let generic = request.names().fixed_len == SIZEOF_GENLMSGHDR;
        let socket = if generic { &mut self.generic } else { &mut self.route };
        let mut bytes = Vec::new();
        let exchange = request.write(&mut bytes, self.sequence.take(), socket.port_id()).unwrap();
        socket.send(&bytes).unwrap();
        follow(socket.as_mut(), exchange, &bytes, request, read)
    }

    /// Sends a request that is answered with nothing but its end.
    pub(crate) fn tell(&mut self, request: &dyn Request) -> End {
        let (answer, end) = self.ask(request, |_| ());
        assert_eq!(answer, []);
        end
    }
}

fn follow<T>(
    socket: &mut dyn Transport,
    mut exchange: Exchange,
    sent: &[u8],
    request: &dyn Request,
    read: impl Fn(&Message<'_>) -> T,
) -> (Vec<T>, End) {
    let mut answer = Vec::new();
    let mut buf = Vec::new();
    socket.set_timeout(Some(Duration::from_secs(5))).unwrap();
    loop {
        socket.recv(&mut buf).unwrap();
        for message in messages(&buf) {
            match exchange.accept(message.unwrap()).unwrap() {
                Step::Data(message) => answer.push(read(&message)),
                Step::Done(Completion { errno, extack, .. }) => {
                    let path = request.names().path(&extack, sent);
                    let text = extack.message.map(std::borrow::Cow::into_owned);
                    return (answer, End { errno, text, path });
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// One machine with its two faces, and a client of the second.
pub(crate) fn both(profile: &str) -> (SimHost, SimKernel, Client) {
    let host = host(profile);
    let kernel = SimKernel::new(host.machine().clone());
    let client = Client::new(&kernel);
    (host, kernel, client)
}

/// A refusal.
pub(crate) fn end(errno: i32, text: &str, path: Option<&str>) -> End {
    End { errno, text: Some(text.to_owned()), path: path.map(str::to_owned) }
}

/// Writes a flower filter on a range of ports; says where its lower port is.
pub(crate) fn filter_with_ports(bytes: &mut Vec<u8>, socket: u32, link: IfIndex, min: u16, max: u16) -> u32 {
    let flags = Flags::REQUEST | Flags::ACK | Flags::CREATE | Flags::EXCL;
    let mut at = 0;
    let mut e = Encoder::message(bytes, RTM_NEWTFILTER, flags, 7, socket);
    let info = 1 << 16 | u32::from(0x0800_u16.to_be());
    e.fixed(&TcMsg { ifindex: link.0 as i32, parent: 0xffff_fff2, info, ..TcMsg::default() });
    e.text(TCA_KIND, "flower");
    e.nest(TCA_OPTIONS, |e| {
        e.u16_be(TCA_FLOWER_KEY_ETH_TYPE, 0x0800);
        e.u8(TCA_FLOWER_KEY_IP_PROTO, 17);
        at = e.written() as u32;
        e.u16_be(TCA_FLOWER_KEY_PORT_DST_MIN, min);
        e.u16_be(TCA_FLOWER_KEY_PORT_DST_MAX, max);
    });
    e.finish().unwrap();
    at
}

/// Sends bytes and reads every datagram that waits.
pub(crate) fn talk(socket: &mut dyn Transport, bytes: &[u8]) -> Vec<Vec<u8>> {
    socket.send(bytes).unwrap();
    drain(socket)
}

/// Reads every datagram that waits.
pub(crate) fn drain(socket: &mut dyn Transport) -> Vec<Vec<u8>> {
    socket.set_timeout(Some(Duration::ZERO)).unwrap();
    let mut all = Vec::new();
    let mut buf = Vec::new();
    while socket.recv(&mut buf).is_ok() {
        all.push(std::mem::take(&mut buf));
    }
    all
}

/// Number, text and place of an acknowledgement.
pub(crate) fn acknowledged(datagram: &[u8]) -> (i32, Option<String>, Option<u32>) {
    let message = Message::decode(datagram).unwrap();
    assert_eq!(message.header.kind, 2, "{message:?}");
    let ack = smartnic_netlink::codec::Ack::decode(&message).unwrap();
    (ack.errno, ack.extack.message.map(Into::into), ack.extack.offset)
}

/// The names under which tests use the families.
pub(crate) use {devlink::*, ethtool::features};

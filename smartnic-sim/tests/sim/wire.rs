//! A small client of the netlink face: requests and answers of `smartnic-netlink`, which knows nothing of the
//! simulated kernel's own mapping.

use smartnic_netlink::codec::{Completion, Exchange, Message, Request, Sequence, Step, messages};
use smartnic_netlink::transport::{Kernel, Protocol, Transport};
use smartnic_netlink::uapi::genetlink::SIZEOF_GENLMSGHDR;
use smartnic_netlink::{devlink, ethtool, genl};
use smartnic_sim::SimKernel;

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
    socket.set_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
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

/// The names under which tests use the families.
pub(crate) use {devlink::*, ethtool::features};

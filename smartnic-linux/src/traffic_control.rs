//! Traffic control in the kernel's own terms: requests as they are, tables message by message, and what others change.

use std::os::fd::BorrowedFd;
use std::time::Duration;

use smartnic_core::Result;
use smartnic_core::backend::{TcAnswer, TrafficControl, Watch};
use smartnic_core::flow::{TcMessage, TcName, TcPlace, TcRequest, TcTable, TcVerb};
use smartnic_netlink::tc::monitor;
use smartnic_netlink::tc::request::{Ask, Read};
use smartnic_netlink::transport::Protocol;

use crate::LinuxHost;
use crate::connection::{Call, Failure};
use crate::flow::programs::{Programs, needed};
use crate::listener::Listener;

/// How often a table is asked for before it is given up as torn.
const TRIES: u32 = 8;
const WATCH: &str = "watch traffic control";

impl TrafficControl for LinuxHost {
    fn request(&self, request: &TcRequest, echo: bool) -> Result<TcAnswer> {
        let mut programs = Programs::default();
        let opened = match request {
            TcRequest::Filter(verb, name, Some(body)) if needed(&body.rule.actions) => {
                let mut body = body.clone();
                programs.open(&*self.kernel, &mut body.rule.actions)?;
                Some(TcRequest::Filter(*verb, name.clone(), Some(body)))
            }
            TcRequest::Actions(verb, actions) if needed(actions) => {
                let mut actions = actions.clone();
                programs.open(&*self.kernel, &mut actions)?;
                Some(TcRequest::Actions(*verb, actions))
            }
            _ => None,
        };
        let request = opened.as_ref().unwrap_or(request);
        let ask = Ask { request, echo };
        let object = object_of(request);
        let call = Call {
            op: op_of(request),
            object: &object,
            names: smartnic_netlink::codec::Request::names(&ask),
        };
        self.route.with(&call, |connection| {
            let mut answer = TcAnswer::default();
            let messages = &mut answer.messages;
            let end = connection.run(&call, &ask, &mut |message| {
                messages.extend(monitor::decode(&message).map_err(|error| call.malformed(error))?);
                Ok(())
            });
            answer.note = end.map_err(|failure| match failure {
                Failure::Final(error) => error,
                Failure::Torn(error) => error.hint("the change may have been made: read the state again"),
            })?;
            Ok(answer)
        })
    }

    fn table(&self, table: &TcTable, each: &mut dyn FnMut(TcMessage) -> Result<()>) -> Result<()> {
        let read = Read(table);
        let names = smartnic_netlink::codec::Request::names(&read);
        let call = Call { op: "read traffic control", object: &"", names };
        let mut begun = false;
        let mut left = TRIES;
        loop {
            let end = self.route.with(&call, |connection| {
                Ok(connection.run(&call, &read, &mut |message| match monitor::decode(&message)
                    .map_err(|error| call.malformed(error))?
                {
                    Some(message) => {
                        begun = true;
                        each(message)
                    }
                    None => Ok(()),
                }))
            })?;
            left -= 1;
            match end {
                Ok(_) => return Ok(()),
                Err(Failure::Torn(_)) if !begun && left > 0 => {}
                Err(Failure::Torn(error)) => return Err(error.hint("read again")),
                Err(Failure::Final(error)) => return Err(error),
            }
        }
    }

    fn watch(&self) -> Result<Box<dyn Watch>> {
        let listener = Listener::open(self, WATCH, Protocol::Route, &[monitor::GROUP], monitor::decode)?;
        Ok(Box::new(listener))
    }
}

impl Watch for Listener<TcMessage> {
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<TcMessage>> {
        Listener::wait(self, most)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Listener::fd(self)
    }
}

fn op_of(request: &TcRequest) -> &'static str {
    use TcVerb::{Add, Change, Delete, Get, Link, Replace};
    match request {
        TcRequest::Filter(Add, ..) => "add a filter",
        TcRequest::Filter(Delete, ..) => "remove filters",
        TcRequest::Filter(Get, ..) => "read a filter",
        TcRequest::Filter(..) => "change a filter",
        TcRequest::Chain(Delete, ..) => "remove a chain",
        TcRequest::Chain(Get, ..) => "read a chain",
        TcRequest::Chain(..) => "add a chain",
        TcRequest::Actions(Add, _) => "add shared actions",
        TcRequest::Actions(..) => "replace shared actions",
        TcRequest::ActionsByIndex(Get, _) => "read shared actions",
        TcRequest::ActionsByIndex(..) => "remove shared actions",
        TcRequest::FlushActions(_) => "remove all shared actions of a kind",
        TcRequest::Qdisc(Add, _) => "add a qdisc",
        TcRequest::Qdisc(Delete, _) => "remove a qdisc",
        TcRequest::Qdisc(Get | Replace | Change | Link, _) => "change a qdisc",
    }
}

/// The object of a request in words.
fn object_of(request: &TcRequest) -> String {
    match request {
        TcRequest::Filter(_, name, _) | TcRequest::Chain(_, name, _) => words(name),
        TcRequest::Actions(_, actions) => {
            let name = |action: &smartnic_core::flow::Action| match action.index {
                Some(index) => format!("{} index {index}", action.kind.name()),
                None => action.kind.name().to_owned(),
            };
            actions.iter().map(name).collect::<Vec<_>>().join(", ")
        }
        TcRequest::ActionsByIndex(_, names) => {
            names.iter().map(|(kind, index)| format!("{kind} index {index}")).collect::<Vec<_>>().join(", ")
        }
        TcRequest::FlushActions(kind) => kind.clone(),
        TcRequest::Qdisc(_, qdisc) => {
            format!("ifindex {} {}", qdisc.link, qdisc.kind.as_deref().unwrap_or_default())
        }
    }
}

fn words(name: &TcName) -> String {
    let mut text = match name.place {
        TcPlace::Link { link, parent } => {
            format!("ifindex {link} parent {:x}:{:x}", parent >> 16, parent & 0xffff)
        }
        TcPlace::Block(block) => format!("block {block}"),
    };
    if let Some(chain) = name.chain {
        text.push_str(&format!(" chain {chain}"));
    }
    if name.prio != 0 {
        text.push_str(&format!(" pref {}", name.prio));
    }
    if name.handle != 0 {
        text.push_str(&format!(" handle {:#x}", name.handle));
    }
    text
}

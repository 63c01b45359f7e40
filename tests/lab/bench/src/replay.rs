//! The limits: requests that were written beforehand, and an answer that nobody reads.

use std::sync::{Mutex, PoisonError};
use std::thread;

use smartnic::backend::FlowScope;
use smartnic::flow::{Attach, Rule, Skip};
use smartnic::types::IfIndex;
use smartnic_linux::Socket;
use smartnic_netlink::codec::{AckMode, Batch, Flags, Request, Sequence, messages};
use smartnic_netlink::tc::filter;
use smartnic_netlink::transport::{Protocol, Transport};
use smartnic_netlink::uapi::netlink::{NLMSG_DONE, NLMSG_ERROR};

use crate::measure;
use crate::why::Why;

/// As many requests in one datagram as we send.
const PER_SEND: usize = 64;

/// One datagram, and how many answers it brings.
pub(crate) struct Ready {
    bytes: Vec<u8>,
    answers: usize,
}

/// Requests to add these rules, asking for answers as we do.
pub(crate) fn additions(rules: &[Rule]) -> Result<Vec<Ready>, Why> {
    pack(rules, |rule, batch, sequence| {
        let flags = if rule.skip == Skip::None { Flags::ACK } else { Flags::empty() };
        push(batch, sequence, &filter::Add(rule), flags)
    })
}

/// Requests to remove these rules.
pub(crate) fn removals(rules: &[Rule]) -> Result<Vec<Ready>, Why> {
    pack(rules, |rule, batch, sequence| {
        let id = rule.id().ok_or_else(|| Why::new("a rule without a name"))?;
        push(batch, sequence, &filter::Delete(&id), Flags::empty())
    })
}

fn push(
    batch: &mut Batch,
    sequence: &mut Sequence,
    request: &dyn Request,
    flags: Flags,
) -> Result<bool, Why> {
    batch.push_request(sequence, request, flags)?.ok_or_else(|| Why::new("a batch is full"))?;
    Ok(flags.contains(Flags::ACK))
}

fn pack(
    rules: &[Rule],
    mut push: impl FnMut(&Rule, &mut Batch, &mut Sequence) -> Result<bool, Why>,
) -> Result<Vec<Ready>, Why> {
    let mut sequence = Sequence::default();
    let mut batch = Batch::with_limits(0, AckMode::Last, PER_SEND, Batch::DEFAULT_BYTES);
    let mut ready = Vec::with_capacity(rules.len().div_ceil(PER_SEND));
    for rules in rules.chunks(PER_SEND) {
        batch.clear();
        let mut answers = 0;
        for rule in rules {
            answers += usize::from(push(rule, &mut batch, &mut sequence)?);
        }
        ready.push(Ready { bytes: batch.datagram().to_vec(), answers: answers.max(1) });
    }
    Ok(ready)
}

/// Sends datagrams through so many sockets, each with a thread of its own.
pub(crate) fn send(ready: &[Ready], sockets: usize) -> Result<(), Why> {
    let left = Mutex::new(ready.iter());
    // The lock is free again once the next is taken.
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Result<(), Why> {
        let mut socket = Socket::open(Protocol::Route)?;
        let mut inbox = Vec::new();
        while let Some(ready) = next() {
            socket.send(&ready.bytes)?;
            let mut left = ready.answers;
            while left > 0 {
                socket.recv_waiting(&mut inbox)?;
                for message in messages(&inbox) {
                    let message = message?;
                    let done = message.header.kind == NLMSG_ERROR && message.payload.starts_with(&[0; 4]);
                    Why::unless(done, || format!("a ready request failed: {message:?}"))?;
                    left -= 1;
                }
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..sockets).map(|_| scope.spawn(work)).collect();
        let own = work();
        let others =
            others.into_iter().map(|other| other.join().unwrap_or_else(|_| Err(Why::new("a thread failed"))));
        others.fold(own, Result::and)
    })
}

/// Asks for the rules of a link, so many times, receives without reading them, and tells what this took.
pub(crate) fn receive(link: u32, turns: u32) -> Result<(), Why> {
    measure::print_work(turns, || receive_once(link))
}

fn receive_once(link: u32) -> Result<(), Why> {
    let mut socket = Socket::open(Protocol::Route)?;
    let mut bytes = Vec::new();
    let scope = FlowScope::at(Attach::ingress(IfIndex(link)));
    filter::Dump(&scope).write(&mut bytes, 1, socket.port_id())?;
    socket.send(&bytes)?;
    loop {
        socket.recv(&mut bytes)?;
        // The end is a message of its own, or the last one of a datagram: no other is as short.
        let tail = bytes.len().saturating_sub(20);
        for at in [0, tail] {
            if let Some(Ok(message)) = bytes.get(at..).and_then(|bytes| messages(bytes).next())
                && message.header.kind == NLMSG_DONE
                && message.header.seq == 1
            {
                return Ok(());
            }
        }
    }
}

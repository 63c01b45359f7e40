//! A kernel that says what a test wrote down.

use std::collections::VecDeque;
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use smartnic_netlink::codec::{Encoder, Flags, Header, Message, messages};
use smartnic_netlink::transport::{Kernel, Protocol, Transport};
use smartnic_netlink::uapi::netlink::*;

/// The port of every scripted socket.
pub(crate) const PORT: u32 = 77;

/// What a socket yields on one receive.
#[derive(Clone)]
pub(crate) enum Answer {
    Datagram(Vec<u8>),
    Errno(i32),
}

/// What happens when a datagram is sent: given the requests in it, the answers to be received then.
pub(crate) type Play = Box<dyn FnMut(&[Message<'_>]) -> Vec<Answer> + Send>;

/// A kernel whose sockets share one script, played from its start to its end, and that counts them.
#[derive(Clone, Default)]
pub(crate) struct Script {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    plays: VecDeque<Play>,
    /// What happens when the plays are over.
    always: Option<Play>,
    lanes: usize,
    opened: usize,
}

impl Script {
    /// Adds what happens on the next send.
    pub(crate) fn then(self, play: impl FnMut(&[Message<'_>]) -> Vec<Answer> + Send + 'static) -> Self {
        self.state.lock().unwrap().plays.push_back(Box::new(play));
        self
    }

    /// Sets what happens on every send that is not in the script.
    pub(crate) fn always(self, play: impl FnMut(&[Message<'_>]) -> Vec<Answer> + Send + 'static) -> Self {
        self.state.lock().unwrap().always = Some(Box::new(play));
        self
    }

    /// Lets so many sockets be used at the same time.
    pub(crate) fn lanes(self, lanes: usize) -> Self {
        self.state.lock().unwrap().lanes = lanes;
        self
    }

    pub(crate) fn kernel(&self) -> Arc<dyn Kernel> {
        Arc::new(self.clone())
    }

    /// How many sockets were opened; fails if the script was not played to its end.
    pub(crate) fn sockets(&self) -> usize {
        let state = self.state.lock().unwrap();
        assert_eq!(state.plays.len(), 0, "sends that did not happen");
        state.opened
    }
}

impl Kernel for Script {
    fn open(&self, _: Protocol) -> io::Result<Box<dyn Transport>> {
        self.state.lock().unwrap().opened += 1;
        Ok(Box::new(Socket { script: self.clone(), answers: VecDeque::new() }))
    }

    fn lanes(&self) -> usize {
        self.state.lock().unwrap().lanes.max(1)
    }

    fn read(&self, _: &str) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn write(&self, _: &str, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn list(&self, _: &str) -> io::Result<Vec<String>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn link(&self, _: &str) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn release(&self) -> io::Result<String> {
        Ok("7.3.0-script".into())
    }
}

struct Socket {
    script: Script,
    answers: VecDeque<Answer>,
}

impl Transport for Socket {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        let mut state = self.script.state.lock().unwrap();
        let mut play = state.plays.pop_front();
        let play = play.as_mut().or(state.always.as_mut()).expect("a send that is not in the script");
        let requests: Vec<_> = messages(datagram).map(Result::unwrap).collect();
        self.answers.extend(play(&requests));
        Ok(())
    }

    fn recv(&mut self, buf: &mut Vec<u8>) -> io::Result<()> {
        buf.clear();
        match self.answers.pop_front() {
            Some(Answer::Datagram(bytes)) => buf.extend(bytes),
            Some(Answer::Errno(errno)) => return Err(io::Error::from_raw_os_error(errno)),
            None => return Err(io::ErrorKind::WouldBlock.into()),
        }
        Ok(())
    }

    fn join_group(&mut self, _: u32) -> io::Result<()> {
        Ok(())
    }

    fn leave_group(&mut self, _: u32) -> io::Result<()> {
        Ok(())
    }

    fn port_id(&self) -> u32 {
        PORT
    }

    fn set_timeout(&mut self, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

/// One datagram of several messages.
pub(crate) fn together(answers: impl IntoIterator<Item = Answer>) -> Answer {
    let mut bytes = Vec::new();
    for answer in answers {
        match answer {
            Answer::Datagram(message) => bytes.extend(message),
            Answer::Errno(errno) => panic!("errno {errno} is no message"),
        }
    }
    Answer::Datagram(bytes)
}

/// A message of a family, in answer to `request`.
pub(crate) fn data(request: &Message<'_>, kind: u16, flags: Flags, payload: &[u8]) -> Answer {
    message(kind, flags, request.header.seq, PORT, |e| e.fixed(payload))
}

/// The acknowledgement of `request`: 0 or an error number, and a text.
pub(crate) fn ack(request: &Message<'_>, errno: i32, text: Option<&str>) -> Answer {
    acknowledge(request.header, errno, text, None)
}

/// As [`ack`], pointing at an attribute.
pub(crate) fn ack_at(request: &Message<'_>, errno: i32, text: &str, offset: u32) -> Answer {
    acknowledge(request.header, errno, Some(text), Some(offset))
}

fn acknowledge(request: Header, errno: i32, text: Option<&str>, offset: Option<u32>) -> Answer {
    let tlvs = if text.is_some() { Flags::ACK_TLVS } else { Flags::empty() };
    message(NLMSG_ERROR, Flags::CAPPED | tlvs, request.seq, PORT, |e| {
        e.fixed(&(-errno).to_ne_bytes());
        e.fixed(&request.encode());
        if let Some(text) = text {
            e.text(NLMSGERR_ATTR_MSG, text);
        }
        if let Some(offset) = offset {
            e.u32(NLMSGERR_ATTR_OFFS, offset);
        }
    })
}

/// The end of a dump.
pub(crate) fn done(request: &Message<'_>, flags: Flags) -> Answer {
    message(NLMSG_DONE, Flags::MULTI | flags, request.header.seq, PORT, |e| e.fixed(&[0_u8; 4]))
}

/// Any message.
pub(crate) fn message(
    kind: u16,
    flags: Flags,
    seq: u32,
    port: u32,
    body: impl FnOnce(&mut Encoder<'_>),
) -> Answer {
    let mut bytes = Vec::new();
    let mut e = Encoder::message(&mut bytes, kind, flags, seq, port);
    body(&mut e);
    e.finish().unwrap();
    Answer::Datagram(bytes)
}

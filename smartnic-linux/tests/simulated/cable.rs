//! A test of a cable, played by a kernel that stands before the simulated one: no simulated driver has such a PHY.

use std::collections::VecDeque;
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::Mutex;
use std::time::Duration;

use smartnic_core::backend::EthtoolPhy;
use smartnic_core::ethtool::{CableFinding, CablePair, CableReach, CableSource, CableStatus, CableTest};
use smartnic_netlink::codec::{Encoder, Flags, GenlHeader, Message};
use smartnic_netlink::transport::{Kernel, Protocol, Transport};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLMSG_ERROR;

use super::*;

/// What members of groups hear.
type Told = Arc<Mutex<VecDeque<Vec<u8>>>>;

struct WithPhy {
    kernel: SimKernel,
    told: Told,
    /// Whether the PHY ever comes to an end.
    ends: bool,
}

impl Kernel for WithPhy {
    fn open(&self, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        let (inner, told) = (self.kernel.open(protocol)?, Arc::clone(&self.told));
        let generic = protocol == Protocol::Generic;
        Ok(Box::new(Socket { inner, told, ends: self.ends, generic, member: false, answer: None }))
    }

    fn read(&self, path: &str) -> io::Result<String> {
        self.kernel.read(path)
    }

    fn write(&self, path: &str, value: &str) -> io::Result<()> {
        self.kernel.write(path, value)
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        self.kernel.list(path)
    }

    fn link(&self, path: &str) -> io::Result<String> {
        self.kernel.link(path)
    }

    fn release(&self) -> io::Result<String> {
        self.kernel.release()
    }
}

struct Socket {
    inner: Box<dyn Transport>,
    told: Told,
    ends: bool,
    generic: bool,
    member: bool,
    answer: Option<Vec<u8>>,
}

impl Socket {
    /// The PHY begins, finds something on another link too, and finds something here.
    fn test(&mut self, request: &Message<'_>, tdr: bool) {
        let header = request.header;
        let family = header.kind;
        let link = u32::from_ne_bytes(request.payload[12..16].try_into().unwrap());
        let mut told = self.told.lock().unwrap();
        told.push_back(notice(family, link, tdr, 1, |_| {}));
        told.push_back(notice(family, link + 1, tdr, 2, |_| {}));
        told.push_back(notice(family, link, !tdr, 2, |_| {}));
        if self.ends {
            told.push_back(notice(family, link, tdr, 2, |e| {
                let kind = if tdr { 2 } else { ETHTOOL_A_CABLE_NEST_FAULT_LENGTH as u16 };
                e.nest(kind, |e| {
                    e.u8(1, 1);
                    match tdr {
                        true => e.attr(2, &(-20_i16).to_ne_bytes()),
                        false => {
                            e.u32(ETHTOOL_A_CABLE_FAULT_LENGTH_CM as u16, 1500);
                            e.u32(ETHTOOL_A_CABLE_FAULT_LENGTH_SRC as u16, 1);
                        }
                    }
                });
            }));
        }
        let mut bytes = Vec::new();
        let mut e =
            Encoder::message(&mut bytes, NLMSG_ERROR, Flags::CAPPED, header.seq, self.inner.port_id());
        e.fixed(&0_i32.to_ne_bytes());
        e.fixed(&header.encode());
        e.finish().unwrap();
        self.answer = Some(bytes);
    }
}

fn notice(family: u16, link: u32, tdr: bool, status: u8, found: impl FnOnce(&mut Encoder<'_>)) -> Vec<u8> {
    let command = if tdr { ETHTOOL_MSG_CABLE_TEST_TDR_NTF } else { ETHTOOL_MSG_CABLE_TEST_NTF };
    let mut bytes = Vec::new();
    let mut e = Encoder::message(&mut bytes, family, Flags::empty(), 0, 0);
    e.fixed(&GenlHeader { command, version: 1, reserved: 0 });
    e.nest(ETHTOOL_A_CABLE_TEST_NTF_HEADER, |e| e.u32(ETHTOOL_A_HEADER_DEV_INDEX, link));
    e.u8(ETHTOOL_A_CABLE_TEST_NTF_STATUS, status);
    e.nest(ETHTOOL_A_CABLE_TEST_NTF_NEST, found);
    e.finish().unwrap();
    bytes
}

impl Transport for Socket {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        let request = Message::decode(datagram).unwrap();
        match request.payload.first() {
            Some(&ETHTOOL_MSG_CABLE_TEST_ACT) if self.generic => self.test(&request, false),
            Some(&ETHTOOL_MSG_CABLE_TEST_TDR_ACT) if self.generic => self.test(&request, true),
            _ => return self.inner.send(datagram),
        }
        Ok(())
    }

    fn recv(&mut self, buf: &mut Vec<u8>) -> io::Result<()> {
        let told = || self.told.lock().unwrap().pop_front();
        let mine = self.answer.take().or_else(|| if self.member { told() } else { None });
        match mine {
            Some(bytes) => *buf = bytes,
            None => return self.inner.recv(buf),
        }
        Ok(())
    }

    fn join_group(&mut self, group: u32) -> io::Result<()> {
        self.member = self.generic;
        self.inner.join_group(group)
    }

    fn leave_group(&mut self, group: u32) -> io::Result<()> {
        self.inner.leave_group(group)
    }

    fn port_id(&self) -> u32 {
        self.inner.port_id()
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.inner.set_timeout(timeout)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

fn host(ends: bool) -> LinuxHost {
    let model = SimHost::open("i350", SimOptions::default()).unwrap();
    let kernel = SimKernel::new(model.machine().clone());
    LinuxHost::new("test:", Arc::new(WithPhy { kernel, told: Told::default(), ends }))
}

#[test]
fn a_test_of_a_cable_is_waited_for() {
    let link = IfIndex(2);
    let most = Duration::from_secs(20);
    let found = |tdr, finding| CableTest { tdr, status: CableStatus::Completed, findings: vec![finding] };
    let fault = CableFinding::Fault { pair: CablePair::B, centimetres: 1500, source: Some(CableSource::Tdr) };
    assert_eq!(host(true).test_cable(link, None, most).unwrap(), found(false, fault));
    let amplitude = CableFinding::Amplitude { pair: CablePair::B, millivolts: -20 };
    let reach = CableReach { first: Some(100), pair: Some(CablePair::B), ..CableReach::default() };
    assert_eq!(host(true).test_cable(link, Some(&reach), most).unwrap(), found(true, amplitude));

    let error = host(false).test_cable(link, None, Duration::from_millis(50)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

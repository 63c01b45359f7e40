//! The real netlink socket.
//!
//! This is one of the three places that call C directly. Every call goes through one of the few small
//! wrappers at the end of the file.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

use smartnic_netlink::transport::{Protocol, Transport};

/// Room for one datagram. Dumps come in pieces of at most 32 KiB; a single reply may be longer (a PF with many VFs),
/// but its attributes end at 64 KiB each. Memory that no datagram reaches stays untouched, and so costs nothing, while
/// to ask for the length of each beforehand would cost a system call.
const ROOM: usize = 1 << 20;
/// The receive buffer wanted, in bytes: the acknowledgements of a batch, or a burst of notifications.
const RECEIVE_BUFFER: libc::c_int = 4 << 20;
/// The send buffer wanted, in bytes: a batch is sent as one datagram.
const SEND_BUFFER: libc::c_int = 1 << 20;

/// A netlink socket of this machine.
///
/// It is closed on exec, takes whole datagrams of any length, and asks the kernel for extended acknowledgements
/// without the echoed request and for strict checks of dump requests.
#[derive(Debug)]
pub struct Socket {
    fd: OwnedFd,
    port: u32,
}

impl Socket {
    /// Opens a socket in the network namespace of the calling thread.
    ///
    /// # Errors
    /// The system's error; EPROTONOSUPPORT if this kernel lacks the protocol.
    pub fn open(protocol: Protocol) -> io::Result<Self> {
        let number = match protocol {
            Protocol::Route => libc::NETLINK_ROUTE,
            Protocol::Generic => libc::NETLINK_GENERIC,
            Protocol::Rdma => libc::NETLINK_RDMA,
            Protocol::KobjectUevent => libc::NETLINK_KOBJECT_UEVENT,
            // The enum may grow; what this crate does not know, it cannot open.
            _ => return Err(io::Error::from_raw_os_error(libc::EPROTONOSUPPORT)),
        };
        let mut socket = Self { fd: socket(number)?, port: 0 };
        for option in [libc::NETLINK_EXT_ACK, libc::NETLINK_CAP_ACK, libc::NETLINK_GET_STRICT_CHK] {
            match set_option(&socket.fd, libc::SOL_NETLINK, option, &1) {
                // Kernels before 4.20 know fewer of them; everything still works, with less said in errors.
                Err(error) if error.raw_os_error() == Some(libc::ENOPROTOOPT) => {}
                result => result?,
            }
        }
        // Beyond the system's limit only a privileged process may go; others get as much as they may have.
        let buffers = [
            (libc::SO_RCVBUFFORCE, libc::SO_RCVBUF, RECEIVE_BUFFER),
            (libc::SO_SNDBUFFORCE, libc::SO_SNDBUF, SEND_BUFFER),
        ];
        for (forced, modest, size) in buffers {
            if set_option(&socket.fd, libc::SOL_SOCKET, forced, &size).is_err() {
                set_option(&socket.fd, libc::SOL_SOCKET, modest, &size)?;
            }
        }
        socket.port = bind(&socket.fd)?;
        Ok(socket)
    }
}

impl Transport for Socket {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        // SAFETY: the pointer and the length are those of one live slice, which the call only reads.
        let sent = unsafe {
            libc::send(self.fd.as_raw_fd(), datagram.as_ptr().cast(), datagram.len(), libc::MSG_NOSIGNAL)
        };
        // A datagram goes as a whole or not at all, so the count needs no look.
        if sent < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    fn recv(&mut self, buf: &mut Vec<u8>) -> io::Result<()> {
        loop {
            buf.clear();
            buf.reserve(ROOM);
            let (length, sender) = receive(&self.fd, buf)?;
            // Another process may send to this socket's port; only the kernel, port 0, is listened to.
            if sender != 0 {
                continue;
            }
            let whole = length <= buf.len();
            return if whole { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::EMSGSIZE)) };
        }
    }

    fn join_group(&mut self, group: u32) -> io::Result<()> {
        set_option(&self.fd, libc::SOL_NETLINK, libc::NETLINK_ADD_MEMBERSHIP, &group)
    }

    fn leave_group(&mut self, group: u32) -> io::Result<()> {
        set_option(&self.fd, libc::SOL_NETLINK, libc::NETLINK_DROP_MEMBERSHIP, &group)
    }

    fn port_id(&self) -> u32 {
        self.port
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        // Zero means "for ever" to the kernel, so the shortest wait is a microsecond.
        let limit = timeout.map_or(Duration::ZERO, |timeout| timeout.max(Duration::from_micros(1)));
        let value = libc::timeval {
            tv_sec: limit.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            tv_usec: limit.subsec_micros() as libc::suseconds_t,
        };
        set_option(&self.fd, libc::SOL_SOCKET, libc::SO_RCVTIMEO, &value)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.fd.as_fd())
    }
}

fn socket(protocol: libc::c_int) -> io::Result<OwnedFd> {
    // SAFETY: no memory is passed.
    let fd = unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, protocol) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call above made this descriptor, and nobody else has seen it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Binds to a port of the kernel's choice and returns it.
fn bind(fd: &OwnedFd) -> io::Result<u32> {
    // SAFETY: `sockaddr_nl` is plain integers, for which all zero bits are a value.
    let mut address: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
    address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
    let mut length = size_of::<libc::sockaddr_nl>() as libc::socklen_t;
    let pointer = (&raw mut address).cast::<libc::sockaddr>();
    // SAFETY: the pointer is to a live `sockaddr_nl` of the length given, which the first call reads and the
    // second writes.
    let failed = unsafe {
        libc::bind(fd.as_raw_fd(), pointer, length) != 0
            || libc::getsockname(fd.as_raw_fd(), pointer, &raw mut length) != 0
    };
    if failed { Err(io::Error::last_os_error()) } else { Ok(address.nl_pid) }
}

/// The number of a socket's network namespace, which no other one has had since the machine booted
/// (`SO_NETNS_COOKIE`).
///
/// # Errors
/// The system's error: ENOPROTOOPT before kernel 5.14.
pub(crate) fn namespace_cookie(fd: BorrowedFd<'_>) -> io::Result<u64> {
    let mut cookie = 0_u64;
    let mut length = size_of::<u64>() as libc::socklen_t;
    // SAFETY: the pointer is to a live integer of the length given, which the call fills.
    let result = unsafe {
        libc::getsockopt(
            fd.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_NETNS_COOKIE,
            (&raw mut cookie).cast(),
            &raw mut length,
        )
    };
    if result != 0 { Err(io::Error::last_os_error()) } else { Ok(cookie) }
}

/// Waits until one of the descriptors can be read from, at most so long; a signal ends the wait early.
pub(crate) fn wait_readable(descriptors: &[BorrowedFd<'_>], most: Option<Duration>) -> io::Result<()> {
    let wanted = |fd: &BorrowedFd<'_>| libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    let mut wanted: Vec<libc::pollfd> = descriptors.iter().map(wanted).collect();
    let millis = |most: Duration| i32::try_from(most.as_millis().max(1)).unwrap_or(i32::MAX);
    let count = wanted.len() as libc::nfds_t;
    // SAFETY: the pointer and the count are those of one live array, which the call reads and writes.
    match unsafe { libc::poll(wanted.as_mut_ptr(), count, most.map_or(-1, millis)) } {
        failed if failed < 0 => match io::Error::last_os_error() {
            error if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            error => Err(error),
        },
        _ => Ok(()),
    }
}

fn set_option<T: Copy>(fd: &OwnedFd, level: libc::c_int, name: libc::c_int, value: &T) -> io::Result<()> {
    let length = size_of::<T>() as libc::socklen_t;
    // SAFETY: the pointer is to a live value of the length given, which the call only reads.
    let result =
        unsafe { libc::setsockopt(fd.as_raw_fd(), level, name, std::ptr::from_ref(value).cast(), length) };
    if result != 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Receives into the free capacity of an empty `buf`; returns the datagram's whole length, which may be more than was
/// written, and the sender's port.
fn receive(fd: &OwnedFd, buf: &mut Vec<u8>) -> io::Result<(usize, u32)> {
    // SAFETY: `sockaddr_nl` is plain integers, for which all zero bits are a value.
    let mut sender: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
    let mut sender_length = size_of::<libc::sockaddr_nl>() as libc::socklen_t;
    let room = buf.capacity();
    // SAFETY: `buf` owns `room` bytes at its pointer, and the sender's address has the length given; both live
    // through the call, which writes no more than these lengths.
    let length = unsafe {
        libc::recvfrom(
            fd.as_raw_fd(),
            buf.as_mut_ptr().cast(),
            room,
            libc::MSG_TRUNC,
            (&raw mut sender).cast(),
            &raw mut sender_length,
        )
    };
    let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
    // SAFETY: the call above wrote so many bytes from the start of the buffer, and they fit its capacity.
    unsafe { buf.set_len(length.min(room)) };
    Ok((length, sender.nl_pid))
}

#[cfg(test)]
pub(crate) mod tests {
    use smartnic_netlink::codec::{Encoder, Flags, IfInfo, messages};

    use super::*;

    const RTM_GETLINK: u16 = 18;
    const RTM_NEWLINK: u16 = 16;
    const DONE: u16 = 3;

    /// The numbers of all links that a socket shows.
    pub(crate) fn links(socket: &mut dyn Transport) -> Vec<i32> {
        let mut request = Vec::new();
        let flags = Flags::REQUEST | Flags::DUMP;
        let mut e = Encoder::message(&mut request, RTM_GETLINK, flags, 9, socket.port_id());
        e.fixed(&IfInfo::default());
        e.finish().unwrap();
        socket.send(&request).unwrap();
        let (mut buf, mut links) = (Vec::new(), Vec::new());
        loop {
            socket.recv(&mut buf).unwrap();
            for message in messages(&buf).map(Result::unwrap) {
                assert_eq!((message.header.seq, message.header.port), (9, socket.port_id()));
                match message.header.kind {
                    DONE => return links,
                    RTM_NEWLINK => links.push(IfInfo::split(message.payload).unwrap().0.index),
                    other => panic!("a message of kind {other}"),
                }
            }
        }
    }

    #[test]
    fn a_dump_of_links_ends_and_names_loopback() {
        let mut socket = Socket::open(Protocol::Route).unwrap();
        assert_ne!(socket.port_id(), 0);
        let loopbacks = links(&mut socket).into_iter().filter(|index| *index == 1).count();
        assert_eq!(loopbacks, 1, "every network namespace has lo as number 1");
    }

    #[test]
    fn strict_checks_and_extended_answers_are_on() {
        let mut socket = Socket::open(Protocol::Route).unwrap();
        let mut request = Vec::new();
        let flags = Flags::REQUEST | Flags::DUMP;
        let mut e = Encoder::message(&mut request, RTM_GETLINK, flags, 1, socket.port_id());
        // An interface number means nothing in a dump; only a strict kernel says so, and only with text.
        e.fixed(&IfInfo { index: 5, ..IfInfo::default() });
        e.finish().unwrap();
        socket.send(&request).unwrap();
        let mut buf = Vec::new();
        socket.recv(&mut buf).unwrap();
        let message = messages(&buf).next().unwrap().unwrap();
        let (errno, text) = match message.header.kind {
            DONE => {
                let (errno, extack) = smartnic_netlink::codec::Ack::decode_done(&message).unwrap();
                (errno, extack.message)
            }
            _ => {
                let ack = smartnic_netlink::codec::Ack::decode(&message).unwrap();
                (ack.errno, ack.extack.message)
            }
        };
        assert_eq!(errno, libc::EINVAL);
        assert!(text.is_some(), "the kernel gave no text");
    }

    #[test]
    fn waiting_ends_when_the_time_is_over() {
        let mut socket = Socket::open(Protocol::Route).unwrap();
        for limit in [Duration::ZERO, Duration::from_millis(5)] {
            socket.set_timeout(Some(limit)).unwrap();
            let error = socket.recv(&mut Vec::new()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        }
    }

    #[test]
    fn a_group_can_be_joined_and_left() {
        const RTNLGRP_LINK: u32 = 1;
        let mut socket = Socket::open(Protocol::Route).unwrap();
        socket.join_group(RTNLGRP_LINK).unwrap();
        socket.leave_group(RTNLGRP_LINK).unwrap();
        assert_eq!(socket.join_group(9999).unwrap_err().raw_os_error(), Some(libc::EINVAL));
    }

    #[test]
    fn datagrams_of_other_processes_are_not_heard() {
        let mut listener = Socket::open(Protocol::Route).unwrap();
        let stranger = Socket::open(Protocol::Route).unwrap();
        // SAFETY: `sockaddr_nl` is plain integers, for which all zero bits are a value.
        let mut to: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
        to.nl_family = libc::AF_NETLINK as libc::sa_family_t;
        to.nl_pid = listener.port_id();
        let bytes = [0_u8; 16];
        // SAFETY: the bytes and the address live through the call, which reads them by the lengths given.
        let sent = unsafe {
            libc::sendto(
                stranger.fd.as_raw_fd(),
                bytes.as_ptr().cast(),
                bytes.len(),
                0,
                (&raw const to).cast(),
                size_of::<libc::sockaddr_nl>() as libc::socklen_t,
            )
        };
        if sent < 0 {
            eprintln!("skipped: this user may not send to another process: {}", io::Error::last_os_error());
            return;
        }
        listener.set_timeout(Some(Duration::from_millis(5))).unwrap();
        assert_eq!(listener.recv(&mut Vec::new()).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }
}

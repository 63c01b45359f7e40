//! The real netlink socket.
//!
//! This is one of the three places that call C directly. Every call goes through one of the few small
//! wrappers at the end of the file.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

use smartnic_netlink::transport::{Protocol, Transport};

/// Room for one datagram as they mostly are: dumps come in pieces of at most 32 KiB. It is small, as memory that is asked
/// for in large pieces comes in huge pages, all of which the kernel clears however little of them is used.
const ROOM: usize = 64 << 10;
/// Room for what is beyond: a single reply may be longer (a PF with many VFs), but its attributes end at 64 KiB each. It
/// stays untouched, and so costs nothing, while to ask for the length of each beforehand would cost a system call.
const BEYOND: usize = 1 << 20;
/// How many short datagrams are fetched at once: the answers to a batch.
const MANY: usize = 64;
/// Room for each of them. An answer without the request in it is a few hundred bytes long at most.
const SHORT: usize = 4096;
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
    /// Empty; its capacity takes the ends of long datagrams.
    beyond: Vec<u8>,
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
        let mut socket = Self { fd: socket(number)?, port: 0, beyond: Vec::with_capacity(BEYOND) };
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
            let (length, sender) = receive(&self.fd, buf, &mut self.beyond)?;
            // Another process may send to this socket's port; only the kernel, port 0, is listened to.
            if sender != 0 {
                continue;
            }
            let whole = length <= buf.len();
            return if whole { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::EMSGSIZE)) };
        }
    }

    fn recv_waiting(&mut self, buf: &mut Vec<u8>) -> io::Result<()> {
        buf.clear();
        while buf.is_empty() {
            buf.reserve(MANY * SHORT);
            receive_many(&self.fd, buf)?;
        }
        Ok(())
    }

    fn join_group(&mut self, group: u32) -> io::Result<()> {
        set_option(&self.fd, libc::SOL_NETLINK, libc::NETLINK_ADD_MEMBERSHIP, &group)
    }

    fn leave_group(&mut self, group: u32) -> io::Result<()> {
        set_option(&self.fd, libc::SOL_NETLINK, libc::NETLINK_DROP_MEMBERSHIP, &group)
    }

    fn hear_all(&mut self) -> io::Result<()> {
        set_option(&self.fd, libc::SOL_NETLINK, libc::NETLINK_LISTEN_ALL_NSID, &1)
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
///
/// # Errors
/// The system's error.
pub fn wait_readable(descriptors: &[BorrowedFd<'_>], most: Option<Duration>) -> io::Result<()> {
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

/// Receives into the free capacity of an empty `buf`, with what does not fit by way of that of `beyond`; returns the
/// datagram's whole length, which may be more than was kept, and the sender's port.
fn receive(fd: &OwnedFd, buf: &mut Vec<u8>, beyond: &mut Vec<u8>) -> io::Result<(usize, u32)> {
    // SAFETY: `sockaddr_nl` and `msghdr` are plain integers and pointers, for which all zero bits are a value.
    let (mut sender, mut header): (libc::sockaddr_nl, libc::msghdr) = unsafe { std::mem::zeroed() };
    let room = buf.capacity();
    let mut parts = [buf.spare_capacity_mut(), beyond.spare_capacity_mut()]
        .map(|part| libc::iovec { iov_base: part.as_mut_ptr().cast(), iov_len: part.len() });
    header.msg_name = (&raw mut sender).cast();
    header.msg_namelen = size_of::<libc::sockaddr_nl>() as libc::socklen_t;
    header.msg_iov = parts.as_mut_ptr();
    header.msg_iovlen = parts.len() as _;
    // SAFETY: the header points to an address and to two parts, which are the free capacity of two vectors; all live
    // through the call, which writes no more than the lengths given.
    let length = unsafe { libc::recvmsg(fd.as_raw_fd(), &raw mut header, libc::MSG_TRUNC) };
    let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
    // SAFETY: the call above wrote so many bytes from the start of the buffer, and they fit its capacity.
    unsafe { buf.set_len(length.min(room)) };
    if length > room {
        let rest = (length - room).min(beyond.capacity());
        // SAFETY: what did not fit was written from the start of this one, as far as it fits its capacity.
        unsafe { beyond.set_len(rest) };
        buf.append(beyond);
    }
    Ok((length, sender.nl_pid))
}

/// Receives one datagram, and those that have come already, into the free capacity of an empty `buf`, which must be that
/// of all. Only those of the kernel are kept.
fn receive_many(fd: &OwnedFd, buf: &mut Vec<u8>) -> io::Result<()> {
    debug_assert!(buf.is_empty() && buf.capacity() >= MANY * SHORT);
    // SAFETY: these are plain integers and pointers, for which all zero bits are a value.
    let (mut headers, mut parts, mut senders): (
        [libc::mmsghdr; MANY],
        [libc::iovec; MANY],
        [libc::sockaddr_nl; MANY],
    ) = unsafe { std::mem::zeroed() };
    let all = buf.spare_capacity_mut().as_chunks_mut::<SHORT>().0;
    for (((header, part), sender), room) in headers.iter_mut().zip(&mut parts).zip(&mut senders).zip(all) {
        *part = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: SHORT };
        header.msg_hdr.msg_iov = part;
        header.msg_hdr.msg_iovlen = 1;
        header.msg_hdr.msg_name = std::ptr::from_mut(sender).cast();
        header.msg_hdr.msg_namelen = size_of::<libc::sockaddr_nl>() as libc::socklen_t;
    }
    // SAFETY: each header points to a part and an address of its own, and each part to `SHORT` bytes that `buf` owns;
    // all of them live through the call, which writes no more than these lengths.
    let count = unsafe {
        libc::recvmmsg(
            fd.as_raw_fd(),
            headers.as_mut_ptr(),
            MANY as libc::c_uint,
            libc::MSG_WAITFORONE,
            std::ptr::null_mut(),
        )
    };
    let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
    let mut end = 0;
    for (at, (header, sender)) in headers.iter().zip(&senders).enumerate().take(count) {
        if sender.nl_pid != 0 {
            continue;
        }
        if header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0 {
            return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
        }
        let length = (header.msg_len as usize).min(SHORT);
        let padded = length.next_multiple_of(4);
        // SAFETY: the call wrote `length` bytes at the place of this datagram. They are moved to `end`, which is a
        // multiple of four, not behind that place, and far enough from the end of the capacity for the padding.
        unsafe {
            let start = buf.as_mut_ptr();
            std::ptr::copy(start.add(at * SHORT), start.add(end), length);
            std::ptr::write_bytes(start.add(end + length), 0, padded - length);
        }
        end += padded;
    }
    // SAFETY: so many bytes from the start were written above.
    unsafe { buf.set_len(end) };
    Ok(())
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
    fn a_datagram_longer_than_its_room_is_kept_whole() {
        let mut socket = Socket::open(Protocol::Route).unwrap();
        let mut ask = |room: usize, beyond: usize| {
            let mut request = Vec::new();
            let mut e = Encoder::message(&mut request, RTM_GETLINK, Flags::REQUEST, 9, socket.port_id());
            e.fixed(&IfInfo { index: 1, ..IfInfo::default() });
            e.finish().unwrap();
            socket.send(&request).unwrap();
            let (mut buf, mut rest) = (Vec::with_capacity(room), Vec::with_capacity(beyond));
            let (length, sender) = receive(&socket.fd, &mut buf, &mut rest).unwrap();
            assert!(rest.is_empty() && sender == 0);
            (length, buf)
        };
        let (length, whole) = ask(ROOM, BEYOND);
        assert_eq!(whole.len(), length);
        let name = |bytes: &[u8]| bytes.windows(3).any(|at| at == b"lo\0");
        assert!(name(&whole));
        let (length, split) = ask(20, BEYOND);
        assert_eq!((split.len(), &split[..24]), (length, &whole[..24]));
        assert!(name(&split) && messages(&split).all(|message| message.is_ok()));
        let (length, cut) = ask(20, 40);
        assert_eq!((cut.len(), length > 60), (60, true));
    }

    #[test]
    fn answers_that_wait_come_together_and_in_order() {
        const NOOP: u16 = 1;
        const COUNT: u32 = 100;
        let mut socket = Socket::open(Protocol::Route).unwrap();
        let mut requests = Vec::new();
        for seq in 1..=COUNT {
            let flags = Flags::REQUEST | Flags::ACK;
            Encoder::message(&mut requests, NOOP, flags, seq, socket.port_id()).finish().unwrap();
        }
        socket.send(&requests).unwrap();
        let (mut buf, mut seen, mut calls) = (Vec::new(), Vec::new(), 0);
        while seen.len() < COUNT as usize {
            socket.recv_waiting(&mut buf).unwrap();
            seen.extend(messages(&buf).map(|message| message.unwrap().header.seq));
            calls += 1;
        }
        assert_eq!(seen, (1..=COUNT).collect::<Vec<_>>());
        assert_eq!(calls, 2, "the kernel answers while it is asked, and {MANY} fit at once");
        socket.set_timeout(Some(Duration::from_millis(5))).unwrap();
        assert_eq!(socket.recv_waiting(&mut buf).unwrap_err().kind(), io::ErrorKind::WouldBlock);
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

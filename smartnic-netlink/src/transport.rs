//! The doors of a kernel: netlink sockets, files under `/sys`, and the orders of ethtool that have no form in netlink.
//!
//! Only traits are here. A real kernel opens them with sockets and the file system, a simulated one answers
//! from its model, and code written against the traits cannot tell which it talks to.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

use smartnic_core::types::IfIndex;

/// A netlink protocol, that is, which part of the kernel a socket talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// Links, queueing disciplines, filters (`NETLINK_ROUTE`).
    Route,
    /// Devlink and other families found by name (`NETLINK_GENERIC`).
    Generic,
    /// RDMA devices (`NETLINK_RDMA`).
    Rdma,
    /// Devices coming and going (`NETLINK_KOBJECT_UEVENT`); group 1 is the kernel's.
    KobjectUevent,
}

/// One netlink socket.
///
/// It is opened with extended acknowledgements (`NETLINK_EXT_ACK`), acknowledgements without the request's
/// payload (`NETLINK_CAP_ACK`) and strict checking of dump requests (`NETLINK_GET_STRICT_CHK`).
pub trait Transport: Send {
    /// Sends one datagram, which may hold several messages.
    ///
    /// # Errors
    /// The system's error.
    fn send(&mut self, datagram: &[u8]) -> io::Result<()>;

    /// Waits for one whole datagram and puts it into `buf` in place of what was there.
    ///
    /// # Errors
    /// The system's error, with its number in [`io::Error::raw_os_error`]: ENOBUFS means that datagrams were
    /// lost and the state must be read again; EINTR that the wait was interrupted.
    /// [`io::ErrorKind::WouldBlock`] or [`io::ErrorKind::TimedOut`] if the time set by
    /// [`Transport::set_timeout`] ran out.
    fn recv(&mut self, buf: &mut Vec<u8>) -> io::Result<()>;

    /// Waits for one datagram, and takes others along that have come already, where that saves time. They follow one
    /// another in `buf`, in place of what was there, each at a multiple of four bytes as messages do. For short ones,
    /// such as the answers to a batch.
    ///
    /// # Errors
    /// Those of [`Transport::recv`].
    fn recv_waiting(&mut self, buf: &mut Vec<u8>) -> io::Result<()> {
        self.recv(buf)
    }

    /// Begins to receive the notifications of a multicast group (`NETLINK_ADD_MEMBERSHIP`).
    ///
    /// A socket that joins groups should send no requests: what its own requests cause would come back as
    /// notifications between their answers.
    ///
    /// # Errors
    /// The system's error.
    fn join_group(&mut self, group: u32) -> io::Result<()>;

    /// Ceases to receive the notifications of a multicast group (`NETLINK_DROP_MEMBERSHIP`).
    ///
    /// # Errors
    /// The system's error.
    fn leave_group(&mut self, group: u32) -> io::Result<()>;

    /// Takes notifications of other network namespaces along, as far as the socket's own has a number for them and the
    /// caller may hear them (`NETLINK_LISTEN_ALL_NSID`). A kernel that has no namespaces has nothing more to tell.
    ///
    /// # Errors
    /// The system's error.
    fn hear_all(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// The port number that answers to this socket carry (`nl_pid`).
    fn port_id(&self) -> u32;

    /// Limits how long [`Transport::recv`] waits; nothing means for ever.
    ///
    /// # Errors
    /// The system's error.
    fn set_timeout(&mut self, timeout: Option<Duration>) -> io::Result<()>;

    /// A descriptor that becomes readable when a datagram waits, for use with `poll`. A simulated kernel may
    /// have none.
    fn fd(&self) -> Option<BorrowedFd<'_>>;
}

/// The kernel's log from the moment on at which it was opened.
pub trait LogTail: Send {
    /// What was written since the last call, without times and priorities; it does not wait.
    ///
    /// # Errors
    /// The system's error.
    fn lines(&mut self) -> io::Result<Vec<String>>;
}

/// A network namespace that is held open.
pub trait HeldNetns: Send {
    /// The number that requests of this process name it by, as long as it is held.
    fn descriptor(&self) -> i32;
}

/// What a backend needs of a machine: netlink sockets and the files under `/sys`.
///
/// Paths are absolute, such as `/sys/bus/pci/devices/0000:03:00.0/sriov_numvfs`, whatever the root that an
/// implementation looks under.
pub trait Kernel: Send + Sync {
    /// Opens a netlink socket.
    ///
    /// # Errors
    /// The system's error; EPROTONOSUPPORT if this kernel lacks the protocol.
    fn open(&self, protocol: Protocol) -> io::Result<Box<dyn Transport>>;

    /// The network namespaces beside the one that sockets are opened in: by their names (`ip netns list`), sorted, where one
    /// with several goes by the first; then those that have no name by the paths of files that stand for them, such as
    /// `/proc/4711/ns/net`.
    ///
    /// # Errors
    /// The system's error, if names cannot be read.
    fn namespaces(&self) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Opens a netlink socket in a namespace of this name or path. It keeps the namespace alive, whatever becomes of the name.
    ///
    /// # Errors
    /// The system's error: ENOENT if there is no such namespace, EPERM if the caller may not enter it.
    fn open_in(&self, netns: &str, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        let _ = (netns, protocol);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Holds a network namespace open, for requests that name it by its descriptor: one of this name or path, or else that of
    /// the process of this number.
    ///
    /// # Errors
    /// The system's error, ENOENT if there is none.
    fn hold(&self, netns: &str) -> io::Result<Box<dyn HeldNetns>> {
        let _ = netns;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Holds the network namespace open that sockets are opened in.
    ///
    /// # Errors
    /// The system's error.
    fn hold_own(&self) -> io::Result<Box<dyn HeldNetns>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// How many sockets are worth using at the same time for a large number of changes that do not depend on one
    /// another. One: what is sent is carried out in that order.
    fn lanes(&self) -> usize {
        1
    }

    /// Reads a file, without the line's end.
    ///
    /// # Errors
    /// The system's error.
    fn read(&self, path: &str) -> io::Result<String>;

    /// Writes a value into an existing file.
    ///
    /// # Errors
    /// The system's error, which for files under `/sys` is the driver's own answer.
    fn write(&self, path: &str, value: &str) -> io::Result<()>;

    /// The names in a directory, sorted.
    ///
    /// # Errors
    /// The system's error.
    fn list(&self, path: &str) -> io::Result<Vec<String>>;

    /// Where a symbolic link points, as stored.
    ///
    /// # Errors
    /// The system's error.
    fn link(&self, path: &str) -> io::Result<String>;

    /// Makes a directory, where that is an order to the kernel, as in configfs.
    ///
    /// # Errors
    /// The system's error.
    fn make(&self, path: &str) -> io::Result<()> {
        let _ = path;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Removes such a directory.
    ///
    /// # Errors
    /// The system's error.
    fn unmake(&self, path: &str) -> io::Result<()> {
        let _ = path;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Carries out an order of ethtool that has no form in netlink (`SIOCETHTOOL`): the kernel reads the block of bytes and
    /// writes its answer there. A block begins with the order's number, `ETHTOOL_*`; see [`crate::ethtool::ioctl`].
    ///
    /// # Errors
    /// The system's error; EFAULT if the answer is longer than the block.
    fn ethtool(&self, link: IfIndex, block: &mut [u8]) -> io::Result<()> {
        let _ = (link, block);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// The kernel's log, from now on.
    ///
    /// # Errors
    /// The system's error.
    fn log(&self) -> io::Result<Box<dyn LogTail>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Opens a BPF program that is pinned at a path (`BPF_OBJ_GET`), for requests that name it by its descriptor.
    ///
    /// # Errors
    /// The system's error; [`io::ErrorKind::Unsupported`] where there are no programs.
    fn program(&self, path: &str) -> io::Result<OwnedFd> {
        let _ = path;
        Err(io::Error::new(io::ErrorKind::Unsupported, "this kernel has no BPF programs"))
    }

    /// The kernel's release, as `uname -r` prints it.
    ///
    /// # Errors
    /// The system's error.
    fn release(&self) -> io::Result<String>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_doors_are_object_safe_and_sendable() {
        fn sendable<T: Send + ?Sized>() {}
        fn shareable<T: Send + Sync + ?Sized>() {}
        sendable::<dyn Transport>();
        shareable::<dyn Kernel>();
    }
}

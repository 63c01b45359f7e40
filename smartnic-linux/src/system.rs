//! This machine, as a backend sees it: netlink sockets, files under `/sys`, and the kernel's release.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::num::NonZero;
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;

use smartnic_core::types::IfIndex;
use smartnic_netlink::transport::{HeldNetns, Kernel, LogTail, Protocol, Transport};

use crate::kmsg::Kmsg;
use crate::{Netns, Socket, bpf, ioctl};

/// More sockets than this only wait for one another in the kernel: the numbers of actions are given out under one lock.
const MOST_LANES: usize = 8;

/// This machine, or one network namespace of it.
///
/// Files are looked for under a root, `/` unless [`System::under`] says otherwise, so that a tree made for a test
/// can stand in for `/sys`.
///
/// In another namespace, the files of buses (`/sys/bus`) are the same for all. Those that show links
/// (`/sys/class/net`, and `net` below a device) belong to the namespace that `/sys` was mounted in; rather than
/// showing the wrong links, they are refused with [`io::ErrorKind::Unsupported`]. Links are read through netlink.
#[derive(Debug)]
pub struct System {
    root: PathBuf,
    netns: Option<Arc<Netns>>,
}

impl Default for System {
    fn default() -> Self {
        Self::new()
    }
}

impl System {
    /// This machine, in the namespace of the thread that opens a socket.
    #[must_use]
    pub fn new() -> Self {
        Self { root: PathBuf::from("/"), netns: None }
    }

    /// Looks for files under another root.
    #[must_use]
    pub fn under(mut self, root: impl Into<PathBuf>) -> Self {
        self.root = root.into();
        self
    }

    /// Opens sockets in a namespace.
    #[must_use]
    pub fn within(mut self, netns: impl Into<Arc<Netns>>) -> Self {
        self.netns = Some(netns.into());
        self
    }

    fn path(&self, path: &str) -> io::Result<PathBuf> {
        let mut place = self.root.clone();
        for component in Path::new(path).components() {
            match component {
                Component::RootDir => {}
                Component::Normal(name) if name == "net" && self.netns.is_some() => {
                    return Err(io::Error::new(
                        io::ErrorKind::Unsupported,
                        "links under /sys are those of another network namespace",
                    ));
                }
                Component::Normal(name) => place.push(name),
                Component::ParentDir | Component::CurDir | Component::Prefix(_) => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidInput,
                        format!("{path} is not the direct path of a file"),
                    ));
                }
            }
        }
        Ok(place)
    }
}

impl Kernel for System {
    fn open(&self, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        let socket = match &self.netns {
            Some(netns) => netns.inside(|| Socket::open(protocol))??,
            None => Socket::open(protocol)?,
        };
        Ok(Box::new(socket))
    }

    fn namespaces(&self) -> io::Result<Vec<String>> {
        // A tree that stands in for `/` has none.
        if self.root != Path::new("/") {
            return Ok(Vec::new());
        }
        Netns::beside(&match &self.netns {
            Some(netns) => netns.metadata()?,
            None => fs::metadata("/proc/thread-self/ns/net")?,
        })
    }

    fn open_in(&self, netns: &str, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        Ok(Box::new(Netns::open(netns)?.inside(|| Socket::open(protocol))??))
    }

    fn hold(&self, netns: &str) -> io::Result<Box<dyn HeldNetns>> {
        let process = |error| match netns.parse() {
            Ok(pid) => Netns::of_process(pid),
            Err(_) => Err(error),
        };
        Ok(Box::new(Netns::open(netns).or_else(process)?))
    }

    fn hold_own(&self) -> io::Result<Box<dyn HeldNetns>> {
        let own = self.netns.as_ref().map(|netns| netns.path());
        let path = own.unwrap_or(Path::new("/proc/thread-self/ns/net"));
        Ok(Box::new(Netns::open(&path.to_string_lossy())?))
    }

    fn lanes(&self) -> usize {
        thread::available_parallelism().map_or(1, NonZero::get).min(MOST_LANES)
    }

    fn read(&self, path: &str) -> io::Result<String> {
        let mut text = fs::read_to_string(self.path(path)?)?;
        text.truncate(text.trim_end_matches('\n').len());
        Ok(text)
    }

    fn write(&self, path: &str, value: &str) -> io::Result<()> {
        // Each write(2) to a file under /sys is one order to the driver, so there must be exactly one.
        let mut file = OpenOptions::new().write(true).truncate(true).open(self.path(path)?)?;
        match file.write(value.as_bytes())? {
            written if written == value.len() => Ok(()),
            _ => Err(io::Error::new(io::ErrorKind::WriteZero, "only a part of the value was taken")),
        }
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path(path)?)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn link(&self, path: &str) -> io::Result<String> {
        Ok(fs::read_link(self.path(path)?)?.to_string_lossy().into_owned())
    }

    fn make(&self, path: &str) -> io::Result<()> {
        fs::create_dir(self.path(path)?)
    }

    fn unmake(&self, path: &str) -> io::Result<()> {
        fs::remove_dir(self.path(path)?)
    }

    fn ethtool(&self, link: IfIndex, block: &mut [u8]) -> io::Result<()> {
        match &self.netns {
            Some(netns) => netns.inside(|| ioctl::ethtool(link, block))?,
            None => ioctl::ethtool(link, block),
        }
    }

    fn log(&self) -> io::Result<Box<dyn LogTail>> {
        Ok(Box::new(Kmsg::open()?))
    }

    fn program(&self, path: &str) -> io::Result<OwnedFd> {
        bpf::open_pinned(path)
    }

    fn release(&self) -> io::Result<String> {
        // SAFETY: `utsname` is arrays of characters, for which all zero bits are a value.
        let mut name: libc::utsname = unsafe { std::mem::zeroed() };
        // SAFETY: the pointer is to a live `utsname`, which the call fills.
        if unsafe { libc::uname(&raw mut name) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the kernel ends the text with a NUL inside the array, and so did the zeroes before.
        let release = unsafe { CStr::from_ptr(name.release.as_ptr()) };
        Ok(release.to_string_lossy().into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_under_the_root_and_nowhere_else() {
        let root = tempfile::tempdir().unwrap();
        let device = root.path().join("sys/bus/pci/devices/0000:03:00.0");
        fs::create_dir_all(&device).unwrap();
        fs::write(device.join("sriov_numvfs"), "12\n").unwrap();
        std::os::unix::fs::symlink("../0000:03:00.1", device.join("virtfn0")).unwrap();
        let system = System::new().under(root.path());
        let at = |name: &str| format!("/sys/bus/pci/devices/0000:03:00.0/{name}");

        assert_eq!(system.read(&at("sriov_numvfs")).unwrap(), "12");
        system.write(&at("sriov_numvfs"), "4").unwrap();
        assert_eq!(fs::read_to_string(device.join("sriov_numvfs")).unwrap(), "4");
        assert_eq!(system.list(&at("")).unwrap(), ["sriov_numvfs", "virtfn0"]);
        assert_eq!(system.link(&at("virtfn0")).unwrap(), "../0000:03:00.1");

        assert_eq!(system.write(&at("absent"), "1").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(!device.join("absent").exists(), "writing must not make files");
        for path in ["/sys/../etc/passwd", "/sys/bus/pci/devices/../x"] {
            assert_eq!(system.read(path).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{path}");
        }
    }

    #[test]
    fn links_of_another_namespace_are_not_shown_as_its_own() {
        let system = System::new().within(Netns::open("/proc/self/ns/net").unwrap());
        for path in ["/sys/class/net/lo/ifindex", "/sys/bus/pci/devices/0000:03:00.0/net"] {
            assert_eq!(system.read(path).unwrap_err().kind(), io::ErrorKind::Unsupported, "{path}");
        }
        assert!(System::new().read("/sys/class/net/lo/ifindex").is_ok());
    }

    #[test]
    fn the_release_is_what_the_kernel_says() {
        let said = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
        assert_eq!(System::new().release().unwrap(), said.trim_end());
    }

    #[test]
    fn sockets_open_inside_a_namespace_show_its_links_only() {
        let namespace = match crate::netns::tests::fresh() {
            Ok(namespace) => namespace,
            Err(reason) => return eprintln!("skipped: {reason}"),
        };
        let mut socket = System::new().within(namespace).open(Protocol::Route).unwrap();
        let links = crate::socket::tests::links(&mut *socket);
        assert_eq!(links, [1], "a fresh namespace has lo and nothing else");
    }
}

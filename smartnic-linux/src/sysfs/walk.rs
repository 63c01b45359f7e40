//! Reading of a device tree that may be a copy with holes: what is not there is nothing, and what must not be read is
//! noted.

use std::cell::RefCell;
use std::io;

use smartnic_core::device::Unreadable;
use smartnic_core::types::{DevlinkHandle, PciAddress};
use smartnic_netlink::transport::Kernel;

/// A tree that is being read.
pub(crate) struct Walk<'a> {
    kernel: &'a dyn Kernel,
    unreadable: RefCell<Vec<Unreadable>>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(kernel: &'a dyn Kernel) -> Self {
        Self { kernel, unreadable: RefCell::default() }
    }

    /// What could not be read.
    pub(crate) fn unreadable(self) -> Vec<Unreadable> {
        self.unreadable.into_inner()
    }

    /// What a file says, without blanks around it; nothing if it says nothing.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let text = self.told(path, self.kernel.read(path))?;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The decimal number in a file.
    pub(crate) fn number<T: std::str::FromStr>(&self, path: &str) -> Option<T> {
        self.text(path)?.parse().ok()
    }

    /// The hexadecimal number in a file, with or without `0x`.
    pub(crate) fn hex(&self, path: &str) -> Option<u32> {
        let text = self.text(path)?;
        u32::from_str_radix(text.trim_start_matches("0x"), 16).ok()
    }

    /// The names in a directory; none if there is no such directory.
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        self.told(path, self.kernel.list(path)).unwrap_or_default()
    }

    /// Where a symbolic link points.
    pub(crate) fn link(&self, path: &str) -> Option<String> {
        self.told(path, self.kernel.link(path))
    }

    /// The last part of where a symbolic link points.
    pub(crate) fn link_name(&self, path: &str) -> Option<String> {
        let target = self.link(path)?;
        let name = target.trim_end_matches('/').rsplit('/').next()?;
        (!matches!(name, "" | "." | "..")).then(|| name.to_owned())
    }

    /// A value of a `uevent` file.
    pub(crate) fn uevent(&self, device: &str, key: &str) -> Option<String> {
        let text = self.text(&format!("{device}/uevent"))?;
        let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    fn told<T>(&self, path: &str, result: io::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                // That something is not there, or is something else in a copy, is how trees differ. Drivers without
                // an answer say EOPNOTSUPP or EINVAL when their file is read.
                let silent = matches!(
                    error.raw_os_error(),
                    Some(
                        libc::ENOENT
                            | libc::ENOTDIR
                            | libc::EISDIR
                            | libc::EINVAL
                            | libc::EOPNOTSUPP
                            | libc::ENODEV
                            | libc::ENODATA
                    )
                ) || matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::Unsupported | io::ErrorKind::InvalidData
                );
                if !silent {
                    let reason = match error.raw_os_error() {
                        Some(libc::EACCES | libc::EPERM) => "permission denied".to_owned(),
                        _ => error.to_string(),
                    };
                    self.unreadable.borrow_mut().push(Unreadable { path: path.to_owned(), reason });
                }
                None
            }
        }
    }

    /// The device under something of a class, such as `/sys/class/net/eth0`, with the devices above it; the nearest
    /// first.
    pub(crate) fn devices_under(&self, path: &str) -> Vec<Place> {
        // The link of the class tells the whole way: ../../devices/pci0000:00/0000:03:00.0/net/eth0.
        let chain = self.link(path).filter(|target| target.contains("devices/")).or_else(|| {
            let target = self.link(&format!("{path}/device"))?;
            Some(format!("devices/{}/net/x", target.trim_start_matches("../")))
        });
        let mut found = Vec::new();
        if let Some(chain) = chain {
            let chain = chain.split_once("devices/").map_or(&*chain, |(_, chain)| chain);
            let mut parts: Vec<&str> = chain.split('/').filter(|part| !part.is_empty()).collect();
            // The class and the name.
            parts.truncate(parts.len().saturating_sub(2));
            let at = |end: usize| format!("/sys/devices/{}", parts[..=end].join("/"));
            if parts.first() != Some(&"virtual") {
                for (end, name) in parts.iter().enumerate().rev() {
                    let nearest = end + 1 == parts.len();
                    if let Some(place) = self.place(name, &at(end), nearest.then_some(path)) {
                        found.push(place);
                    }
                }
            }
        } else if let Some(name) = self.uevent(&format!("{path}/device"), "PCI_SLOT_NAME") {
            // A copy without links has the device as a directory, which tells its own name.
            found.extend(self.place(&name, &format!("{path}/device"), None));
        }
        found
    }

    /// A device of this name: where it can be read, if it is one that can be a function. `class` is what stands
    /// directly on it, if something does.
    fn place(&self, name: &str, direct: &str, class: Option<&str>) -> Option<Place> {
        if name.parse::<PciAddress>().is_ok() {
            return Some(self.known("pci", name, direct));
        }
        let class = class?;
        let bus = self
            .link_name(&format!("{class}/device/subsystem"))
            .or_else(|| self.link_name(&format!("{direct}/subsystem")))
            .or_else(|| guessed_bus(name).map(str::to_owned))?;
        // Parts of a driver stand on their function; a class on them is one on the function.
        Some(self.known(&bus, name, direct))
    }

    fn known(&self, bus: &str, name: &str, direct: &str) -> Place {
        let usual = format!("/sys/bus/{bus}/devices/{name}");
        let path = if self.kernel.list(&usual).is_ok() { usual } else { direct.to_owned() };
        Place { handle: DevlinkHandle::new(bus, name), path }
    }
}

/// The bus of a device of this name where no file tells it.
fn guessed_bus(name: &str) -> Option<&'static str> {
    let digits_after = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    match () {
        () if digits_after("virtio") => Some("virtio"),
        () if digits_after("netdevsim") => Some("netdevsim"),
        () if name.contains(".sf.") => Some("auxiliary"),
        () => None,
    }
}

/// A device and the directory where it can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) handle: DevlinkHandle,
    pub(crate) path: String,
}

#[cfg(test)]
mod tests {
    use smartnic_netlink::transport::{Protocol, Transport};

    use super::*;

    /// A tree of which some files may not be read, and some give no answer.
    struct Guarded;

    impl Kernel for Guarded {
        fn open(&self, _: Protocol) -> io::Result<Box<dyn Transport>> {
            Err(io::ErrorKind::Unsupported.into())
        }

        fn read(&self, path: &str) -> io::Result<String> {
            let errno = match path.rsplit('/').next() {
                Some("secret") => libc::EACCES,
                Some("broken") => libc::EIO,
                Some("phys_port_name") => libc::EOPNOTSUPP,
                Some("speed") => libc::EINVAL,
                Some("blank") => return Ok(" \n".into()),
                _ => libc::ENOENT,
            };
            Err(io::Error::from_raw_os_error(errno))
        }

        fn write(&self, _: &str, _: &str) -> io::Result<()> {
            Err(io::ErrorKind::PermissionDenied.into())
        }

        fn list(&self, _: &str) -> io::Result<Vec<String>> {
            Err(io::ErrorKind::PermissionDenied.into())
        }

        fn link(&self, _: &str) -> io::Result<String> {
            Err(io::Error::from_raw_os_error(libc::EINVAL))
        }

        fn release(&self) -> io::Result<String> {
            Ok(String::new())
        }
    }

    #[test]
    fn what_may_not_be_read_is_noted_and_what_is_not_there_is_not() {
        let walk = Walk::new(&Guarded);
        for file in ["secret", "broken", "phys_port_name", "speed", "blank", "absent"] {
            assert_eq!(walk.text(file), None);
        }
        assert!(walk.names("directory").is_empty() && walk.link("link").is_none());
        let notes: Vec<_> = walk.unreadable().into_iter().map(|note| note.path).collect();
        assert_eq!(notes, ["secret", "broken", "directory"]);
    }
}

//! Links in other network namespaces, asked for inside them.
//!
//! Another way is to ask from here for the links of a namespace by its number (`IFLA_TARGET_NETNSID`). Most namespaces have
//! no number, and giving them one (`RTM_NEWNSID`) would be a change, which looking must not make. A socket that was opened
//! inside is closed again when its links are read.

use std::io;
use std::sync::Arc;

use smartnic_core::device::{Link, LinksElsewhere, NetnsNumber, Unreadable};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::rtnl::{link, netns_number};
use smartnic_netlink::transport::{Kernel, Protocol, Transport};

use crate::connection::{Channel, advised};

const OP: &str = "list links of other network namespaces";

/// Reads the links of every other namespace, and the numbers by which these and the caller's own know each other, as far as
/// links name any.
pub(crate) fn read(kernel: &Arc<dyn Kernel>) -> Result<LinksElsewhere> {
    let mut all = LinksElsewhere::default();
    let names = kernel.namespaces().map_err(|error| advised(Error::io(OP, error)))?;
    for name in &names {
        match within(kernel, name, &names) {
            Ok((links, numbers)) => {
                all.links.extend(links);
                all.numbers.extend(numbers);
            }
            // It ended meanwhile, or is none of the caller's business.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {}
            Err(error) => {
                let path = if name.contains('/') { name.clone() } else { format!("/run/netns/{name}") };
                all.unreadable.push(Unreadable { path, reason: error.to_string() });
            }
        }
    }
    if !names.is_empty() {
        let here = Channel::new(Arc::clone(kernel), Protocol::Route);
        all.numbers.extend(numbers(kernel, &here, None, &names));
    }
    Ok(all)
}

fn within(kernel: &Arc<dyn Kernel>, netns: &str, names: &[String]) -> Result<(Vec<Link>, Vec<NetnsNumber>)> {
    let inside = Inside { kernel: Arc::clone(kernel), netns: netns.to_owned() };
    let channel = Channel::new(Arc::new(inside), Protocol::Route);
    let named = |link: Link| Link { netns: Some(netns.to_owned()), ..link };
    let links = channel
        .list(OP, &netns, &link::Dump, &|message| link::decode(message).map(|link| Some(named(link))))?;
    let points_out = links.iter().any(|link| link.lower_netns.is_some());
    let numbers = if points_out { numbers(kernel, &channel, Some(netns), names) } else { Vec::new() };
    Ok((links, numbers))
}

/// The numbers by which the namespace of a channel knows others. What cannot be asked for has none.
fn numbers(
    kernel: &Arc<dyn Kernel>,
    channel: &Channel,
    by: Option<&str>,
    names: &[String],
) -> Vec<NetnsNumber> {
    let others = names.iter().map(String::as_str).filter(|name| Some(*name) != by).map(Some);
    let own = by.is_some().then_some(None);
    let ask = |of: Option<&str>| {
        let held = of.map_or_else(|| kernel.hold_own(), |of| kernel.hold(of)).ok()?;
        let get = netns_number::Get { descriptor: held.descriptor() };
        let number = channel.fetch(OP, &of.unwrap_or("own"), &get, &netns_number::decode).ok()??;
        Some(NetnsNumber { by: by.map(str::to_owned), number, of: of.map(str::to_owned) })
    };
    own.into_iter().chain(others).filter_map(ask).collect()
}

/// A kernel whose sockets are opened in another namespace, and whose files, which are not that one's, are closed.
struct Inside {
    kernel: Arc<dyn Kernel>,
    netns: String,
}

fn closed<T>() -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "files are those of another network namespace"))
}

impl Kernel for Inside {
    fn open(&self, protocol: Protocol) -> io::Result<Box<dyn Transport>> {
        self.kernel.open_in(&self.netns, protocol)
    }

    fn read(&self, _: &str) -> io::Result<String> {
        closed()
    }

    fn write(&self, _: &str, _: &str) -> io::Result<()> {
        closed()
    }

    fn list(&self, _: &str) -> io::Result<Vec<String>> {
        closed()
    }

    fn link(&self, _: &str) -> io::Result<String> {
        closed()
    }

    fn release(&self) -> io::Result<String> {
        self.kernel.release()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Namespaces that cannot be entered, each for a reason of its own.
    struct Closed;

    impl Kernel for Closed {
        fn open(&self, _: Protocol) -> io::Result<Box<dyn Transport>> {
            Err(io::Error::from_raw_os_error(libc::EPROTONOSUPPORT))
        }

        fn namespaces(&self) -> io::Result<Vec<String>> {
            Ok(["forbidden", "full", "gone", "/proc/4711/ns/net"].map(String::from).to_vec())
        }

        fn open_in(&self, netns: &str, _: Protocol) -> io::Result<Box<dyn Transport>> {
            Err(io::Error::from_raw_os_error(match netns {
                "forbidden" => libc::EPERM,
                "gone" => libc::ENOENT,
                _ => libc::EMFILE,
            }))
        }

        fn read(&self, _: &str) -> io::Result<String> {
            closed()
        }

        fn write(&self, _: &str, _: &str) -> io::Result<()> {
            closed()
        }

        fn list(&self, _: &str) -> io::Result<Vec<String>> {
            closed()
        }

        fn link(&self, _: &str) -> io::Result<String> {
            closed()
        }

        fn release(&self) -> io::Result<String> {
            closed()
        }
    }

    #[test]
    fn what_is_gone_or_forbidden_is_left_out_and_what_fails_is_noted() {
        let kernel: Arc<dyn Kernel> = Arc::new(Closed);
        let found = read(&kernel).unwrap();
        assert_eq!(found.links, []);
        let paths: Vec<&str> = found.unreadable.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["/run/netns/full", "/proc/4711/ns/net"], "{found:?}");
    }
}

//! A machine as the SDK sees it.

use std::collections::HashMap;
use std::fmt::Display;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use smartnic_core::backend::{
    Bridging, Dcb, Devlink, Ethtool, FlowOffload, Guard, Hardware, Host, KernelLog, Rdma, Switchdev,
    TrafficControl, Tunnels, Vdpa, Verbs,
};
use smartnic_core::device::{FabricLibrary, LldpAgent};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::genl;
use smartnic_netlink::transport::{Kernel, LogTail, Protocol, Transport};

use crate::connection::{Channel, advised};
use crate::fabric;
use crate::guard::{FileGuard, directory};
use crate::socket::namespace_cookie;
use crate::tree::Tree;
use crate::verbs::Door;
use crate::{Netns, System};

/// This machine, one of its network namespaces, or anything else that answers as a kernel does.
///
/// Threads may share a host; requests that run at the same time use a socket each.
pub struct LinuxHost {
    uri: String,
    pub(crate) kernel: Arc<dyn Kernel>,
    /// Links, hooks and rules.
    pub(crate) route: Channel,
    /// devlink and ethtool.
    pub(crate) generic: Channel,
    /// RDMA devices.
    pub(crate) rdma: Channel,
    /// Numbers of generic netlink families that were asked for.
    families: Mutex<HashMap<&'static str, u16>>,
    /// The number of the network namespace's file; none if this is no real kernel.
    namespace: Option<u64>,
    guard: OnceLock<FileGuard>,
    /// True if there are files and nothing else: a captured `/sys`.
    pub(crate) files_only: bool,
    /// Verbs, if this is a real kernel.
    verbs: Option<Door>,
}

impl LinuxHost {
    /// A host that asks `kernel`, known by the address `uri`.
    pub fn new(uri: impl Into<String>, kernel: Arc<dyn Kernel>) -> Self {
        let route = Channel::new(Arc::clone(&kernel), Protocol::Route);
        let generic = Channel::new(Arc::clone(&kernel), Protocol::Generic);
        let rdma = Channel::new(Arc::clone(&kernel), Protocol::Rdma);
        let (families, guard) = Default::default();
        let (uri, namespace, files_only) = (uri.into(), None, false);
        Self { uri, kernel, route, generic, rdma, families, namespace, guard, files_only, verbs: None }
    }

    /// This machine, in its own network namespace: `linux:`.
    ///
    /// Sockets are opened as they are needed, each in the namespace that the asking thread is in, and then
    /// shared: a program whose threads are in several namespaces should use [`LinuxHost::open_netns`].
    ///
    /// # Errors
    /// `Unsupported` or `PermissionDenied` if no netlink socket can be opened here at all.
    pub fn open() -> Result<Self> {
        let system = System::new();
        if let Err(error) = system.open(Protocol::Route) {
            let reason = "no netlink socket can be opened";
            return Err(Error::io("open this machine", error).on("linux:").reason(reason));
        }
        let namespace = std::fs::metadata("/proc/thread-self/ns/net");
        let namespace = namespace.map_err(|error| Error::io("open this machine", error).on("linux:"))?.ino();
        let verbs = Some(Door::new(None));
        Ok(Self { namespace: Some(namespace), verbs, ..Self::new("linux:", Arc::new(system)) })
    }

    /// A network namespace of this machine, by the name that `ip netns` shows or by a path: `linux:netns=blue`.
    ///
    /// # Errors
    /// `NotFound` if there is no such namespace, `PermissionDenied` without `CAP_SYS_ADMIN`, `InvalidInput` if
    /// the name can be none.
    pub fn open_netns(name_or_path: &str) -> Result<Self> {
        let op = "open a network namespace";
        let failed = |error: io::Error| {
            let error = match error.kind() {
                io::ErrorKind::InvalidInput => Error::invalid(op, error.to_string()),
                io::ErrorKind::NotFound => Error::io(op, error).hint("`ip netns list` shows the names"),
                io::ErrorKind::PermissionDenied => {
                    Error::io(op, error).hint("CAP_SYS_ADMIN is needed: run as root")
                }
                _ => Error::io(op, error),
            };
            error.on(name_or_path)
        };
        let netns = Netns::open(name_or_path).map_err(failed)?;
        // What cannot be entered is better known now than at the first request.
        netns.inside(|| ()).map_err(failed)?;
        let namespace = Some(netns.inode().map_err(failed)?);
        let uri = format!("linux:netns={name_or_path}");
        let netns = Arc::new(netns);
        let verbs = Some(Door::new(Some(Arc::clone(&netns))));
        Ok(Self { namespace, verbs, ..Self::new(uri, Arc::new(System::new().within(netns))) })
    }

    /// A copy of `/sys`, or a directory that has one as `sys`: `linux:sysfs=DIR`.
    ///
    /// What files tell is there: functions, links, SR-IOV, RDMA devices. Whatever only netlink tells is `Unsupported`,
    /// and nothing can be changed.
    ///
    /// # Errors
    /// `NotFound`, `PermissionDenied` or `Io` if it is no directory that can be read.
    pub fn open_files(directory: &Path) -> Result<Self> {
        let op = "open a device tree";
        let tree = Tree::open(directory).map_err(|error| Error::io(op, error).on(directory.display()))?;
        let uri = format!("linux:sysfs={}", directory.display());
        Ok(Self { files_only: true, ..Self::new(uri, Arc::new(tree)) })
    }

    /// Fails unless this is a real machine: programs and libraries beside a simulated one are not its own.
    fn real(&self, op: &'static str) -> Result<()> {
        match self.verbs {
            Some(_) => Ok(()),
            None => Err(Error::unsupported(op).on(&self.uri).reason("this is no real machine")),
        }
    }

    /// What tells this network namespace from every other one of this boot, as the name of a file.
    ///
    /// The numbers of the files of namespaces are used again; cookies, which kernels before 5.14 lack, are not.
    fn namespace_name(&self, inode: u64) -> String {
        let cookie = |transport: &dyn Transport| transport.fd().map(namespace_cookie);
        match self.kernel.open(Protocol::Route).map(|transport| cookie(&*transport)) {
            Ok(Some(Ok(cookie))) => format!("netns-cookie-{cookie}"),
            _ => format!("netns-{inode}"),
        }
    }

    /// The number of a generic netlink family, asked for once and only when something of it is needed.
    pub(crate) fn family(&self, name: &'static str, op: &'static str, object: &dyn Display) -> Result<u16> {
        let known = || self.families.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = known().get(name) {
            return Ok(*id);
        }
        let found = self.generic.fetch(op, object, &genl::GetFamily { name }, &genl::decode);
        let family = found.map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                Error::unsupported(op).on(object).reason(format!("this kernel has no {name}"))
            }
            _ => error,
        })?;
        known().insert(name, family.id);
        Ok(family.id)
    }
}

/// The kernel's log, with errors as the SDK has them.
struct Log(Box<dyn LogTail>);

const READ_LOG: &str = "read the kernel's log";

impl KernelLog for Log {
    fn lines(&mut self) -> Result<Vec<String>> {
        self.0.lines().map_err(|error| Error::io(READ_LOG, error))
    }
}

impl Host for LinuxHost {
    fn uri(&self) -> &str {
        &self.uri
    }

    fn kernel_release(&self) -> Result<String> {
        let op = "read the kernel's release";
        self.kernel.release().map_err(|error| advised(Error::io(op, error)).on(&self.uri))
    }

    fn devlink(&self) -> &dyn Devlink {
        self
    }

    fn switchdev(&self) -> &dyn Switchdev {
        self
    }

    fn hardware(&self) -> Result<&dyn Hardware> {
        Ok(self)
    }

    fn bridging(&self) -> Result<&dyn Bridging> {
        Ok(self)
    }

    fn tunnels(&self) -> Result<&dyn Tunnels> {
        Ok(self)
    }

    fn dcb(&self) -> Result<&dyn Dcb> {
        Ok(self)
    }

    fn ethtool(&self) -> Result<&dyn Ethtool> {
        Ok(self)
    }

    fn vdpa(&self) -> Result<&dyn Vdpa> {
        Ok(self)
    }

    fn rdma(&self) -> Result<&dyn Rdma> {
        Ok(self)
    }

    fn verbs(&self) -> Result<&dyn Verbs> {
        match &self.verbs {
            Some(door) => door.open(),
            None => Err(Error::unsupported("use RDMA verbs").on(&self.uri).reason("this is no real kernel")),
        }
    }

    fn fabric_library(&self) -> Result<FabricLibrary> {
        self.real("look for libfabric")?;
        smartnic_verbs::fabric_library()
    }

    fn lldp_agents(&self) -> Result<Vec<LldpAgent>> {
        self.real("look for LLDP agents")?;
        fabric::lldp_agents()
    }

    fn flow(&self) -> &dyn FlowOffload {
        self
    }

    fn kernel_log(&self) -> Result<Box<dyn KernelLog>> {
        let log = self.kernel.log().map_err(|error| Error::io(READ_LOG, error).on(&self.uri))?;
        Ok(Box::new(Log(log)))
    }

    fn traffic_control(&self) -> Result<&dyn TrafficControl> {
        Ok(self)
    }

    fn guard(&self) -> Result<Option<&dyn Guard>> {
        let Some(inode) = self.namespace else { return Ok(None) };
        if let Some(guard) = self.guard.get() {
            return Ok(Some(guard));
        }
        let guard = FileGuard::new(&directory()?, &self.namespace_name(inode));
        Ok(Some(self.guard.get_or_init(|| guard)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_knows_its_address_and_release() {
        let host = LinuxHost::open().unwrap();
        assert_eq!(host.uri(), "linux:");
        assert_eq!(host.kernel_release().unwrap(), System::new().release().unwrap());
        assert!(host.datapath().is_none());
    }

    #[test]
    fn a_namespace_that_is_not_there_is_said_so() {
        let error = LinuxHost::open_netns("no-such-namespace-here").err().unwrap();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().starts_with("cannot open a network namespace (no-such-namespace-here): "));
        assert_eq!(LinuxHost::open_netns("..").err().unwrap().kind(), ErrorKind::InvalidInput);
    }
}

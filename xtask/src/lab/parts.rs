//! What the lab is made of, and how each part is brought up to date.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::apt::Apt;
use super::cache::{Cache, Part};
use super::headers::{self, Headers};
use super::kernel::{self, Kernel};
use super::labnic;
use super::peer;
use super::tools::{self, Tools};
use crate::failure::{Failure, Result};

const INIT: &str = include_str!("../../../tests/lab/init.sh");

/// One part of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// Programs for the host: emulator and compiler.
    Tools,
    /// Programs laid over the host's files in the guest.
    Guest,
    /// RDMA's user side: libraries and programs for the guest, and the headers that our bindings are made of.
    Rdma,
    /// rdma-core's own Python module, and the Python that it was built for.
    Pyverbs,
    /// libfabric and its program.
    Libfabric,
    /// The other end of interop checks, in C over libibverbs.
    Peer,
    /// What modules for a kernel are built against.
    Headers(Kernel),
    /// A kernel with its modules and the headers for programs.
    Kernel(Kernel),
    /// The lab's own NIC for a kernel.
    Labnic(Kernel),
    /// A kernel's initial file system.
    Boot(Kernel),
}

impl Item {
    /// All parts, each after those it is built with.
    pub(crate) fn all() -> Vec<Self> {
        let mut items =
            vec![Self::Tools, Self::Guest, Self::Rdma, Self::Pyverbs, Self::Libfabric, Self::Peer];
        for kernel in Kernel::ALL {
            items.extend([
                Self::Headers(kernel),
                Self::Kernel(kernel),
                Self::Labnic(kernel),
                Self::Boot(kernel),
            ]);
        }
        items
    }

    /// What it is, and about how much is fetched for it.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::Tools => "emulator and compiler (Debian packages, about 95 MB)".into(),
            Self::Guest => "newer iproute2, ethtool, nftables, strace (Debian packages, about 15 MB)".into(),
            Self::Rdma => "RDMA libraries, their headers, perftest (Debian packages, about 20 MB)".into(),
            Self::Pyverbs => "pyverbs and its Python (Debian packages, about 25 MB)".into(),
            Self::Libfabric => "libfabric and its program (Debian packages, about 12 MB)".into(),
            Self::Peer => "the C program that RDMA checks talk to (built here)".into(),
            Self::Headers(kernel) => {
                format!("what modules of Linux {} need (Debian packages, about 15 MB)", kernel.name())
            }
            Self::Kernel(kernel) => {
                format!(
                    "Linux {} with netdevsim (Debian packages, about 300 MB, one minute to build)",
                    kernel.name()
                )
            }
            Self::Labnic(kernel) => format!("labnic of Linux {} (built here)", kernel.name()),
            Self::Boot(kernel) => format!("initial file system of Linux {} (made here)", kernel.name()),
        }
    }

    /// Whether a `name version` line is one of the packages that its users care about.
    pub(crate) fn is_notable(self, version: &str) -> bool {
        let names: &[&str] = match self {
            Self::Tools => &["qemu-system-x86", "gcc-14"],
            Self::Guest => &["iproute2", "ethtool", "nftables", "strace"],
            Self::Rdma => &["libibverbs1", "librdmacm1t64", "perftest"],
            Self::Pyverbs => &["python3-pyverbs"],
            Self::Libfabric => &["libfabric1"],
            Self::Kernel(_) => &["linux-libc-dev"],
            Self::Peer | Self::Headers(_) | Self::Labnic(_) | Self::Boot(_) => &[],
        };
        version.split(' ').next().is_some_and(|name| names.contains(&name))
    }

    pub(super) fn dir(self) -> String {
        match self {
            Self::Tools => "tools".into(),
            Self::Guest => "guest".into(),
            Self::Rdma => "rdma".into(),
            Self::Pyverbs => "pyverbs".into(),
            Self::Libfabric => "libfabric".into(),
            Self::Peer => "peer".into(),
            Self::Headers(kernel) => format!("headers-{}", kernel.name()),
            Self::Kernel(kernel) => format!("kernel-{}", kernel.name()),
            Self::Labnic(kernel) => format!("labnic-{}", kernel.name()),
            Self::Boot(kernel) => format!("boot-{}", kernel.name()),
        }
    }

    fn recipe(self) -> String {
        match self {
            Self::Tools => tools::host_recipe(),
            Self::Guest => tools::guest_recipe(),
            Self::Rdma => tools::rdma_recipe(),
            Self::Pyverbs => tools::pyverbs_recipe(),
            Self::Libfabric => tools::libfabric_recipe(),
            Self::Peer => peer::recipe(),
            Self::Headers(_) => headers::recipe(),
            Self::Kernel(kernel) => kernel.recipe(),
            Self::Labnic(_) => labnic::recipe(),
            Self::Boot(_) => kernel::boot_recipe(INIT),
        }
    }
}

/// The lab's parts as they are on disk.
pub(crate) struct Items {
    cache: Cache,
}

impl Items {
    pub(crate) fn locate() -> Result<Self> {
        Ok(Self { cache: Cache::locate()? })
    }

    /// The directory that holds them all.
    pub(crate) fn root(&self) -> &Path {
        self.cache.root()
    }

    /// The parts that are absent or were made by an older recipe.
    pub(crate) fn missing(&self) -> Vec<Item> {
        Item::all().into_iter().filter(|item| !self.part(*item).is_current()).collect()
    }

    /// Brings every part up to date; `tell` is told before each is begun.
    pub(crate) fn build(&self, mut tell: impl FnMut(&str)) -> Result<()> {
        let _lock = self.cache.lock(|| tell("waiting for others who use the lab"))?;
        let mut apt = None;
        let tools = self.tools();
        // Each is looked at when its turn comes: a setup that held the lock before may have made it, or a
        // part before it, made anew, may have outdated it.
        for item in Item::all() {
            let part = self.part(item);
            // A kernel that must be fetched is the newest, and its headers with it.
            if let Item::Headers(kernel) = item
                && !self.part(Item::Kernel(kernel)).is_current()
            {
                part.forget()?;
            }
            if part.is_current() {
                continue;
            }
            tell(&item.describe());
            if apt.is_none() && !matches!(item, Item::Peer | Item::Labnic(_) | Item::Boot(_)) {
                apt = Some(Apt::update(&self.cache)?);
            }
            part.build(|dir| match (item, &apt) {
                (Item::Tools, Some(apt)) => tools::build_host(apt, dir, tools.root()),
                (Item::Guest, Some(apt)) => tools::build_guest(apt, dir),
                (Item::Rdma, Some(apt)) => tools::build_rdma(apt, dir),
                (Item::Pyverbs, Some(apt)) => tools::build_pyverbs(apt, dir),
                (Item::Libfabric, Some(apt)) => tools::build_libfabric(apt, dir),
                (Item::Peer, _) => peer::build(&self.dir(Item::Rdma), dir),
                (Item::Headers(kernel), Some(apt)) => {
                    headers::fetch(kernel, apt, &tools, dir, &self.dir(item))
                }
                (Item::Kernel(kernel), Some(apt)) => kernel.build(apt, &tools, &self.headers(kernel), dir),
                (Item::Labnic(kernel), _) => labnic::build(&tools, &self.headers(kernel), dir),
                (Item::Boot(kernel), _) => {
                    kernel::build_boot(&tools, &self.dir(Item::Kernel(kernel)), INIT, dir)
                }
                (_, None) => Err(Failure::new("the package lists were not fetched")),
            })?;
            match item {
                // Newer headers need their kernel and new modules, whatever the recipes say,
                Item::Headers(kernel) => {
                    let release = |item| headers::release_in(&self.dir(item));
                    if release(item) != release(Item::Kernel(kernel)) {
                        self.part(Item::Kernel(kernel)).forget()?;
                    }
                    self.part(Item::Labnic(kernel)).forget()?;
                }
                // and a new kernel a new initial file system.
                Item::Kernel(kernel) => self.part(Item::Boot(kernel)).forget()?,
                // What was linked against other libraries is linked anew.
                Item::Rdma => self.part(Item::Peer).forget()?,
                Item::Tools
                | Item::Guest
                | Item::Pyverbs
                | Item::Libfabric
                | Item::Peer
                | Item::Labnic(_)
                | Item::Boot(_) => {}
            }
        }
        // Package lists age; the next build fetches fresh ones.
        apt.map_or(Ok(()), Apt::remove)
    }

    /// A part that only one task needs and that setup leaves out, fetched now if it is not there: its directory.
    pub(super) fn extra(
        &self,
        name: &str,
        recipe: String,
        make: impl FnOnce(&Apt, &Tools, &Path) -> Result<String>,
    ) -> Result<PathBuf> {
        let part = self.cache.part(name, recipe);
        if !part.is_current() {
            let _lock = self.cache.lock(|| println!("waiting for others who use the lab"))?;
            let apt = Apt::update(&self.cache)?;
            let made = part.build(|dir| make(&apt, &self.tools(), dir));
            apt.remove()?;
            made?;
        }
        Ok(part.dir().to_path_buf())
    }

    /// Keeps the parts as they are until dropped.
    pub(super) fn use_lock(&self) -> Result<File> {
        self.cache.use_lock()
    }

    pub(super) fn tools(&self) -> Tools {
        Tools::at(self.dir(Item::Tools).join(tools::ROOT))
    }

    fn headers(&self, kernel: Kernel) -> Headers {
        Headers::at(self.dir(Item::Headers(kernel)))
    }

    pub(super) fn part(&self, item: Item) -> Part {
        self.cache.part(&item.dir(), item.recipe())
    }

    pub(super) fn dir(&self, item: Item) -> PathBuf {
        self.part(item).dir().to_path_buf()
    }

    /// The headers of libibverbs and librdmacm: the directory to give a compiler with `-I`, and their version.
    pub(crate) fn rdma_headers(&self) -> (PathBuf, Option<String>) {
        let part = self.part(Item::Rdma);
        let versions = part.versions();
        let version = versions.lines().find_map(|line| line.strip_prefix("libibverbs-dev "));
        (part.dir().join("layer/usr/include"), version.map(str::to_owned))
    }

    /// The kernel's user-space interface headers: the directory to give a compiler with `-I`.
    pub(crate) fn uapi(&self, kernel: Kernel) -> PathBuf {
        self.dir(Item::Kernel(kernel)).join("uapi")
    }
}

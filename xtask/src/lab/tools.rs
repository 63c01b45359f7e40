//! Programs that the lab itself needs, from one Debian release whatever the host runs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt::Apt;
use super::{cache, unpack};
use crate::failure::Result;
use crate::process;

/// Run on the host: the emulator, and what builds modules and the initial file system.
/// gcc must be the version that Debian built the kernels with.
const HOST_PACKAGES: &[&str] = &[
    "qemu-system-x86",
    "gcc-14",
    "binutils",
    "make",
    "libelf1t64",
    "kmod",
    "busybox-static",
    "xz-utils",
    "zstd",
];
const HOST_SUITE: &str = "trixie";

/// Laid over the host's files in the guest. iproute2 must be as new as the newest kernel.
const GUEST_PACKAGES: &[&str] = &["iproute2", "ethtool", "nftables", "strace", "kmod"];
const GUEST_SUITE: &str = "sid";

/// RDMA's libraries and programs, laid over the above, with the headers that our bindings are generated from.
const RDMA_PACKAGES: &[&str] = &[
    "libibverbs1",
    "librdmacm1",
    "ibverbs-providers",
    "ibverbs-utils",
    "rdmacm-utils",
    "perftest",
    "libibverbs-dev",
    "librdmacm-dev",
];

/// What reads RDMA devices as rdma-core itself does, laid over all of the above.
const PYVERBS_PACKAGES: &[&str] = &["python3-pyverbs"];

/// libfabric, and the program that lists its providers, laid over all of the above.
const LIBFABRIC_PACKAGES: &[&str] = &["libfabric1", "libfabric-bin"];

/// The unpacked programs for the host.
pub(super) struct Tools {
    root: PathBuf,
}

impl Tools {
    pub(super) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The unpacked program of this name, or the name alone for the host's own.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        let places = PLACES.map(|place| self.root.join(place).join(name));
        places.into_iter().find(|file| file.exists()).unwrap_or_else(|| name.into())
    }

    /// Starts `program` with the unpacked tools before the host's in its PATH.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut places = PLACES.map(|place| self.root.join(place)).to_vec();
        if let Some(path) = env::var_os("PATH") {
            places.extend(env::split_paths(&path));
        }
        let mut command = Command::new(self.program(program));
        // Joining fails only on a place with a ':' in it; then the host's PATH stays.
        if let Ok(path) = env::join_paths(places) {
            command.env("PATH", path);
        }
        command.env("LC_ALL", "C");
        command
    }
}

const PLACES: [&str; 2] = ["usr/bin", "usr/sbin"];

/// Where the programs for the host are within their part of the cache.
pub(super) const ROOT: &str = "root";

pub(super) fn host_recipe() -> String {
    format!("layout 2\n{HOST_SUITE} {}\n", HOST_PACKAGES.join(" "))
}

/// The layer brings its own C library over the host's, for the host's programs too, so it must not be
/// older: when the host gets another, the layer is fetched again.
pub(super) fn guest_recipe() -> String {
    let libc = process::text(Command::new("getconf").arg("GNU_LIBC_VERSION")).unwrap_or_default();
    format!("layout 2\n{GUEST_SUITE} {}\nover {libc}", GUEST_PACKAGES.join(" "))
}

/// Fills `dir` with the programs for the host; they will be run from `place`.
pub(super) fn build_host(apt: &Apt, dir: &Path, place: &Path) -> Result<String> {
    build_programs(apt, HOST_PACKAGES, dir, place)
}

/// Fills `dir` with programs that the host can run, whatever its own C library is; they will be run from `place`.
pub(super) fn build_programs(apt: &Apt, packages: &[&str], dir: &Path, place: &Path) -> Result<String> {
    let root = dir.join(ROOT);
    let versions = fetch(apt, HOST_SUITE, packages, dir, &root)?;
    unpack::merge_usr(&root)?;
    for programs in ["usr/bin", "usr/sbin", "usr/libexec"] {
        if root.join(programs).is_dir() {
            unpack::make_runnable(&root.join(programs), &place.join(programs), place)?;
        }
    }
    Ok(versions)
}

/// Fills `dir` with the layer of newer programs for the guest.
pub(super) fn build_guest(apt: &Apt, dir: &Path) -> Result<String> {
    fetch(apt, GUEST_SUITE, GUEST_PACKAGES, dir, &dir.join("layer"))
}

pub(super) fn rdma_recipe() -> String {
    format!("{}\nrdma {}", guest_recipe(), RDMA_PACKAGES.join(" "))
}

pub(super) fn pyverbs_recipe() -> String {
    format!("{}\npyverbs {}", guest_recipe(), PYVERBS_PACKAGES.join(" "))
}

pub(super) fn libfabric_recipe() -> String {
    format!("{}\nlibfabric {}", guest_recipe(), LIBFABRIC_PACKAGES.join(" "))
}

/// Fills `dir` with the layer of libfabric.
pub(super) fn build_libfabric(apt: &Apt, dir: &Path) -> Result<String> {
    fetch(apt, GUEST_SUITE, LIBFABRIC_PACKAGES, dir, &dir.join("layer"))
}

/// Fills `dir` with the layer of rdma-core's Python module.
pub(super) fn build_pyverbs(apt: &Apt, dir: &Path) -> Result<String> {
    fetch(apt, GUEST_SUITE, PYVERBS_PACKAGES, dir, &dir.join("layer"))
}

/// Fills `dir` with the layer of RDMA's user side.
pub(super) fn build_rdma(apt: &Apt, dir: &Path) -> Result<String> {
    fetch(apt, GUEST_SUITE, RDMA_PACKAGES, dir, &dir.join("layer"))
}

fn fetch(apt: &Apt, suite: &str, packages: &[&str], dir: &Path, root: &Path) -> Result<String> {
    let debs = dir.join("debs");
    apt.download_closure(suite, packages, &debs)?;
    let versions = unpack::unpack(&debs, root)?;
    cache::remove(&debs)?;
    Ok(versions)
}

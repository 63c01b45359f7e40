//! A captured `/sys`: a directory of files and symbolic links that was copied from a machine.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use smartnic_netlink::transport::{Kernel, Protocol, Transport};

/// More symbolic links than this in one path go round in a circle (`MAXSYMLINKS`).
const MOST_LINKS: u32 = 40;
/// A file that is longer than this is none of those that tell something of a NIC.
const MOST_BYTES: u64 = 1 << 20;

/// A kernel of which nothing is there but a copy of its `/sys`.
///
/// Links are followed inside the copy only: one that points to `/sys/...` leads to the copy's own files, never to
/// those of this machine. Nothing can be written and no socket opened.
#[derive(Debug)]
pub(crate) struct Tree {
    /// What stands for `/`.
    root: PathBuf,
    /// True if `root` is what stands for `/sys`.
    bare: bool,
}

impl Tree {
    /// The copy in a directory: `/sys` itself, or a directory that has it as `sys`.
    ///
    /// # Errors
    /// The system's error if it is no directory that can be read.
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(directory)?;
        fs::read_dir(&root)?;
        let bare = !root.join("sys").is_dir();
        Ok(Self { root, bare })
    }

    /// Where a path of the captured machine is here, its links followed.
    fn find(&self, path: &str, follow_last: bool) -> io::Result<PathBuf> {
        let odd = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{path} {why}")));
        if Path::new(path).components().any(|part| part == Component::ParentDir) {
            return odd("is not the direct path of a file");
        }
        // What is still to be walked, and the way so far, below `root`.
        let mut ahead: VecDeque<String> = self.parts(Path::new(path));
        let mut way: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = ahead.pop_front() {
            if part == ".." {
                way.pop();
                continue;
            }
            way.push(part);
            let here = self.place(&way);
            let last = ahead.is_empty();
            let Ok(target) = fs::read_link(&here) else { continue };
            if last && !follow_last {
                break;
            }
            links += 1;
            if links > MOST_LINKS {
                return Err(io::Error::from_raw_os_error(libc::ELOOP));
            }
            way.pop();
            if target.is_absolute() {
                way.clear();
            }
            for part in self.parts(&target).into_iter().rev() {
                ahead.push_front(part);
            }
        }
        Ok(self.place(&way))
    }

    fn place(&self, way: &[String]) -> PathBuf {
        way.iter().fold(self.root.clone(), |place, part| place.join(part))
    }

    /// The parts of a path, less the `sys` that this copy does not have.
    fn parts(&self, path: &Path) -> VecDeque<String> {
        let absolute = path.is_absolute();
        let mut parts: VecDeque<String> = path
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
                Component::ParentDir => Some("..".into()),
                _ => None,
            })
            .collect();
        if absolute && self.bare && parts.front().is_some_and(|first| first == "sys") {
            parts.pop_front();
        }
        parts
    }
}

impl Kernel for Tree {
    fn open(&self, _: Protocol) -> io::Result<Box<dyn Transport>> {
        Err(io::Error::from_raw_os_error(libc::EPROTONOSUPPORT))
    }

    fn read(&self, path: &str) -> io::Result<String> {
        let place = self.find(path, true)?;
        let found = fs::metadata(&place)?;
        // A pipe or a device in a copy would be read for ever.
        if !found.is_file() {
            return Err(io::Error::from_raw_os_error(if found.is_dir() {
                libc::EISDIR
            } else {
                libc::EINVAL
            }));
        }
        if found.len() > MOST_BYTES {
            return Err(io::Error::from_raw_os_error(libc::EFBIG));
        }
        let text = String::from_utf8_lossy(&fs::read(&place)?).into_owned();
        Ok(text.trim_end_matches(['\n', '\0']).to_owned())
    }

    fn write(&self, _: &str, _: &str) -> io::Result<()> {
        Err(io::Error::from_raw_os_error(libc::EROFS))
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.find(path, true)?)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn link(&self, path: &str) -> io::Result<String> {
        Ok(fs::read_link(self.find(path, false)?)?.to_string_lossy().into_owned())
    }

    fn release(&self) -> io::Result<String> {
        if self.bare {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.read("/proc/sys/kernel/osrelease")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_never_lead_out_of_the_copy() {
        for bare in [true, false] {
            let root = tempfile::tempdir().unwrap();
            let sys = if bare { root.path().to_owned() } else { root.path().join("sys") };
            let device = sys.join("devices/pci0000:00/0000:03:00.0");
            fs::create_dir_all(device.join("net/eth0")).unwrap();
            fs::create_dir_all(sys.join("class/net")).unwrap();
            fs::write(device.join("net/eth0/mtu"), "1500\n").unwrap();
            symlink("../../devices/pci0000:00/0000:03:00.0/net/eth0", sys.join("class/net/eth0")).unwrap();
            symlink("/sys/devices/pci0000:00/0000:03:00.0/net/eth0", sys.join("class/net/abs")).unwrap();
            symlink("../../../../../../../../etc/passwd", sys.join("class/net/out")).unwrap();
            symlink("/etc/passwd", sys.join("class/net/away")).unwrap();
            symlink("round", sys.join("class/net/round")).unwrap();
            let tree = Tree::open(root.path()).unwrap();
            for name in ["eth0", "abs"] {
                assert_eq!(tree.read(&format!("/sys/class/net/{name}/mtu")).unwrap(), "1500");
            }
            for (name, kind) in [("out", io::ErrorKind::NotFound), ("away", io::ErrorKind::NotFound)] {
                assert_eq!(tree.read(&format!("/sys/class/net/{name}")).unwrap_err().kind(), kind);
            }
            let round = tree.read("/sys/class/net/round").unwrap_err();
            assert_eq!(round.raw_os_error(), Some(libc::ELOOP));
            assert_eq!(tree.link("/sys/class/net/away").unwrap(), "/etc/passwd");
            assert!(tree.write("/sys/class/net/eth0/mtu", "9000").is_err());
        }
    }
}

//! Network namespaces: finding one, and working inside it.
#![allow(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Metadata};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use smartnic_netlink::transport::HeldNetns;

/// Where `ip netns add` keeps names; the second is what older systems call the first.
const NAMED: [&str; 2] = ["/run/netns", "/var/run/netns"];

/// A network namespace, held open: it lives on while this value does, whatever becomes of its name.
#[derive(Debug)]
pub struct Netns {
    file: File,
    path: PathBuf,
}

impl Netns {
    /// Finds a namespace by the name that `ip netns add` gave it, or by a path such as `/proc/4711/ns/net`:
    /// what contains a `/` is a path.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] for an empty name, `.` and `..`; else the system's error, ENOENT if there
    /// is no such namespace.
    pub fn open(name_or_path: &str) -> io::Result<Self> {
        if name_or_path.contains('/') {
            return Self::at(PathBuf::from(name_or_path));
        }
        if matches!(name_or_path, "" | "." | "..") {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this cannot be a namespace's name"));
        }
        let [first, second] = NAMED.map(|directory| Path::new(directory).join(name_or_path));
        match Self::at(first) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::at(second),
            result => result,
        }
    }

    /// Finds the namespace that a process is in.
    ///
    /// # Errors
    /// The system's error, ENOENT if there is no such process.
    pub fn of_process(pid: u32) -> io::Result<Self> {
        Self::at(PathBuf::from(format!("/proc/{pid}/ns/net")))
    }

    fn at(path: PathBuf) -> io::Result<Self> {
        Ok(Self { file: File::open(&path)?, path })
    }

    /// All namespaces but the one whose file is `own`: by their names, sorted, where one with several goes by the first; then
    /// those without a name by the paths of their files, as container engines mount them, or else by that of a process.
    pub(crate) fn beside(own: &Metadata) -> io::Result<Vec<String>> {
        let mut names = BTreeMap::new();
        for directory in NAMED.iter().rev() {
            match fs::read_dir(directory) {
                Ok(entries) => {
                    for entry in entries {
                        let entry = entry?;
                        names.insert(entry.file_name(), entry.path());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let mut seen = BTreeSet::from([own.ino()]);
        let mut found = Vec::new();
        for (name, path) in names {
            // A name whose namespace is gone is an empty file of another file system.
            let there =
                fs::metadata(path).is_ok_and(|file| file.dev() == own.dev() && seen.insert(file.ino()));
            if let (true, Some(name)) = (there, name.to_str()) {
                found.push(name.to_owned());
            }
        }
        let mut take = |path: String| {
            // What the caller may not look at is none of its business.
            let file = fs::metadata(&path);
            if file.is_ok_and(|file| file.dev() == own.dev() && seen.insert(file.ino())) {
                found.push(path);
            }
        };
        mounted(&fs::read_to_string("/proc/self/mountinfo").unwrap_or_default()).for_each(&mut take);
        for pid in processes()? {
            take(format!("/proc/{pid}/ns/net"));
        }
        Ok(found)
    }

    /// The file of the namespace, whose device and number together tell it from others.
    pub(crate) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    /// The path that the namespace was found at.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The number of the namespace's file; it may have been another namespace's before.
    ///
    /// # Errors
    /// The system's error.
    pub fn inode(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.ino())
    }

    /// Does `work` inside the namespace, on a thread of its own, so that the caller's thread never changes
    /// namespace. A socket opened there stays in the namespace.
    ///
    /// `/sys/class/net` still shows the links of the namespace that `/sys` was mounted in.
    ///
    /// # Errors
    /// The system's error: EPERM without `CAP_SYS_ADMIN`, EINVAL if the path is no network namespace.
    pub fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> io::Result<T> {
        std::thread::scope(|scope| {
            let helper = std::thread::Builder::new().name("netns".into()).spawn_scoped(scope, || {
                self.enter()?;
                Ok(work())
            })?;
            helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Moves the calling thread into the namespace for good.
    fn enter(&self) -> io::Result<()> {
        // SAFETY: the descriptor is open for as long as `self` lives, and no memory is passed.
        let result = unsafe { libc::setns(self.file.as_raw_fd(), libc::CLONE_NEWNET) };
        if result != 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

/// The files of network namespaces in a list of mounts (`/proc/PID/mountinfo`), sorted. Those whose path has a space, a tab or
/// a line's end in it are left out.
fn mounted(mounts: &str) -> impl Iterator<Item = String> {
    let path = |line: &str| {
        let mut words = line.split(' ').skip(3);
        let (root, place) = (words.next()?, words.next()?);
        (root.starts_with("net:[") && !place.contains('\\')).then(|| place.to_owned())
    };
    mounts.lines().filter_map(path).collect::<BTreeSet<_>>().into_iter()
}

/// The numbers of all processes, ascending.
fn processes() -> io::Result<BTreeSet<u32>> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir("/proc")? {
        all.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
    }
    Ok(all)
}

impl HeldNetns for Netns {
    fn descriptor(&self) -> i32 {
        self.file.as_raw_fd()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What names a thread's namespace, such as `net:[4026531840]`.
    fn mine() -> String {
        std::fs::read_link("/proc/thread-self/ns/net").unwrap().display().to_string()
    }

    /// A namespace that nobody else knows of, or the reason why there can be none here.
    pub(crate) fn fresh() -> Result<Netns, String> {
        std::thread::spawn(|| {
            // SAFETY: only this thread, which ends at once, changes its namespace; no memory is passed.
            if unsafe { libc::unshare(libc::CLONE_NEWNET) } != 0 {
                return Err(format!("no fresh namespace: {}", io::Error::last_os_error()));
            }
            Netns::at(PathBuf::from("/proc/thread-self/ns/net")).map_err(|error| error.to_string())
        })
        .join()
        .unwrap()
    }

    #[test]
    fn names_that_are_none_are_refused_and_unknown_ones_not_found() {
        for wrong in ["", ".", ".."] {
            assert_eq!(Netns::open(wrong).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        }
        for absent in ["no-such-namespace-here", "/proc/self/no-such-file"] {
            assert_eq!(Netns::open(absent).unwrap_err().kind(), io::ErrorKind::NotFound);
        }
    }

    #[test]
    fn work_is_done_inside_and_the_caller_stays_outside() {
        let namespace = match fresh() {
            Ok(namespace) => namespace,
            Err(reason) => return eprintln!("skipped: {reason}"),
        };
        let before = mine();
        let inside = namespace.inside(mine).unwrap();
        assert_ne!(inside, before);
        assert_eq!(mine(), before);
        // The same through a path and through the process.
        let path = format!("/proc/self/fd/{}", namespace.file.as_raw_fd());
        assert_eq!(Netns::open(&path).unwrap().inside(mine).unwrap(), inside);
        assert_eq!(Netns::of_process(std::process::id()).unwrap().inside(mine).unwrap(), before);
    }

    #[test]
    fn a_namespace_without_a_name_goes_by_its_mount_or_a_process() {
        let mounts = "22 28 0:4 net:[4026531840] /run/docker/netns/b rw shared:9 - nsfs nsfs rw\n\
            23 28 0:4 mnt:[4026531841] /run/other rw - nsfs nsfs rw\n\
            24 28 0:4 net:[4026531842] /run/a\\040b rw - nsfs nsfs rw\n24 28\n\
            25 28 0:4 net:[4026531843] /run/docker/netns/a rw - nsfs nsfs rw\n";
        let paths: Vec<_> = mounted(mounts).collect();
        assert_eq!(paths, ["/run/docker/netns/a", "/run/docker/netns/b"]);
        let namespace = match fresh() {
            Ok(namespace) => namespace,
            Err(reason) => return eprintln!("skipped: {reason}"),
        };
        // Seen from a fresh one, the one of this process has no name but a process.
        let own = fs::metadata("/proc/thread-self/ns/net").unwrap().ino();
        let found = Netns::beside(&namespace.metadata().unwrap()).unwrap();
        let there = found.iter().any(|path| Netns::open(path).is_ok_and(|one| one.inode().unwrap() == own));
        assert!(there, "{found:?}");
    }

    #[test]
    fn a_file_that_is_no_namespace_is_refused_by_the_kernel() {
        let error = Netns::open("/proc/self/status").unwrap().inside(|| ()).unwrap_err();
        assert!(matches!(error.raw_os_error(), Some(libc::EINVAL | libc::EPERM)), "{error}");
    }
}

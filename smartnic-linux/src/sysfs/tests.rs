//! Stand-ins for `/sys`.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

use smartnic_netlink::transport::{Kernel, Protocol, Transport};

use crate::System;

/// A tree of files that stands in for `/sys`. Paths are relative to it.
pub(crate) struct Tree {
    root: tempfile::TempDir,
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap() }
    }

    fn path(&self, path: &str) -> PathBuf {
        let path = self.root.path().join("sys").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    pub(crate) fn file(self, path: &str, content: &str) -> Self {
        fs::write(self.path(path), content).unwrap();
        self
    }

    pub(crate) fn link(self, path: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.path(path)).unwrap();
        self
    }

    pub(crate) fn content(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn system(&self) -> System {
        System::new().under(self.root.path())
    }
}

/// A bus whose one driver takes its one device only when `driver_override` says so. Remembers what was written.
#[derive(Default)]
pub(crate) struct Choosy {
    written: Mutex<Vec<(String, String)>>,
}

impl Choosy {
    pub(crate) fn written(&self) -> Vec<(String, String)> {
        self.written.lock().unwrap().clone()
    }
}

impl Kernel for Choosy {
    fn open(&self, _: Protocol) -> io::Result<Box<dyn Transport>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn read(&self, path: &str) -> io::Result<String> {
        if path.ends_with("/driver_override") {
            Ok("(null)".into())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn write(&self, path: &str, value: &str) -> io::Result<()> {
        let mut written = self.written.lock().unwrap();
        let overridden = written.iter().any(|(path, _)| path.ends_with("/driver_override"));
        written.push((path.into(), value.into()));
        let refused = path.ends_with("/bind") && !overridden;
        if refused { Err(io::Error::from_raw_os_error(libc::ENODEV)) } else { Ok(()) }
    }

    fn list(&self, _: &str) -> io::Result<Vec<String>> {
        Ok(vec![])
    }

    fn link(&self, _: &str) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn release(&self) -> io::Result<String> {
        Ok("7.3.0-test".into())
    }
}

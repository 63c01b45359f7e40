//! What modules are built against: a kernel's own headers and build programs, kept for the next change.

use std::fs;
use std::path::{Path, PathBuf};

use super::apt::Apt;
use super::kernel::Kernel;
use super::tools::Tools;
use super::{cache, unpack};
use crate::failure::{Attempt, Result};
use crate::process;

/// The unpacked headers of one kernel.
pub(super) struct Headers {
    dir: PathBuf,
}

/// Everything that decides what [`fetch`] makes.
pub(super) fn recipe() -> String {
    "layout 1\n".into()
}

/// Fills `dir` with the newest headers of `kernel`; they will be used from `place`.
pub(super) fn fetch(kernel: Kernel, apt: &Apt, tools: &Tools, dir: &Path, place: &Path) -> Result<String> {
    let release = kernel.newest_release(apt)?;
    let common = release.trim_end_matches("-amd64");
    let headers = format!("linux-headers-{release}");
    let packages =
        [headers.clone(), format!("linux-headers-{common}-common"), format!("linux-kbuild-{common}")];
    let debs = dir.join("debs");
    apt.download(&packages, &debs)?;
    let versions = unpack::unpack(&debs, dir)?;
    cache::remove(&debs)?;
    // One absolute path is in them, to the part that is common to several kernels.
    let makefile = dir.join("usr/src").join(headers).join("Makefile");
    let text = fs::read_to_string(&makefile).attempt(|| format!("read {}", makefile.display()))?;
    cache::write(&makefile, text.replace("/usr/src/", &format!("{}/usr/src/", place.display())))?;
    let programs = Path::new("usr/lib").join(format!("linux-kbuild-{common}"));
    unpack::make_runnable(&dir.join(&programs), &place.join(&programs), tools.root())?;
    cache::write(&dir.join(RELEASE), &release)?;
    Ok(versions)
}

/// The file that says which kernel a part belongs to.
const RELEASE: &str = "release";

/// The release of the kernel that is in `part`, if there is one.
pub(super) fn release_in(part: &Path) -> Option<String> {
    fs::read_to_string(part.join(RELEASE)).ok()
}

impl Headers {
    pub(super) fn at(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// The kernel's full version, such as `7.3.4+deb13-amd64`.
    pub(super) fn release(&self) -> Result<String> {
        let file = self.dir.join(RELEASE);
        fs::read_to_string(&file).attempt(|| format!("read {}", file.display()))
    }

    /// Builds the modules whose sources are in `source`.
    pub(super) fn make(&self, tools: &Tools, source: &Path, settings: &[String]) -> Result<()> {
        let headers = self.dir.join("usr/src").join(format!("linux-headers-{}", self.release()?));
        let jobs = std::thread::available_parallelism().map_or(1, usize::from);
        process::run(
            tools
                .command("make")
                .arg("-C")
                .arg(&headers)
                .arg(format!("M={}", source.display()))
                // Type information for BPF would need another tool, and nothing here reads it.
                .arg("CONFIG_DEBUG_INFO_BTF_MODULES=")
                .args(settings)
                .arg(format!("-j{jobs}"))
                .arg("modules"),
        )
    }
}

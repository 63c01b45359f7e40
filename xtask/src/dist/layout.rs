//! The files of snicctl and the C library, laid out under a prefix as `make install` would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Profile, VERSION, copy, root, write};
use crate::failure::{Attempt, Result};
use crate::{EVERYTHING, process};

/// What cargo built.
pub(super) struct Built {
    snicctl: PathBuf,
    library: PathBuf,
}

/// Builds snicctl and the static library.
///
/// # Errors
/// What the compiler said.
pub(super) fn build(profile: Profile) -> Result<Built> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["build", "--quiet", "--profile", profile.name()]);
    process::run(match profile {
        // What tests have built already.
        Profile::Dev => cargo.args(EVERYTHING).args(["--lib", "--bin", "snicctl"]),
        Profile::Release => cargo.args(["--package", "snicctl", "--package", "smartnic-ffi"]),
    })?;
    let folder = profile.folder();
    Ok(Built { snicctl: folder.join("snicctl"), library: folder.join("libsmartnic_ffi.a") })
}

/// Lays everything out under `prefix`, libraries in `libraries` under it (`lib`, or Debian's `lib/x86_64-linux-gnu`).
///
/// # Errors
/// Which file could not be made, or what a program said.
pub(super) fn lay(built: &Built, prefix: &Path, libraries: &str) -> Result<()> {
    let snicctl = prefix.join("bin/snicctl");
    copy(&built.snicctl, &snicctl)?;
    let share = prefix.join("share");
    process::run(Command::new(&snicctl).arg("man").arg("--dir").arg(share.join("man/man1")))?;
    for (shell, file) in [
        ("bash", "bash-completion/completions/snicctl"),
        ("zsh", "zsh/vendor-completions/_snicctl"),
        ("fish", "fish/vendor_completions.d/snicctl.fish"),
    ] {
        write(&share.join(file), &process::text(Command::new(&snicctl).args(["completions", shell]))?)?;
    }
    let unit = "snicctl-devices.service";
    copy(&root().join("packaging/systemd").join(unit), &prefix.join("lib/systemd/system").join(unit))?;
    copy(&root().join("docs/boot.md"), &share.join("doc/snicctl/boot.md"))?;
    let mut install = Command::new("sh");
    install.arg(root().join("smartnic-ffi/install.sh")).arg(&built.library);
    process::run(install.arg(prefix).arg(VERSION).arg(libraries))?;
    // What is in the objects for debuggers alone is larger than all the rest.
    let libraries = prefix.join(libraries);
    let objects =
        [snicctl, libraries.join("libsmartnic.a"), libraries.join(format!("libsmartnic.so.{VERSION}"))];
    process::run(Command::new("strip").arg("--strip-debug").args(objects))
}

/// All files and links under a folder, as paths from it, in order.
///
/// # Errors
/// Which folder could not be read.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).attempt(|| format!("read {}", next.display()))? {
            let entry = entry.attempt(|| format!("read {}", next.display()))?;
            let kind = entry.file_type().attempt(|| format!("look at {}", entry.path().display()))?;
            match kind.is_dir() {
                true => open.push(entry.path()),
                false => found.extend(entry.path().strip_prefix(folder).map(Path::to_owned)),
            }
        }
    }
    found.sort();
    Ok(found)
}

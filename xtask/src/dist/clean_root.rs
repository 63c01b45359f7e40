//! `cargo xtask dist try`: the Debian packages in a Debian that has nothing of ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{copy, emptied, write};
use crate::failure::{Attempt, Result};
use crate::{lab, process};

/// The release of Debian, and what a user of the packages would have in it.
const SUITE: &str = "trixie";
const BESIDE: &str = "gcc,g++,libc6-dev,pkgconf,python3";

/// What is done in the fresh Debian, by its own shell.
const WORK: &str = r#"set -eu
quietly() { "$@" >/tmp/log 2>&1 || { tail -20 /tmp/log; exit 1; }; }
examples=/usr/share/doc/libsmartnic/examples
quietly apt-get install --yes --no-install-recommends /packages/*.deb
echo "snicctl: $(snicctl --version)"
snicctl --host sim:bluefield3 device list
cc -std=c99 $examples/list-devices.c $(pkg-config --cflags --libs libsmartnic) -o /tmp/list
echo "C: $(/tmp/list sim:bluefield3 | head -1)"
c++ -std=c++17 $examples/list-devices.cpp $(pkg-config --cflags --libs libsmartnic) -o /tmp/list++
echo "C++: $(/tmp/list++ sim:bluefield3 | head -1)"
python3 -c 'import smartnic; print("Python:", smartnic.Host("sim:bluefield3").devices()[0].handle)'
test -s /usr/share/man/man3/libsmartnic.3 || echo "manual pages: left out by this Debian's rules for dpkg"
quietly apt-get purge --yes snicctl libsmartnic1 libsmartnic-dev python3-smartnic
left=$(find /usr /etc /var/lib/systemd -name '*smartnic*' -o -name '*snicctl*')
test -z "$left" || { echo "left behind: $left"; exit 1; }
echo "installed, worked with, and removed without a trace"
"#;

/// Makes a fresh Debian, installs the packages there, works with them, removes them, and looks that nothing stays.
/// Returns what was printed there.
///
/// # Errors
/// What did not work, in the words of its program.
pub(super) fn install_and_work(packages: &[PathBuf]) -> Result<String> {
    let folder = crate::target().join("dist/clean");
    emptied(&folder)?;
    write(&folder.join("packages/work.sh"), WORK)?;
    for package in packages {
        copy(package, &folder.join("packages").join(package.file_name().unwrap_or_default()))?;
    }
    let archive = lab::Archive::of_host()?;
    let options = folder.join("apt.conf");
    write(&options, &archive.options)?;
    let mut debian = Command::new("mmdebstrap");
    debian.args(["--variant=apt", "--format=null", "--quiet", "--include", BESIDE]);
    debian.arg("--aptopt").arg(&options);
    for hook in [&into(&folder.join("packages")), "chroot \"$1\" sh /packages/work.sh >&2"] {
        debian.arg("--customize-hook").arg(hook);
    }
    debian.args([SUITE, "/dev/null", &archive.mirror]);
    let said = process::all(&mut debian).attempt(|| "make a fresh Debian (package mmdebstrap)".into())?;
    Ok(said.trim().to_owned())
}

/// Puts a folder at the root.
fn into(folder: &Path) -> String {
    format!("cp -r '{}' \"$1/\"", folder.display())
}

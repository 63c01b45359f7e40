//! `cargo xtask dist tarball`: one folder to be copied under any prefix.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Profile, VERSION, copy, emptied, layout, root, write};
use crate::failure::Result;
use crate::process;

/// How the folder is put in its place; it holds nothing that names the place it was made at.
const INSTALL: &str = "#!/bin/sh
# Copies what is beside this file under a prefix.
# usage: install.sh [PREFIX]    (/usr/local if none is given; DESTDIR is put before it, as make install does)
set -eu
home=$(cd \"$(dirname \"$0\")\" && pwd)
to=${DESTDIR:-}${1:-/usr/local}
mkdir -p \"$to\"
cp -R \"$home/bin\" \"$home/include\" \"$home/lib\" \"$home/share\" \"$to/\"
# Where the loader looks by itself, it is told; elsewhere that is the user's affair.
case $to in
/usr | /usr/local) ldconfig 2>/dev/null || true ;;
esac
echo \"installed under $to\"
";

/// Builds the tarball and returns where it is.
///
/// # Errors
/// What went wrong, in the words of its program.
pub(super) fn build(profile: Profile, to: &Path) -> Result<PathBuf> {
    let name = format!("smartnic-{VERSION}-{}-linux", std::env::consts::ARCH);
    let folder = to.join(&name);
    emptied(&folder)?;
    layout::lay(&layout::build(profile)?, &folder, "lib")?;
    write(&folder.join("install.sh"), INSTALL)?;
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "CHANGELOG.md"] {
        copy(&root().join(file), &folder.join(file))?;
    }
    let packed = to.join(format!("{name}.tar.gz"));
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-C"]).arg(to);
    process::run(tar.arg("-czf").arg(&packed).arg(&name))?;
    Ok(packed)
}

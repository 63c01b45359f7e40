//! What `cargo xtask test` holds against the packages, without the time that a release build takes.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Profile, VERSION, debian, emptied, sbom, tarball};
use crate::failure::{Failure, Result};
use crate::process;

/// Builds everything as tests build it, unpacks it into empty folders, and works with it there. Returns a line that says
/// what was tried.
///
/// # Errors
/// What did not work, in the words of its program.
pub(crate) fn suite() -> Result<String> {
    let to = crate::target().join("dist-tried");
    let packed = tarball::build(Profile::Dev, &to)?;
    let unpacked = to.join("unpacked");
    emptied(&unpacked)?;
    process::run(Command::new("tar").arg("-xzf").arg(&packed).arg("-C").arg(&unpacked))?;
    let folder = unpacked.join(format!("smartnic-{VERSION}-{}-linux", std::env::consts::ARCH));
    let prefix = to.join("prefix");
    emptied(&prefix)?;
    process::run(Command::new("sh").arg(folder.join("install.sh")).arg(&prefix))?;
    work(&prefix, "lib")?;

    let packages = debian::build(Profile::Dev, &to)?;
    let installed = to.join("installed");
    emptied(&installed)?;
    for package in &packages {
        process::run(Command::new("dpkg-deb").arg("-x").arg(package).arg(&installed))?;
    }
    let mut triplet = Command::new("dpkg-architecture");
    let triplet = process::text(triplet.arg("-qDEB_HOST_MULTIARCH"))?;
    work(&installed.join("usr"), &format!("lib/{}", triplet.trim()))?;
    let mut python = Command::new("python3");
    python.env("PYTHONPATH", installed.join("usr/lib/python3/dist-packages"));
    has(
        "bluefield3",
        &process::text(python.args(["-c", "import smartnic; print(smartnic.Host('sim:bluefield3').uri)"]))?,
    )?;
    let listed = sbom::build(&to)?;
    let parts = std::fs::read_to_string(&listed).unwrap_or_default().matches("\"bom-ref\"").count();
    Ok(format!(
        "tarball and {} Debian packages unpacked, worked with, and {parts} parts listed",
        packages.len()
    ))
}

/// snicctl works from there, its manual and completions are there, and a program in C is built and runs with what
/// pkg-config says.
fn work(prefix: &Path, libraries: &str) -> Result<()> {
    let mut snicctl = Command::new(prefix.join("bin/snicctl"));
    has("pci/0000:03:00.0", &process::text(snicctl.args(["--host", "sim:bluefield3", "device", "list"]))?)?;
    for file in ["share/man/man1/snicctl-flow-apply.1", "share/man/man3/libsmartnic.3"] {
        let manual = std::fs::read_to_string(prefix.join(file)).unwrap_or_default();
        has(".SH", &manual)?;
    }
    let completions = prefix.join("share/bash-completion/completions/snicctl");
    process::run(Command::new("bash").arg("-n").arg(completions))?;
    let libraries = prefix.join(libraries);
    let flags = |options: &[&str]| {
        let mut asked = Command::new("pkg-config");
        asked.env("PKG_CONFIG_PATH", libraries.join("pkgconfig")).env("PKG_CONFIG_LIBDIR", "");
        process::text(asked.args(options).arg("libsmartnic"))
    };
    let program: PathBuf = prefix.join("list-devices");
    for (options, fixed) in
        [(&["--cflags", "--libs"][..], false), (&["--cflags", "--libs", "--static"][..], true)]
    {
        let mut compiler = Command::new("cc");
        compiler.arg(prefix.join("share/doc/libsmartnic/examples/list-devices.c")).arg("-o").arg(&program);
        let flags = flags(options)?;
        if fixed {
            compiler
                .arg("-Wl,-Bstatic")
                .args(flags.split_whitespace().filter(|flag| !flag.starts_with("-lgcc")));
            compiler.args(["-Wl,-Bdynamic", "-lgcc_s"]);
        } else {
            compiler.args(flags.split_whitespace());
        }
        process::run(&mut compiler)?;
        let mut run = Command::new(&program);
        run.arg("sim:bluefield3");
        has("pci/0000:03:00.0", &process::text(run.env("LD_LIBRARY_PATH", &libraries))?)?;
    }
    Ok(())
}

/// What is looked for stands in the text.
fn has(wanted: &str, text: &str) -> Result<()> {
    match text.contains(wanted) {
        true => Ok(()),
        false => Err(Failure::new(format!("`{wanted}` was looked for in:\n{}", process::tail(text, 20)))),
    }
}

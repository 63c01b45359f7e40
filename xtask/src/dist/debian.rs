//! `cargo xtask dist debian`: packages in Debian's layout, by `dpkg-deb`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Profile, VERSION, copy, emptied, layout, root, write};
use crate::failure::{Attempt, Failure, Result};
use crate::{process, python};

/// One package: what it is, and which of the files that are laid out are its own.
struct Package {
    name: &'static str,
    section: &'static str,
    /// The short description, and the long one in Debian's form.
    about: &'static str,
    /// What it needs beside what its programs are linked with.
    depends: &'static [&'static str],
    holds: fn(&str) -> bool,
}

const SAME: &str = "libsmartnic1 (= @VERSION@)";

const PACKAGES: [Package; 4] = [
    Package {
        name: "snicctl",
        section: "net",
        about: "manage what SmartNICs take off the CPU\n devlink, switchdev, flow rules and why they are not in hardware, \
                ethtool, DCB,\n RDMA and RoCE, with the order of steps that each driver wants.\n With a simulated NIC.",
        depends: &[],
        holds: |path| {
            path == "usr/bin/snicctl"
                || path.starts_with("usr/share/man/man1/")
                || path.contains("completions")
                || path.starts_with("usr/lib/systemd/")
                || path.starts_with("usr/share/doc/snicctl/")
        },
    },
    Package {
        name: "libsmartnic1",
        section: "libs",
        about: "manage what SmartNICs take off the CPU - C library",
        depends: &[],
        holds: |path| path.contains("/libsmartnic.so."),
    },
    Package {
        name: "libsmartnic-dev",
        section: "libdevel",
        about: "manage what SmartNICs take off the CPU - headers for C and C++",
        depends: &[SAME],
        holds: |path| {
            path.starts_with("usr/include/")
                || path.ends_with("/libsmartnic.so")
                || path.ends_with("/libsmartnic.a")
                || path.ends_with(".pc")
                || path.starts_with("usr/share/man/man3/")
                || path.starts_with("usr/share/doc/libsmartnic/")
        },
    },
    Package {
        name: "python3-smartnic",
        section: "python",
        about: "manage what SmartNICs take off the CPU - Python module",
        depends: &["python3 (>= 3.9)"],
        holds: |path| path.starts_with("usr/lib/python3/"),
    },
];

/// Builds the packages and returns where they are.
///
/// # Errors
/// What went wrong, in the words of its program; a file that no package, or more than one, would hold.
pub(super) fn build(profile: Profile, to: &Path) -> Result<Vec<PathBuf>> {
    let to = to.join("debian");
    emptied(&to)?;
    let said = |arguments: &[&str]| {
        let text = process::text(Command::new("dpkg-architecture").args(arguments));
        text.map(|text| text.trim().to_owned()).attempt(|| "ask dpkg-architecture (package dpkg-dev)".into())
    };
    let (architecture, triplet) = (said(&["-qDEB_HOST_ARCH"])?, said(&["-qDEB_HOST_MULTIARCH"])?);
    let tree = to.join("tree");
    layout::lay(&layout::build(profile)?, &tree.join("usr"), &format!("lib/{triplet}"))?;
    let module = python::wheel(profile.name(), &to.join("wheel"))?;
    let modules = tree.join("usr/lib/python3/dist-packages");
    fs::create_dir_all(&modules).attempt(|| format!("create {}", modules.display()))?;
    process::run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&module).arg(&modules))?;

    let files = layout::files(&tree)?;
    let mut built = Vec::new();
    for package in &PACKAGES {
        let folder = to.join(package.name);
        for file in owned(package, &files)? {
            take(&tree.join(file), &folder.join(file))?;
        }
        package.describe(&folder, &architecture)?;
        let file = to.join(format!("{}_{VERSION}_{architecture}.deb", package.name));
        let quick: &[&str] = if matches!(profile, Profile::Dev) { &["-Zgzip", "-z1"] } else { &[] };
        let mut pack = Command::new("dpkg-deb");
        pack.args(["--build", "--root-owner-group"]).args(quick).arg(&folder).arg(&file);
        process::run(&mut pack)?;
        built.push(file);
    }
    Ok(built)
}

/// The files of one package.
fn owned<'a>(package: &Package, files: &'a [PathBuf]) -> Result<Vec<&'a PathBuf>> {
    let mut own = Vec::new();
    for file in files {
        let path = file.to_string_lossy();
        let owners: Vec<&str> =
            PACKAGES.iter().filter(|one| (one.holds)(&path)).map(|one| one.name).collect();
        match owners[..] {
            [one] if one == package.name => own.push(file),
            [_] => {}
            _ => {
                return Err(Failure::new(format!(
                    "{path} would be in these packages: [{}]",
                    owners.join(", ")
                )));
            }
        }
    }
    Ok(own)
}

/// A file or link, as it stands in the tree.
fn take(from: &Path, to: &Path) -> Result<()> {
    match fs::read_link(from) {
        Err(_) => copy(from, to),
        Ok(target) => {
            let folder = to.parent().unwrap_or(to);
            fs::create_dir_all(folder).attempt(|| format!("create {}", folder.display()))?;
            symlink(target, to).attempt(|| format!("link {}", to.display()))
        }
    }
}

impl Package {
    /// What dpkg reads of it, and the papers that every package has.
    fn describe(&self, folder: &Path, architecture: &str) -> Result<()> {
        let papers = folder.join("usr/share/doc").join(self.name);
        let licence = "Files: *\nCopyright: the authors of smartnic\nLicense: Apache-2.0 OR MIT\n \
                       The texts stand in LICENSE-APACHE and LICENSE-MIT beside this file.\n";
        write(&papers.join("copyright"), licence)?;
        for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
            copy(&root().join(file), &papers.join(file))?;
        }
        let control = folder.join("DEBIAN");
        if self.name == "libsmartnic1" {
            write(&control.join("shlibs"), "libsmartnic 1 libsmartnic1\n")?;
            write(&control.join("triggers"), "activate-noawait ldconfig\n")?;
        }
        let mut depends = linked(folder)?;
        depends.extend(self.depends.iter().map(|one| one.replace("@VERSION@", VERSION)));
        let depends = match depends.is_empty() {
            true => String::new(),
            false => format!("Depends: {}\n", depends.join(", ")),
        };
        let same = if self.name.starts_with("lib") { "Multi-Arch: same\n" } else { "" };
        write(
            &control.join("control"),
            &format!(
                "Package: {}\nSource: smartnic\nVersion: {VERSION}\nArchitecture: {architecture}\n\
                 Maintainer: the authors of smartnic <smartnic@localhost>\nSection: {}\nPriority: optional\n\
                 {same}{depends}Description: {}\n",
                self.name, self.section, self.about
            ),
        )
    }
}

/// What the programs and libraries of a package are linked with, as Debian names it.
fn linked(folder: &Path) -> Result<Vec<String>> {
    let is_linked = |file: &PathBuf| {
        let path = file.to_string_lossy();
        path.starts_with("usr/bin/") || (path.contains(".so") && !folder.join(file).is_symlink())
    };
    let objects: Vec<PathBuf> = layout::files(folder)?.into_iter().filter(is_linked).collect();
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    // It wants a source package around it.
    let around = tempfile::tempdir().attempt(|| "make a folder".into())?;
    write(
        &around.path().join("debian/control"),
        "Source: smartnic\n\nPackage: smartnic\nArchitecture: any\n",
    )?;
    let mut asked = Command::new("dpkg-shlibdeps");
    asked.current_dir(around.path()).arg("-O").args(objects.iter().map(|file| folder.join(file)));
    let text = process::text(&mut asked)?;
    let list = text.trim().strip_prefix("shlibs:Depends=");
    let list = list.ok_or_else(|| Failure::new(format!("dpkg-shlibdeps said: {text}")))?;
    Ok(list.split(", ").map(str::to_owned).collect())
}

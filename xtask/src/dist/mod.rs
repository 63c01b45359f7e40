//! `cargo xtask dist`: what is given away, built into `target/dist`.
//!
//! One tree is laid out as it stands on a system (`layout`); the tarball and the Debian packages take their files from
//! it, and `try` installs the packages into a fresh Debian and works with them there.

mod clean_root;
mod debian;
mod layout;
mod sbom;
mod suite;
mod tarball;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};

use crate::failure::{Attempt, Failure, Result};
use crate::{python, root};
pub(crate) use suite::suite;

/// Build what is given away, into target/dist.
#[derive(Clone, Copy, Debug, ClapArgs)]
// Its own group, since clap names groups by the type.
#[group(id = "dist")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum What {
    /// All of it
    All,
    /// snicctl and the C library under a prefix that may be moved, packed
    Tarball,
    /// Debian packages: snicctl, libsmartnic1, libsmartnic-dev, python3-smartnic
    Debian,
    /// What everything is built from: CycloneDX, as JSON
    Sbom,
    /// The Python wheel and its source distribution
    Python,
    /// Build everything as tests are built, unpack it and work with it
    Check,
    /// Install the Debian packages into a fresh Debian, and work with them there (needs root and mmdebstrap)
    Try {
        /// Packages of what tests are built of, which takes less time to build
        #[arg(long)]
        dev: bool,
    },
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    let to = crate::target().join("dist");
    let mut made = Vec::new();
    let all = matches!(args.what, What::All);
    if all || matches!(args.what, What::Tarball) {
        made.push(tarball::build(Profile::Release, &to)?);
    }
    if all || matches!(args.what, What::Debian) {
        made.extend(debian::build(Profile::Release, &to)?);
    }
    if all || matches!(args.what, What::Sbom) {
        made.push(sbom::build(&to)?);
    }
    if all || matches!(args.what, What::Python) {
        made.extend(python::dist(&to.join("python"))?);
    }
    for file in &made {
        let size = fs::metadata(file).attempt(|| format!("look at {}", file.display()))?.len();
        println!("{} ({} kB)", file.display(), size.div_ceil(1000));
    }
    if matches!(args.what, What::Check) {
        println!("{}", suite()?);
    }
    if let What::Try { dev } = args.what {
        let (profile, to) = match dev {
            true => (Profile::Dev, crate::target().join("dist-tried")),
            false => (Profile::Release, to),
        };
        println!("{}", clean_root::install_and_work(&debian::build(profile, &to)?)?);
    }
    Ok(ExitCode::SUCCESS)
}

/// How programs and libraries are built: what is given away in release mode, what tests look at as tests build it.
#[derive(Clone, Copy, Debug)]
enum Profile {
    Dev,
    Release,
}

impl Profile {
    /// Its name for cargo.
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    /// Where cargo puts what it builds.
    fn folder(self) -> PathBuf {
        crate::target().join(match self {
            Self::Dev => "debug",
            Self::Release => "release",
        })
    }
}

/// The version of everything that is given away.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An empty folder at this place.
fn emptied(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).attempt(|| format!("empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).attempt(|| format!("create {}", folder.display()))
}

/// Writes a file, and the folders that it stands in.
fn write(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().ok_or_else(|| Failure::new(format!("{} has no folder", file.display())))?;
    fs::create_dir_all(folder).attempt(|| format!("create {}", folder.display()))?;
    fs::write(file, text).attempt(|| format!("write {}", file.display()))
}

/// Copies a file, and makes the folders that it is to stand in.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().ok_or_else(|| Failure::new(format!("{} has no folder", to.display())))?;
    fs::create_dir_all(folder).attempt(|| format!("create {}", folder.display()))?;
    fs::copy(from, to).attempt(|| format!("copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

//! `cargo xtask dist python`: what is given away.

use std::path::{Path, PathBuf};

use super::{Environment, only_one};
use crate::failure::Result;
use crate::process;

/// Builds the wheel (in release mode) and the source distribution into an empty folder, and returns where they are.
///
/// # Errors
/// What the build said.
pub(crate) fn dist(to: &Path) -> Result<[PathBuf; 2]> {
    let wheel = wheel("release", to)?;
    let mut source = Environment::open()?.command("maturin");
    source.args(["sdist", "--manifest-path", "python/Cargo.toml", "--out"]).arg(to);
    process::run(&mut source)?;
    Ok([wheel, only_one(to, "tar.gz")?])
}

/// Builds the wheel alone into an empty folder.
///
/// # Errors
/// What the build said.
pub(crate) fn wheel(profile: &str, to: &Path) -> Result<PathBuf> {
    Environment::open()?.wheel(profile, to)
}

//! `cargo xtask dist python`: what is given away.

use std::fs;

use super::{Environment, only_one, target};
use crate::failure::{Attempt, Result};
use crate::process;

/// Builds the wheel (in release mode) and the source distribution, and says where they are.
///
/// # Errors
/// What the build said.
pub(crate) fn dist() -> Result<()> {
    let environment = Environment::open()?;
    let to = target().join("dist/python");
    let wheel = environment.wheel("release", &to)?;
    let mut source = environment.command("maturin");
    source.args(["sdist", "--manifest-path", "python/Cargo.toml", "--out"]).arg(&to);
    process::run(&mut source)?;
    for file in [wheel, only_one(&to, "tar.gz")?] {
        let size = fs::metadata(&file).attempt(|| format!("look at {}", file.display()))?.len();
        println!("{} ({} kB)", file.display(), size / 1000);
    }
    Ok(())
}

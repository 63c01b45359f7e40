//! What `cargo xtask bench python` measures: the wheel as it is given away, in an environment of its own.

use std::path::Path;

use super::Environment;
use crate::failure::Result;
use crate::{process, target};

/// Builds the wheel in release mode, installs it, and runs `python/bench/apply.py` beside this snicctl. Returns what it printed.
///
/// # Errors
/// What the build or the measurement said.
pub(crate) fn measure(snicctl: &Path, rules: usize, rounds: usize) -> Result<String> {
    let wheel = Environment::open()?.wheel("release", &target().join("python/bench"))?;
    let environment = Environment::of("python3", "venv-bench", &["numpy"])?;
    environment.pip(&["--no-deps", "--no-index", "--force-reinstall", &wheel.to_string_lossy()])?;
    let mut python = environment.command("python");
    python.arg(target().join("../python/bench/apply.py")).arg(snicctl);
    process::text(python.args([rules.to_string(), rounds.to_string()]))
}

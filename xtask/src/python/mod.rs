//! The Python module: its tests, its wheel and its source distribution.
//!
//! The tools (maturin, mypy, numpy, pytest) live in a virtual environment under `target/`, which is made once.

mod dist;
mod measure;
mod suite;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::failure::{Attempt, Failure, Result};
use crate::{process, target};

pub(crate) use dist::{dist, wheel};
pub(crate) use measure::measure;
pub(crate) use suite::suite;

/// Build the Python module's wheel, install it, and run its tests, its examples and the checks of its types
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Run the tests of the same wheel with this interpreter too, such as python3.13; may be repeated
    #[arg(long, value_name = "PYTHON")]
    also: Vec<String>,
}

pub(crate) fn main(args: &Args) -> Result<ExitCode> {
    println!("{}", suite()?);
    for interpreter in &args.also {
        println!("{interpreter}: {}", suite::with(interpreter)?);
    }
    Ok(ExitCode::SUCCESS)
}

/// What is installed into the environment; a change here makes it anew.
const TOOLS: [&str; 4] = ["maturin>=1.9,<2", "mypy>=1.10", "numpy", "pytest>=8"];

/// A virtual environment with the tools.
struct Environment {
    root: PathBuf,
}

impl Environment {
    /// The environment, made if it is not there.
    fn open() -> Result<Self> {
        Self::of("python3", "venv", &TOOLS)
    }

    /// An environment of this interpreter with these tools.
    fn of(interpreter: &str, name: &str, wanted: &[&str]) -> Result<Self> {
        let root = target().join("python").join(name);
        let stamp = root.join("tools");
        let tools = wanted.join("\n");
        if fs::read_to_string(&stamp).is_ok_and(|had| had == tools) {
            return Ok(Self { root });
        }
        println!("setup: {} with {}", root.display(), wanted.join(", "));
        process::run(Command::new(interpreter).args(["-m", "venv", "--clear"]).arg(&root))
            .attempt(|| "make a virtual environment".into())?;
        let environment = Self { root };
        environment.pip(wanted)?;
        fs::write(&stamp, tools).attempt(|| format!("write {}", stamp.display()))?;
        Ok(environment)
    }

    /// A program of the environment.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.root.join("bin").join(name));
        // Programs that start others look for them there first.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(self.root.join("bin")).chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(paths) {
            command.env("PATH", path);
        }
        command.env("VIRTUAL_ENV", &self.root);
        command
    }

    fn pip(&self, what: &[&str]) -> Result<()> {
        let quiet = ["-m", "pip", "--quiet", "--disable-pip-version-check", "install"];
        process::run(self.command("python").args(quiet).args(what))
            .attempt(|| format!("install {}", what.join(", ")))
    }

    /// Builds a wheel and returns where it is.
    fn wheel(&self, profile: &str, to: &Path) -> Result<PathBuf> {
        if to.exists() {
            fs::remove_dir_all(to).attempt(|| format!("empty {}", to.display()))?;
        }
        let target = target();
        let mut build = self.command("maturin");
        build.args(["build", "--quiet", "--profile", profile, "--manifest-path", "python/Cargo.toml"]);
        build.args(["--interpreter", "python3", "--compatibility", "linux"]);
        build.arg("--target-dir").arg(&target).arg("--out").arg(to);
        process::run(&mut build)?;
        only_one(to, "whl")
    }
}

/// The only file with this ending in a folder.
fn only_one(folder: &Path, ending: &str) -> Result<PathBuf> {
    let files = fs::read_dir(folder).attempt(|| format!("read {}", folder.display()))?;
    let paths = files.filter_map(|file| file.ok().map(|file| file.path()));
    let mut found: Vec<PathBuf> =
        paths.filter(|path| path.to_string_lossy().ends_with(&format!(".{ending}"))).collect();
    match (found.pop(), found.is_empty()) {
        (Some(path), true) => Ok(path),
        _ => Err(Failure::new(format!("not exactly one .{ending} in {}", folder.display()))),
    }
}

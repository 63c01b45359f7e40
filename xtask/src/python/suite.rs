//! Everything that is tested of the Python module, from the wheel that users would install.

use std::process::Command;

use super::{Environment, target};
use crate::failure::{Attempt, Failure, Result};
use crate::process;

/// Builds the wheel, installs it, and runs the tests, the examples and the checks of types. Returns a line that says what
/// ran.
///
/// # Errors
/// What failed, in the words of its program.
pub(crate) fn suite() -> Result<String> {
    let environment = Environment::open()?;
    let wheel = environment.wheel("dev", &target().join("python/wheel"))?;
    let wheel = wheel.to_string_lossy();
    environment.pip(&["--no-deps", "--no-index", "--force-reinstall", &wheel])?;
    // Outside of python/, so that what is imported is what was installed. Programs beside each other: they use one
    // processor each.
    let spawn = |name: &str, args: &[&str]| {
        let mut command = environment.command(name);
        command.args(args).current_dir(target().join("python"));
        Running::start(command)
    };
    let root = target();
    let tests = root.join("../python/tests");
    let tests = tests.to_string_lossy();
    let configuration = root.join("../python/pyproject.toml");
    let configuration = format!("--config-file={}", configuration.display());
    let mypy = spawn("mypy", &[&configuration, "-p", "smartnic"])?;
    let stubs = spawn("stubtest", &["smartnic._smartnic"])?;
    let pytest = spawn("pytest", &["-q", "-p", "no:cacheprovider", "--rootdir", &tests, &tests])?;
    let said = pytest.finish()?;
    let types = mypy.finish()?;
    let stubs = stubs.finish()?;
    let last =
        |text: &str| text.trim_end().lines().last().unwrap_or_default().trim_matches('=').trim().to_owned();
    Ok(format!("{}; types: {}; stubs: {}", last(&said), last(&types), last(&stubs)))
}

/// A program on its way.
struct Running {
    command: String,
    child: std::thread::JoinHandle<Result<String>>,
}

impl Running {
    fn start(mut command: Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = std::thread::Builder::new()
            .spawn(move || process::text(&mut command))
            .attempt(|| format!("start {name}"))?;
        Ok(Self { command: name, child })
    }

    fn finish(self) -> Result<String> {
        let done = self.child.join();
        done.unwrap_or_else(|_| Err(Failure::new(format!("{} was not waited for", self.command))))
    }
}

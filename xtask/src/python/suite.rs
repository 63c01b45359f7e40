//! Everything that is tested of the Python module, from the wheel that users would install.

use std::path::Path;
use std::process::Command;

use super::{Environment, only_one};
use crate::failure::{Attempt, Failure, Result};
use crate::{process, target};

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

/// Runs the tests of the wheel that [`suite`] built with another interpreter: without numpy, which few need.
///
/// # Errors
/// What failed, in the words of its program.
pub(super) fn with(interpreter: &str) -> Result<String> {
    let name = Path::new(interpreter).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let environment = Environment::of(interpreter, &format!("venv-{name}"), &["pytest>=8"])?;
    let wheel = only_one(&target().join("python/wheel"), "whl")?;
    environment.pip(&["--no-deps", "--no-index", "--force-reinstall", &wheel.to_string_lossy()])?;
    let tests = target().join("../python/tests");
    let mut pytest = environment.command("pytest");
    pytest.args(["-q", "-p", "no:cacheprovider"]).arg(tests).current_dir(target().join("python"));
    process::text(&mut pytest).map(|said| last(&said))
}

/// The last line, in which a program sums up.
fn last(text: &str) -> String {
    text.trim_end().lines().last().unwrap_or_default().trim_matches('=').trim().to_owned()
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

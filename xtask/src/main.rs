//! Tasks of the project: `cargo xtask setup`, `cargo xtask lab`, …

mod api;
mod arrows;
mod bench;
mod book;
mod capture;
mod demo;
mod dist;
mod failure;
mod header;
mod lab;
mod licences;
mod papers;
mod process;
mod python;
mod setup;
mod surface;
mod test;
mod uapi;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

/// Project tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    Capture(capture::Args),
    Setup(setup::Args),
    Lab(lab::Args),
    Uapi(uapi::Args),
    Test(test::Args),
    Demo(demo::Args),
    Bench(bench::Args),
    Header(header::Args),
    Surface(surface::Args),
    Api(api::Args),
    Book(book::Args),
    Dist(dist::Args),
    Python(python::Args),
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Capture(args) => capture::main(args),
        Task::Setup(args) => setup::main(args),
        Task::Lab(args) => lab::main(args),
        Task::Uapi(args) => uapi::main(args),
        Task::Test(args) => test::main(args),
        Task::Demo(args) => demo::main(args),
        Task::Bench(args) => bench::main(args),
        Task::Header(args) => header::main(args),
        Task::Surface(args) => surface::main(args),
        Task::Api(args) => api::main(args),
        Task::Book(args) => book::main(args),
        Task::Dist(args) => dist::main(args),
        Task::Python(args) => python::main(&args),
    };
    done.unwrap_or_else(|failure| {
        eprintln!("xtask: {failure}");
        ExitCode::FAILURE
    })
}

/// What every build for tests asks cargo for, whichever part of it is wanted: cargo chooses the features of dependencies by
/// what is built together, and compiles all again that stands on one with others. The features are those that a user may
/// turn on, and those of this program's generators; without them, smartnic is built for the Python module.
const EVERYTHING: [&str; 3] =
    ["--workspace", "--features", "smartnic/tokio,smartnic/rust-netlink,xtask/generators"];

/// The folder of the checkout.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where cargo builds.
fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => root().join(target),
        None => root().join("target"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Task::command().debug_assert();
    }
}

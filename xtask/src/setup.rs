//! `cargo xtask setup`: finds what is missing, names it, asks, and gets it.

use std::env;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::failure::{Attempt, Failure, Result};
use crate::lab::Items;
use crate::process;

/// Get what building and testing need, and say what it is first.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct Args {
    /// Do not ask (also when CI=true)
    #[arg(long)]
    pub(crate) yes: bool,
    /// Leave out the lab: no kernels, no virtual machine
    #[arg(long)]
    pub(crate) no_lab: bool,
}

/// A Debian package that must be installed on this machine. One of some files shows that it is, and that
/// it is new enough; or a command that succeeds does, for what need not come from a package.
struct HostPackage {
    name: &'static str,
    shown_by: &'static [&'static str],
    shown_by_run: &'static [&'static str],
    why: &'static str,
    lab_only: bool,
}

impl HostPackage {
    fn is_there(&self) -> bool {
        let runs = |words: &[&str]| match words {
            [program, words @ ..] => process::run(Command::new(program).args(words)).is_ok(),
            [] => false,
        };
        self.shown_by.iter().any(|file| Path::new(file).exists()) || runs(self.shown_by_run)
    }
}

/// One line per package. Everything else that the lab uses is unpacked into its cache, not installed.
const HOST_PACKAGES: &[HostPackage] = &[
    HostPackage {
        name: "debian-archive-keyring",
        shown_by: &[
            "/usr/share/keyrings/debian-archive-trixie-automatic.gpg",
            "/usr/share/keyrings/debian-archive-trixie-automatic.pgp",
        ],
        shown_by_run: &[],
        why: "to check the signatures of the lab's packages",
        lab_only: true,
    },
    HostPackage {
        name: "libclang1-19",
        shown_by: &[
            "/usr/lib/x86_64-linux-gnu/libclang-14.so.1",
            "/usr/lib/x86_64-linux-gnu/libclang-16.so.1",
            "/usr/lib/x86_64-linux-gnu/libclang-19.so.1",
        ],
        shown_by_run: &[],
        why: "to compare our kernel constants with the kernel's headers, about 34 MB",
        lab_only: true,
    },
    HostPackage {
        name: "g++",
        shown_by: &["/usr/bin/c++"],
        shown_by_run: &[],
        why: "to compile programs against the header of the C library",
        lab_only: false,
    },
    HostPackage {
        name: "valgrind",
        shown_by: &["/usr/bin/valgrind"],
        shown_by_run: &[],
        why: "to look for wrong use of memory across the border to C, about 80 MB",
        lab_only: true,
    },
    HostPackage {
        name: "python3-venv",
        shown_by: &[],
        shown_by_run: &["python3", "-c", "import ensurepip, venv"],
        why: "to test the Python module",
        lab_only: false,
    },
    HostPackage {
        name: "dpkg-dev",
        shown_by: &["/usr/bin/dpkg-shlibdeps"],
        shown_by_run: &[],
        why: "to make and try the Debian packages",
        lab_only: false,
    },
    HostPackage {
        name: "pkgconf",
        shown_by: &["/usr/bin/pkg-config"],
        shown_by_run: &[],
        why: "to build programs with the packages as users would",
        lab_only: false,
    },
];

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    run(args).map(|()| ExitCode::SUCCESS)
}

/// Brings this machine up to date, or fails saying what could not be done.
pub(crate) fn run(args: Args) -> Result<()> {
    if !args.no_lab && env::consts::ARCH != "x86_64" {
        return Err(Failure::new("the lab runs x86-64 programs only; use --no-lab on this machine"));
    }
    let packages: Vec<&HostPackage> = HOST_PACKAGES
        .iter()
        .filter(|package| !args.no_lab || !package.lab_only)
        .filter(|package| !package.is_there())
        .collect();
    let items = Items::locate()?;
    let parts = if args.no_lab { Vec::new() } else { items.missing() };
    if args.no_lab {
        println!("setup: left out the lab (--no-lab): no test will run on a real kernel");
    }
    if packages.is_empty() && parts.is_empty() {
        println!("setup: nothing is missing");
        return Ok(());
    }

    println!("setup: missing");
    for package in &packages {
        println!("  package {}, {} (installed with apt-get, needs root)", package.name, package.why);
    }
    for part in &parts {
        println!("  {}", part.describe());
    }
    if !parts.is_empty() {
        println!("  (unpacked into {}; nothing of it is installed)", items.root().display());
    }
    if !agreed(args.yes)? {
        return Err(Failure::new("nothing was changed"));
    }
    install(&packages)?;
    if parts.is_empty() {
        return Ok(());
    }
    let begun = Instant::now();
    items.build(|doing| println!("setup: {:3} s  {doing}", begun.elapsed().as_secs()))?;
    println!("setup: {:3} s  ready", begun.elapsed().as_secs());
    Ok(())
}

fn agreed(yes: bool) -> Result<bool> {
    if yes || env::var_os("CI").is_some_and(|ci| ci == "true") {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::new("nobody to ask: run `cargo xtask setup --yes` to go ahead"));
    }
    print!("Get these now? [y/N] ");
    io::stdout().flush().attempt(|| "ask".into())?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).attempt(|| "read the answer".into())?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Installs packages on this machine, through sudo when not run by root.
fn install(packages: &[&HostPackage]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = packages.iter().map(|package| package.name).collect();
    let by_hand = format!("apt-get install --no-install-recommends {}", names.join(" "));
    let is_root = process::text(Command::new("id").arg("-u"))?.trim() == "0";
    if !is_root && process::run(Command::new("sudo").arg("--version")).is_err() {
        return Err(Failure::new(format!("neither root nor sudo here: have someone run `{by_hand}`")));
    }
    let apt = |args: &[&str]| {
        let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
        if !is_root {
            command.arg("apt-get");
        }
        process::run(command.args(args).env("DEBIAN_FRONTEND", "noninteractive"))
            .attempt(|| format!("install packages (by hand: `{by_hand}`)"))
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], &names[..]].concat())
}

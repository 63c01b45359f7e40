//! The kernel's own shell scripts for netdevsim's devlink and ethtool and for tc, run with `snicctl` in the tool's place.
//!
//! The scripts belong to the kernel and are not kept here: they come out of Debian's source package, of the
//! version that the lab's kernel was built from.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use super::apt::Apt;
use super::cache;
use super::tools::Tools;
use super::unpack;
use super::{Items, Kernel, Lab, LabCommand};
use crate::failure::{Attempt, Failure, Result};
use crate::process;

/// What runs in the guest.
const SCRIPT: &str = include_str!("../../../tests/lab/kselftest.sh");

/// What of the kernel's tests is kept.
const FOLDERS: [&str; 5] = ["kselftest", "net/lib", "net/forwarding", "drivers/net/netdevsim", "tc-testing"];
const FILES: [&str; 1] = ["net/lib.sh"];

/// The kernel's own description of ethtool's family, and the program that writes messages by it: `cargo xtask capture`
/// takes from it what ethtool asks for by ioctl alone. They land beside the tests, with as many folders taken off.
const SPEAKER: [&str; 2] = ["tools/net/ynl/pyynl", "Documentation/netlink/specs/ethtool.yaml"];

/// The scripts that call devlink and ethtool, and those of tc's flower, matchall and actions; of those that need no program
/// that Debian does not have.
const SCRIPTS: [&str; 22] = [
    "devlink.sh",
    "devlink_in_netns.sh",
    "devlink_trap.sh",
    "ethtool-coalesce.sh",
    "ethtool-features.sh",
    "ethtool-fec.sh",
    "ethtool-pause.sh",
    "fib.sh",
    "fib_notifications.sh",
    "hw_stats_l3.sh",
    "nexthop.sh",
    "forwarding/tc_actions.sh",
    "forwarding/tc_chains.sh",
    "forwarding/tc_flower.sh",
    "forwarding/tc_flower_cfm.sh",
    "forwarding/tc_flower_l2_miss.sh",
    "forwarding/tc_flower_port_range.sh",
    "forwarding/tc_flower_router.sh",
    "forwarding/tc_mpls_l2vpn.sh",
    "forwarding/tc_police.sh",
    "forwarding/tc_shblocks.sh",
    "forwarding/tc_vlan_modify.sh",
];

/// How long one script may take by each of both programs.
const SCRIPT_TIME: Duration = Duration::from_secs(600);

/// Run the kernel's own scripts by devlink or tc and by `snicctl devlink` or `snicctl tc`, and compare.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The kernel to boot; the scripts are those of its own source
    #[arg(long, value_enum, default_value = "7.3")]
    kernel: Kernel,
    /// Do not run them by iproute2's programs: then every test of a script must pass
    #[arg(long)]
    ours: bool,
    /// Directory of this machine for what the scripts said
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The scripts, such as devlink.sh or forwarding/tc_flower.sh
    #[arg(value_name = "SCRIPT", default_values = SCRIPTS)]
    scripts: Vec<String>,
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    // Many of the scripts read JSON or send packets by them, and they run from this machine's files.
    for (program, package) in [("jq", "jq"), ("mausezahn", "netsniff-ng")] {
        process::run(Command::new("sh").args(["-c", &format!("command -v {program} >/dev/null")])).map_err(
            |_| Failure::new(format!("the kernel's scripts need {program}: apt-get install {package}")),
        )?;
    }
    let tests = fetch(args.kernel)?;
    process::run(Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "snicctl"]))?;
    let mut words: Vec<OsString> = vec!["bash".into(), "-c".into(), SCRIPT.into(), "kselftest".into()];
    words.push(tests.into());
    words.push(programs()?.into());
    words.push(if args.ours { "snicctl" } else { "iproute2 snicctl" }.into());
    let count = u32::try_from(args.scripts.len()).unwrap_or(u32::MAX);
    words.extend(args.scripts.into_iter().map(OsString::from));
    let time = SCRIPT_TIME.saturating_mul(2).saturating_mul(count);
    carry_out(args.kernel, words, time, args.out.as_deref())
}

/// Runs a command in the guest, and says what its kernel complained of.
pub(super) fn carry_out(
    kernel: Kernel,
    words: Vec<OsString>,
    timeout: Duration,
    out: Option<&Path>,
) -> Result<ExitCode> {
    let mut command = LabCommand::new(words)?.timeout(timeout);
    if let Some(dir) = out {
        command = command.results(dir);
    }
    let exit = Lab::open(kernel)?.run(&command)?;
    for line in exit.kernel_faults() {
        eprintln!("lab: the kernel says: {line}");
    }
    Ok(exit.code.into())
}

/// Where cargo puts our programs.
pub(super) fn programs() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let here = std::env::current_dir().attempt(|| "find the current directory".into())?;
    Ok(here.join(target).join("debug"))
}

/// The kernel's tests, fetched if they are not there yet.
pub(crate) fn fetch(kernel: Kernel) -> Result<PathBuf> {
    let items = Items::locate()?;
    let version = items
        .part(super::Item::Kernel(kernel))
        .versions()
        .lines()
        .find_map(|line| line.strip_prefix(&format!("linux-source-{} ", kernel.name())).map(str::to_owned))
        .ok_or_else(|| Failure::new("the lab has no kernel yet: cargo xtask setup"))?;
    let package = format!("linux-source-{}={version}", kernel.name());
    let recipe = format!("layout 1\n{package}\n{} {}", FOLDERS.join(" "), FILES.join(" "));
    let recipe = format!("{recipe} {}", SPEAKER.join(" "));
    items.extra(&format!("selftests-{}", kernel.name()), recipe, |apt, tools, dir| {
        println!("fetching {package} for its scripts (about 150 MB)");
        extract(kernel, &package, apt, tools, dir)
    })
}

fn extract(kernel: Kernel, package: &str, apt: &Apt, tools: &Tools, dir: &Path) -> Result<String> {
    let (debs, build) = (dir.join("debs"), dir.join("build"));
    apt.download(&[package.to_owned()], &debs).attempt(|| {
        format!("download {package}: if a newer kernel took its place, remove the lab's and set it up anew")
    })?;
    let versions = unpack::unpack(&debs, &build)?;
    let tree = format!("linux-source-{}", kernel.name());
    let tests = format!("{tree}/tools/testing/selftests");
    process::run(
        tools
            .command("tar")
            .current_dir(dir)
            .arg("-xf")
            .arg(build.join(format!("usr/src/{tree}.tar.xz")))
            .args(["--strip-components", "4"])
            .args(FOLDERS.iter().chain(&FILES).map(|part| format!("{tests}/{part}")))
            .args(SPEAKER.map(|part| format!("{tree}/{part}"))),
    )?;
    cache::remove(&debs)?;
    cache::remove(&build)?;
    Ok(versions)
}

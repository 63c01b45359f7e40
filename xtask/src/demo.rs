//! `cargo xtask demo`: the main job on a simulated NIC, as the commands that a user would type.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::failure::{Attempt, Failure, Result};
use crate::process;

/// The main job on a simulated NIC: see it, switch it, offload rules, know where they are
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The simulated product
    #[arg(long, default_value = "bluefield3")]
    profile: String,
}

/// The card in every profile.
const NIC: &str = "pci/0000:03:00.0";

/// What is said before a command, and the command.
const STEPS: &[(&str, &[&str])] = &[
    ("Which NICs are here?", &["device", "list"]),
    (
        "Create 4 VFs and move the NIC to switchdev mode, in the order its driver wants.",
        &["eswitch", "set", NIC, "--mode", "switchdev", "--vfs", "4"],
    ),
    ("Each VF now has a representor: its end of the NIC's switch.", &["representor", "list", NIC]),
    (
        "Apply a rule file. Some of its rules cannot go into this NIC, so keep going and see why.",
        &["flow", "apply", "--keep-going", "examples/main-job.tc"],
    ),
    ("Send packets from the VFs and from the wire.", &["sim", "send", "--file", "examples/main-job.packets"]),
    ("Which rules did they hit?", &["flow", "list", "--hits", "--limit", "12"]),
    ("Where does one packet go, and why?", &["flow", "trace", "--dev", "p0", "ingress", TRACED]),
    ("Take the rules off again.", &["flow", "del", "--file", "examples/main-job.tc"]),
    ("And the VFs, back to legacy mode.", &["eswitch", "set", NIC, "--mode", "legacy", "--vfs", "0"]),
];

const TRACED: &str = "ip_proto tcp src_ip 198.51.100.7 dst_ip 10.0.0.11 dst_port 443 tcp_flags syn";

/// A rule file in which some rules are refused, as it is meant to be, ends with this code.
const SOME_REFUSED: i32 = 1;

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    println!("Building snicctl …");
    process::run(Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "snicctl"]))?;
    let begun = Instant::now();
    let dir = tempfile::tempdir().attempt(|| "make a directory for the simulated machine".into())?;
    let demo = Demo::new(&args.profile, dir.path());
    println!("\nA simulated {} stands in for the NIC: the same commands work on a real one.", args.profile);
    let before = demo.machine()?;
    for (number, (what, words)) in STEPS.iter().enumerate() {
        println!("\n\x1b[1m{}. {what}\x1b[0m", number + 1);
        demo.show(words)?;
    }
    let after = demo.machine()?;
    if before != after {
        return Err(Failure::new(format!("the machine is not as it was before:\n{before}\nnow:\n{after}")));
    }
    println!("\nThe machine is as it was before. ({:.1} s)", begun.elapsed().as_secs_f32());
    println!("Next: README.md, \"Five minutes\".");
    Ok(ExitCode::SUCCESS)
}

struct Demo {
    host: String,
}

impl Demo {
    fn new(profile: &str, dir: &Path) -> Self {
        Self { host: format!("sim:{profile}?state={}", dir.join("machine.json").display()) }
    }

    fn snicctl(&self, words: &[&str]) -> Command {
        let mut command = Command::new(crate::target().join("debug/snicctl"));
        command.args(words).env("SNICCTL_HOST", &self.host);
        command
    }

    /// Runs a command with its output on the terminal.
    fn show(&self, words: &[&str]) -> Result<()> {
        println!("$ snicctl {}", words.join(" "));
        let status = self.snicctl(words).status().attempt(|| "run snicctl".into())?;
        match status.code() {
            Some(0) => Ok(()),
            Some(SOME_REFUSED) if words.contains(&"--keep-going") => Ok(()),
            _ => Err(Failure::new(format!("snicctl {} ended with {status}", words.join(" ")))),
        }
    }

    /// Everything that is there, for comparing before and after.
    fn machine(&self) -> Result<String> {
        let mut all = String::new();
        for words in [
            &["device", "list"][..],
            &["device", "show", NIC],
            &["vf", "list"],
            &["representor", "list"],
            &["flow", "list"],
        ] {
            all += &process::text(self.snicctl(words).args(["-o", "json"]))?;
        }
        Ok(all)
    }
}

//! `cargo xtask bench flows`: flow rules in, out and read back in the lab, ours beside tc's and beside the limits.

use std::process::{Command, ExitCode};
use std::time::Duration;

use super::figures::{Run, Section};
use super::targets::{self, Target};
use crate::failure::{Failure, Result};
use crate::lab::{Kernel, Lab, LabCommand};
use crate::process;

/// From so many rules on, the guest needs more memory.
const MANY: usize = 200_000;

/// Flow rules in the lab: ours beside tc, beside ready-made requests, and beside a reader that only receives
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// How many rules
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
    rules: Vec<usize>,
    /// On which links: a dummy in software, netdevsim and labnic in hardware mode
    #[arg(long, value_delimiter = ',', default_values_t = ["soft", "netdevsim", "labnic"].map(String::from))]
    modes: Vec<String>,
    /// How often each is measured; the median counts. An even number lets ours and the replay come first equally often
    #[arg(long, default_value_t = 4)]
    rounds: usize,
    /// Leave tc out, which takes minutes for a million rules
    #[arg(long)]
    alone: bool,
    /// Memory of the virtual machine in GiB: 3 by default, 10 for more than 200,000 rules
    #[arg(long)]
    memory: Option<u32>,
}

pub(super) fn main(args: &Args) -> Result<ExitCode> {
    let packages = ["--package", "lab-bench", "--package", "snicctl"];
    process::run(Command::new(env!("CARGO")).args(["build", "--quiet", "--release"]).args(packages))?;
    let programs = crate::target().join("release");
    let sizes: Vec<String> = args.rules.iter().map(usize::to_string).collect();
    let mut words = vec![
        programs.join("lab-bench").into_os_string(),
        "flows".into(),
        args.modes.join(",").into(),
        sizes.join(",").into(),
        args.rounds.to_string().into(),
        programs.join("snicctl").into_os_string(),
    ];
    words.extend(args.alone.then(|| "alone".into()));
    let many = args.rules.iter().any(|rules| *rules > MANY);
    let memory = args.memory.unwrap_or(if many { 10 } else { 3 });
    let command = LabCommand::new(words)?.timeout(Duration::from_secs(6 * 3600)).memory(memory);
    let mut out = Vec::new();
    let exit = Lab::open(Kernel::V7_3)?.run_into(&command, &mut out, &mut std::io::stderr())?;
    let text = String::from_utf8_lossy(&out);
    let sections = Section::read(&text)?;
    print(&sections, args.rounds);
    if exit.code != 0 {
        return Err(Failure::new(format!("the measurement failed in the lab (exit code {})", exit.code)));
    }
    Ok(ExitCode::SUCCESS)
}

/// What each figure is, and what it is compared with.
const ROWS: [(&str, &str, &[&str]); 16] = [
    ("insert-tc", "insert: tc -batch", &[]),
    ("insert-replay", "insert: ready-made requests, as many sockets", &["insert-tc"]),
    ("insert-ours", "insert: ours", &["insert-tc", "insert-replay"]),
    ("delete-tc", "delete: tc -batch", &[]),
    ("delete-replay", "delete: ready-made requests, as many sockets", &["delete-tc"]),
    ("delete-ours", "delete: ours", &["delete-tc", "delete-replay"]),
    ("dump-tc", "dump: tc -j filter show", &[]),
    ("dump-ours", "dump: ours, decoded to the model (program)", &["dump-tc"]),
    ("read-receive", "read: received and not decoded", &[]),
    ("read-ours", "read: ours, decoded to the model", &["read-receive"]),
    ("list-ours", "dump: snicctl flow list -o json", &["dump-tc"]),
    ("plan-read", "plan: all rules read into a list", &[]),
    ("plan-ours", "plan: 100 changes found among them", &["plan-read"]),
    ("apply-ours", "snicctl flow apply FILE (reads, inserts, reads back)", &["insert-tc"]),
    ("again-ours", "the same again (nothing to do)", &[]),
    ("remove-ours", "snicctl flow del --file FILE", &["delete-tc"]),
];

fn print(sections: &[Section], rounds: usize) {
    for section in sections {
        println!("\n{} rules, {}, median of {rounds} turns", section.rules, describe(&section.mode));
        println!(
            "{:<54}{:>9}{:>9}{:>9}{:>10}{:>10}  times the rules/s of",
            "", "wall s", "user s", "system s", "µs/rule", "peak MiB"
        );
        for (name, what, peers) in ROWS {
            if let Some(run) = section.median(name) {
                print_row(section, what, run, name, peers);
            }
        }
        print_targets(targets::of_section(section));
    }
    for sections in sections.chunk_by(|one, other| one.mode == other.mode) {
        if let [small, .., large] = sections {
            println!("\n{}, growth", describe(&small.mode));
            print_targets(targets::of_growth(small, large));
        }
    }
}

fn print_row(section: &Section, what: &str, run: Run, name: &str, peers: &[&str]) {
    let Run { wall, user, system, peak } = run;
    let peak = if peak > 0.0 { format!("{:.1}", peak / 1024.0) } else { "-".into() };
    let ratios: Vec<String> = peers
        .iter()
        .filter_map(|peer| Some(format!("{peer} {:.2}", section.ratio(peer, name, |run| run.wall)?)))
        .collect();
    let each = wall / section.rules * 1e6;
    println!("{what:<54}{wall:>9.3}{user:>9.3}{system:>9.3}{each:>10.2}{peak:>10}  {}", ratios.join(", "));
}

fn print_targets(targets: Vec<Target>) {
    for Target { wanted, measured, is_met } in targets {
        println!("  {} {wanted}: {measured}", if is_met { "met    " } else { "NOT MET" });
    }
}

fn describe(mode: &str) -> &str {
    match mode {
        "soft" => "a dummy link, skip_hw",
        "netdevsim" => "netdevsim, in_hw",
        "labnic" => "labnic, in_hw",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_is_a_row() {
        for peer in ROWS.iter().flat_map(|(_, _, peers)| *peers) {
            assert!(ROWS.iter().any(|(name, ..)| name == peer), "{peer}");
        }
    }
}

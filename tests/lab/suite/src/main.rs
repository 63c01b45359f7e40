//! Checks on a real kernel (proof level L2): what the SDK does to netdevsim, held against what iproute2 sees.
//!
//! Runs inside the lab, as root: `lab-suite PROGRAMS-DIR KERNEL [NAME…]`. With names, only the checks whose name
//! contains one of them run. Prints a line for each check and one that sums up; the exit code is 1 if one failed.
//!
//! To add a check: a function that takes the [`lab::Lab`], and one line in [`checks::ALL`].

mod check;
mod checks;
mod corpus;
mod dump;
mod lab;
mod labnic;
mod lines;
mod nic;
mod normal;
mod random;

use std::process::ExitCode;

use lab::Lab;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (Some(programs), Some(kernel)) = (words.next(), words.next()) else {
        eprintln!("usage: lab-suite PROGRAMS-DIR KERNEL [NAME…]");
        return ExitCode::from(2);
    };
    if programs == checks::MEET {
        return checks::meet(&kernel);
    }
    let names: Vec<String> = words.collect();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
    if let Err(why) = lab::sh("modprobe netdevsim") {
        eprintln!("lab-suite: {why}; this runs inside the lab: cargo xtask lab run -- …");
        return ExitCode::FAILURE;
    }
    // Neighbour discovery of the kernel itself would be counted by rules.
    for scope in ["all", "default"] {
        if let Err(error) = std::fs::write(format!("/proc/sys/net/ipv6/conf/{scope}/disable_ipv6"), "1") {
            eprintln!("lab-suite: IPv6 stays on: {error}");
        }
    }
    let lab = Lab { programs: programs.into(), kernel };
    let mut tally = check::Tally::default();
    for check in checks::ALL.iter().filter(|check| wanted(check.name)) {
        tally.run(check, &lab);
    }
    println!("{tally}");
    if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

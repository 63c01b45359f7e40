//! Checks on a real kernel (proof level L2): what the SDK does to netdevsim, held against what iproute2 sees.
//!
//! Runs inside the lab, as root: `lab-suite PROGRAMS-DIR KERNEL [PART/OF] [NAME…]`. With `2/3`, only the second third of the
//! checks runs; with names, those whose name contains one of them. Prints a line for each check and one that sums up; the
//! exit code is 1 if one failed.
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
        eprintln!("usage: lab-suite PROGRAMS-DIR KERNEL [PART/OF] [NAME…]");
        return ExitCode::from(2);
    };
    if programs == checks::MEET {
        return checks::meet(&kernel);
    }
    let mut words = words.peekable();
    let checks = match words.peek().and_then(|word| part(word, checks::ALL)) {
        Some(checks) => {
            words.next();
            checks
        }
        None => checks::ALL,
    };
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
    for check in checks.iter().filter(|check| wanted(check.name)) {
        tally.run(check, &lab);
    }
    println!("{tally}");
    if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The part of the checks that a word such as `1/2` names; none if it is no such word.
fn part<'c, T>(word: &str, checks: &'c [T]) -> Option<&'c [T]> {
    let (part, of) = word.split_once('/')?;
    let (part, of): (usize, usize) = (part.parse().ok()?, of.parse().ok()?);
    let edge = |parts: usize| (checks.len() * parts).checked_div(of);
    checks.get(edge(part.checked_sub(1)?)?..edge(part)?)
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn parts_make_the_whole() {
        let all: Vec<usize> = (0..98).collect();
        for of in 1..5 {
            let parts = (1..=of).flat_map(|at| part(&format!("{at}/{of}"), &all).unwrap().to_vec());
            assert_eq!(parts.collect::<Vec<_>>(), all);
        }
        for word in ["0/2", "3/2", "1/0", "tc/face", "rules"] {
            assert_eq!(part(word, &all), None, "{word}");
        }
    }
}

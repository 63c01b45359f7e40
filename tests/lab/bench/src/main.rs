//! What `cargo xtask bench flows` runs in the lab: flow rules in, out and read back, by us and by others, in turns.
//!
//! For each kind of link and each number of rules it prints a line `section MODE RULES`, then lines
//! `figure NAME WALL USER SYSTEM PEAK`: seconds of wall time, of the processor in user and in system mode, and the peak
//! of memory in KiB, 0 where it was not measured. `rounds.rs` says what the names stand for. `verbs.rs` measures RDMA for
//! `cargo xtask bench verbs`.

mod measure;
mod ours;
mod place;
mod replay;
mod rounds;
mod rules;
mod verbs;
mod why;

use std::path::Path;
use std::process::ExitCode;

use place::Mode;
use rounds::Plan;
use why::Why;

const USAGE: &str = "usage: lab-bench flows soft,netdevsim,labnic RULES,RULES… ROUNDS SNICCTL [alone]
       lab-bench verbs TURNS SNICCTL [WORD]
       lab-bench insert soft|netdevsim|labnic RULES TURNS
       lab-bench read|receive LINK TURNS";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("lab-bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result<(), Why> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["flows", modes, sizes, rounds, snicctl, ref alone @ ..] => {
            let (rounds, snicctl) = (number(rounds)?, Path::new(snicctl));
            let alone = match alone {
                [] => false,
                ["alone"] => true,
                _ => return Err(Why::new(USAGE)),
            };
            for mode in modes.split(',') {
                let mode = Mode::named(mode).ok_or_else(|| Why::new(USAGE))?;
                for rules in sizes.split(',') {
                    rounds::run(&Plan { mode, rules: number(rules)?, rounds, snicctl, alone })?;
                }
            }
            Ok(())
        }
        ["verbs", turns, snicctl, ref only @ ..] => {
            verbs::run(Path::new(snicctl), number(turns)?, only.first().unwrap_or(&""))
        }
        ["insert", mode, rules, turns] => {
            let mode = Mode::named(mode).ok_or_else(|| Why::new(USAGE))?;
            rounds::insert(mode, number(rules)?, number(turns)?)
        }
        ["read", link, turns] => ours::read(number(link)?, number(turns)?),
        ["receive", link, turns] => replay::receive(number(link)?, number(turns)?),
        _ => Err(Why::new(USAGE)),
    }
}

fn number(word: &str) -> Result<u32, Why> {
    word.parse().map_err(|_| Why::new(USAGE))
}

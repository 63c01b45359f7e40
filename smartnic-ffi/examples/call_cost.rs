//! Makes a call so many times, as `tests/call-cost/calls.c` does through the C library, and prints how many nanoseconds each
//! took: `call_cost count|eswitch|param|rules|text|failure ROUNDS`. `cargo xtask bench calls` runs both.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use smartnic::flow::{self, ApplyOptions, RuleSet};
use smartnic::types::DevlinkHandle;
use smartnic::{Error, Host, Result, eswitch};

/// How many rules are on the host.
const RULES: usize = 64;
const LINE: &str = "filter add dev pf0vf0 ingress protocol ip pref 1 flower dst_ip 10.0.0.1 action drop";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let rounds = words.get(1).and_then(|rounds| rounds.parse().ok());
    let (Some(what), Some(rounds)) = (words.first(), rounds) else { return ExitCode::from(2) };
    match run(what, rounds) {
        Ok(each) => {
            println!("{each:.3}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// How many nanoseconds a round took.
fn run(what: &str, rounds: u64) -> Result<f64> {
    let host = Host::open("sim:bluefield3?face=direct")?;
    let device: DevlinkHandle = "pci/0000:03:00.0".parse()?;
    eswitch::plan(&host, &device, &eswitch::target("switchdev", Some(1))?)?.run(&host, &mut |_| ())?;
    let lines: String = (1..=RULES)
        .map(|at| {
            format!(
                "filter add dev pf0vf0 ingress protocol ip pref 1 handle {at} flower dst_ip 10.0.0.{at} action drop\n"
            )
        })
        .collect();
    let wanted = RuleSet::from_tc(&lines)?;
    flow::apply(&host, &wanted, &ApplyOptions::default())?;

    let once: &dyn Fn() -> Result<u64> = match what {
        "count" => &|| Ok(black_box(&wanted).rules.len() as u64),
        "eswitch" => &|| {
            let nic = host.nic(&device)?;
            black_box(host.devlink().eswitch(&device)?);
            Ok(nic.sriov.map_or(0, |sriov| sriov.num.into()))
        },
        "param" => &|| Ok(black_box(host.devlink().param(&device, "enable_roce")?).values.len() as u64),
        "rules" => &|| {
            let mut found = 0;
            flow::visit(&host, None, None, &mut |entry| {
                found += u64::from(entry.in_hw_count);
                Ok(())
            })?;
            Ok(found)
        },
        "text" => &|| Ok(black_box(RuleSet::from_tc(LINE)?).rules.len() as u64),
        "failure" => &|| match host.devlink().param(&device, "nosuch") {
            Ok(_) => Err(Error::protocol("measure a call", "there is such a parameter")),
            Err(error) => Ok(error.kind().code().into()),
        },
        _ => return Err(Error::invalid("measure a call", "count, eswitch, param, rules, text or failure")),
    };
    let begun = Instant::now();
    for _ in 0..rounds {
        if black_box(once()?) == 0 {
            return Err(Error::protocol("measure a call", "nothing was found"));
        }
    }
    Ok(begun.elapsed().as_nanos() as f64 / rounds as f64)
}

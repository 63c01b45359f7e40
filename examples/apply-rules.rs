//! Apply a rule file, all or nothing, and say of each rule where it is and why. Usage: apply-rules HOST FILE

use std::path::Path;
use std::process::ExitCode;

use smartnic::flow::{self, ApplyOptions, RuleSet, Verdict};
use smartnic::{Error, Host, Result};

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [uri, file] = &args[..] else {
        return Err(Error::invalid("read the command line", "usage: apply-rules HOST FILE"));
    };
    let host = Host::open(uri)?;
    let report = flow::apply(&host, &RuleSet::read(Path::new(file))?, &ApplyOptions::default())?;
    for rule in &report.rules {
        let place = match rule.verdict {
            Verdict::InHardware { .. } => "in hardware",
            Verdict::SoftwareOnly { .. } => "software only",
            Verdict::Refused { .. } => "refused",
        };
        println!("line {}: {place}", rule.line);
        for reason in rule.verdict.reasons() {
            let hint = reason.hint.as_ref().map_or(String::new(), |hint| format!("; {hint}"));
            println!("    {}: {}{hint}", reason.source, reason.text);
        }
    }
    println!("{} rules, {} in hardware", report.rules.len(), report.counts().in_hardware);
    host.save()
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            error.kind().code().into()
        }
    }
}

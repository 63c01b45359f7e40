//! Why are these rules not in hardware? Nothing stays changed. Usage: why-not-in-hardware HOST FILE

use std::path::Path;
use std::process::ExitCode;

use smartnic::flow::{self, RuleSet, Verdict};
use smartnic::text::tc::rule_to_tc;
use smartnic::{Error, Host, Result};

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [uri, file] = &args[..] else {
        return Err(Error::invalid("read the command line", "usage: why-not-in-hardware HOST FILE"));
    };
    let host = Host::open(uri)?;
    // true: put them there for a moment, to hear the driver's own words.
    for told in flow::explain(&host, &RuleSet::read(Path::new(file))?, true)? {
        if told.verdict.as_ref().is_some_and(Verdict::is_in_hardware) {
            continue;
        }
        println!("{}", rule_to_tc(&told.line.rule).unwrap_or_else(|_| told.line.rule.to_string()));
        for reason in told.verdict.as_ref().map_or(&[][..], Verdict::reasons) {
            println!("    the {} says: {}", reason.source, reason.text);
        }
        if told.is_surprise() {
            println!("    the adapter had expected something else");
        }
    }
    Ok(())
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

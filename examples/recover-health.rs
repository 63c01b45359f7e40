//! Is what a health reporter watches well? If not, let it recover. Usage: recover-health HOST PLACE REPORTER

use std::process::ExitCode;
use std::time::Duration;

use smartnic::device::{HealthState, ReporterChange, ReporterId};
use smartnic::types::DevlinkPlace;
use smartnic::{Error, Host, Result};

/// Shows the reporter; false if it has an error.
fn show(host: &Host, id: &ReporterId) -> Result<bool> {
    let one = host.devlink().reporter(id)?;
    println!("{} {}: {}, errors {}, recovered {}", id.place, id.name, one.state, one.errors, one.recoveries);
    Ok(one.state == HealthState::Healthy)
}

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [uri, place, name] = &args[..] else {
        return Err(Error::invalid("read the command line", "usage: recover-health HOST PLACE REPORTER"));
    };
    let host = Host::open(uri)?;
    let id = ReporterId::new(place.parse::<DevlinkPlace>()?, name);
    if uri.starts_with("sim:") {
        // Simulated NICs are well until something happens to them.
        let change = ReporterChange { auto_recover: Some(false), ..ReporterChange::default() };
        host.devlink().set_reporter(&id, &change)?;
        host.datapath()?.report_error(&id, "TX timeout", Duration::from_secs(1))?;
    }
    if !show(&host, &id)? {
        host.devlink().recover(&id)?;
        show(&host, &id)?;
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

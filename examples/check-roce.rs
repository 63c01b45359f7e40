//! What does not fit for RoCE on a link; make it fit, and look again. Usage: check-roce HOST LINK

use std::process::ExitCode;

use smartnic::roce::{self, Profile, RoceState};
use smartnic::{Error, Host, Result};

const PROFILE: &str = "roce: {trust: dscp, priority: 3, dscp: 26, pfc: [3], mtu: 4200, gid: rocev2}";

fn check(host: &Host, link: &str, profile: &Profile) -> Result<()> {
    let findings = roce::check(&RoceState::read(host, link)?, Some(profile));
    for one in &findings {
        println!("{}: {}\n    {}", one.topic, one.what, one.fix);
    }
    println!("findings: {}", findings.len());
    Ok(())
}

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [uri, link] = &args[..] else {
        return Err(Error::invalid("read the command line", "usage: check-roce HOST LINK"));
    };
    let (host, profile) = (Host::open(uri)?, Profile::read(PROFILE)?);
    check(&host, link, &profile)?;
    roce::plan(&host, link, &profile)?.run(&host, &mut |_| {})?; // all of it, read back, or nothing
    check(&host, link, &profile)
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

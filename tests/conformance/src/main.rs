//! Runs the conformance suite on a host.

use std::process::ExitCode;

use clap::Parser;
use conformance::iproute2::Dumps;
use conformance::netdevsim::Netdevsim;
use conformance::state::State;
use conformance::{Bench, checks, run, verbs};
use smartnic::Host;
use smartnic_core::device::EswitchMode;
use smartnic_core::types::DevlinkHandle;

/// Runs the conformance suite on a host. The NIC is reconfigured and put back: not for one that is in use.
#[derive(Debug, Parser)]
#[command(
    after_help = "Examples:\n  conformance sim:bluefield3\n  conformance --netdevsim\n  conformance linux: --device pci/0000:03:00.0\n  conformance linux: --verbs rxe0"
)]
struct Args {
    /// The host, such as sim:e810 or linux:
    #[arg(required_unless_present_any = ["netdevsim", "list"])]
    host: Option<String>,
    /// The NIC, by its devlink device; on a simulated host the first one if not given
    #[arg(long)]
    device: Option<DevlinkHandle>,
    /// Make a netdevsim device, test it, and remove it
    #[arg(long, conflicts_with = "device")]
    netdevsim: bool,
    /// Run the suite for RDMA verbs instead, on this RDMA device: nothing is reconfigured, its port must be up
    #[arg(long, value_name = "RDMA-DEVICE", requires = "host", conflicts_with_all = ["device", "netdevsim"])]
    verbs: Option<String>,
    /// Run only the checks whose names hold these words
    #[arg(long)]
    only: Option<String>,
    /// Only list the checks
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    match start(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn start(args: &Args) -> Result<bool, Box<dyn std::error::Error>> {
    if let Some(device) = &args.verbs {
        return start_verbs(args, device);
    }
    let mut checks = checks::all();
    checks.retain(|check| args.only.as_ref().is_none_or(|words| check.name.contains(words)));
    if args.list {
        checks.iter().for_each(|check| println!("{}", check.name));
        return Ok(true);
    }
    if checks.is_empty() {
        return Err("no check has these words in its name".into());
    }
    let simulated = if args.netdevsim { Some(Netdevsim::create()?) } else { None };
    let device = simulated.as_ref().map(Netdevsim::handle).or_else(|| args.device.clone());
    let uri = args.host.as_deref().unwrap_or("linux:");
    let real = uri.starts_with("linux:");
    if real && device.is_none() {
        return Err("say which NIC, with --device: it loses its VFs and rules for a while".into());
    }
    let host = Host::open(uri)?;
    let bench = Bench::new(&host, device.as_ref())?;
    must_be_idle(&bench)?;
    println!("{} on {}, kernel {}", bench.device(), host.uri(), host.backend().kernel_release()?);
    let before = real.then(Dumps::read);
    let mut report = run(&bench, &checks, &mut |line| println!("{line}"));
    if let Some(before) = before {
        let name = "iproute2 sees the same before and after";
        match before.and_then(|before| before.must_equal(&Dumps::read()?)) {
            Ok(()) => report.passed.push(name),
            Err(conformance::Stop::NotApplicable(reason)) => report.skipped.push((name, reason)),
            Err(conformance::Stop::Failed(reason)) => {
                println!("FAILED  {name}: {reason}");
                report.failed.push((name, reason));
            }
        }
    }
    println!("conformance: {report}");
    Ok(report.failed.is_empty())
}

fn start_verbs(args: &Args, device: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let mut checks = verbs::ALL.to_vec();
    checks.retain(|check| args.only.as_ref().is_none_or(|words| check.name.contains(words)));
    if checks.is_empty() {
        return Err("no check has these words in its name".into());
    }
    if args.list {
        checks.iter().for_each(|check| println!("{}", check.name));
        return Ok(true);
    }
    let uri = args.host.as_deref().unwrap_or("linux:");
    let host = Host::open(uri)?;
    // Links of simulated hosts begin down.
    if uri.starts_with("sim:") {
        for link in host.switchdev().links()? {
            host.switchdev().set_link_up(link.ifindex, true)?;
        }
    }
    println!("{device} on {}, kernel {}", host.uri(), host.backend().kernel_release()?);
    let ran = verbs::run(&host, device, &checks, &mut |line| println!("{line}"));
    let report = ran.map_err(|stop| format!("cannot use {device}: {stop:?}"))?;
    println!("conformance: {report}");
    Ok(report.failed.is_empty())
}

/// Refuses a NIC that somebody uses: what the checks take away could not be put back as it was.
fn must_be_idle(bench: &Bench<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let state = State::read(bench).map_err(|stop| format!("cannot read the NIC's state: {stop:?}"))?;
    let vfs = state.sriov.as_ref().map_or(0, |sriov| sriov.num);
    let mode = state.eswitch.and_then(|eswitch| eswitch.mode);
    if vfs > 0 || mode != Some(EswitchMode::Legacy) || !state.hooks.is_empty() {
        return Err(format!(
            "{} is in use: it must be in legacy mode, without VFs and hooks",
            bench.device()
        )
        .into());
    }
    Ok(())
}

//! What NICs are here? Usage: list-devices [HOST], such as linux: or sim:bluefield3

use std::process::ExitCode;

use smartnic::{Host, Result};

fn run() -> Result<()> {
    let uri = std::env::args().nth(1).unwrap_or_else(|| "linux:".to_owned());
    for nic in Host::open(&uri)?.inventory()?.nics {
        let mode = nic.mode().map_or("unknown".to_owned(), |mode| mode.to_string());
        let (vfs, most) = nic.sriov.as_ref().map_or((0, None), |sriov| (sriov.num, sriov.total));
        let most = most.map_or("-1".to_owned(), |most| most.to_string());
        let (handle, driver, adapter) = (nic.handle(), nic.driver(), nic.adapter.name());
        let representors = nic.representors().len();
        println!(
            "{handle} {driver} ({adapter} adapter), mode {mode}, {vfs} of {most} VFs, {representors} representors"
        );
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

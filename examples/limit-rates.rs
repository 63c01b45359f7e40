//! Two VFs and how much they may send: 10 Gbit a second together, one at most 5, one 8. Usage: limit-rates HOST DEVICE

use std::process::ExitCode;

use smartnic::device::{NewParent, RateChange, RateParent};
use smartnic::{Error, Host, Result, eswitch};

/// In bytes a second.
const GBIT: u64 = 125_000_000;

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [uri, device] = &args[..] else {
        return Err(Error::invalid("read the command line", "usage: limit-rates HOST DEVICE"));
    };
    let (host, handle) = (Host::open(uri)?, device.parse()?);
    eswitch::plan(&host, &handle, &eswitch::target("switchdev", Some(2))?)?.run(&host, &mut |_| {})?;

    let most = |rate| RateChange { tx_max: Some(rate), ..RateChange::default() };
    let parent = Some(NewParent::Node(RateParent { node: "tenant".to_owned(), device: None }));
    let devlink = host.devlink();
    devlink.add_rate(&format!("{device}/tenant").parse()?, &most(10 * GBIT))?;
    for (leaf, rate) in [(1, 5 * GBIT), (2, 8 * GBIT)] {
        let wanted = RateChange { parent: parent.clone(), ..most(rate) };
        devlink.set_rate(&format!("{device}/{leaf}").parse()?, &wanted)?;
    }

    for rate in devlink.rates(Some(&handle))? {
        let parent = rate.parent.as_ref().map_or("nothing", |parent| &parent.node);
        println!("{}: at most {} Mbit/s, below {parent}", rate.name, rate.tx_max * 8 / 1_000_000);
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

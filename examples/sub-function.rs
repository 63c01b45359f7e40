//! A sub-function's life: made, looked at, removed. Usage: sub-function HOST DEVICE NUMBER

use std::process::ExitCode;

use smartnic::device::PortFunctionChange;
use smartnic::sf::Spec;
use smartnic::types::{DevlinkHandle, SfNumber};
use smartnic::{Error, Host, Result, cycle, eswitch, sf};

fn show(host: &Host, device: &DevlinkHandle) -> Result<()> {
    let all = sf::list(host, device)?;
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    for one in &all {
        println!(
            "{}: address {}, link {}, representor {}, RDMA device {}",
            one.id.number,
            or_none(one.hw_addr.as_ref().map(ToString::to_string)),
            or_none(one.netdev.clone()),
            or_none(one.representor.clone()),
            or_none(one.rdma.first().cloned()),
        );
    }
    println!("sub-functions: {}", all.len());
    Ok(())
}

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [uri, device, number] = &args[..] else {
        return Err(Error::invalid("read the command line", "usage: sub-function HOST DEVICE NUMBER"));
    };
    let number = number.parse().map_err(|_| Error::invalid("read the command line", "NUMBER is a number"))?;
    let (host, device, number) = (Host::open(uri)?, device.parse()?, SfNumber(number));
    eswitch::plan(&host, &device, &eswitch::target("switchdev", None)?)?.run(&host, &mut |_| {})?;

    let function =
        PortFunctionChange { hw_addr: Some("02:00:00:00:00:88".parse()?), ..PortFunctionChange::default() };
    let wanted = Spec { number: Some(number), function, ..Spec::default() };
    let options = cycle::Options::default();
    sf::create(&host, &device, &wanted, &options, &mut |_| {})?; // returns when its link and RDMA device are there
    show(&host, &device)?;
    sf::delete(&host, &device, number, &options, &mut |_| {})?;
    show(&host, &device)
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

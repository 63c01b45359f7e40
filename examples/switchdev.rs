//! Move a NIC to switchdev mode with VFs, and show their representors. Usage: switchdev HOST DEVICE VFS

use std::process::ExitCode;

use smartnic::{Error, Host, Result, eswitch};

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [uri, device, vfs] = &args[..] else {
        return Err(Error::invalid("read the command line", "usage: switchdev HOST DEVICE VFS"));
    };
    let vfs = vfs.parse().map_err(|_| Error::invalid("read the command line", "VFS is a number"))?;
    let (host, device) = (Host::open(uri)?, device.parse()?);

    let mut steps = 0;
    let target = eswitch::target("switchdev", Some(vfs))?;
    let plan = eswitch::plan(&host, &device, &target)?; // without the next call it is a dry run: see plan.steps
    plan.run(&host, &mut |step| {
        steps += 1;
        println!("  {steps}. {step}");
    })?;
    for one in host.nic(&device)?.representors() {
        let function = one.function.map_or("another host".to_owned(), |function| function.to_string());
        println!("{} is {}, for {function}", one.name, one.link.name);
    }
    host.save() // a simulated NIC with a state file
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

//! Which rules would a packet meet, and would the NIC handle it alone? Usage: trace-packet HOST DEVICE

use std::process::ExitCode;

use smartnic::flow::{self, ApplyOptions, Attach, RuleSet};
use smartnic::{Error, Host, Result, eswitch, text};

const RULES: &str = "\
filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp dst_port 53 action drop
filter add dev pf0vf0 ingress protocol ip pref 2 flower ip_proto tcp dst_port 8000-8100 action drop
";

const PACKETS: [&str; 3] =
    ["ip_proto udp dst_port 53", "ip_proto tcp dst_port 8080", "ip_proto tcp dst_port 22"];

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [uri, device] = &args[..] else {
        return Err(Error::invalid("read the command line", "usage: trace-packet HOST DEVICE"));
    };
    let (host, device) = (Host::open(uri)?, device.parse()?);
    eswitch::plan(&host, &device, &eswitch::target("switchdev", Some(1))?)?.run(&host, &mut |_| {})?;
    flow::apply(&host, &RuleSet::from_tc(RULES)?, &ApplyOptions::default())?;

    let place = Attach::ingress(host.names()?.index("pf0vf0")?);
    for words in PACKETS {
        let trace = flow::trace_at(&host, &place, &text::packet(words)?)?; // nothing is sent, and no counter moves
        println!("{words}: meets {} of {} rules", trace.met.len(), trace.rules);
        for step in &trace.path.steps {
            println!("    priority {} in chain {}", step.prio, step.chain);
        }
        println!("    handled by the {}", if trace.in_hardware { "NIC alone" } else { "CPU" });
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

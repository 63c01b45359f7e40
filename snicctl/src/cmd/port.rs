//! `snicctl port`: ports of devices, and the functions behind them.

use clap::{Args, Subcommand, ValueEnum};
use smartnic::device::{FunctionState, Link, NewPort, Port, PortFunctionChange, PortType};
use smartnic::text::devlink::show;
use smartnic::types::{DevlinkHandle, HwAddr, PortHandle, SfNumber};
use smartnic::{Error, Extack, Host};

use crate::print::devlink::print_as_devlink;
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Failure, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the ports of one device, or of each
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl port list\n  snicctl port list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Show one port with its function
    #[command(after_help = "Examples:\n  snicctl port show pci/0000:03:00.0/1\n  snicctl port show pf0vf0")]
    Show {
        /// The port: its handle, or the link on it by name or by port name
        port: String,
    },
    /// Add a sub-function's port; the function stays inactive until its state is set
    #[command(after_help = "Examples:\n  snicctl port add pci/0000:03:00.0 --sf 88\n  \
                            snicctl port set pf0sf88 --mac 02:00:00:00:00:88 --state active")]
    Add {
        /// The devlink handle of the physical function
        handle: DevlinkHandle,
        /// The number of the sub-function; some drivers choose one if it is left out
        #[arg(long, value_name = "NUMBER")]
        sf: Option<u32>,
        /// The physical function's number; that of the device's own port if it is left out
        #[arg(long, value_name = "NUMBER")]
        pf: Option<u16>,
        /// The controller, where the device serves several hosts
        #[arg(long, value_name = "NUMBER")]
        controller: Option<u32>,
    },
    /// Remove a port that was added, with its function
    #[command(alias = "rm", after_help = "Examples:\n  snicctl port del pf0sf88")]
    Del {
        /// The port: its handle, or the link on it
        port: String,
    },
    /// Change what a port carries, or the function behind it
    #[command(after_help = "Examples:\n  snicctl port set pf0vf0 --mac 02:00:00:00:00:01 --roce off\n  \
                            snicctl port set pci/0000:03:00.0/32768 --state active")]
    Set(SetArgs),
    /// Split a port into several
    #[command(after_help = "Examples:\n  snicctl port split pci/0000:03:00.0/1 2\n  snicctl port split p0 4")]
    Split {
        /// The port: its handle, or the link on it
        port: String,
        /// Into how many
        count: u32,
    },
    /// Join the parts of a split port
    #[command(after_help = "Examples:\n  snicctl port unsplit pci/0000:03:00.0/1")]
    Unsplit {
        /// One of the parts: its handle, or the link on it
        port: String,
    },
}

/// What to change.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
pub(crate) struct SetArgs {
    /// The port: its handle, or the link on it
    port: String,
    /// What it carries: eth, ib or auto
    #[arg(long = "type", value_name = "TYPE", group = "change")]
    kind: Option<PortType>,
    /// The address that the function comes up with
    #[arg(long, value_name = "ADDRESS", group = "change")]
    mac: Option<HwAddr>,
    /// Whether the function is to be used: active or inactive
    #[arg(long, value_name = "STATE", group = "change")]
    state: Option<FunctionState>,
    /// Whether the function has RoCE
    #[arg(long, value_enum, group = "change")]
    roce: Option<Switch>,
    /// Whether the function can be moved with its virtual machine
    #[arg(long, value_enum, group = "change")]
    migratable: Option<Switch>,
    /// Whether the function offloads the cryptography of IPsec
    #[arg(long, value_enum, group = "change")]
    ipsec_crypto: Option<Switch>,
    /// Whether the function offloads whole IPsec packets
    #[arg(long, value_enum, group = "change")]
    ipsec_packet: Option<Switch>,
    /// How many event queues for input and output the function can have
    #[arg(long, value_name = "NUMBER", group = "change")]
    max_io_eqs: Option<u32>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

impl SetArgs {
    fn function(&self) -> PortFunctionChange {
        let on = |switch: Option<Switch>| switch.map(|switch| switch == Switch::On);
        PortFunctionChange {
            hw_addr: self.mac,
            state: self.state,
            roce: on(self.roce),
            migratable: on(self.migratable),
            ipsec_crypto: on(self.ipsec_crypto),
            ipsec_packet: on(self.ipsec_packet),
            max_io_eqs: self.max_io_eqs,
        }
    }
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { handle } => {
            let host = session.host()?;
            let ports = host.devlink().ports(handle.as_ref())?;
            print(&host, &ports, session)?;
        }
        Verb::Show { port } => {
            let host = session.host()?;
            let port = host.devlink().port(&find(&host, port)?)?;
            print(&host, &[port], session)?;
        }
        Verb::Add { handle, sf, pf, controller } => {
            let host = session.host_to_change()?;
            let pf = match pf {
                Some(pf) => *pf,
                // The number of a PCI function is that of its physical function.
                None => handle.pci().map_or(0, |address| u16::from(address.function)),
            };
            let new = NewPort {
                controller: *controller,
                ..NewPort::sub_function(handle.clone(), pf, sf.map(SfNumber))
            };
            let port = host.devlink().add_port(&new)?;
            print(&host, &[port], session)?;
        }
        Verb::Del { port } => {
            let host = session.host_to_change()?;
            let port = find(&host, port)?;
            noted(host.devlink().remove_port(&port)?, session);
            session.say(format_args!("{port} removed"))?;
        }
        Verb::Set(args) => set(args, session)?,
        Verb::Split { port, count } => {
            let host = session.host_to_change()?;
            let port = find(&host, port)?;
            noted(host.devlink().split_port(&port, *count)?, session);
        }
        Verb::Unsplit { port } => {
            let host = session.host_to_change()?;
            let port = find(&host, port)?;
            noted(host.devlink().unsplit_port(&port)?, session);
        }
    }
    Ok(Ending::Done)
}

fn set(args: &SetArgs, session: &mut Session) -> Result<(), Failure> {
    let host = session.host_to_change()?;
    let port = find(&host, &args.port)?;
    if let Some(kind) = args.kind {
        noted(host.devlink().set_port_type(&port, kind)?, session);
    }
    let change = args.function();
    if change != PortFunctionChange::default() {
        noted(host.devlink().set_port_function(&port, &change)?, session);
    }
    let now = host.devlink().port(&port)?;
    Ok(print(&host, &[now], session)?)
}

/// The port that a word means: a handle, a link's name, or the name of its port on the switch.
pub(super) fn find(host: &Host, word: &str) -> Result<PortHandle, Error> {
    if word.contains('/') {
        return word.parse();
    }
    let index = host.names()?.index(word)?;
    let port = host.devlink().ports(None)?.into_iter().find(|port| port.ifindex == Some(index));
    port.map(|port| port.handle).ok_or_else(|| {
        Error::new(smartnic::ErrorKind::NotFound, "find a devlink port")
            .on(word)
            .reason("the link stands on no devlink port")
    })
}

/// What the kernel said along with a success.
fn noted(note: Option<Extack>, session: &Session) {
    if let Some(text) = note.and_then(|note| note.message) {
        session.warn(text);
    }
}

fn print(host: &Host, ports: &[Port], session: &mut Session) -> std::io::Result<()> {
    if session.format() != Format::Table {
        return print_as_devlink(session, "port", |show| {
            ports.iter().for_each(|port| show::port(port, show))
        });
    }
    if ports.is_empty() {
        return session.say("no ports");
    }
    // A link that went to another network namespace is looked for there.
    let elsewhere = match ports.iter().any(Port::netdev_is_elsewhere) {
        true => host.switchdev().links_elsewhere().map(|found| found.links).unwrap_or_default(),
        false => Vec::new(),
    };
    let link_on = |port: &Port| {
        let link = elsewhere.iter().find(|link| link.devlink_port.as_ref() == Some(&port.handle));
        link.map(Link::label)
    };
    let mut table = Table::new(&[
        ("PORT", Align::Left),
        ("FLAVOUR", Align::Left),
        ("TYPE", Align::Left),
        ("NETDEV", Align::Left),
        ("FUNCTION", Align::Left),
        ("HW ADDRESS", Align::Left),
        ("STATE", Align::Left),
        ("SETTINGS", Align::Left),
    ]);
    for port in ports {
        let function = port.function.as_ref();
        let state = function.and_then(|function| {
            let state = function.state?;
            Some(function.opstate.map_or_else(|| state.to_string(), |opstate| format!("{state}, {opstate}")))
        });
        table.row(vec![
            Cell::new(&port.handle).style(Style::Bold),
            Cell::new(port.flavour),
            Cell::new(port.kind),
            Cell::option(port.netdev.clone().or_else(|| link_on(port))),
            Cell::new(super::device::function(port)),
            Cell::option(function.and_then(|function| function.hw_addr)),
            Cell::option(state),
            Cell::option(settings(port)),
        ]);
    }
    session.table(&table)
}

/// What else is known of a port, in a few words.
fn settings(port: &Port) -> Option<String> {
    let mut words = Vec::new();
    if let Some(function) = &port.function {
        let caps = [
            ("roce", function.roce),
            ("migratable", function.migratable),
            ("ipsec_crypto", function.ipsec_crypto),
            ("ipsec_packet", function.ipsec_packet),
        ];
        let on = caps
            .into_iter()
            .filter_map(|(name, on)| Some(format!("{name} {}", if on? { "on" } else { "off" })));
        words.extend(on);
        words.extend(function.max_io_eqs.map(|queues| format!("max_io_eqs {queues}")));
        words.extend(function.nested.as_ref().map(|nested| format!("devlink {}", nested.handle)));
    }
    words.extend(port.lanes.map(|lanes| format!("lanes {lanes}")));
    words.extend(port.splittable.then(|| "splittable".to_owned()));
    words.extend(port.split_group.map(|group| format!("part of {group}")));
    words.extend(port.line_card.map(|card| format!("line card {card}")));
    (!words.is_empty()).then(|| words.join(", "))
}

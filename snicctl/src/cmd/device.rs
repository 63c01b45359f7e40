//! `snicctl device`: NICs, what is there.

use clap::Subcommand;
use smartnic::device::{Link, Port, Reload, ReloadAction, ReloadLimit, TargetNetns, VersionKind};
use smartnic::inventory::{Nic, Seat};
use smartnic::text::devlink::show;
use smartnic::types::DevlinkHandle;

use super::saved::{self, ApplyArgs};
use crate::print::devlink::{Devices, print_as_devlink};
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the NICs of the host
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl device list\n  snicctl -o json device list | jq '.info'"
    )]
    List,
    /// Show all that is known of one NIC, or of each
    #[command(after_help = "Examples:\n  snicctl device show\n  snicctl device show pci/0000:03:00.0\n  \
                      snicctl -o json device show | jq '.port'")]
    Show {
        /// The devlink handle, such as pci/0000:03:00.0; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Show who one device is, or each: driver, serial numbers, versions
    #[command(
        after_help = "Examples:\n  snicctl device info\n  snicctl -o json device info pci/0000:03:00.0"
    )]
    Info {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Say what each change of a device needs to take effect: nothing, a reload, a reset of the firmware, a reboot
    #[command(after_help = "Examples:\n  snicctl device advice pci/0000:03:00.0\n  \
                            snicctl -o json device advice")]
    Advice {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Start a device anew, which applies what waits for it
    #[command(after_help = "Examples:\n  snicctl device reload pci/0000:03:00.0\n  \
                            snicctl device reload pci/0000:03:00.0 --action fw_activate --limit no_reset\n  \
                            snicctl device reload netdevsim/netdevsim1 --netns blue")]
    Reload {
        /// The devlink handle
        handle: DevlinkHandle,
        /// What to do: driver_reinit (also applies parameters and sizes of resources) or fw_activate
        #[arg(long, value_name = "ACTION", default_value = "driver_reinit")]
        action: ReloadAction,
        /// What must not happen: no_reset
        #[arg(long, value_name = "LIMIT")]
        limit: Option<ReloadLimit>,
        /// Move the device to this network namespace, by name or path
        #[arg(long, value_name = "NAME")]
        netns: Option<String>,
    },
    /// Write down what devices are like: eswitch, VFs, functions, sub-functions, parameters
    ///
    /// The document is what `snicctl device apply` brings back, such as at the next boot. What a driver does not tell is
    /// left out.
    #[command(after_help = "Examples:\n  snicctl device export > /etc/snicctl/devices.yaml\n  \
                            snicctl device export pci/0000:03:00.0")]
    Export {
        /// The devlink handles; all devices if they are left out
        handles: Vec<DevlinkHandle>,
    },
    /// Bring devices to what a document says, all or nothing
    ///
    /// What is not named stays as it is. What cannot be brought back is refused with the reason before anything is
    /// changed; so is what reaches further than the settings themselves, unless --allow names it. If a step fails, the
    /// devices are brought to what they were.
    #[command(after_help = "Examples:\n  snicctl device apply /etc/snicctl/devices.yaml --dry-run\n  \
                            snicctl device apply /etc/snicctl/devices.yaml\n  \
                            snicctl device apply devices.yaml --allow reload --prune")]
    Apply(ApplyArgs),
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let handle = match verb {
        Verb::List => None,
        Verb::Show { handle } => handle.as_ref(),
        Verb::Info { handle } => return infos(handle.as_ref(), session),
        Verb::Advice { handle } => return super::advice::run(handle.as_ref(), session),
        Verb::Export { handles } => return saved::export(handles, session),
        Verb::Apply(args) => return saved::apply(args, session),
        Verb::Reload { handle, action, limit, netns } => {
            let netns = netns.clone().map(TargetNetns::Name);
            return reload(handle, &Reload { action: Some(*action), limit: *limit, netns }, session);
        }
    };
    let nics = super::nics(&session.host()?, handle)?;
    match (session.format(), verb) {
        (Format::Table, _) if nics.is_empty() => session.say("no devlink devices on this host")?,
        (Format::Table, Verb::List) => list(&nics, session)?,
        (Format::Table, _) => {
            for (at, nic) in nics.iter().enumerate() {
                if at > 0 {
                    writeln!(session.out())?;
                }
                let seat = nic.seat(&session.host()?)?;
                show_one(nic, seat, session)?;
            }
        }
        _ => {
            let host = session.host()?;
            let seats = nics.iter().map(|nic| nic.seat(&host)).collect::<Result<Vec<_>, _>>()?;
            session.data(&Devices::of(&nics, &seats))?;
        }
    }
    Ok(Ending::Done)
}

fn infos(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let infos = match handle {
        Some(handle) => vec![(handle.clone(), host.devlink().info(handle)?)],
        None => host.devlink().infos()?,
    };
    if session.format() != Format::Table {
        print_as_devlink(session, "info", |show| {
            infos.iter().for_each(|(device, info)| show::info(device, info, show));
        })?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("DEVICE", Align::Left),
        ("DRIVER", Align::Left),
        ("SERIAL", Align::Left),
        ("KIND", Align::Left),
        ("COMPONENT", Align::Left),
        ("VERSION", Align::Left),
    ]);
    for (device, info) in &infos {
        let mut row = |kind: Option<VersionKind>, name: Option<&str>, value: Option<&str>| {
            table.row(vec![
                Cell::new(device).style(Style::Bold),
                Cell::new(&info.driver),
                Cell::option(info.serial.as_ref()),
                Cell::option(kind),
                Cell::option(name),
                Cell::option(value),
            ]);
        };
        if info.versions.is_empty() {
            row(None, None, None);
        }
        for version in &info.versions {
            row(Some(version.kind), Some(&version.name), Some(&version.value));
        }
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn reload(handle: &DevlinkHandle, how: &Reload, session: &mut Session) -> Outcome {
    let host = session.host_to_change()?;
    let performed = host.devlink().reload(handle, how)?;
    if session.format() != Format::Table {
        let actions: Vec<String> = performed.iter().map(ReloadAction::to_string).collect();
        session.data(&serde_json::json!({ "reload": { "reload_actions_performed": actions } }))?;
        return Ok(Ending::Done);
    }
    let actions: Vec<String> = performed.iter().map(ReloadAction::to_string).collect();
    let done = if actions.is_empty() { "reloaded".to_owned() } else { actions.join(", ") };
    session.say(format_args!("{handle}: {done}"))?;
    Ok(Ending::Done)
}

fn list(nics: &[Nic], session: &mut Session) -> std::io::Result<()> {
    let mut table = Table::new(&[
        ("HANDLE", Align::Left),
        ("DRIVER", Align::Left),
        ("ADAPTER", Align::Left),
        ("MODE", Align::Left),
        ("UPLINK", Align::Left),
        ("VFS", Align::Right),
        ("REPRESENTORS", Align::Right),
        ("FIRMWARE", Align::Left),
    ]);
    for nic in nics {
        table.row(vec![
            Cell::new(nic.handle()).style(Style::Bold),
            Cell::new(nic.driver()),
            Cell::new(nic.adapter.name()),
            Cell::option(nic.mode()),
            Cell::option(uplink(nic)),
            Cell::option(vfs(nic)),
            Cell::new(nic.representors().len()),
            Cell::option(firmware(nic)),
        ]);
    }
    session.table(&table)
}

/// The uplink's name, with its network namespace if that is another.
fn uplink(nic: &Nic) -> Option<String> {
    nic.uplink().or_else(|| nic.uplink_elsewhere()).map(Link::label)
}

/// How many VFs there are and can be, such as `4/127`.
fn vfs(nic: &Nic) -> Option<String> {
    let sriov = nic.sriov.as_ref()?;
    Some(sriov.total.map_or_else(|| sriov.num.to_string(), |total| format!("{}/{total}", sriov.num)))
}

/// The firmware that runs: its overall version if there is one, else the first that is told.
fn firmware(nic: &Nic) -> Option<&str> {
    let running = || nic.info.versions.iter().filter(|version| version.kind == VersionKind::Running);
    let firmware = running().find(|version| version.name == "fw.version" || version.name == "fw");
    firmware
        .or_else(|| running().find(|version| version.name.starts_with("fw")))
        .map(|version| version.value.as_str())
}

fn show_one(nic: &Nic, seat: Option<Seat>, session: &mut Session) -> std::io::Result<()> {
    let heading = session.paint().apply(Style::Bold, &nic.handle().to_string());
    let out = session.out();
    writeln!(out, "{heading}")?;
    let mut line = |name: &str, value: Option<String>| match value.filter(|value| !value.is_empty()) {
        Some(value) => writeln!(out, "  {name:<14}{value}"),
        None => Ok(()),
    };
    line("driver", Some(nic.driver().to_owned()))?;
    line("adapter", Some(nic.adapter.name().to_owned()))?;
    line("serial", nic.info.serial.clone())?;
    line("board serial", nic.info.board_serial.clone())?;
    let eswitch = nic.eswitch;
    line("eswitch mode", nic.mode().map(|mode| mode.to_string()))?;
    line("inline mode", eswitch.and_then(|eswitch| eswitch.inline_mode).map(|mode| mode.to_string()))?;
    line("encap mode", eswitch.and_then(|eswitch| eswitch.encap_mode).map(|mode| mode.to_string()))?;
    line("card", seat.map(|seat| seat.to_string()))?;
    line("uplink", uplink(nic))?;
    line("VFs", vfs(nic))?;
    line(
        "reload",
        nic.device.reload_failed.then(|| "failed; `snicctl device reload` must succeed first".to_owned()),
    )?;
    for version in &nic.info.versions {
        line(&version.kind.to_string(), Some(format!("{} {}", version.name, version.value)))?;
    }
    if nic.ports.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    session.table(&ports(nic))
}

fn ports(nic: &Nic) -> Table {
    let mut table = Table::new(&[
        ("PORT", Align::Left),
        ("FLAVOUR", Align::Left),
        ("TYPE", Align::Left),
        ("NETDEV", Align::Left),
        ("FUNCTION", Align::Left),
        ("HW ADDRESS", Align::Left),
    ]);
    for port in &nic.ports {
        table.row(vec![
            Cell::new(&port.handle),
            Cell::new(port.flavour),
            Cell::new(port.kind),
            Cell::option(port.netdev.clone().or_else(|| nic.link_on(&port.handle).map(Link::label))),
            Cell::new(function(port)),
            Cell::option(port.function.as_ref().and_then(|function| function.hw_addr)),
        ]);
    }
    table
}

/// What the port stands for in a few letters, such as `c1pf0vf2` or `p0`.
pub(super) fn function(port: &Port) -> String {
    let mut text = String::new();
    if let Some(controller) = port.controller.filter(|controller| *controller != 0 || port.external) {
        text.push_str(&format!("c{controller}"));
    }
    match (port.pf, port.number) {
        (Some(pf), _) => text.push_str(&format!("pf{pf}")),
        (None, Some(number)) => text.push_str(&format!("p{number}")),
        (None, None) => {}
    }
    if let Some(vf) = port.vf {
        text.push_str(&format!("vf{vf}"));
    }
    if let Some(sf) = port.sf {
        text.push_str(&format!("sf{sf}"));
    }
    text
}

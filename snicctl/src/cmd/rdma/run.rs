//! rdma's commands, carried out.

use smartnic::ErrorKind;
use smartnic::rdma::{Device, Port, ResourceKind};
use smartnic::text::rdma::command::{Command, Stop};
use smartnic::text::rdma::filter::{At, Filter, Want};
use smartnic::text::rdma::show;

use super::face::Face;
use super::monitor;

type Done = Result<(), Stop>;

/// Does what was read.
pub(super) fn run(command: Command, face: &mut Face) -> Done {
    match command {
        Command::Devices(name) => {
            let all = devices(face, name.as_deref())?;
            face.table(|show| all.iter().for_each(|device| show::device(device, show)));
            Ok(())
        }
        Command::Links(at) => {
            let all = ports(face, at.as_ref())?;
            face.table(|show| all.iter().for_each(|port| show::port(port, show)));
            Ok(())
        }
        Command::Summary(name) => {
            let all = devices(face, name.as_deref())?;
            let read = |device: &Device| face.ask(|host| host.rdma()?.rdma_summary(&device.name));
            let all = all.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            face.table(|show| all.iter().for_each(|summary| show::summary(summary, show)));
            Ok(())
        }
        Command::Resources(kind, filter) if face.is_raw() && has_raw(kind) => {
            let all = devices(face, filter.at.as_ref().map(|at| &*at.device))?;
            let number = number_wanted(kind, &filter);
            let read = |device: &Device| face.ask(|host| host.rdma()?.rdma_raw(&device.name, kind, number));
            let all = all.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            face.table(|show| all.iter().for_each(|some| show::raw(kind, some, show)));
            Ok(())
        }
        Command::MrPools(filter) => {
            let all = devices(face, filter.at.as_ref().map(|at| &*at.device))?;
            let with_kernel = face.wants_driver();
            let read =
                |device: &Device| face.ask(|host| host.rdma()?.rdma_mr_pools(&device.name, with_kernel));
            let all = all.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            face.table(|show| all.iter().for_each(|some| show::pools(some, &filter, show)));
            Ok(())
        }
        Command::Resources(kind, filter) => {
            let all = devices(face, filter.at.as_ref().map(|at| &*at.device))?;
            let read = |device: &Device| face.ask(|host| host.rdma()?.rdma_resources(&device.name, kind));
            let all = all.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            face.table(|show| all.iter().for_each(|some| show::resources(some, &filter, show)));
            Ok(())
        }
        Command::System => {
            let system = face.ask(|host| host.rdma()?.rdma_system())?;
            face.print(&show::system(&system));
            Ok(())
        }
        Command::Counters(at) => {
            let mut all = Vec::new();
            for port in ports(face, at.as_ref())? {
                // A port without counters of its own is passed over.
                if let Some(counters) =
                    told(face, |host| host.rdma()?.rdma_counters(&port.device, port.number))?
                {
                    all.push((port, counters));
                }
            }
            face.table(|show| {
                for (port, counters) in &all {
                    show::port_counters(&port.device, port.number, counters, show);
                }
            });
            Ok(())
        }
        Command::BoundCounters(filter) => {
            let mut all = Vec::new();
            for device in devices(face, filter.at.as_ref().map(|at| &*at.device))? {
                all.extend(
                    told(face, |host| host.rdma()?.rdma_bound_counters(&device.name))?.unwrap_or_default(),
                );
            }
            face.table(|show| {
                let wanted = all.iter().filter(|counter| {
                    filter.wants_place(&counter.device, counter.port)
                        && filter.wants_number("cntn", Some(counter.counter.into()))
                        && filter.wants_number("pid", counter.owner.pid.map(Into::into))
                });
                wanted.for_each(|counter| show::bound(counter, show));
            });
            Ok(())
        }
        Command::MrCounters(filter) => {
            let mut all = Vec::new();
            for device in devices(face, filter.at.as_ref().map(|at| &*at.device))? {
                all.extend(
                    told(face, |host| host.rdma()?.rdma_mr_counters(&device.name))?.unwrap_or_default(),
                );
            }
            face.table(|show| {
                let wanted = all.iter().filter(|counted| filter.wants_number("mrn", Some(counted.mr.into())));
                wanted.for_each(|counted| show::mr_counters(counted, show));
            });
            Ok(())
        }
        Command::QpModes(at) => {
            let all = ports(face, at.as_ref())?;
            let mut modes = Vec::new();
            for port in all {
                modes.extend(told(face, |host| host.rdma()?.rdma_qp_mode(&port.device, port.number))?);
            }
            face.table(|show| modes.iter().for_each(|mode| show::mode(mode, show)));
            Ok(())
        }
        Command::Optional(at, supported) => {
            let mut all = Vec::new();
            for port in ports(face, at.as_ref())? {
                let read = told(face, |host| host.rdma()?.rdma_optional_counters(&port.device, port.number))?;
                all.extend(read.map(|counters| (port, counters)));
            }
            face.table(|show| {
                for (port, counters) in &all {
                    let place = (port.device_index, &*port.device, port.number);
                    show::optional(place, counters, supported, show);
                }
            });
            Ok(())
        }
        Command::Monitor => monitor::run(face),
        command => change(command, face),
    }
}

fn change(command: Command, face: &mut Face) -> Done {
    match command {
        Command::AddDevice(device) => {
            devices(face, Some(&device.parent))?;
            face.change(|host| host.rdma()?.add_rdma_device(&device))
        }
        Command::RemoveDevice(name) => {
            devices(face, Some(&name))?;
            face.change(|host| host.rdma()?.remove_rdma_device(&name))
        }
        Command::SetDevice(name, wanted) => {
            devices(face, Some(&name))?;
            face.change(|host| host.rdma()?.set_rdma_device(&name, &wanted))
        }
        Command::AddLink(link) => face.change(|host| host.rdma()?.add_rdma_link(&link)),
        Command::RemoveLink(name) => {
            devices(face, Some(&name))?;
            face.change(|host| host.rdma()?.remove_rdma_link(&name))
        }
        Command::SetMrPools(name, wanted) => {
            devices(face, Some(&name))?;
            face.change(|host| host.rdma()?.set_rdma_mr_pools(&name, wanted))
        }
        Command::SetSystem(wanted) => face.change(|host| host.rdma()?.set_rdma_system(wanted)),
        Command::SetQpMode(at, mode, optional) => each(face, &at, |host, port| {
            host.rdma()?.set_rdma_qp_mode(&port.device, port.number, mode, optional)
        }),
        Command::Bind(at, qp, counter) => each(face, &at, |host, port| {
            host.rdma()?.bind_rdma_counter(&port.device, port.number, qp, counter).map(drop)
        }),
        Command::Unbind(at, binding) => {
            each(face, &at, |host, port| host.rdma()?.unbind_rdma_counter(&port.device, port.number, binding))
        }
        Command::SetOptional(at, names) => set_optional(face, &at, &names),
        _ => Ok(()),
    }
}

/// Turns counters on by their names.
fn set_optional(face: &mut Face, at: &At, names: &[String]) -> Done {
    for port in ports(face, Some(at))? {
        let known = face.ask(|host| host.rdma()?.rdma_optional_counters(&port.device, port.number))?;
        let mut on = Vec::new();
        for name in names {
            let found = known.iter().find(|counter| counter.name == *name && counter.on.is_some());
            let index = found.map(|counter| counter.index);
            on.push(index.ok_or_else(|| {
                let all = known.iter().filter(|counter| counter.on.is_some()).map(|counter| &*counter.name);
                let all: Vec<&str> = all.collect();
                Stop::fault(match all.is_empty() {
                    true => format!("error: {}/{} has no optional counters", port.device, port.number),
                    false => {
                        format!("error: there is no optional counter {name}; there are {}", all.join(","))
                    }
                })
            })?);
        }
        if on.is_empty() && known.iter().all(|counter| counter.on.is_none()) {
            continue;
        }
        face.change(|host| host.rdma()?.set_rdma_optional_counters(&port.device, port.number, &on))?;
    }
    Ok(())
}

fn each(
    face: &mut Face,
    at: &At,
    change: impl Fn(&smartnic::Host, &Port) -> Result<(), smartnic::Error>,
) -> Done {
    for port in ports(face, Some(at))? {
        face.change(|host| change(host, &port))?;
    }
    Ok(())
}

/// Whether drivers can dump resources of this kind.
fn has_raw(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Qp | ResourceKind::Cq | ResourceKind::Mr | ResourceKind::Srq)
}

/// The number of the one resource that is wanted, if it is one.
fn number_wanted(kind: ResourceKind, filter: &Filter) -> Option<u32> {
    let name = match kind {
        ResourceKind::Qp => "lqpn",
        ResourceKind::Cq => "cqn",
        ResourceKind::Mr => "mrn",
        _ => "srqn",
    };
    let (_, wanted) = filter.wants.iter().find(|(field, _)| *field == name)?;
    match wanted[..] {
        [Want::Number(first, last)] if first == last => u32::try_from(first).ok(),
        _ => None,
    }
}

/// All devices, or the one of this name.
fn devices(face: &Face, name: Option<&str>) -> Result<Vec<Device>, Stop> {
    let mut all = face.ask(|host| host.rdma()?.rdma_devices())?;
    if let Some(name) = name {
        all.retain(|device| device.name == name);
        if all.is_empty() {
            return Err(Stop::no_device(name));
        }
    }
    Ok(all)
}

/// All ports, or those of a device, or one.
fn ports(face: &Face, at: Option<&At>) -> Result<Vec<Port>, Stop> {
    let names = devices(face, at.map(|at| &*at.device)).map_err(|stop| match at {
        Some(_) if stop.in_table => Stop::no_port(),
        _ => stop,
    })?;
    let mut all = Vec::new();
    for device in names {
        all.extend(face.ask(|host| host.rdma()?.rdma_ports(&device.name))?);
    }
    if let Some(number) = at.and_then(|at| at.port) {
        all.retain(|port| port.number == number);
        if all.is_empty() {
            return Err(Stop::no_port());
        }
    }
    Ok(all)
}

/// What a port tells, or nothing if its driver has no answer.
fn told<T>(
    face: &Face,
    read: impl FnOnce(&smartnic::Host) -> Result<T, smartnic::Error>,
) -> Result<Option<T>, Stop> {
    face.ask(|host| match read(host) {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput) => Ok(None),
        Err(error) => Err(error),
    })
}

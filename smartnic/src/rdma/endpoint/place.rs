use std::net::IpAddr;

use smartnic_core::rdma::{Gid, GidEntry, GidType, PortState};
use smartnic_core::verbs::VerbsGidEntry;

use crate::rdma::{Wanted, best_gid, gids};
use crate::{Error, ErrorKind, Host, Result};

/// The GID to reach an address with. Addresses of this machine itself are reached from any port that carries data.
pub(super) fn gid_for(host: &Host, to: IpAddr, wanted: &Wanted<'_>) -> Result<GidEntry> {
    match to.is_loopback() {
        true => loopback_gid(host, wanted).map_err(|error| error.on(to)),
        false => best_gid(host, to, wanted).map(|choice| choice.entry),
    }
}

/// A GID by which a device reaches itself: of a port that carries data, an address that is routed before one of the link, and
/// RoCE v2 before v1.
///
/// # Errors
/// `NotFound` if there is none.
pub fn loopback_gid(host: &Host, wanted: &Wanted<'_>) -> Result<GidEntry> {
    let rdma = host.rdma()?;
    let names: Vec<String> = match wanted.device {
        Some(name) => vec![name.to_owned()],
        None => rdma.rdma_devices()?.into_iter().map(|device| device.name).collect(),
    };
    let mut fitting = Vec::new();
    for name in names {
        let mut up = rdma.rdma_ports(&name)?;
        up.retain(|port| {
            port.state == Some(PortState::Active) && wanted.port.is_none_or(|number| number == port.number)
        });
        if up.is_empty() {
            continue;
        }
        let mut entries = table(host, &name)?;
        entries.retain(|entry| {
            up.iter().any(|port| port.number == entry.port)
                && wanted.kind.is_none_or(|kind| entry.kind == Some(kind))
        });
        fitting.append(&mut entries);
    }
    // The rest only makes the choice certain.
    fitting.sort_by_key(|entry| {
        let Gid(bytes) = entry.gid;
        let later = (entry.gid.is_link_local(), entry.kind != Some(GidType::RoceV2));
        (later, entry.device.clone(), entry.port, bytes)
    });
    fitting.into_iter().next().ok_or_else(|| {
        let error = Error::new(ErrorKind::NotFound, "choose a GID");
        error
            .reason("no port of an RDMA device carries data")
            .hint("set its link up; snicctl rdma link shows the ports")
    })
}

/// The GIDs of a device: by one call where libibverbs can open it. Without, each place of the table is a file, and rxe has
/// 1024 of them, which took seconds in a slow machine.
fn table(host: &Host, device: &str) -> Result<Vec<GidEntry>> {
    let Ok(told) = host.verbs().and_then(|verbs| verbs.gids(device)) else {
        return gids(host, Some(device), None);
    };
    let links = host.switchdev().links()?;
    let name = |number: u32| links.iter().find(|link| link.ifindex.0 == number).map(|link| link.name.clone());
    let entry = |told: VerbsGidEntry| GidEntry {
        device: device.to_owned(),
        port: told.port.into(),
        index: told.index,
        gid: told.gid,
        kind: told.kind,
        netdev: told.link.and_then(name),
    };
    Ok(told.into_iter().map(entry).collect())
}

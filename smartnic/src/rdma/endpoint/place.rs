use std::net::IpAddr;

use smartnic_core::rdma::{Gid, GidEntry, GidType, PortState};

use crate::rdma::{Wanted, best_gid, gids};
use crate::{Error, ErrorKind, Host, Result};

/// The GID to reach an address with. Addresses of this machine itself are reached from any port that carries data.
pub(super) fn gid_for(host: &Host, to: IpAddr, wanted: &Wanted<'_>) -> Result<GidEntry> {
    if !to.is_loopback() {
        return best_gid(host, to, wanted).map(|choice| choice.entry);
    }
    let rdma = host.rdma()?;
    let mut fitting = Vec::new();
    for entry in gids(host, wanted.device, wanted.port)? {
        let ports = rdma.rdma_ports(&entry.device)?;
        let up = ports.iter().any(|port| port.number == entry.port && port.state == Some(PortState::Active));
        if up && wanted.kind.is_none_or(|kind| entry.kind == Some(kind)) {
            fitting.push(entry);
        }
    }
    // An address that is routed goes before one of the link, RoCE v2 before v1; the rest only makes the choice certain.
    fitting.sort_by_key(|entry| {
        let Gid(bytes) = entry.gid;
        let later = (entry.gid.is_link_local(), entry.kind != Some(GidType::RoceV2));
        (later, entry.device.clone(), entry.port, bytes)
    });
    fitting.into_iter().next().ok_or_else(|| {
        let error = Error::new(ErrorKind::NotFound, "choose a GID").on(to);
        error
            .reason("no port of an RDMA device carries data")
            .hint("set its link up; snicctl rdma link shows the ports")
    })
}

use std::net::IpAddr;

use smartnic_core::rdma::{Gid, GidEntry, GidType, PortState};

use crate::rdma::gid::tables_to_choose_from;
use crate::rdma::{Wanted, best_gid};
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
    let mut fitting = Vec::new();
    for (port, entries) in tables_to_choose_from(host, wanted)? {
        if port.state == Some(PortState::Active) {
            let kind = |entry: &GidEntry| wanted.kind.is_none_or(|kind| entry.kind == Some(kind));
            fitting.extend(entries.into_iter().filter(kind));
        }
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

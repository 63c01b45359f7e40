//! The GID table and the counters of the specification, which nldev does not tell.

use smartnic_core::rdma::{Gid, GidEntry, HwCounter};
use smartnic_core::{Error, Result};
use smartnic_netlink::transport::Kernel;

/// The GID table of a port, without its empty places.
pub(super) fn gids(kernel: &dyn Kernel, device: &str, port: u32) -> Result<Vec<GidEntry>> {
    let op = "read the GID table of an RDMA port";
    let path = place(device, port);
    let names = kernel.list(&format!("{path}/gids"));
    let names = names.map_err(|error| Error::io(op, error).on(format_args!("{device}/{port}")))?;
    let mut indices: Vec<u32> = names.iter().filter_map(|name| name.parse().ok()).collect();
    indices.sort_unstable();
    let mut entries = Vec::new();
    for index in indices {
        // A place that is empty cannot be read on some kernels, and is all zeroes on others.
        let Ok(text) = kernel.read(&format!("{path}/gids/{index}")) else { continue };
        let gid: Gid = text.trim().parse().map_err(|error| {
            Error::protocol(op, "the kernel tells a GID that is none")
                .on(format_args!("{device}/{port}"))
                .source(error)
        })?;
        if gid.is_zero() {
            continue;
        }
        let told = |what: &str| kernel.read(&format!("{path}/gid_attrs/{what}/{index}")).ok();
        let kind = told("types").and_then(|text| kind_of(text.trim(), kernel, &path));
        let netdev = told("ndevs").map(|text| text.trim().to_owned()).filter(|name| !name.is_empty());
        entries.push(GidEntry { device: device.to_owned(), port, index, gid, kind, netdev });
    }
    Ok(entries)
}

/// The kernel says the same of InfiniBand and RoCE v1, whose numbers are the same; the link layer tells them apart.
fn kind_of(text: &str, kernel: &dyn Kernel, path: &str) -> Option<smartnic_core::rdma::GidType> {
    use smartnic_core::rdma::GidType;
    match text {
        "RoCE v2" => Some(GidType::RoceV2),
        "IB/RoCE v1" => match kernel.read(&format!("{path}/link_layer")).as_deref().map(str::trim) {
            Ok("InfiniBand") => Some(GidType::Infiniband),
            _ => Some(GidType::RoceV1),
        },
        _ => None,
    }
}

/// The counters of the specification.
pub(super) fn port_counters(kernel: &dyn Kernel, device: &str, port: u32) -> Result<Vec<HwCounter>> {
    let op = "read the counters of an RDMA port";
    let path = format!("{}/counters", place(device, port));
    let names =
        kernel.list(&path).map_err(|error| Error::io(op, error).on(format_args!("{device}/{port}")))?;
    // What a driver does not count cannot be read.
    let read = |name: String| {
        let value = kernel.read(&format!("{path}/{name}")).ok()?.trim().parse().ok()?;
        Some(HwCounter { name, value })
    };
    Ok(names.into_iter().filter_map(read).collect())
}

fn place(device: &str, port: u32) -> String {
    format!("/sys/class/infiniband/{device}/ports/{port}")
}

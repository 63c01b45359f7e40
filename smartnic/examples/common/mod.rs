//! What the examples of RDMA share: the host, from the command line.

use smartnic::{Host, Result};

/// The host of the first argument, or a simulated one. Links of simulated hosts begin down: they are set up.
pub(crate) fn host() -> Result<Host> {
    let uri = std::env::args().nth(1).unwrap_or_else(|| "sim:bluefield3".to_owned());
    let host = Host::open(&uri)?;
    if uri.starts_with("sim:") {
        for link in host.switchdev().links()? {
            host.switchdev().set_link_up(link.ifindex, true)?;
        }
    }
    Ok(host)
}

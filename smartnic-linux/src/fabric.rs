//! Software of this machine that fabrics need: libfabric, and who speaks LLDP.

use std::fs;
use std::path::Path;

use smartnic_core::device::LldpAgent;
use smartnic_core::{Error, Result};

/// Where lldpd listens to its own tools; the place is chosen when it is built.
const LLDPD: [&str; 3] = ["/run/lldpd.socket", "/run/lldpd/lldpd.socket", "/var/run/lldpd.socket"];
/// The abstract socket on which lldpad listens to its own.
const LLDPAD: &str = "@/com/intel/lldpad";
const UNIX: &str = "/proc/net/unix";

/// The programs that listen to their tools now.
pub(crate) fn lldp_agents() -> Result<Vec<LldpAgent>> {
    let error = |error| Error::io("look for LLDP agents", error).on(UNIX);
    let sockets = fs::read_to_string(UNIX).map_err(error)?;
    let mut agents = Vec::new();
    if LLDPD.iter().any(|path| listens(&sockets, path) && Path::new(path).exists()) {
        agents.push(LldpAgent::Lldpd);
    }
    if listens(&sockets, LLDPAD) {
        agents.push(LldpAgent::Lldpad);
    }
    Ok(agents)
}

/// Whether the table of sockets has one of this name: the last word of its line.
fn listens(sockets: &str, name: &str) -> bool {
    sockets.lines().any(|line| line.split_whitespace().nth(7) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_known_by_its_whole_name() {
        let table = "Num       RefCount Protocol Flags    Type St Inode Path\n\
                     0000000000000000: 00000002 00000000 00010000 0001 01 25401 /run/lldpd.socket\n\
                     0000000000000000: 00000003 00000000 00000000 0001 03 25402\n\
                     0000000000000000: 00000002 00000000 00010000 0002 01 25403 @/com/intel/lldpad\n";
        assert!(listens(table, "/run/lldpd.socket") && listens(table, LLDPAD));
        assert!(!listens(table, "/run/lldpd") && !listens(table, "/run/lldpd/lldpd.socket"));
    }
}

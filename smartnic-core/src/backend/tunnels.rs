use crate::device::{TunnelDevice, TunnelSettings};
use crate::types::IfIndex;
use crate::{Error, Result};

/// Tunnel devices: where flow rules send packets that get an outer header, and where those stand that take it off.
///
/// # Errors
/// Every operation can fail with `Unsupported`, `NotFound`, `PermissionDenied`, or what the kernel says.
pub trait Tunnels: Send + Sync {
    /// The tunnel devices of this network namespace, of the kinds that are known.
    fn tunnels(&self) -> Result<Vec<TunnelDevice>> {
        Err(Error::unsupported("list tunnel devices"))
    }

    /// Makes a tunnel device. It is down at first, as every new link.
    fn add_tunnel(&self, name: &str, settings: &TunnelSettings) -> Result<()> {
        let _ = settings;
        Err(Error::unsupported("make a tunnel device").on(name))
    }

    /// Removes a tunnel device, with the rules on it.
    fn remove_tunnel(&self, tunnel: IfIndex) -> Result<()> {
        Err(Error::unsupported("remove a tunnel device").on(format_args!("ifindex {tunnel}")))
    }
}

//! Tunnel devices.

use smartnic_core::Result;
use smartnic_core::backend::Tunnels;
use smartnic_core::device::{TunnelDevice, TunnelSettings};
use smartnic_core::types::IfIndex;
use smartnic_netlink::rtnl::{link, master, tunnel};

use crate::LinuxHost;

impl Tunnels for LinuxHost {
    fn tunnels(&self) -> Result<Vec<TunnelDevice>> {
        self.route.list("list tunnel devices", &"", &link::Dump, &tunnel::decode)
    }

    fn add_tunnel(&self, name: &str, settings: &TunnelSettings) -> Result<()> {
        settings.check().map_err(|error| error.on(name))?;
        self.route.change("make a tunnel device", &name, &tunnel::Add { name, settings }).map(drop)
    }

    fn remove_tunnel(&self, tunnel: IfIndex) -> Result<()> {
        let object = format_args!("ifindex {tunnel}");
        self.route.change("remove a tunnel device", &object, &master::Remove(tunnel)).map(drop)
    }
}

use smartnic_core::Result;
use smartnic_core::backend::Tunnels;
use smartnic_core::device::{TunnelDevice, TunnelSettings};
use smartnic_core::types::IfIndex;

use super::{SimHost, refused};
use crate::note::Note;

impl Tunnels for SimHost {
    fn tunnels(&self) -> Result<Vec<TunnelDevice>> {
        let machine = self.machine.lock();
        let found = machine.netdevs.values().filter_map(|netdev| {
            let told = machine.tunnel(netdev.ifindex)?;
            Some(TunnelDevice {
                link: netdev.ifindex,
                name: netdev.name.clone(),
                up: netdev.up,
                settings: *told,
            })
        });
        Ok(found.collect())
    }

    fn add_tunnel(&self, name: &str, settings: &TunnelSettings) -> Result<()> {
        settings.check().map_err(|error| error.on(name))?;
        let (mut machine, fate) = self.change();
        let mut note = Note::default();
        let added = fate.and_then(|()| machine.add_tunnel(name, *settings, &mut note));
        added.map(drop).map_err(|errno| refused("make a tunnel device", errno, note).on(name))
    }

    fn remove_tunnel(&self, tunnel: IfIndex) -> Result<()> {
        let (mut machine, fate) = self.change();
        let removed = fate.and_then(|()| machine.remove_tunnel(tunnel));
        let object = format_args!("ifindex {tunnel}");
        removed.map_err(|errno| refused("remove a tunnel device", errno, Note::default()).on(object))
    }
}

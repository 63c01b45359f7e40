//! Tunnel devices, and which of their ports the NIC has heard of.

use serde::{Deserialize, Serialize};
use smartnic_core::device::{TunnelKind, TunnelSettings};
use smartnic_core::types::IfIndex;

use super::{Machine, Netdev, Role};
use crate::errno::Errno;
use crate::note::Note;

/// A tunnel device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TunnelState(pub(crate) TunnelSettings);

impl Machine {
    /// What a tunnel device is; none for other links.
    pub(crate) fn tunnel(&self, link: IfIndex) -> Option<&TunnelSettings> {
        self.tunnels.get(&link.0).map(|state| &state.0)
    }

    /// Whether a link has a hardware address; those of bareudp have none.
    pub(crate) fn has_address(&self, netdev: &Netdev) -> bool {
        self.tunnel(netdev.ifindex).is_none_or(|tunnel| tunnel.kind != TunnelKind::Bareudp)
    }

    /// Makes a tunnel device (`vxlan_config_validate`, `geneve_configure`, `ip_tunnel_newlink`, `bareudp_configure`).
    pub(crate) fn add_tunnel(
        &mut self,
        name: &str,
        settings: TunnelSettings,
        note: &mut Note,
    ) -> Result<IfIndex, Errno> {
        self.check_new_name(name)?;
        let mut alike = self.tunnels.values().map(|state| state.0).filter(|it| it.kind == settings.kind);
        match settings.kind {
            TunnelKind::Vxlan if settings.id.is_some_and(|id| id > 0x00ff_ffff) => {
                note.say("VXLAN ID must be lower than 16777216");
                return Err(Errno::ERANGE);
            }
            TunnelKind::Vxlan => {
                let same = |it: TunnelSettings| {
                    (it.id.unwrap_or(0), it.port, it.external)
                        == (settings.id.unwrap_or(0), settings.port, settings.external)
                };
                if alike.any(same) {
                    note.say("A VXLAN device with the specified VNI already exists");
                    return Err(Errno::EEXIST);
                }
            }
            TunnelKind::Geneve => {
                let on_port = alike.clone().filter(|it| it.port == settings.port).collect::<Vec<_>>();
                if settings.external && !on_port.is_empty() {
                    note.say("There can be only one externally controlled device on a destination port");
                    return Err(Errno::EPERM);
                }
                if on_port.iter().any(|it| it.external) {
                    note.say("There already exists an externally controlled device on this destination port");
                    return Err(Errno::EPERM);
                }
                if alike.any(|it| it.id == settings.id && it.remote == settings.remote) {
                    return Err(Errno::EBUSY);
                }
            }
            TunnelKind::Gretap => {
                let ends = |it: TunnelSettings| (it.external, it.id, it.local, it.remote);
                if alike.any(|it| ends(it) == ends(settings)) {
                    return Err(Errno::EEXIST);
                }
            }
            TunnelKind::Bareudp => {
                if alike.any(|it| it.port == settings.port) {
                    note.say("Another bareudp device using the same port already exists");
                    return Err(Errno::EBUSY);
                }
            }
        }
        let netdev = Netdev { name: name.to_owned(), ..self.new_netdev(Role::Tunnel) };
        let index = netdev.ifindex;
        self.tunnels.insert(index.0, TunnelState(settings));
        self.register(netdev);
        Ok(index)
    }

    /// Removes a tunnel device with the rules on it.
    pub(crate) fn remove_tunnel(&mut self, link: IfIndex) -> Result<(), Errno> {
        if self.netdev(link)?.role != Role::Tunnel {
            return Err(Errno::EOPNOTSUPP);
        }
        self.unregister_link(link);
        self.tunnels.remove(&link.0);
        Ok(())
    }

    /// Whether the NIC has heard of a UDP port of tunnels: it is the one of the standard, or a device that is up listens at
    /// it (`udp_tunnel_notify_add_rx_port`).
    pub(crate) fn knows_tunnel_port(&self, kind: TunnelKind, port: u16) -> bool {
        let up = |link: &u32| self.netdevs.get(link).is_some_and(|dev| dev.up);
        let listens = |(link, state): (&u32, &TunnelState)| {
            (state.0.kind, state.0.port) == (kind, Some(port)) && up(link)
        };
        Some(port) == kind.port() || self.tunnels.iter().any(listens)
    }
}

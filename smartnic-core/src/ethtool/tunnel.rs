use serde::{Deserialize, Serialize};

use crate::device::kernel_enum;

kernel_enum! {
    /// A kind of tunnel in UDP (`ETHTOOL_UDP_TUNNEL_TYPE_*`).
    TunnelKind: u32 {
        /// VXLAN.
        Vxlan = 0, "vxlan";
        /// Geneve.
        Geneve = 1, "geneve";
        /// VXLAN with GPE.
        VxlanGpe = 2, "vxlan-gpe";
    }
}

/// A port of UDP whose packets a device takes for a tunnel's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TunnelPort {
    /// The port.
    pub port: u16,
    /// The kind of tunnel.
    pub kind: TunnelKind,
}

/// A table of such ports (`ethtool --show-tunnels`, `ETHTOOL_MSG_TUNNEL_INFO_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TunnelTable {
    /// How many ports it can hold.
    pub size: u32,
    /// The kinds of tunnels that can stand in it, by the kernel's names; none if what is in it never changes.
    pub kinds: Vec<String>,
    /// What is in it.
    pub ports: Vec<TunnelPort>,
}

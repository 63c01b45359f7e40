use serde::{Deserialize, Serialize};

use super::BridgeVlan;
use crate::device::kernel_enum;
use crate::types::IfIndex;

kernel_enum! {
    /// What a port does by the spanning tree (`BR_STATE_*`).
    StpState: u8 {
        /// Nothing.
        Disabled = 0, "disabled";
        /// It listens for other bridges.
        Listening = 1, "listening";
        /// It learns addresses.
        Learning = 2, "learning";
        /// It forwards.
        Forwarding = 3, "forwarding";
        /// It is kept silent, to break a loop.
        Blocking = 4, "blocking";
    }
}

kernel_enum! {
    /// A switch of a port that is on or off, by the number of its attribute (`IFLA_BRPORT_*`).
    PortFlag: u16 {
        /// Packets may go back where they came from.
        Hairpin = 4, "hairpin";
        /// It goes down if another bridge is heard.
        Guard = 5, "guard";
        /// It cannot become the way to the root.
        RootBlock = 6, "root_block";
        /// Groups are left at once.
        FastLeave = 7, "fastleave";
        /// Addresses are learned from what comes in.
        Learning = 8, "learning";
        /// Packets to unknown addresses go out.
        Flood = 9, "flood";
        /// Addresses that the hardware learned are taken over.
        LearningSync = 11, "learning_sync";
        /// Packets to unknown groups go out.
        McastFlood = 27, "mcast_flood";
        /// Packets to groups go out to each member alone.
        McastToUnicast = 28, "mcast_to_unicast";
        /// VLANs are mapped to tunnels.
        VlanTunnel = 29, "vlan_tunnel";
        /// Broadcasts go out.
        BcastFlood = 30, "bcast_flood";
        /// ARP and neighbour discovery are answered instead of flooded.
        NeighSuppress = 32, "neigh_suppress";
        /// Packets do not go to other isolated ports.
        Isolated = 33, "isolated";
        /// Only known hosts are let in.
        Locked = 39, "locked";
        /// Hosts that are not let in are noted, for someone to decide on.
        Mab = 40, "mab";
        /// `neigh_suppress` is set VLAN by VLAN.
        NeighVlanSuppress = 43, "neigh_vlan_suppress";
        /// Gratuitous ARP and the like are forwarded in spite of `neigh_suppress`.
        NeighForwardGrat = 45, "neigh_forward_grat";
    }
}

/// A port of a bridge, or a bridge with its own VLANs (`RTM_GETLINK` of `AF_BRIDGE`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgePort {
    /// The link.
    pub link: IfIndex,
    /// Its name.
    pub name: String,
    /// The bridge; none for a bridge itself, or for a device that bridges by itself.
    pub master: Option<IfIndex>,
    /// The link that it stands on.
    pub lower: Option<IfIndex>,
    /// The flags of the link (`IFF_*`).
    pub link_flags: u32,
    /// The largest payload.
    pub mtu: Option<u32>,
    /// What it does by the spanning tree.
    pub state: Option<StpState>,
    /// Its priority in the spanning tree.
    pub priority: Option<u16>,
    /// What the way through it costs.
    pub cost: Option<u32>,
    /// Its switches, in the order of their numbers.
    pub flags: Vec<(PortFlag, bool)>,
    /// Whether it leads to routers for multicast (`IFLA_BRPORT_MULTICAST_ROUTER`).
    pub mcast_router: Option<u8>,
    /// Where its packets go if it has no carrier (`IFLA_BRPORT_BACKUP_PORT`).
    pub backup_port: Option<IfIndex>,
    /// The bits of `IFLA_BRPORT_GROUP_FWD_MASK`.
    pub group_fwd_mask: Option<u16>,
    /// How its device bridges by itself: 0 VEB, 1 VEPA (`IFLA_BRIDGE_MODE`).
    pub hw_mode: Option<u16>,
    /// The VLANs that it lets through.
    pub vlans: Vec<BridgeVlan>,
}

impl BridgePort {
    /// Whether a switch is on, if the kernel tells.
    #[must_use]
    pub fn flag(&self, flag: PortFlag) -> Option<bool> {
        self.flags.iter().find(|(known, _)| *known == flag).map(|(_, on)| *on)
    }
}

/// What to change on a port; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BridgePortChange {
    /// Switches.
    pub flags: Vec<(PortFlag, bool)>,
    /// What it does by the spanning tree; only if the bridge runs none.
    pub state: Option<StpState>,
    /// Its priority, 0 to 63.
    pub priority: Option<u16>,
    /// What the way through it costs, 1 to 65535.
    pub cost: Option<u32>,
    /// The device itself is meant, not the port (`BRIDGE_FLAGS_SELF`).
    pub own: bool,
}

/// A bridge (`IFLA_INFO_KIND` bridge).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridge {
    /// The link.
    pub link: IfIndex,
    /// Its name.
    pub name: String,
    /// Whether VLANs are told apart (`IFLA_BR_VLAN_FILTERING`).
    pub vlan_filtering: Option<bool>,
    /// The tag of its VLANs: 0x8100 or 0x88a8 (`IFLA_BR_VLAN_PROTOCOL`).
    pub vlan_protocol: Option<u16>,
    /// The VLAN that new ports have for untagged packets, 0 for none (`IFLA_BR_VLAN_DEFAULT_PVID`).
    pub default_pvid: Option<u16>,
    /// How long learned addresses stay, in hundredths of a second (`IFLA_BR_AGEING_TIME`).
    pub ageing_time: Option<u32>,
    /// Whether it runs a spanning tree: 0 no, 1 the kernel's, 2 another program's (`IFLA_BR_STP_STATE`).
    pub stp: Option<u32>,
    /// Whether it watches who joins groups (`IFLA_BR_MCAST_SNOOPING`).
    pub mcast_snooping: Option<bool>,
}

/// What to change on a bridge; what is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BridgeChange {
    /// Whether VLANs are told apart.
    pub vlan_filtering: Option<bool>,
    /// The tag of its VLANs.
    pub vlan_protocol: Option<u16>,
    /// The VLAN that new ports have for untagged packets.
    pub default_pvid: Option<u16>,
    /// How long learned addresses stay, in hundredths of a second.
    pub ageing_time: Option<u32>,
    /// Whether it watches who joins groups.
    pub mcast_snooping: Option<bool>,
}

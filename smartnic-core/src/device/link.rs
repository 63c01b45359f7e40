use serde::{Deserialize, Serialize};

use crate::types::{IfIndex, Mac, PortHandle, SwitchId, UnknownAttr, VfId};

/// A network interface (`RTM_NEWLINK`), with what ties it to its switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its number.
    pub ifindex: IfIndex,
    /// Its name; it may change at any time, so it never serves as an identity.
    pub name: String,
    /// True if it is set up (`IFF_UP`).
    pub up: bool,
    /// True if it also has a carrier (`IFF_LOWER_UP`).
    pub carrier: bool,
    /// The largest payload, in bytes.
    pub mtu: u32,
    /// The MAC address, if it has one of six bytes.
    pub mac: Option<Mac>,
    /// The kind of a software interface, such as `vxlan` or `dummy` (`IFLA_INFO_KIND`).
    pub kind: Option<String>,
    /// The switch it belongs to (`IFLA_PHYS_SWITCH_ID`).
    pub switch_id: Option<SwitchId>,
    /// The kernel's name of its port on that switch (`IFLA_PHYS_PORT_NAME`); see [`super::PortName`].
    pub port_name: Option<String>,
    /// The devlink port it stands on (`IFLA_DEVLINK_PORT`): the join that does not race.
    pub devlink_port: Option<PortHandle>,
    /// The bus of the device under it (`IFLA_PARENT_DEV_BUS_NAME`).
    pub parent_bus: Option<String>,
    /// The device under it (`IFLA_PARENT_DEV_NAME`), such as `0000:03:00.0`.
    pub parent_device: Option<String>,
    /// The VFs of the physical function under it (`IFLA_VFINFO_LIST`).
    pub vfs: Vec<VfSettings>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

/// What the physical function lays down for one of its VFs (`IFLA_VF_INFO`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VfSettings {
    /// The VF.
    pub vf: VfId,
    /// Its MAC address (`IFLA_VF_MAC`).
    pub mac: Option<Mac>,
    /// The VLAN that its traffic is put into, 0 for none (`IFLA_VF_VLAN`).
    pub vlan: Option<u16>,
    /// Whether its source address is checked (`IFLA_VF_SPOOFCHK`).
    pub spoof_check: Option<bool>,
    /// Whether the VF is trusted (`IFLA_VF_TRUST`).
    pub trust: Option<bool>,
}

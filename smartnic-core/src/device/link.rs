use serde::{Deserialize, Serialize};

use super::{PortName, Unreadable, VfSettings};
use crate::types::{IfIndex, Mac, PortHandle, SwitchId, UnknownAttr};

/// A network interface (`RTM_NEWLINK`), with what ties it to its switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The network namespace that it lies in, by its name under `/run/netns`, or if it has none by the path of a file that
    /// stands for it, such as `/proc/4711/ns/net`; none for the one that the host was opened in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub netns: Option<String>,
    /// Its number, which another link has in another network namespace.
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
    /// The link that it is a port of: a bond, a bridge, a VRF (`IFLA_MASTER`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub master: Option<IfIndex>,
    /// The link that it stands on, or its other end (`IFLA_LINK`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lower: Option<IfIndex>,
    /// The network namespace that `lower` is in, by the number that this one knows it by, if it is another
    /// (`IFLA_LINK_NETNSID`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lower_netns: Option<i32>,
    /// Which of several ports of one function it is, from 0 (`dev_port` under `/sys/class/net`; netlink does not tell).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dev_port: Option<u32>,
    /// The VFs of the physical function under it (`IFLA_VFINFO_LIST`).
    pub vfs: Vec<VfSettings>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

impl Link {
    /// A link of which nothing but number and name is known.
    #[must_use]
    pub fn new(ifindex: IfIndex, name: impl Into<String>) -> Self {
        Self {
            netns: None,
            ifindex,
            name: name.into(),
            up: false,
            carrier: false,
            mtu: 0,
            mac: None,
            kind: None,
            switch_id: None,
            port_name: None,
            devlink_port: None,
            parent_bus: None,
            parent_device: None,
            master: None,
            lower: None,
            lower_netns: None,
            dev_port: None,
            vfs: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Its name for people: `eth1`, or `eth1 (netns blue)` if it lies in another network namespace.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.netns {
            Some(netns) => format!("{} (netns {netns})", self.name),
            None => self.name.clone(),
        }
    }

    /// The name of its port on the switch, taken apart; none if it has none, or one in words of the driver's own.
    #[must_use]
    pub fn port(&self) -> Option<PortName> {
        self.port_name.as_deref()?.parse().ok()
    }
}

/// The links in other network namespaces, as far as these have a name, a process or a file, and the caller may see them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinksElsewhere {
    /// Each with the namespace that it lies in, in the order of the names, and there as the kernel tells them.
    pub links: Vec<Link>,
    /// Namespaces that are there and could not be read.
    pub unreadable: Vec<Unreadable>,
    /// By which numbers links say in which other namespace their lower link is.
    pub numbers: Vec<NetnsNumber>,
}

/// The number by which one network namespace knows another (`RTM_GETNSID`). Namespaces are told as in [`Link::netns`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetnsNumber {
    /// The one that knows the other.
    pub by: Option<String>,
    /// The number.
    pub number: i32,
    /// The other one.
    pub of: Option<String>,
}

impl NetnsNumber {
    /// The namespace that a link's lower link is in, where the link says that it is another one ([`Link::lower_netns`]);
    /// the outer none if that is not known.
    #[must_use]
    pub fn find(numbers: &[Self], link: &Link) -> Option<Option<String>> {
        let said = link.lower_netns?;
        let found = numbers.iter().find(|one| one.by == link.netns && one.number == said);
        found.map(|one| one.of.clone())
    }
}

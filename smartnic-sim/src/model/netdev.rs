use serde::{Deserialize, Serialize};
use smartnic_core::types::{IfIndex, Mac};

use super::Queues;

/// What a link stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// The loopback.
    Loopback,
    /// A bridge.
    Bridge,
    /// A bond.
    Bond,
    /// A tunnel device.
    Tunnel,
    /// A physical function's link, which is the eswitch's uplink.
    Uplink { pf: usize },
    /// The link of a further port of a physical function that has several; they count from 1.
    Port { pf: usize, port: usize },
    /// A virtual function's own link.
    Vf { pf: usize, vf: usize },
    /// A virtual function's end of the eswitch.
    Representor { pf: usize, vf: usize },
    /// The end of the eswitch of a function that is elsewhere, as on another host: a physical one, or one of its VFs.
    HostRepresentor { pf: usize, vf: Option<usize> },
    /// A sub-function's own link; it is known by its number.
    Sf { pf: usize, sf: u32 },
    /// A sub-function's end of the eswitch.
    SfRepresentor { pf: usize, sf: u32 },
}

impl Role {
    /// The physical function it belongs to.
    pub(crate) fn pf(self) -> Option<usize> {
        match self {
            Self::Loopback | Self::Bridge | Self::Bond | Self::Tunnel => None,
            Self::Uplink { pf }
            | Self::Port { pf, .. }
            | Self::Vf { pf, .. }
            | Self::Representor { pf, .. }
            | Self::HostRepresentor { pf, .. }
            | Self::Sf { pf, .. }
            | Self::SfRepresentor { pf, .. } => Some(pf),
        }
    }

    /// The place of its port among those of its physical function, if it is a link on one.
    pub(crate) fn port(self) -> Option<usize> {
        match self {
            Self::Uplink { .. } => Some(0),
            Self::Port { port, .. } => Some(port),
            _ => None,
        }
    }

    /// Whether it is a function's end of the eswitch.
    pub(crate) fn is_representor(self) -> bool {
        matches!(self, Self::Representor { .. } | Self::HostRepresentor { .. } | Self::SfRepresentor { .. })
    }

    /// Whether packets of the eswitch pass it.
    pub(crate) fn is_on_switch(self) -> bool {
        self.is_representor() || matches!(self, Self::Uplink { .. })
    }
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Netdev {
    pub(crate) ifindex: IfIndex,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) up: bool,
    pub(crate) mtu: u32,
    pub(crate) mac: Mac,
    /// Whether `hw-tc-offload` is on; none if the link has no such feature.
    pub(crate) hw_tc: Option<bool>,
    /// Whether it ever had an ingress queue: the kernel keeps an empty one after the last qdisc goes.
    pub(crate) had_ingress_queue: bool,
    /// Whether it is one of IP over InfiniBand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) infiniband: bool,
    /// Its queues, as ethtool tells them; none on links that have no hardware of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) queues: Option<Queues>,
}

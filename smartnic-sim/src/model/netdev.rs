use serde::{Deserialize, Serialize};
use smartnic_core::types::{IfIndex, Mac};

/// What a link stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// The loopback.
    Loopback,
    /// A physical function's link, which is the eswitch's uplink.
    Uplink { pf: usize },
    /// A virtual function's own link.
    Vf { pf: usize, vf: usize },
    /// A virtual function's end of the eswitch.
    Representor { pf: usize, vf: usize },
}

impl Role {
    /// The physical function it belongs to.
    pub(crate) fn pf(self) -> Option<usize> {
        match self {
            Self::Loopback => None,
            Self::Uplink { pf } | Self::Vf { pf, .. } | Self::Representor { pf, .. } => Some(pf),
        }
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
}

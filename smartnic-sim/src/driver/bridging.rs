//! What drivers make of bridges and bonds that their links are in (switchdev notifiers), and whether they carry virtio.

use smartnic_core::bridge::PortFlag;

/// What a driver makes of bridges.
#[derive(Debug)]
pub(crate) struct BridgeRules {
    /// What it says to a second bridge on one eswitch, if it takes one only.
    pub(crate) one_bridge: Option<&'static str>,
    /// The switches of ports that it takes, and what it says to others; none if it is not asked about any.
    pub(crate) switches: Option<(&'static [PortFlag], &'static str)>,
    /// How it sees VLANs.
    pub(crate) vlans: VlanRules,
}

/// How a driver sees the VLANs of a bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VlanRules {
    /// Any; addresses without a VLAN are taken while VLANs are told apart, too.
    Any,
    /// Tags are added and removed only both at once, on ports of VFs only, and such a port has no other VLAN. Addresses
    /// are taken with a VLAN if VLANs are told apart, else without.
    PushAndPop,
}

/// mlx5 (`en/rep/bridge.c`, `esw/bridge.c`).
pub(crate) static MLX5: BridgeRules = BridgeRules {
    one_bridge: None,
    switches: Some((
        &[PortFlag::Learning, PortFlag::Flood, PortFlag::McastFlood],
        "mlx5_core: Flag is not supported",
    )),
    vlans: VlanRules::Any,
};

/// ice (`ice_eswitch_br.c`).
pub(crate) static ICE: BridgeRules = BridgeRules {
    one_bridge: Some("ice: Only one bridge is supported per eswitch"),
    switches: None,
    vlans: VlanRules::PushAndPop,
};

/// The virtio devices of a driver's functions.
#[derive(Debug)]
pub(crate) struct VdpaRules {
    /// How many queues one can have, the control queue with them. The number is ours: firmware decides.
    pub(crate) max_vqs: u32,
    /// Bits of features that they can have. Which of those that the driver knows are there is ours.
    pub(crate) features: u64,
    pub(crate) vendor_id: u32,
    /// The longest queue.
    pub(crate) max_vq_size: u16,
}

/// mlx5_vdpa (`vdpa/mlx5/net/mlx5_vnet.c`): checksums, MTU, MAC, segmentation, status, control queue, VLANs, several
/// queues, its own address, virtio 1.0.
pub(crate) static MLX5_VDPA: VdpaRules = VdpaRules {
    max_vqs: 257,
    features: 1
        | 1 << 1
        | 1 << 3
        | 1 << 5
        | 1 << 11
        | 1 << 12
        | 1 << 16
        | 1 << 17
        | 1 << 19
        | 1 << 22
        | 1 << 23
        | 1 << 32
        | 1 << 33,
    vendor_id: 0x15b3,
    max_vq_size: 256,
};

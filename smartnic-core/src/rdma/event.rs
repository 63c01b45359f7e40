use serde::Serialize;

use super::codes;

codes! {
    /// What happened (`enum rdma_nl_notify_event_type`).
    EventKind {
        /// A device came.
        Register = 0, "REGISTER";
        /// A device went.
        Unregister = 1, "UNREGISTER";
        /// A network link was put under a port.
        NetdevAttach = 2, "NETDEV_ATTACH";
        /// A network link was taken away from a port.
        NetdevDetach = 3, "NETDEV_DETACH";
        /// A device has another name.
        Rename = 4, "RENAME";
        /// The network link under a port has another name.
        NetdevRename = 5, "NETDEV_RENAME";
    }
}

/// Word of a change (`RDMA_NLDEV_CMD_MONITOR`, kernel 6.12 and later).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The number of the device.
    pub device_index: Option<u32>,
    /// The name of the device.
    pub device: Option<String>,
    /// The port.
    pub port: Option<u32>,
    /// The number of the network link.
    pub netdev_index: Option<u32>,
    /// The name of the network link.
    pub netdev: Option<String>,
}

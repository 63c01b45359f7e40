use serde::{Deserialize, Serialize};

/// Who sees RDMA devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetnsMode {
    /// Every network namespace sees every device.
    Shared,
    /// A device belongs to one namespace.
    Exclusive,
}

/// Settings of the whole RDMA subsystem (`RDMA_NLDEV_CMD_SYS_GET`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct System {
    /// Who sees devices.
    pub netns: Option<NetnsMode>,
    /// Whether programs without privilege may use queue keys that are kept for privileged ones.
    pub privileged_qkey: Option<bool>,
    /// Whether the kernel tells of devices that come and go.
    pub monitor: Option<bool>,
    /// Whether a program that registered memory may fork without care.
    pub copy_on_fork: Option<bool>,
}

/// What can be changed of them (`RDMA_NLDEV_CMD_SYS_SET`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemChange {
    /// Who sees devices; only as long as there is no other network namespace.
    Netns(NetnsMode),
    /// Whether programs without privilege may use privileged queue keys.
    PrivilegedQkey(bool),
}

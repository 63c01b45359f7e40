use serde::{Deserialize, Serialize};

use super::kernel_enum;

kernel_enum! {
    /// What a reload does (`enum devlink_reload_action`).
    ReloadAction: u8 {
        /// The driver is started anew.
        DriverReinit = 1, "driver_reinit";
        /// A firmware that was flashed is activated.
        FwActivate = 2, "fw_activate";
    }
}

kernel_enum! {
    /// What a reload must not do (`enum devlink_reload_limit`).
    ReloadLimit: u8 {
        /// Anything is allowed.
        Unspecified = 0, "unspecified";
        /// No reset, and no loss of packets beside those of a moment.
        NoReset = 1, "no_reset";
    }
}

/// A network namespace for a device to move to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetNetns {
    /// That of a process.
    Pid(u32),
    /// One that this process has open; the number of the descriptor.
    Fd(i32),
    /// By the number that it has in the caller's namespace (`ip netns set`).
    Id(i32),
    /// By its name under `/run/netns`, or the path of its file; a number that is no name means that of a process.
    Name(String),
}

/// How to reload a device (`DEVLINK_CMD_RELOAD`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reload {
    /// What to do; kernels take `driver_reinit` if it is not said.
    pub action: Option<ReloadAction>,
    /// What must not happen.
    pub limit: Option<ReloadLimit>,
    /// Where the device is to move.
    pub netns: Option<TargetNetns>,
}

/// How often a device was reloaded with one action, by limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReloadCount {
    /// The action.
    pub action: ReloadAction,
    /// How often, under each limit.
    pub counts: Vec<(ReloadLimit, u32)>,
}

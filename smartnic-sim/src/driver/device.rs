//! What a driver makes of its device as a whole: functions behind ports, sub-functions, reloads, splits.

use smartnic_core::device::{ReloadAction, ReloadLimit};

/// Which settings the functions behind ports of one kind have (`struct devlink_port_ops`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct FunctionAttrs {
    pub(crate) roce: bool,
    pub(crate) migratable: bool,
    pub(crate) ipsec: bool,
    pub(crate) max_io_eqs: bool,
    /// Whether the operation that sets the state is there; the functions of VFs then refuse it by themselves.
    pub(crate) state: bool,
}

/// The sub-functions of a driver.
#[derive(Debug)]
pub(crate) struct SubFunctions {
    pub(crate) attrs: FunctionAttrs,
    /// The name of their auxiliary devices, before the number.
    pub(crate) device: &'static str,
    /// The driver of those.
    pub(crate) driver: &'static str,
    /// How many a physical function can have. The number is ours: firmware decides.
    pub(crate) most: u32,
    /// The event queues that a sub-function comes up with, if that is a setting.
    pub(crate) max_io_eqs: u32,
    /// Whether each gets an RDMA device.
    pub(crate) rdma: bool,
}

/// What devlink can do with a device.
#[derive(Debug)]
pub(crate) struct DeviceFacts {
    pub(crate) vf: FunctionAttrs,
    pub(crate) sub_functions: Option<SubFunctions>,
    pub(crate) reload_actions: &'static [ReloadAction],
    pub(crate) reload_limits: &'static [ReloadLimit],
    /// Whether VFs with an instance of their own can be reloaded too.
    pub(crate) vfs_reload: bool,
    /// Whether links live through a reload.
    pub(crate) reload_keeps_links: bool,
    /// Whether links are made in the network namespace of the devlink instance (`dev_net_set`); else in the first.
    pub(crate) links_follow: bool,
    /// What the driver says to a reload into a network namespace, if it takes none.
    pub(crate) netns_refusal: Option<&'static str>,
}

impl FunctionAttrs {
    /// An address and nothing else.
    pub(crate) const ADDRESS: Self =
        Self { roce: false, migratable: false, ipsec: false, max_io_eqs: false, state: false };
}

impl DeviceFacts {
    /// A driver that does none of it.
    pub(crate) const NONE: Self = Self {
        vf: FunctionAttrs::ADDRESS,
        sub_functions: None,
        reload_actions: &[],
        reload_limits: &[],
        vfs_reload: false,
        reload_keeps_links: false,
        links_follow: false,
        netns_refusal: None,
    };
}

/// A function whose settings are to be changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FunctionSite {
    /// Whether it is a sub-function, or a physical function of another host: those can be given and taken.
    pub(crate) sub: bool,
    /// Whether a driver uses it.
    pub(crate) attached: bool,
}

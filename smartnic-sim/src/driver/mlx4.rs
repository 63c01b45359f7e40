//! mlx4_core: NVIDIA ConnectX-3, whose ports carry Ethernet or InfiniBand.
//!
//! Port types: `main.c` (`mlx4_devlink_port_type_set`, `__set_port_type`, `mlx4_change_port_types`): the driver takes all
//! links of the card away and makes them anew. What is found on the wire of a port that is told to look (`auto`) is
//! Ethernet: ours. VFs are made by a parameter of the module, not by sysfs, and are not simulated.

use smartnic_core::device::{ReloadAction, ReloadLimit};
use smartnic_core::flow::Rule;

use super::device::DeviceFacts;
use super::{Driver, Facts, HwForm, Site};
use crate::errno::Errno;
use crate::model::Pf;
use crate::note::Note;

/// mlx4_core.
#[derive(Debug)]
pub(crate) struct Mlx4;

/// mlx4_core.
pub(crate) const MLX4: Mlx4 = Mlx4;

const FACTS: Facts = Facts {
    name: "mlx4_core",
    vf_name: "mlx4_core",
    uplink_port: true,
    bare_ports: true,
    port_types: true,
    ..Facts::PLAIN
};

const DEVICE: DeviceFacts = DeviceFacts {
    reload_actions: &[ReloadAction::DriverReinit],
    netns_refusal: Some("mlx4_core: Namespace change is not supported"),
    ..DeviceFacts::NONE
};

impl Driver for Mlx4 {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// Ports are counted from 1.
    fn port_index(&self, _pf: usize, _vf: Option<usize>) -> u32 {
        1
    }

    fn device(&self) -> &'static DeviceFacts {
        &DEVICE
    }

    /// `mlx4_devlink_reload_up`
    fn reload(
        &self,
        _pf: &Pf,
        _link_up: bool,
        _action: ReloadAction,
        _limit: ReloadLimit,
        _note: &mut Note,
    ) -> Result<Vec<ReloadAction>, Errno> {
        Ok(vec![ReloadAction::DriverReinit])
    }

    /// The driver has no part that rules are handed to.
    fn offload(
        &self,
        _site: &Site<'_>,
        _rule: &Rule,
        _log: &mut Vec<String>,
        _note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        Err(Errno::EOPNOTSUPP)
    }
}

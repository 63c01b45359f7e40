//! mlx4_core: NVIDIA ConnectX-3, whose ports carry Ethernet or InfiniBand.
//!
//! Port types: `main.c` (`mlx4_devlink_port_type_set`, `__set_port_type`, `mlx4_change_port_types`): the driver takes all
//! links of the card away and makes them anew. What is found on the wire of a port that is told to look (`auto`) is
//! Ethernet: ours.
//!
//! VFs: `main.c` (`mlx4_enable_sriov`, the module's parameters `num_vfs` and `probe_vf`, of which the second is left at none),
//! `cmd.c` (`mlx4_set_vf_*`, `mlx4_get_vf_config`). That the card limits no rates of VFs is ours. Regions: `crdump.c`, with a
//! memory of the size of a real one's.

use smartnic_core::device::{ReloadAction, ReloadLimit};
use smartnic_core::flow::Rule;
use smartnic_core::types::Mac;

use super::device::DeviceFacts;
use super::{CrashSpec, Driver, ETH_P_8021Q, Facts, HwForm, RegionSpec, Site, Upkeep, VfFacts};
use crate::errno::Errno;
use crate::model::{LaidDown, Pf, VfOrder};
use crate::note::Note;

/// The protocol of the outer of two VLAN tags.
const ETH_P_8021AD: u16 = 0x88a8;

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
    // `MLX4_VGT` is told as it is.
    vfs: VfFacts { by_module: true, untagged: 4095, trust: false },
    ..Facts::PLAIN
};

const fn region(name: &'static str, size: u64) -> RegionSpec {
    RegionSpec { name, size, max_snapshots: 8, direct: false, on_demand: false }
}

const UPKEEP: Upkeep = Upkeep {
    regions: &[region("cr-space", 1 << 20), region("fw-health", 0x40)],
    crash: Some(CRASH),
    ..Upkeep::NONE
};

/// `mlx4_handle_error_state` in `catas.c`.
const CRASH: CrashSpec =
    CrashSpec { name: "catas", resets: "internal_error_reset", keeps: "region_snapshot_enable" };

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

    fn upkeep(&self) -> &'static Upkeep {
        &UPKEEP
    }

    fn check_vf(&self, order: VfOrder, now: &LaidDown, _switchdev: bool) -> Result<(), Errno> {
        match order {
            VfOrder::Mac(mac) if now.spoof_check && mac == Mac::default() => Err(Errno::EPERM),
            VfOrder::SpoofCheck(true) if now.mac == Mac::default() => Err(Errno::EPERM),
            VfOrder::Mac(_) | VfOrder::SpoofCheck(_) | VfOrder::LinkState(_) => Ok(()),
            VfOrder::Vlan { id, qos, .. } if id > 4095 || qos > 7 => Err(Errno::EINVAL),
            VfOrder::Vlan { protocol: ETH_P_8021Q, .. } => Ok(()),
            VfOrder::Vlan { protocol: ETH_P_8021AD, .. } => Err(Errno::EPROTONOSUPPORT),
            VfOrder::Vlan { .. } => Err(Errno::EINVAL),
            VfOrder::Rate { .. } | VfOrder::MaxRate(_) => Err(Errno::EPROTONOSUPPORT),
            VfOrder::Trust(_) | VfOrder::QueryRss(_) | VfOrder::Guid { .. } => Err(Errno::EOPNOTSUPP),
        }
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

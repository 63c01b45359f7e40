//! mlx5_core on a card whose ports carry InfiniBand: links of IP over InfiniBand, no eswitch, no devlink ports.
//!
//! What is laid down for VFs goes by the link of ib_ipoib (`ipoib_main.c`: `ipoib_set_vf_guid`, `ipoib_set_vf_link_state`)
//! to `mlx5/ib_virt.c`. An eswitch is refused by `mlx5_devlink_eswitch_get` in `eswitch.c`.

use smartnic_core::flow::Rule;

use super::{Driver, Facts, HwForm, Site, VfDevlink};
use crate::errno::Errno;
use crate::model::{LaidDown, VfOrder};
use crate::note::Note;

/// mlx5_core with InfiniBand.
#[derive(Debug)]
pub(crate) struct Mlx5Ib;

/// mlx5_core with InfiniBand.
pub(crate) const MLX5_IB: Mlx5Ib = Mlx5Ib;

const FACTS: Facts = Facts {
    name: "mlx5_core",
    vf_name: "mlx5_core",
    infiniband: true,
    vf_devlink: VfDevlink::Bare,
    ..Facts::PLAIN
};

impl Driver for Mlx5Ib {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// GUIDs and the state of the link are all that its links have operations for.
    fn check_vf(&self, order: VfOrder, _now: &LaidDown, _switchdev: bool) -> Result<(), Errno> {
        match order {
            VfOrder::Guid { .. } | VfOrder::LinkState(_) => Ok(()),
            _ => Err(Errno::EOPNOTSUPP),
        }
    }

    /// Links of IP over InfiniBand take no rules.
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

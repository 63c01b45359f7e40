//! mlxsw_spectrum: NVIDIA Spectrum switches.
//!
//! Rules: `spectrum_buffers.c`, `core.c` (reload). It has neither VFs nor an eswitch. Of its flow rules nothing is
//! simulated: the feature `hw-tc-offload` is not there, although the driver has it.

use smartnic_core::device::{ReloadAction, ReloadLimit};
use smartnic_core::flow::Rule;

use super::device::DeviceFacts;
use super::mlxsw_switch::SWITCH;
use super::switch::SwitchFacts;
use super::{Driver, Facts, HwForm, Site};
use crate::errno::Errno;
use crate::model::Pf;
use crate::note::Note;

/// mlxsw_spectrum.
#[derive(Debug)]
pub(crate) struct Mlxsw;

/// mlxsw_spectrum.
pub(crate) const MLXSW: Mlxsw = Mlxsw;

const FACTS: Facts = Facts {
    name: "mlxsw_spectrum",
    vf_name: "mlxsw_spectrum",
    uplink_port: true,
    switch_id_in_legacy: true,
    ..Facts::PLAIN
};

const DEVICE: DeviceFacts = DeviceFacts {
    reload_actions: &[ReloadAction::DriverReinit, ReloadAction::FwActivate],
    links_follow: true,
    ..DeviceFacts::NONE
};

impl Driver for Mlxsw {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// The port towards the processor is number 0.
    fn port_index(&self, _pf: usize, _vf: Option<usize>) -> u32 {
        1
    }

    fn device(&self) -> &'static DeviceFacts {
        &DEVICE
    }

    fn switch(&self) -> Option<&'static SwitchFacts> {
        Some(&SWITCH)
    }

    /// `mlxsw_devlink_core_bus_device_reload_up`: whatever was asked for, it does both.
    fn reload(
        &self,
        _pf: &Pf,
        _link_up: bool,
        _action: ReloadAction,
        _limit: ReloadLimit,
        _note: &mut Note,
    ) -> Result<Vec<ReloadAction>, Errno> {
        Ok(vec![ReloadAction::DriverReinit, ReloadAction::FwActivate])
    }

    fn offload(
        &self,
        site: &Site<'_>,
        _rule: &Rule,
        _log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        super::offer::can_offload(site, note)?;
        Err(Errno::EOPNOTSUPP)
    }
}

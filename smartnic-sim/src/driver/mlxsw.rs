//! mlxsw_spectrum: NVIDIA Spectrum switches.
//!
//! Rules: `spectrum_buffers.c`, `spectrum_trap.c`, `core.c` (reload). It has neither VFs nor an eswitch. Of its flow rules nothing is
//! simulated: the feature `hw-tc-offload` is not there, although the driver has it.

use smartnic_core::device::{ReloadAction, ReloadLimit, TrapAction};
use smartnic_core::flow::{Packet, Rule};

use super::device::DeviceFacts;
use super::mlxsw_switch::SWITCH;
use super::switch::SwitchFacts;
use super::{Driver, Facts, HwForm, Site, TrapGroupSpec, TrapSpec, Upkeep, mlxsw_trap};
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

    fn upkeep(&self) -> &'static Upkeep {
        &mlxsw_trap::UPKEEP
    }

    /// `mlxsw_sp_trap_action_set`.
    fn check_trap(
        &self,
        trap: &TrapSpec,
        action: TrapAction,
        _pf: &Pf,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if trap.source {
            note.say("mlxsw_spectrum: Changing the action of source traps is not supported");
            return Err(Errno::EOPNOTSUPP);
        }
        match action {
            TrapAction::Drop | TrapAction::Trap => Ok(()),
            _ => Err(Errno::EINVAL),
        }
    }

    /// `__mlxsw_sp_trap_group_init`.
    fn check_trap_group(
        &self,
        group: &TrapGroupSpec,
        policer: Option<u32>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if group.fixed_policer && policer != group.policer {
            note.say("mlxsw_spectrum: Changing the policer binding of this group is not supported");
            return Err(Errno::EOPNOTSUPP);
        }
        Ok(())
    }

    /// `mlxsw_sp_trap_policer_bs`.
    fn check_trap_policer(&self, _rate: u64, burst: u64, note: &mut Note) -> Result<(), Errno> {
        if !burst.is_power_of_two() {
            note.say("mlxsw_spectrum: Policer burst size is not power of two");
            return Err(Errno::EINVAL);
        }
        Ok(())
    }

    fn trap_of(&self, packet: &Packet) -> Option<&'static str> {
        mlxsw_trap::trap_of(packet)
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

//! rvu_rep: the function of Marvell OCTEON 10 (CN10K) that has the eswitch, and no link of its own.
//!
//! Eswitch: `otx2_devlink.c` (`otx2_devlink_eswitch_mode_set`), `rep.c` (`rvu_rep_create`). Rules: `rep.c`
//! (`rvu_rep_setup_tc_cb`), which hands them to the code of [`super::octeontx2`] without asking whether the link offloads
//! at all, and whatever their chain. That all functions of the chip have come up once is ours, and so is that the hardware
//! keeps chains apart.

use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{Action, ActionKind, HwStats, Rule};

use super::octeontx2::{actions, check_key};
use super::offer::refuse;
use super::{Change, Driver, EswitchKind, Facts, HwForm, ModeChange, Site};
use crate::errno::Errno;
use crate::model::{Netdev, Pf, Role};
use crate::note::Note;

/// rvu_rep.
#[derive(Debug)]
pub(crate) struct RvuRep;

/// rvu_rep.
pub(crate) const RVU_REP: RvuRep = RvuRep;

const FACTS: Facts = Facts {
    name: "rvu_rep",
    vf_name: "rvu_nicvf",
    eswitch: EswitchKind::Settable,
    representor_ports: true,
    representors_only: true,
    representor_tc_offload: true,
    counters: Some(HwStats::IMMEDIATE),
    ..Facts::PLAIN
};

impl Driver for RvuRep {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn host_port_index(&self, _pf: usize, vf: Option<usize>) -> u32 {
        vf.map_or(0, |vf| vf as u32 + 1)
    }

    fn set_mode(
        &self,
        change: ModeChange,
        _log: &mut Vec<String>,
        _note: &mut Note,
    ) -> Result<Change, Errno> {
        match change.to {
            to if to == change.now => Ok(Change::None),
            EswitchMode::Legacy | EswitchMode::Switchdev => Ok(Change::Made),
            _ => Err(Errno::EINVAL),
        }
    }

    /// The function has no table of its own that these could be about.
    fn check_param(&self, _name: &str, _value: &str, _pf: &Pf, note: &mut Note) -> Result<(), Errno> {
        refuse(note, "rvu_nicpf: pfvf->flow_cfg not initialized", Errno::EINVAL)
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        // Each representor has a table of its own.
        if site.machine.hw_rules_on(site.dev.ifindex) >= site.machine.capacity {
            return refuse(note, "rvu_nicpf: Free MCAM entry not available to add the flow", Errno::ENOMEM);
        }
        check_key(rule, log, note)?;
        // A redirect to a link that is no representor, and a mirror, are read as if they were of a PF: that the driver
        // refuses them is ours.
        let reaches = |action: &Action, out: Option<&Netdev>| {
            let representor = out.is_some_and(|out| matches!(out.role, Role::HostRepresentor { .. }));
            representor && matches!(action.kind, ActionKind::Redirect(_))
        };
        let actions = actions(site, rule, reaches, note)?;
        Ok((actions != rule.actions).then(|| HwForm { key: rule.key.clone(), actions }))
    }
}

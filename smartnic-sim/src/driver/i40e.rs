//! i40e: Intel X710 and its family.
//!
//! Rules: `i40e_main.c` (`i40e_configure_clsflower`). A rule names a traffic class that mqprio made; this host has no
//! mqprio, so that every rule ends where its class is looked for.

use smartnic_core::flow::Rule;

use super::offer::can_offload_and_chain0;
use super::{Driver, EswitchKind, Facts, HwForm, Site, VfDevlink};
use crate::errno::Errno;
use crate::note::Note;

/// i40e.
#[derive(Debug)]
pub(crate) struct I40e;

/// i40e.
pub(crate) const I40E: I40e = I40e;

const FACTS: Facts = Facts {
    name: "i40e",
    vf_name: "iavf",
    devlink: true,
    eswitch: EswitchKind::None,
    uplink_port: true,
    port_in_names: false,
    inline_mode: None,
    encap_mode: None,
    representor_ports: false,
    switch_id_in_legacy: false,
    vf_devlink: VfDevlink::None,
    uplink_tc_offload: false,
    representor_tc_offload: false,
    switchdev_turns_tc_offload_on: false,
    uplink_egress: false,
    counters: None,
    vfs_need_link_up: None,
};

impl Driver for I40e {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn port_index(&self, _pf: usize, _vf: Option<usize>) -> u32 {
        0
    }

    fn serials(&self, dsn: [u8; 8]) -> (Option<String>, Option<String>) {
        let bytes = dsn.map(|byte| format!("{byte:02x}"));
        (Some(bytes.join("-")), None)
    }

    fn check_param(
        &self,
        name: &str,
        _value: &str,
        pf: &crate::model::Pf,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if name == "max_mac_per_vf" && !pf.vfs.is_empty() {
            note.say("i40e: Cannot change max_mac_per_vf while SR-IOV is enabled");
            return Err(Errno::EBUSY);
        }
        Ok(())
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        can_offload_and_chain0(site, rule, note)?;
        log.push("i40e: Invalid traffic class".into());
        Err(Errno::EOPNOTSUPP)
    }
}

//! i40e: Intel X710 and its family.
//!
//! Rules: `i40e_main.c` (`i40e_configure_clsflower`). A rule names a traffic class that mqprio made; this host has no
//! mqprio, so that every rule ends where its class is looked for.

use smartnic_core::flow::Rule;

use super::offer::can_offload_and_chain0;
use super::{Driver, Facts, HwForm, Site};
use crate::errno::Errno;
use crate::note::Note;

/// i40e.
#[derive(Debug)]
pub(crate) struct I40e;

/// i40e.
pub(crate) const I40E: I40e = I40e;

const FACTS: Facts = Facts { name: "i40e", vf_name: "iavf", uplink_port: true, ..Facts::PLAIN };

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

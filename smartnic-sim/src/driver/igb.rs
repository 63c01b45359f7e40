//! igb: Intel 82575 to I354, I210, which has no devlink.
//!
//! Rules: `igb_main.c` (`igb_configure_clsflower`). The driver sends packets to traffic classes, of which links here have
//! none (`tc_classid_to_hwtc`): it takes no rule.

use smartnic_core::flow::Rule;

use super::offer::{can_offload_and_chain0, refuse};
use super::{Driver, EswitchKind, Facts, HwForm, Site, VfDevlink};
use crate::errno::Errno;
use crate::note::Note;

/// igb.
#[derive(Debug)]
pub(crate) struct Igb;

/// igb.
pub(crate) const IGB: Igb = Igb;

const FACTS: Facts = Facts {
    name: "igb",
    vf_name: "igbvf",
    devlink: false,
    eswitch: EswitchKind::None,
    uplink_port: false,
    port_in_names: false,
    inline_mode: None,
    encap_mode: None,
    representor_ports: false,
    switch_id_in_legacy: false,
    vf_devlink: VfDevlink::None,
    uplink_tc_offload: true,
    representor_tc_offload: false,
    switchdev_turns_tc_offload_on: false,
    uplink_egress: false,
    counters: None,
    vfs_need_link_up: None,
};

impl Driver for Igb {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn port_index(&self, pf: usize, _vf: Option<usize>) -> u32 {
        pf as u32
    }

    fn serials(&self, _dsn: [u8; 8]) -> (Option<String>, Option<String>) {
        (None, None)
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        _log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        can_offload_and_chain0(site, rule, note)?;
        refuse(note, "igb: Invalid traffic class", Errno::EINVAL)
    }
}

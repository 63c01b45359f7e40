//! igb: Intel 82575 to I354, I210, which has no devlink.
//!
//! Rules: `igb_main.c` (`igb_configure_clsflower`). The driver sends packets to traffic classes, of which links here have
//! none (`tc_classid_to_hwtc`): it takes no rule.

use smartnic_core::flow::Rule;

use super::offer::{can_offload_and_chain0, refuse};
use super::{Driver, Facts, HwForm, Site};
use crate::errno::Errno;
use crate::note::Note;

/// igb.
#[derive(Debug)]
pub(crate) struct Igb;

/// igb.
pub(crate) const IGB: Igb = Igb;

const FACTS: Facts =
    Facts { name: "igb", vf_name: "igbvf", devlink: false, uplink_tc_offload: true, ..Facts::PLAIN };

impl Driver for Igb {
    fn facts(&self) -> &'static Facts {
        &FACTS
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

//! hns3: HiSilicon Kunpeng.
//!
//! Rules: `hclge_fd.c` (`hclge_check_cls_flower`, `hclge_parse_cls_flower`, `hclge_get_tc_flower_action`). That the card
//! is in the mode with MAC addresses, and that its links have 16 queues, is ours.

use smartnic_core::flow::{ActionKind, ActionSet, KeySet, Rule};

use super::offer::{can_offload_and_chain0, refuse};
use super::{Driver, Facts, HwForm, Site, VfDevlink, check_flags};
use crate::errno::Errno;
use crate::note::Note;

/// hns3.
#[derive(Debug)]
pub(crate) struct Hns3;

/// hns3.
pub(crate) const HNS3: Hns3 = Hns3;

const FACTS: Facts = Facts {
    name: "hns3",
    vf_name: "hns3",
    vf_devlink: VfDevlink::Bare,
    uplink_tc_offload: true,
    ..Facts::PLAIN
};

const KEYS: KeySet = KeySet::CONTROL
    .union(KeySet::BASIC)
    .union(KeySet::VLAN)
    .union(KeySet::IPV4_ADDRS)
    .union(KeySet::IPV6_ADDRS)
    .union(KeySet::PORTS)
    .union(KeySet::IP)
    .union(KeySet::ETH_ADDRS)
    .union(KeySet::ENC_KEYID);

const QUEUES: u16 = 16;

impl Driver for Hns3 {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn may_turn_offload_off(&self, flows: u32, log: &mut Vec<String>) -> bool {
        if flows > 0 {
            let text = "hns3: there are offloaded TC filters active, cannot disable HW TC offload";
            log.push(text.into());
        }
        flows == 0
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        _log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        can_offload_and_chain0(site, rule, note)?;
        let places = site.machine.capacity;
        let prio = u32::from(rule.prio);
        if prio == 0 || prio > places {
            let text = format!("hclge: prio {prio} should be in range[1, {places}]");
            return refuse(note, text, Errno::EINVAL);
        }
        // A rule's priority is its place; one that is taken is found by the driver in a bitmap.
        if site.machine.has_hw_prio(site.dev.ifindex, rule.prio) {
            return refuse(note, format!("hclge: prio {prio} is already used"), Errno::EINVAL);
        }
        let used = rule.key.keys();
        if !(used - KEYS).is_empty() {
            return refuse(
                note,
                format!("hclge: unsupported key set: {:#x}", used.bits()),
                Errno::EOPNOTSUPP,
            );
        }
        match (rule.actions.len(), rule.classid) {
            (0, None) => return refuse(note, "hclge: must specify either classid or action", Errno::EINVAL),
            (1.., Some(_)) => {
                return refuse(note, "hclge: cannot specify both classid and action", Errno::EOPNOTSUPP);
            }
            (2.., None) => return refuse(note, "hclge: unsupported multiple actions", Errno::EOPNOTSUPP),
            _ => {}
        }
        check_flags("hclge", &rule.key, 0, note)?;
        if rule.key.ip_ttl.is_some() {
            return refuse(note, "hclge: unsupported TTL", Errno::EOPNOTSUPP);
        }
        if rule.key.enc_key_id.is_some_and(|id| id == 0 || id >= 1 << 24) {
            return refuse(note, "hclge: invalid enc_keyid", Errno::EINVAL);
        }
        let Some(action) = rule.actions.first() else {
            // This host has no mqprio, and its links no classes.
            return refuse(note, "hclge: invalid traffic class: -22", Errno::EINVAL);
        };
        match (action.kind.group(action.control), &action.kind) {
            (ActionSet::DROP, _) => Ok(None),
            (ActionSet::QUEUE, ActionKind::Skbedit(skbedit)) => match skbedit.queue {
                Some(queue) if queue >= QUEUES => {
                    let text = format!("hclge: queue id ({queue}) should be less than {QUEUES}");
                    refuse(note, text, Errno::EINVAL)
                }
                _ => Ok(None),
            },
            _ => refuse(note, "hclge: unsupported action", Errno::EOPNOTSUPP),
        }
    }
}

//! What drivers ask of the kernel's own helpers when a rule is offered to them.

use smartnic_core::flow::{Action, HwStats, Rule};

use super::Site;
use crate::errno::Errno;
use crate::model::Netdev;
use crate::note::Note;

/// `tc_cls_can_offload_and_chain0`.
pub(super) fn can_offload_and_chain0(site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    can_offload(site, note)?;
    if rule.chain != 0 {
        note.say("Driver supports only offload of chain 0");
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}

/// `tc_can_offload_extack`, of the link on which the rule stands.
pub(super) fn can_offload(site: &Site<'_>, note: &mut Note) -> Result<(), Errno> {
    if site.dev.hw_tc != Some(true) {
        note.say("TC offload is disabled on net device");
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}

/// `flow_action_hw_stats_check` for a driver that counts in the background; with `basic`, for one that takes what the
/// kernel leaves to it only.
pub(super) fn check_hw_stats(
    driver: &str,
    actions: &[Action],
    basic: bool,
    note: &mut Note,
) -> Result<(), Errno> {
    let Some(first) = actions.first() else { return Ok(()) };
    if actions.iter().any(|action| action.hw_stats != first.hw_stats) {
        note.say(format!("{driver}: Mixing HW stats types for actions is not supported"));
        return Err(Errno::EOPNOTSUPP);
    }
    let refused = match first.hw_stats {
        None => None,
        Some(stats) if basic => {
            (!stats.is_all()).then_some("Driver supports only default HW stats type \"any\"")
        }
        Some(stats) => {
            (!stats.contains(HwStats::DELAYED)).then_some("Driver does not support selected HW stats type")
        }
    };
    match refused {
        None => Ok(()),
        Some(text) => {
            note.say(format!("{driver}: {text}"));
            Err(Errno::EOPNOTSUPP)
        }
    }
}

/// The link that an action sends to.
pub(super) fn target<'a>(site: &Site<'a>, action: &Action) -> Option<&'a Netdev> {
    let index = action.target()?.dev.index().ok()?;
    site.machine.netdevs.get(&index.0)
}

/// Says why, in the driver's words.
pub(super) fn refuse<T>(note: &mut Note, text: impl Into<String>, errno: Errno) -> Result<T, Errno> {
    note.say(text.into());
    Err(errno)
}

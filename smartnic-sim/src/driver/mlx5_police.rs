//! The meters of mlx5_core: `en/tc/act/police.c`.

use smartnic_core::flow::{Action, ActionKind, Control, Police};

use super::offer::refuse;
use crate::errno::Errno;
use crate::note::Note;

/// How a meter ends a part of a rule.
pub(super) enum Meter {
    /// By colours, which the next part looks at.
    Rate,
    /// By the size of packets, which goes to a table of its own.
    Size,
}

/// Whether the card meters for a shared action, beside the rules that use it (`tc_act_police_offload`).
pub(super) fn takes_action(action: &Action) -> bool {
    let ActionKind::Police(police) = &action.kind else { return false };
    check(police, action.control, &mut Note::default()).is_ok()
}

/// `police_act_validate`, `fill_meter_params_from_act`.
pub(super) fn check(police: &Police, exceed: Control, note: &mut Note) -> Result<Meter, Errno> {
    let taken = |control: Control| {
        matches!(control, Control::Pipe | Control::Pass | Control::Jump(_) | Control::Drop)
    };
    if !taken(exceed) || !taken(police.conform.unwrap_or(Control::Pass)) {
        let text =
            "mlx5_core: Offload not supported when conform-exceed action is not pipe, ok, jump or drop";
        return refuse(note, text, Errno::EOPNOTSUPP);
    }
    if police.peak_rate != 0 || police.average_rate.is_some() || police.overhead != 0 {
        let text = "mlx5_core: Offload not supported when peakrate/avrate/overhead is configured";
        return refuse(note, text, Errno::EOPNOTSUPP);
    }
    if police.rate != 0 || police.packet_rate.is_some_and(|rate| rate != 0) {
        Ok(Meter::Rate)
    } else if police.mtu != 0 {
        Ok(Meter::Size)
    } else {
        Err(Errno::EOPNOTSUPP)
    }
}

/// How many of the two branches jump (`parse_branch_ctrl`); both, or one while another jump is not over, are too many.
pub(super) fn jumps(police: &Police, exceed: Control) -> Vec<u32> {
    let branches = [police.conform.unwrap_or(Control::Pass), exceed];
    branches
        .into_iter()
        .filter_map(|control| match control {
            Control::Jump(count) => Some(count),
            _ => None,
        })
        .collect()
}

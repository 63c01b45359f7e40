use smartnic_core::device::{Rate, RateKind, RateName};

use super::Show;
use crate::text::tc::units::shown_rate_in;

/// Shows a rate object, as `devlink port function rate show` does.
pub fn rate(rate: &Rate, show: &mut Show<'_>) {
    match &rate.name {
        RateName::Leaf(port) => show.open_handle(port, true),
        node @ RateName::Node { .. } => show.open_handle(node, true),
    }
    let kind = match rate.kind {
        RateKind::Leaf => "leaf",
        RateKind::Node => "node",
        RateKind::Unknown(_) => "<unknown type>",
    };
    show.value("type", kind, format_args!("type {kind}"));
    for (name, bytes) in [("tx_share", rate.tx_share), ("tx_max", rate.tx_max)] {
        if bytes != 0 {
            let text = shown(bytes, show.style.iec);
            show.any(name, bytes, format_args!(" {name} {text}"));
        }
    }
    for (name, number) in [("tx_priority", rate.tx_priority), ("tx_weight", rate.tx_weight)] {
        if number != 0 {
            show.any(name, number, format_args!(" {name} {number}"));
        }
    }
    if let Some(parent) = &rate.parent {
        show.any("parent", &parent.node, format_args!(" parent {}", parent.node));
        // devlink does not tell the parent's device, which is not this one only where drivers share rates.
        if let Some(device) = &parent.device {
            show.any("parent_dev", device.to_string(), format_args!(" parent_dev {device}"));
        }
    }
    for (class, share) in rate.tc_bw.iter().flatten().enumerate() {
        if *share != 0 {
            show.any(&format!("tc_{class}"), *share, format_args!(" tc_{class} bw {share}"));
        }
    }
    show.close_handle();
}

/// Bytes a second as devlink prints them: `10Mbit`, or in units of 1024 bits `9765Kibit`.
#[must_use]
pub fn shown(rate: u64, iec: bool) -> String {
    shown_rate_in(rate, if iec { 1024 } else { 1000 })
}

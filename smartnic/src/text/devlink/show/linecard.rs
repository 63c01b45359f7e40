use smartnic_core::device::{LineCard, LineCardState};

use super::Show;

/// Shows a line card, as `devlink lc show` does.
pub fn line_card(card: &LineCard, show: &mut Show<'_>) {
    show.open_handle_entry(&card.device);
    body(card, show);
}

/// Shows a line card by itself, as `devlink monitor` does.
pub(super) fn line_card_alone(card: &LineCard, show: &mut Show<'_>) {
    show.open_handle(&card.device, true);
    body(card, show);
}

fn body(card: &LineCard, show: &mut Show<'_>) {
    show.value("lc", card.index, format_args!("lc {}", card.index));
    let state = match card.state {
        LineCardState::Unprovisioned => "unprovisioned",
        LineCardState::Unprovisioning => "unprovisioning",
        LineCardState::Provisioning => "provisioning",
        LineCardState::ProvisioningFailed => "provisioning_failed",
        LineCardState::Provisioned => "provisioned",
        LineCardState::Active => "active",
        LineCardState::Unknown(_) => "<unknown state>",
    };
    show.any("state", state, format_args!(" state {state}"));
    if let Some(kind) = &card.kind {
        show.any("type", kind, format_args!(" type {kind}"));
    }
    if let Some(nested) = &card.nested {
        let nested = nested.handle.to_string();
        show.any("nested_devlink", &nested, format_args!(" nested_devlink {nested}"));
    }
    if !card.supported.is_empty() {
        show.open_list("supported_types");
        show.settle();
        for kind in &card.supported {
            show.item(kind, format_args!(" {kind}"));
        }
        show.close_list();
    }
    show.close_handle();
}

use smartnic_core::device::{EncapMode, Eswitch, EswitchMode, InlineMode};
use smartnic_core::types::DevlinkHandle;

use super::Show;

/// Shows the settings of an eswitch, as `devlink dev eswitch show` does.
pub fn eswitch(device: &DevlinkHandle, eswitch: &Eswitch, show: &mut Show<'_>) {
    show.open_handle(device, true);
    if let Some(mode) = eswitch.mode {
        let name = match mode {
            EswitchMode::Legacy => "legacy",
            EswitchMode::Switchdev => "switchdev",
            EswitchMode::SwitchdevInactive => "switchdev_inactive",
            EswitchMode::Unknown(_) => "<unknown mode>",
        };
        show.value("mode", name, format_args!("mode {name}"));
    }
    if let Some(mode) = eswitch.inline_mode {
        let name = match mode {
            InlineMode::None => "none",
            InlineMode::Link => "link",
            InlineMode::Network => "network",
            InlineMode::Transport => "transport",
            InlineMode::Unknown(_) => "<unknown mode>",
        };
        show.value("inline-mode", name, format_args!("inline-mode {name}"));
    }
    if let Some(mode) = eswitch.encap_mode {
        let name = match mode {
            EncapMode::None => "none",
            EncapMode::Basic => "basic",
            EncapMode::Unknown(_) => "<unknown mode>",
        };
        show.value("encap-mode", name, format_args!("encap-mode {name}"));
    }
    show.close_handle();
}

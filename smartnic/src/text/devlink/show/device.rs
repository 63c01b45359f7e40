use smartnic_core::device::{DevlinkDevice, NestedDevlink, ReloadAction, ReloadCount, ReloadLimit};

use super::Show;

/// Shows an instance, as `devlink dev show` does.
pub fn device(device: &DevlinkDevice, show: &mut Show<'_>) {
    let stats = show.style.stats && (device.reloads.is_some() || device.remote_reloads.is_some());
    if !(device.reload_failed || stats || !device.nested.is_empty() || device.index.is_some()) {
        show.bare_handle(&device.handle);
        return;
    }
    show.open_handle(&device.handle, true);
    if let Some(index) = device.index {
        show.any("index", index, format_args!(" index {index}"));
    }
    if device.reload_failed {
        show.value("reload_failed", true, format_args!("reload_failed true"));
    }
    if stats {
        show.open_object("stats");
        for (name, set) in [("reload", &device.reloads), ("remote_reload", &device.remote_reloads)] {
            if let Some(set) = set {
                show.open_object(name);
                set.iter().for_each(|count| reload_count(count, show));
                show.close_object();
            }
        }
        show.close_object();
    }
    if !device.nested.is_empty() {
        open_nested(show);
        device.nested.iter().for_each(|nested| nested_handle(nested, show));
        close_nested(show);
    }
    show.close_handle();
}

fn reload_count(count: &ReloadCount, show: &mut Show<'_>) {
    show.open_object(action_name(count.action));
    for (limit, value) in &count.counts {
        let name = limit_name(*limit);
        show.value(name, *value, format_args!("{name} {value}"));
    }
    show.close_object();
}

/// The name of an action, as devlink has it.
pub(super) fn action_name(action: ReloadAction) -> &'static str {
    match action {
        ReloadAction::DriverReinit => "driver_reinit",
        ReloadAction::FwActivate => "fw_activate",
        ReloadAction::Unknown(_) => "<unknown reload action>",
    }
}

fn limit_name(limit: ReloadLimit) -> &'static str {
    match limit {
        ReloadLimit::Unspecified => "unspecified",
        ReloadLimit::NoReset => "no_reset",
        ReloadLimit::Unknown(_) => "<unknown reload action>",
    }
}

/// Opens what belongs to something.
pub(super) fn open_nested(show: &mut Show<'_>) {
    show.open_object("nested_devlink");
    show.settle();
}

/// Shows one instance that belongs to something.
pub(super) fn nested_handle(nested: &NestedDevlink, show: &mut Show<'_>) {
    show.open_handle(&nested.handle, nested.netns.is_some());
    match nested.netns {
        Some(id @ 0..) => show.any("netnsid", id, format_args!(" netnsid {id}")),
        Some(id) => show.any("netnsid", id, format_args!(" netnsid unknown")),
        None => {}
    }
    show.close_handle();
}

/// Closes what belongs to something.
pub(super) fn close_nested(show: &mut Show<'_>) {
    show.indent_less();
    show.close_object();
}

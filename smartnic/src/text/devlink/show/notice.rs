use smartnic_core::device::DevlinkNotice;

use super::{Show, device, param, port, port_param};

/// What a message is about and what happened, as `devlink monitor` calls them; nothing if devlink does not show it.
#[must_use]
pub fn object_of(notice: &DevlinkNotice) -> Option<(&'static str, &'static str)> {
    Some(match notice {
        DevlinkNotice::Device(_) => ("dev", "new"),
        DevlinkNotice::DeviceGone(_) => ("dev", "del"),
        DevlinkNotice::Port(_) => ("port", "new"),
        DevlinkNotice::PortGone(_) => ("port", "del"),
        DevlinkNotice::Param(..) | DevlinkNotice::PortParam(..) => ("param", "new"),
        DevlinkNotice::ParamGone(..) | DevlinkNotice::PortParamGone(..) => ("param", "del"),
        DevlinkNotice::Other { .. } => return None,
    })
}

/// Shows a message, as `devlink monitor` does.
pub fn notice(notice: &DevlinkNotice, show: &mut Show<'_>) {
    let Some((object, command)) = object_of(notice) else { return };
    show.put(format_args!("[{object},{command}] "));
    show.open_entry();
    show.json("command", command);
    show.open_in_json(object);
    match notice {
        DevlinkNotice::Device(one) | DevlinkNotice::DeviceGone(one) => {
            show.style.stats = true;
            device(one, show);
        }
        DevlinkNotice::Port(one) | DevlinkNotice::PortGone(one) => port(one, show),
        DevlinkNotice::Param(owner, one) | DevlinkNotice::ParamGone(owner, one) => {
            param(owner, one, false, show);
        }
        DevlinkNotice::PortParam(owner, one) | DevlinkNotice::PortParamGone(owner, one) => {
            port_param(owner, one, false, show);
        }
        DevlinkNotice::Other { .. } => {}
    }
    show.close_in_json();
    show.close_in_json();
}

use smartnic_core::device::{DevlinkNotice, FlashEvent};

use super::flash::flash;
use super::linecard::line_card_alone;
use super::{Show, device, param, port, port_param, rate, region, reporter, trap};

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
        DevlinkNotice::Health(_) => ("health", "status"),
        DevlinkNotice::Region(_) => ("region", "new"),
        DevlinkNotice::RegionGone(_) => ("region", "del"),
        DevlinkNotice::Trap(_) => ("trap", "new"),
        DevlinkNotice::TrapGone(_) => ("trap", "del"),
        DevlinkNotice::TrapGroup(_) => ("trap-group", "new"),
        DevlinkNotice::TrapGroupGone(_) => ("trap-group", "del"),
        DevlinkNotice::TrapPolicer(_) => ("trap-policer", "new"),
        DevlinkNotice::TrapPolicerGone(_) => ("trap-policer", "del"),
        // devlink itself does not show those of rates.
        DevlinkNotice::Rate(_) => ("rate", "new"),
        DevlinkNotice::RateGone(_) => ("rate", "del"),
        DevlinkNotice::LineCard(_) => ("lc", "new"),
        DevlinkNotice::LineCardGone(_) => ("lc", "del"),
        DevlinkNotice::Flash(notice) => match notice.event {
            FlashEvent::Begun => ("flash", "begin"),
            FlashEvent::Ended => ("flash", "end"),
            FlashEvent::Status(_) | FlashEvent::Waiting => ("flash", "status"),
        },
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
        DevlinkNotice::Health(one) => reporter(one, show),
        DevlinkNotice::Region(one) | DevlinkNotice::RegionGone(one) => region(one, show),
        DevlinkNotice::Trap(one) | DevlinkNotice::TrapGone(one) => trap::alone(one, show),
        DevlinkNotice::TrapGroup(one) | DevlinkNotice::TrapGroupGone(one) => trap::group_alone(one, show),
        DevlinkNotice::TrapPolicer(one) | DevlinkNotice::TrapPolicerGone(one) => {
            trap::policer_alone(one, show);
        }
        DevlinkNotice::Rate(one) | DevlinkNotice::RateGone(one) => rate(one, show),
        DevlinkNotice::LineCard(one) | DevlinkNotice::LineCardGone(one) => line_card_alone(one, show),
        DevlinkNotice::Flash(one) => flash(one, show),
        DevlinkNotice::Other { .. } => {}
    }
    show.close_in_json();
    show.close_in_json();
}

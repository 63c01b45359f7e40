//! The way to an address (`RTM_GETROUTE`), which follows from the addresses of the uplinks.

use std::net::Ipv4Addr;

use smartnic_netlink::codec::{Attrs, Encoder};
use smartnic_netlink::uapi::rtnetlink::*;

use super::answer::Answer;
use super::table::Request;
use crate::errno::Errno;
use crate::model::Machine;

const AF_INET: u8 = 2;
/// `RT_SCOPE_HOST`, `RT_SCOPE_LINK`
const SCOPES: [u8; 2] = [254, 253];

pub(super) fn get(machine: &Machine, request: &Request<'_>, answer: &mut Answer) -> Result<(), Errno> {
    let header = request.payload.get(..SIZEOF_RTMSG).ok_or(Errno::EINVAL)?;
    // Links have no IPv6 addresses but those that follow from their hardware addresses.
    if header[0] != AF_INET {
        return Err(Errno::ENETUNREACH);
    }
    let (mut to, mut over) = (None, None);
    for attr in Attrs::after(request.payload, SIZEOF_RTMSG).filter_map(Result::ok) {
        match u32::from(attr.kind()) {
            RTA_DST => to = attr.array::<4>().ok(),
            RTA_OIF => over = attr.u32().ok(),
            _ => {}
        }
    }
    let to = to.ok_or(Errno::EINVAL)?;
    let mut links = machine.netdevs.values().filter_map(|netdev| Some((netdev, machine.address_of(netdev)?)));
    let here = links.clone().find(|(_, address)| *address == to);
    let (link, source, local) = match here {
        Some((_, address)) => (1, address, true),
        None => {
            let near = |address: &[u8; 4]| {
                Ipv4Addr::from(*address).to_bits() >> 8 == Ipv4Addr::from(to).to_bits() >> 8
            };
            let wanted = |index: u32| over.is_none_or(|over| over == index);
            let found = links.find(|(netdev, at)| netdev.up && near(at) && wanted(netdev.ifindex.0));
            let (netdev, address) = found.ok_or(Errno::ENETUNREACH)?;
            (netdev.ifindex.0, address, false)
        }
    };
    let kind = if local { RTN_LOCAL } else { RTN_UNICAST };
    answer.reply(RTM_NEWROUTE, |e: &mut Encoder<'_>| {
        let scope = if local { SCOPES[0] } else { SCOPES[1] };
        e.fixed(&[AF_INET, 32, 0, 0, 254, 0, scope, kind as u8, 0, 2, 0, 0]);
        e.attr(RTA_DST as u16, &to);
        e.u32(RTA_OIF as u16, link);
        e.attr(RTA_PREFSRC as u16, &source);
    });
    Ok(())
}

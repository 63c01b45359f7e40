//! The numbers by which network namespaces know each other (`RTM_GETNSID`).

use smartnic_netlink::codec::Attrs;
use smartnic_netlink::uapi::net_namespace::*;
use smartnic_netlink::uapi::rtnetlink::RTM_NEWNSID;

use super::answer::Answer;
use super::table::Request;
use crate::errno::Errno;
use crate::model::Machine;

/// `struct rtgenmsg`, with what comes before its attributes.
const HEADER: usize = 4;
/// `NETNSA_NSID_NOT_ASSIGNED`
const NONE: u32 = u32::MAX;

/// `rtnl_net_getid`; other namespaces are named by descriptors or by processes only.
pub(super) fn get(machine: &Machine, request: &Request<'_>, answer: &mut Answer) -> Result<(), Errno> {
    let attrs = || Attrs::after(request.payload, HEADER).filter_map(Result::ok);
    let number = |kind: u16| attrs().find(|attr| attr.kind() == kind).and_then(|attr| attr.u32().ok());
    let of = match (number(NETNSA_PID), number(NETNSA_FD)) {
        (Some(pid), _) => machine.netns_of_process(pid).ok_or(Errno::ESRCH)?,
        (None, Some(descriptor)) => machine.held_netns(descriptor.cast_signed()).ok_or(Errno::EBADF)?,
        (None, None) => return Err(Errno::EINVAL),
    };
    let number = machine.netns_number_here(of.as_deref()).unwrap_or(NONE);
    answer.reply(RTM_NEWNSID, |e| {
        e.fixed(&[0_u8; HEADER]);
        e.u32(NETNSA_NSID, number);
    });
    Ok(())
}

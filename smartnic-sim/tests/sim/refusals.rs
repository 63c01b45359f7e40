//! The netlink face: requests that are wrong, and bytes that are no request.

use smartnic_core::backend::Hook;
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Encoder, Flags, GenlHeader, IfInfo};
use smartnic_netlink::tc;
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::if_link::*;
use smartnic_netlink::uapi::rtnetlink::*;

use crate::common::pf;
use crate::wire::{Client, End, acknowledged, both, dev, eswitch, talk};

#[test]
fn requests_that_are_wrong_are_told_what_is_wrong() {
    let (_, kernel, mut client) = both("bluefield3");
    let socket = client.route.port_id();
    let mut link_dump = |header: IfInfo, attr: Option<u16>| {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, RTM_GETLINK, Flags::REQUEST | Flags::DUMP, 1, socket);
        e.fixed(&header);
        if let Some(attr) = attr {
            e.u32(attr, 1);
        }
        e.finish().unwrap();
        acknowledged(&talk(client.route.as_mut(), &bytes)[0])
    };
    let text = |errno, text: &str, at| (errno, Some(text.to_owned()), at);
    let wanted = text(22, "Filter by device index not supported for link dumps", None);
    assert_eq!(link_dump(IfInfo { index: 2, ..IfInfo::default() }, None), wanted);
    let wanted = text(22, "Invalid values in header for link dump request", None);
    assert_eq!(link_dump(IfInfo { flags: 1, ..IfInfo::default() }, None), wanted);
    let wanted = text(22, "Unsupported attribute in link dump request", None);
    assert_eq!(link_dump(IfInfo::default(), Some(IFLA_MTU)), wanted);
    let wanted = text(22, "Unknown attribute type", Some(32));
    assert_eq!(link_dump(IfInfo::default(), Some(900)), wanted);

    let (devlink, ethtool) = (client.devlink, client.ethtool);
    let mut generic = |family, command, flags, body: &dyn Fn(&mut Encoder<'_>)| {
        let mut bytes = Vec::new();
        let port = client.generic.port_id();
        let mut e = Encoder::message(&mut bytes, family, Flags::REQUEST | flags, 1, port);
        e.fixed(&GenlHeader { command, version: 1, reserved: 0 });
        body(&mut e);
        e.finish().unwrap();
        acknowledged(&talk(client.generic.as_mut(), &bytes)[0])
    };
    let none = Flags::empty();
    // Of devlink's commands most pass over what they do not know; ethtool refuses it.
    assert_eq!(generic(devlink, DEVLINK_CMD_GET, none, &|e| e.u32(900, 1)), (22, None, None));
    let wanted = text(22, "Unknown attribute type", Some(20));
    assert_eq!(generic(ethtool, ETHTOOL_MSG_FEATURES_GET, none, &|e| e.u32(900, 1)), wanted);
    let wanted = text(22, "Attribute failed policy validation", Some(20));
    let unterminated: &dyn Fn(&mut Encoder<'_>) = &|e| e.attr(DEVLINK_ATTR_BUS_NAME, b"pci");
    assert_eq!(generic(devlink, DEVLINK_CMD_GET, none, unterminated), wanted);
    let wanted = text(22, "NLA_F_NESTED is missing", Some(20));
    let unmarked: &dyn Fn(&mut Encoder<'_>) = &|e| e.nest(ETHTOOL_A_FEATURES_HEADER, |_| {});
    assert_eq!(generic(ethtool, ETHTOOL_MSG_FEATURES_GET, none, unmarked), wanted);
    assert_eq!(generic(devlink, DEVLINK_CMD_SET, none, &|_| ()).0, 95);
    assert_eq!(generic(devlink, DEVLINK_CMD_ESWITCH_GET, Flags::DUMP, &|_| ()).0, 95);
    assert_eq!(generic(999, 1, none, &|_| ()).0, 2);

    // A user without privileges may read.
    let mut user = Client::new(&kernel.unprivileged());
    let family = user.devlink;
    let (devices, over) = user.ask(&dev::Dump { family }, |m| dev::decode(m).unwrap());
    assert_eq!((devices.len(), over), (2, End::default()));
    assert_eq!(user.tell(&eswitch::Get { family, device: &pf() }).errno, 1);
    assert_eq!(user.tell(&tc::qdisc::Add(&Hook::clsact(IfIndex(2)))).errno, 1);
}

#[test]
fn what_is_no_request_is_passed_over_and_lengths_that_lie_end_the_datagram() {
    let (_, _, mut client) = both("bluefield3");
    let socket = client.route.as_mut();
    let port = socket.port_id();
    let message = |kind, flags| {
        let mut bytes = Vec::new();
        let e = Encoder::message(&mut bytes, kind, flags, 3, port);
        e.finish().unwrap();
        bytes
    };
    assert_eq!(talk(socket, &message(RTM_GETLINK, Flags::empty())), Vec::<Vec<u8>>::new());
    assert_eq!(acknowledged(&talk(socket, &message(1, Flags::REQUEST | Flags::ACK))[0]).0, 0);
    assert_eq!(acknowledged(&talk(socket, &message(200, Flags::REQUEST))[0]), (95, None, None));
    let mut lying = message(200, Flags::REQUEST);
    lying[0] = 200;
    assert_eq!(talk(socket, &lying), Vec::<Vec<u8>>::new());
    for length in 0..16 {
        assert_eq!(talk(socket, &vec![0xff; length]), Vec::<Vec<u8>>::new());
    }
}

//! The netlink face: what comes back for what is sent.

use std::collections::BTreeSet;
use std::time::Duration;

use smartnic_core::backend::{Devlink, FlowScope, Hook, Host, Switchdev};
use smartnic_core::device::{EswitchChange, EswitchMode, ParamMode, ParamValue};
use smartnic_core::flow::{Action, Attach, PortMatch, Rule};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::codec::{Encoder, Flags, GenlHeader, IfInfo, Message, TcMsg, messages};
use smartnic_netlink::transport::{Kernel, Protocol, Transport};
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::if_link::*;
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::rtnetlink::*;
use smartnic_netlink::{genl, rtnl, tc};
use smartnic_sim::{SimHost, SimKernel};

use crate::common::{host, pf, port, switchdev};
use crate::wire::{Client, End, dev, eswitch, features, info, param, port as devlink_port};

fn both(profile: &str) -> (SimHost, SimKernel, Client) {
    let host = host(profile);
    let kernel = SimKernel::new(host.machine().clone());
    let client = Client::new(&kernel);
    (host, kernel, client)
}

fn end(errno: i32, text: &str, path: Option<&str>) -> End {
    End { errno, text: Some(text.to_owned()), path: path.map(str::to_owned) }
}

#[test]
fn families_have_numbers_and_groups_or_are_not_there() {
    let (_, kernel, mut client) = both("bluefield3");
    let (families, _) = client.ask(&genl::GetFamily { name: "devlink" }, |m| genl::decode(m).unwrap());
    assert_eq!(families[0].id, client.devlink);
    assert!(families[0].group("config").is_some());
    assert_eq!(client.family("macsec"), None);
    let mut without = Client::new(&kernel.without_devlink());
    assert_eq!(without.family("devlink"), None);
    without.devlink = client.devlink;
    let request = dev::Dump { family: client.devlink };
    assert_eq!(without.tell(&request).errno, 2);
}

#[test]
fn reading_through_netlink_is_reading_the_model() {
    for profile in ["bluefield3", "e810", "thor2"] {
        let (host, _, mut client) = both(profile);
        switchdev(&host, 3);
        let family = client.devlink;

        let (devices, _) = client.ask(&dev::Dump { family }, |m| dev::decode(m).unwrap());
        assert_eq!(devices, host.devices().unwrap());
        let (ports, _) =
            client.ask(&devlink_port::Dump { family, device: None }, |m| devlink_port::decode(m).unwrap());
        assert_eq!(ports, host.ports(None).unwrap());
        for device in &devices {
            let device = &device.handle;
            let (ports, _) = client.ask(&devlink_port::Dump { family, device: Some(device) }, |m| {
                devlink_port::decode(m).unwrap()
            });
            assert_eq!(ports, host.ports(Some(device)).unwrap());
            let (told, _) = client.ask(&info::Get { family, device }, |m| info::decode(m).unwrap());
            assert_eq!(told, [(device.clone(), host.info(device).unwrap())]);
            let (modes, over) = client.ask(&eswitch::Get { family, device }, |m| eswitch::decode(m).unwrap());
            match host.eswitch(device) {
                Ok(mode) => assert_eq!((modes, over), (vec![mode], End::default())),
                Err(error) => assert_eq!((modes, Some(over.errno)), (vec![], error.errno())),
            }
            let (params, _) =
                client.ask(&param::Dump { family, device: Some(device) }, |m| param::decode(m).unwrap().1);
            assert_eq!(params, host.params(device).unwrap());
        }
        for port in host.ports(None).unwrap() {
            let request = devlink_port::Get { family, port: &port.handle };
            let (one, _) = client.ask(&request, |m| devlink_port::decode(m).unwrap());
            assert_eq!(one, std::slice::from_ref(&port));
        }
        let (links, _) = client.ask(&rtnl::link::Dump, |m| rtnl::link::decode(m).unwrap());
        assert_eq!(links, host.links().unwrap());
        let family = client.ethtool;
        for link in links {
            let request = features::Get { family, link: link.ifindex };
            let (state, _) = client.ask(&request, |m| features::decode(m, features::HW_TC_OFFLOAD).unwrap());
            assert_eq!(state[0].active, host.tc_offload(link.ifindex).unwrap());
            assert_eq!(state[0].switchable, link.switch_id.is_some());
        }
    }
}

#[test]
fn changes_through_netlink_change_the_model() {
    let (host, _, mut client) = both("e810");
    let family = client.devlink;
    let change = EswitchChange::mode(EswitchMode::Switchdev);
    let request = eswitch::Set { family, device: &pf(), change: &change };
    assert_eq!(client.tell(&request), end(0, "ice: Changed eswitch mode to switchdev", None));
    assert_eq!(host.eswitch(&pf()).unwrap().mode, Some(EswitchMode::Switchdev));
    host.set_num_vfs(&pf(), 1).unwrap();
    let back = EswitchChange::mode(EswitchMode::Legacy);
    let text = "ice: Changing eswitch mode is allowed only if there is no VFs created";
    let request = eswitch::Set { family, device: &pf(), change: &back };
    assert_eq!(client.tell(&request), end(95, text, None));
    let strange = EswitchChange::mode(EswitchMode::from_number(7));
    let request = eswitch::Set { family, device: &pf(), change: &strange };
    let expected = end(34, "integer out of range", Some("DEVLINK_ATTR_ESWITCH_MODE"));
    assert_eq!(client.tell(&request), expected);

    let set = |value| param::Set {
        family,
        device: Box::leak(Box::new(pf())),
        name: "tx_scheduling_layers",
        mode: ParamMode::Permanent,
        value,
    };
    assert_eq!(client.tell(&set(&ParamValue::U8(5))), End::default());
    let text = "ice: Wrong number of tx scheduler layers provided.";
    assert_eq!(client.tell(&set(&ParamValue::U8(7))), end(22, text, None));
    assert_eq!(client.tell(&set(&ParamValue::U32(5))).errno, 22);
    let values = host.param(&pf(), "tx_scheduling_layers").unwrap().values;
    assert_eq!(values, [(ParamMode::Permanent, ParamValue::U8(5))]);

    let link = port(&host, "p0");
    assert_eq!(client.tell(&rtnl::link::SetUp { link, up: true }), End::default());
    assert!(host.links().unwrap().iter().any(|there| there.ifindex == link && there.up));
    assert_eq!(client.tell(&rtnl::link::SetUp { link: IfIndex(99), up: true }).errno, 19);

    let family = client.ethtool;
    let request = features::Set { family, link, feature: features::HW_TC_OFFLOAD, on: true };
    let (answers, over) = client.ask(&request, |_| ());
    assert_eq!((answers.len(), over), (1, End::default()));
    assert!(host.tc_offload(link).unwrap());
    let request = features::Set { family, link, feature: "warp-drive", on: true };
    let path = "ETHTOOL_A_FEATURES_WANTED/ETHTOOL_A_BITSET_BITS[1]/ETHTOOL_A_BITSET_BIT_NAME";
    assert_eq!(client.tell(&request), end(95, "bit name not found", Some(path)));
    let request = features::Get { family, link: IfIndex(99) };
    let path = "ETHTOOL_A_FEATURES_HEADER/ETHTOOL_A_HEADER_DEV_INDEX";
    assert_eq!(client.tell(&request), end(19, "no device matches ifindex", Some(path)));
}

#[test]
fn a_drivers_reason_comes_with_a_success_and_at_the_attribute_to_blame() {
    let (host, _, mut client) = both("bluefield3");
    switchdev(&host, 1);
    let link = port(&host, "pf0vf0");
    assert_eq!(client.tell(&tc::qdisc::Add(&Hook::clsact(link))), End::default());
    let again = client.tell(&tc::qdisc::Add(&Hook::clsact(link)));
    assert_eq!(again, end(17, "Exclusivity flag on, cannot modify", None));
    let ports = |min, max| {
        Rule::new(Attach::ingress(link)).protocol(EtherType::IPV4).action(Action::drop()).matching(|key| {
            key.ip_proto = Some(smartnic_core::flow::IpProto::UDP);
            key.dst_port = Some(PortMatch::Range { min, max });
        })
    };
    let software = client.tell(&tc::filter::Add(&ports(5, 9)));
    assert_eq!(software, end(0, "mlx5_core: Unsupported key", None));
    let strict = client.tell(&tc::filter::Add(&ports(5, 9).skip_sw()));
    assert_eq!(strict, end(95, "mlx5_core: Unsupported key", None));
    // The same request with its two ports in the wrong order, which the client would not write.
    let mut bytes = Vec::new();
    let at = filter_with_ports(&mut bytes, client.route.port_id(), link, 9, 5);
    let replies = talk(client.route.as_mut(), &bytes);
    let text = "Invalid destination port range (min must be strictly smaller than max)";
    assert_eq!(acknowledged(&replies[0]), (22, Some(text.to_owned()), Some(at)));
}

/// Writes a flower filter on a range of ports; says where its lower port is.
fn filter_with_ports(bytes: &mut Vec<u8>, socket: u32, link: IfIndex, min: u16, max: u16) -> u32 {
    let flags = Flags::REQUEST | Flags::ACK | Flags::CREATE | Flags::EXCL;
    let mut at = 0;
    let mut e = Encoder::message(bytes, RTM_NEWTFILTER, flags, 7, socket);
    let info = 1 << 16 | u32::from(0x0800_u16.to_be());
    e.fixed(&TcMsg { ifindex: link.0 as i32, parent: 0xffff_fff2, info, ..TcMsg::default() });
    e.text(TCA_KIND, "flower");
    e.nest(TCA_OPTIONS, |e| {
        e.u16_be(TCA_FLOWER_KEY_ETH_TYPE, 0x0800);
        e.u8(TCA_FLOWER_KEY_IP_PROTO, 17);
        at = e.written() as u32;
        e.u16_be(TCA_FLOWER_KEY_PORT_DST_MIN, min);
        e.u16_be(TCA_FLOWER_KEY_PORT_DST_MAX, max);
    });
    e.finish().unwrap();
    at
}

/// Sends bytes and reads every datagram that waits.
fn talk(socket: &mut dyn Transport, bytes: &[u8]) -> Vec<Vec<u8>> {
    socket.send(bytes).unwrap();
    drain(socket)
}

fn drain(socket: &mut dyn Transport) -> Vec<Vec<u8>> {
    socket.set_timeout(Some(Duration::ZERO)).unwrap();
    let mut all = Vec::new();
    let mut buf = Vec::new();
    while socket.recv(&mut buf).is_ok() {
        all.push(std::mem::take(&mut buf));
    }
    all
}

fn acknowledged(datagram: &[u8]) -> (i32, Option<String>, Option<u32>) {
    let message = Message::decode(datagram).unwrap();
    assert_eq!(message.header.kind, 2, "{message:?}");
    let ack = smartnic_netlink::codec::Ack::decode(&message).unwrap();
    (ack.errno, ack.extack.message.map(Into::into), ack.extack.offset)
}

#[test]
fn a_large_dump_comes_in_parts_and_has_every_rule_once() {
    let (host, _, mut client) = both("bluefield3");
    let link = port(&host, "p0");
    client.tell(&tc::qdisc::Add(&Hook::clsact(link)));
    for n in 0..500_u16 {
        let rule = Rule::new(Attach::ingress(link)).protocol(EtherType::IPV4).prio(1 + n % 3);
        let [a, b] = n.to_be_bytes();
        let rule = rule
            .matching(|key| key.dst_ip = Some(format!("10.0.{a}.{b}").parse().unwrap()))
            .action(Action::drop());
        assert_eq!(client.tell(&tc::filter::Add(&rule)).errno, 0);
    }
    let scope = FlowScope::at(Attach::ingress(link));
    let (read, over) = client.ask(&tc::filter::Dump(&scope), |m| tc::filter::decode(m).unwrap());
    assert_eq!(over, End::default());
    let heads = read.iter().filter(|filter| matches!(filter, tc::filter::Filter::Head)).count();
    let entries: Vec<_> = read.into_iter().filter_map(tc::filter::Filter::flow).collect();
    assert_eq!((heads, entries), (3, host.flow().entries(&scope).unwrap()));

    // In parts of bounded size, the last of which ends it; meanwhile a second dump is refused.
    let mut bytes = Vec::new();
    use smartnic_netlink::codec::Request;
    let dump = tc::filter::Dump(&scope);
    dump.write(&mut bytes, 5, client.route.port_id()).unwrap();
    client.route.send(&bytes).unwrap();
    client.route.send(&bytes).unwrap();
    let parts = drain(client.route.as_mut());
    let (busy, parts): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| Message::decode(part).unwrap().header.kind == 2);
    assert_eq!(acknowledged(&busy[0]), (16, None, None));
    assert!(parts.len() > 3 && parts.iter().all(|part| part.len() <= 16 * 1024), "{}", parts.len());
    let kinds: Vec<u16> =
        parts.iter().flat_map(|part| messages(part)).map(|m| m.unwrap().header.kind).collect();
    assert_eq!((kinds.len(), kinds.last()), (504, Some(&3)));
}

#[test]
fn a_batch_is_worked_through_in_order_past_failures() {
    let (host, _, mut client) = both("thor2");
    let link = port(&host, "p0");
    client.tell(&tc::qdisc::Add(&Hook::clsact(link)));
    let mut bytes = Vec::new();
    for (min, max) in [(1, 2), (9, 5), (1, 2), (3, 4)] {
        filter_with_ports(&mut bytes, client.route.port_id(), link, min, max);
    }
    let errnos: Vec<i32> =
        talk(client.route.as_mut(), &bytes).iter().map(|datagram| acknowledged(datagram).0).collect();
    assert_eq!(errnos, [0, 22, 17, 0]);
}

#[test]
fn an_echo_comes_back_before_the_acknowledgement_and_listeners_hear_it_once() {
    let (host, kernel, mut client) = both("bluefield3");
    let link = port(&host, "p0");
    client.tell(&tc::qdisc::Add(&Hook::clsact(link)));
    let mut listener = kernel.open(Protocol::Route).unwrap();
    listener.join_group(RTNLGRP_TC).unwrap();
    let mut bytes = Vec::new();
    filter_with_ports(&mut bytes, client.route.port_id(), link, 1, 2);
    let flags = u16::from_ne_bytes([bytes[6], bytes[7]]) | Flags::ECHO.bits();
    bytes[6..8].copy_from_slice(&flags.to_ne_bytes());
    let answers = talk(client.route.as_mut(), &bytes);
    let heard = drain(listener.as_mut());
    assert_eq!((answers.len(), heard.len()), (2, 1));
    assert_eq!(answers[0], heard[0]);
    let message = Message::decode(&heard[0]).unwrap();
    let told = tc::filter::decode(&message).unwrap().flow().unwrap();
    let held = host.flow().entries(&FlowScope::at(Attach::ingress(link))).unwrap();
    assert_eq!((message.header.kind, message.header.seq, vec![told]), (RTM_NEWTFILTER, 7, held));
    assert_eq!(acknowledged(&answers[1]).0, 0);
}

#[test]
fn listeners_hear_of_changes_through_either_face_and_lose_some_if_they_do_not_listen() {
    let (host, kernel, mut client) = both("bluefield3");
    let (families, _) = client.ask(&genl::GetFamily { name: "devlink" }, |m| genl::decode(m).unwrap());
    let mut links = kernel.open(Protocol::Route).unwrap();
    links.join_group(RTNLGRP_LINK).unwrap();
    let mut ports = kernel.open(Protocol::Generic).unwrap();
    ports.join_group(families[0].group("config").unwrap()).unwrap();
    let mut uevents = kernel.open(Protocol::KobjectUevent).unwrap();
    uevents.join_group(1).unwrap();
    switchdev(&host, 1);
    let names: BTreeSet<String> = drain(links.as_mut())
        .iter()
        .map(|datagram| rtnl::link::decode(&Message::decode(datagram).unwrap()).unwrap().name)
        .collect();
    let expected = ["enp3s0f0np0", "enp3s0f1np1", "enp3s0f0r0", "enp3s0f0v0"].map(str::to_owned);
    assert_eq!(names, BTreeSet::from(expected));
    let commands: Vec<u8> = drain(ports.as_mut())
        .iter()
        .map(|datagram| GenlHeader::split(Message::decode(datagram).unwrap().payload).unwrap().0.command)
        .collect();
    assert_eq!(commands, [DEVLINK_CMD_NEW, DEVLINK_CMD_PORT_NEW, DEVLINK_CMD_PORT_NEW]);
    let first = drain(uevents.as_mut()).remove(0);
    let text = String::from_utf8(first).unwrap();
    assert!(text.starts_with("add@/devices/") && text.contains("\0SUBSYSTEM=pci\0"), "{text:?}");

    // More than the buffer holds: the socket is told so once, then gets what it could keep.
    for _ in 0..400 {
        host.set_link_up(port(&host, "p0"), false).unwrap();
        host.set_link_up(port(&host, "p0"), true).unwrap();
    }
    let mut buf = Vec::new();
    assert_eq!(links.recv(&mut buf).unwrap_err().raw_os_error(), Some(105));
    assert!(links.recv(&mut buf).is_ok());
    links.leave_group(RTNLGRP_LINK).unwrap();
    drain(links.as_mut());
    host.set_link_up(port(&host, "p0"), false).unwrap();
    assert_eq!(drain(links.as_mut()).len(), 0);
}

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
    assert_eq!(generic(devlink, DEVLINK_CMD_RELOAD, none, &|_| ()).0, 95);
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

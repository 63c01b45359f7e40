//! The netlink face: dumps in parts, batches, echoes, notifications.

use std::collections::BTreeSet;

use smartnic_core::backend::{FlowScope, Hook, Host, Switchdev};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::EtherType;
use smartnic_netlink::codec::{Flags, GenlHeader, Message, messages};
use smartnic_netlink::transport::{Kernel, Protocol};
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::rtnetlink::*;
use smartnic_netlink::{genl, rtnl, tc};

use crate::common::{port, switchdev};
use crate::wire::{End, acknowledged, both, drain, filter_with_ports, talk};

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
    let with_its_leaf = [DEVLINK_CMD_PORT_NEW, DEVLINK_CMD_RATE_NEW];
    assert_eq!(commands, [&[DEVLINK_CMD_NEW, DEVLINK_CMD_PORT_NEW], &with_its_leaf[..]].concat());
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

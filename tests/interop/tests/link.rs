//! Links, against netlink-packet-route and neli.

use std::io::Cursor;

use interop::{captured, message, written};
use neli::FromBytesWithInput;
use neli::rtnl::Ifinfomsg;
use netlink_packet_core::{NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    DevlinkPort, InfoKind, LinkAttribute, LinkExtentMask, LinkFlags, LinkInfo, LinkMessage, LinkVfInfo,
    VfInfo, VfInfoMac, VfInfoSpoofCheck, VfInfoTrust, VfInfoVlan,
};
use smartnic_core::device::{Link, VfSettings, VfVlan};
use smartnic_core::types::{DevlinkHandle, IfIndex, Mac, SwitchId, VfId};
use smartnic_netlink::rtnl::link::{Dump, Get, SetUp, Which, decode};

fn theirs(bytes: &[u8]) -> RouteNetlinkMessage {
    match NetlinkMessage::<RouteNetlinkMessage>::deserialize(bytes).unwrap().payload {
        NetlinkPayload::InnerMessage(inner) => inner,
        other => panic!("{other:?}"),
    }
}

#[test]
fn our_questions_are_read_by_the_others() {
    let mask = LinkAttribute::ExtMask(vec![LinkExtentMask::Vf, LinkExtentMask::SkipStats]);
    let cases = [
        (written(&Dump), 0, vec![mask.clone()]),
        (written(&Get(Which::Index(IfIndex(77)))), 77, vec![mask.clone()]),
        (written(&Get(Which::Name("eth0"))), 0, vec![LinkAttribute::IfName("eth0".into()), mask]),
    ];
    for (bytes, index, attributes) in cases {
        let RouteNetlinkMessage::GetLink(link) = theirs(&bytes) else { panic!("{bytes:?}") };
        assert_eq!((link.header.index, link.attributes), (index, attributes));
        let payload = &bytes[16..];
        let link = Ifinfomsg::from_bytes_with_input(&mut Cursor::new(payload), payload.len()).unwrap();
        assert_eq!(*link.ifi_index() as u32, index);
    }
}

#[test]
fn up_and_down_are_read_by_the_others() {
    for (up, flags) in [(true, LinkFlags::Up), (false, LinkFlags::empty())] {
        let RouteNetlinkMessage::NewLink(link) = theirs(&written(&SetUp { link: IfIndex(9), up })) else {
            panic!("not a new link")
        };
        assert_eq!(
            (link.header.index, link.header.flags, link.header.change_mask),
            (9, flags, LinkFlags::Up)
        );
        assert_eq!(link.attributes, []);
    }
}

/// A representor as the kernel tells of it, in their words and in ours.
fn representor() -> (LinkMessage, Link) {
    let mut theirs = LinkMessage::default();
    theirs.header.index = 14;
    theirs.header.flags = LinkFlags::Up | LinkFlags::Running | LinkFlags::LowerUp;
    theirs.attributes = vec![
        LinkAttribute::IfName("eth0_1".into()),
        LinkAttribute::Mtu(9000),
        LinkAttribute::Address(vec![2, 0, 0, 0, 0, 1]),
        LinkAttribute::PhysPortName("pf0vf1".into()),
        LinkAttribute::ParentDevName("0000:03:00.0".into()),
        LinkAttribute::ParentDevBusName("pci".into()),
        LinkAttribute::LinkInfo(vec![LinkInfo::Kind(InfoKind::Vxlan)]),
        LinkAttribute::VfInfoList(vec![LinkVfInfo(vec![
            VfInfo::Mac(VfInfoMac::new(3, &[6, 5, 4, 3, 2, 1])),
            VfInfo::Vlan(VfInfoVlan::new(3, 100, 0)),
            VfInfo::SpoofCheck(VfInfoSpoofCheck::new(3, true)),
            VfInfo::Trust(VfInfoTrust::new(3, false)),
        ])]),
        LinkAttribute::DevlinkPort(vec![
            DevlinkPort::BusName("pci".into()),
            DevlinkPort::DevName("0000:03:00.0".into()),
            DevlinkPort::PortIndex(2),
        ]),
    ];
    let ours = Link {
        up: true,
        carrier: true,
        mtu: 9000,
        mac: Some(Mac([2, 0, 0, 0, 0, 1])),
        kind: Some("vxlan".into()),
        port_name: Some("pf0vf1".into()),
        devlink_port: Some(DevlinkHandle::new("pci", "0000:03:00.0").port(2)),
        parent_bus: Some("pci".into()),
        parent_device: Some("0000:03:00.0".into()),
        vfs: vec![VfSettings {
            mac: Some(Mac([6, 5, 4, 3, 2, 1])),
            vlan: Some(VfVlan { id: 100, ..VfVlan::NONE }),
            spoof_check: Some(true),
            trust: Some(false),
            ..VfSettings::new(VfId(3))
        }],
        ..Link::new(IfIndex(14), "eth0_1")
    };
    (theirs, ours)
}

#[test]
fn their_representor_is_read_by_us() {
    let (theirs, ours) = representor();
    let mut theirs = NetlinkMessage::new(
        NetlinkHeader::default(),
        NetlinkPayload::from(RouteNetlinkMessage::NewLink(theirs)),
    );
    theirs.finalize();
    let mut bytes = vec![0; theirs.buffer_len()];
    theirs.serialize(&mut bytes);
    assert_eq!(decode(&message(&bytes)), Ok(ours));
}

#[test]
fn the_kernels_links_mean_the_same_to_both() {
    let mut count = 0;
    for name in ["rtnl-link-dump.reply", "rtnl-link-get.reply", "v6.12-rtnl-link-get.reply"] {
        for bytes in captured(name) {
            if message(&bytes).header.kind != 16 {
                continue;
            }
            let RouteNetlinkMessage::NewLink(theirs) = theirs(&bytes) else { panic!("{name}") };
            let ours = decode(&message(&bytes)).unwrap();
            assert_eq!(seen(&theirs), short(&ours), "{name}");
            count += 1;
        }
    }
    assert!(count >= 4, "only {count} links");
}

/// The parts of a link that both read, in one form.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    ifindex: u32,
    up: bool,
    carrier: bool,
    name: String,
    mtu: u32,
    mac: Option<Vec<u8>>,
    switch_id: Option<SwitchId>,
    port_name: Option<String>,
    port: Vec<DevlinkPort>,
    vfs: usize,
}

fn short(link: &Link) -> Seen {
    let port = link.devlink_port.as_ref().map_or(Vec::new(), |port| {
        vec![
            DevlinkPort::BusName(port.device.bus.clone()),
            DevlinkPort::DevName(port.device.device.clone()),
            DevlinkPort::PortIndex(port.index.0),
        ]
    });
    Seen {
        ifindex: link.ifindex.0,
        up: link.up,
        carrier: link.carrier,
        name: link.name.clone(),
        mtu: link.mtu,
        mac: link.mac.map(|mac| mac.0.to_vec()),
        switch_id: link.switch_id.clone(),
        port_name: link.port_name.clone(),
        port,
        vfs: link.vfs.len(),
    }
}

fn seen(link: &LinkMessage) -> Seen {
    let mut seen = Seen {
        ifindex: link.header.index,
        up: link.header.flags.contains(LinkFlags::Up),
        carrier: link.header.flags.contains(LinkFlags::LowerUp),
        ..Seen::default()
    };
    for attr in &link.attributes {
        match attr {
            LinkAttribute::IfName(name) => seen.name.clone_from(name),
            LinkAttribute::Mtu(mtu) => seen.mtu = *mtu,
            LinkAttribute::Address(mac) => seen.mac = Some(mac.clone()),
            LinkAttribute::PhysSwitchId(id) => seen.switch_id = Some(SwitchId::new(&id.id[..id.len])),
            LinkAttribute::PhysPortName(name) => seen.port_name = Some(name.clone()),
            // A later kernel also tells the devlink instance by number.
            LinkAttribute::DevlinkPort(port) => {
                seen.port =
                    port.iter().filter(|part| !matches!(part, DevlinkPort::Other(_))).cloned().collect();
            }
            LinkAttribute::VfInfoList(vfs) => seen.vfs = vfs.len(),
            _ => {}
        }
    }
    seen
}

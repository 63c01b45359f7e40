//! Generic netlink's control family, against netlink-packet-generic and neli.

use std::io::Cursor;

use interop::{captured, message, written};
use neli::FromBytes;
use neli::consts::genl::{CtrlAttr, CtrlCmd};
use neli::genl::Genlmsghdr;
use neli::nl::Nlmsghdr;
use netlink_packet_core::{NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_generic::GenlMessage;
use netlink_packet_generic::ctrl::nlas::{GenlCtrlAttrs, McastGrpAttrs};
use netlink_packet_generic::ctrl::{GenlCtrl, GenlCtrlCmd};
use smartnic_netlink::genl::{Family, GetFamily, decode};

fn by_packet_generic(bytes: &[u8]) -> GenlCtrl {
    let message = NetlinkMessage::<GenlMessage<GenlCtrl>>::deserialize(bytes).unwrap();
    match message.payload {
        NetlinkPayload::InnerMessage(inner) => inner.payload,
        other => panic!("{other:?}"),
    }
}

#[test]
fn our_question_is_read_by_the_others() {
    let bytes = written(&GetFamily { name: "devlink" });
    let theirs = by_packet_generic(&bytes);
    assert_eq!(theirs.cmd, GenlCtrlCmd::GetFamily);
    assert_eq!(theirs.nlas, [GenlCtrlAttrs::FamilyName("devlink".into())]);

    let theirs =
        Nlmsghdr::<u16, Genlmsghdr<CtrlCmd, CtrlAttr>>::from_bytes(&mut Cursor::new(&bytes)).unwrap();
    let payload = theirs.get_payload().unwrap();
    assert_eq!((payload.cmd(), *payload.version()), (&CtrlCmd::Getfamily, 1));
    let name: String =
        payload.attrs().get_attr_handle().get_attr_payload_as_with_len(CtrlAttr::FamilyName).unwrap();
    assert_eq!(name, "devlink");
}

#[test]
fn their_answer_is_read_by_us() {
    let group = |name: &str, id| vec![McastGrpAttrs::Name(name.into()), McastGrpAttrs::Id(id)];
    let answer = GenlCtrl {
        cmd: GenlCtrlCmd::NewFamily,
        nlas: vec![
            GenlCtrlAttrs::FamilyName("devlink".into()),
            GenlCtrlAttrs::FamilyId(0x1d),
            GenlCtrlAttrs::Version(1),
            GenlCtrlAttrs::HdrSize(0),
            GenlCtrlAttrs::MaxAttr(180),
            GenlCtrlAttrs::McastGroups(vec![group("config", 9), group("other", 10)]),
        ],
    };
    let mut theirs = NetlinkMessage::new(
        NetlinkHeader::default(),
        NetlinkPayload::from(GenlMessage::from_payload(answer)),
    );
    theirs.finalize();
    let mut bytes = vec![0; theirs.buffer_len()];
    theirs.serialize(&mut bytes);
    let ours = Family {
        name: "devlink".into(),
        id: 0x1d,
        version: 1,
        groups: vec![("config".into(), 9), ("other".into(), 10)],
    };
    assert_eq!(decode(&message(&bytes)), Ok(ours));
}

#[test]
fn the_kernels_answer_means_the_same_to_both() {
    let bytes = &captured("genl-getfamily.reply")[0];
    let ours = decode(&message(bytes)).unwrap();
    let mut theirs = Family { name: String::new(), id: 0, version: 0, groups: Vec::new() };
    for attr in by_packet_generic(bytes).nlas {
        match attr {
            GenlCtrlAttrs::FamilyName(name) => theirs.name = name,
            GenlCtrlAttrs::FamilyId(id) => theirs.id = id,
            GenlCtrlAttrs::Version(version) => theirs.version = version,
            GenlCtrlAttrs::McastGroups(groups) => {
                theirs.groups = groups.iter().map(|group| pair(group)).collect()
            }
            _ => {}
        }
    }
    assert_eq!(ours, theirs);
    assert!(!ours.groups.is_empty(), "{ours:?}");
}

fn pair(group: &[McastGrpAttrs]) -> (String, u32) {
    let mut pair = (String::new(), 0);
    for attr in group {
        match attr {
            McastGrpAttrs::Name(name) => pair.0.clone_from(name),
            McastGrpAttrs::Id(id) => pair.1 = *id,
        }
    }
    pair
}

//! The qdiscs that carry filters, against netlink-packet-route and neli.

use std::io::Cursor;

use interop::{captured, message, written};
use neli::FromBytesWithInput;
use neli::rtnl::Tcmsg;
use netlink_packet_core::{DefaultNla, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::tc::{TcAttribute, TcHandle, TcHeader, TcMessage};
use smartnic_core::backend::{Hook, HookKind};
use smartnic_core::types::IfIndex;
use smartnic_netlink::tc::qdisc::{Add, Delete, Dump, decode};

/// `TCA_INGRESS_BLOCK` and `TCA_EGRESS_BLOCK`, which the other crate has no names for.
const BLOCKS: [u16; 2] = [13, 14];

const HANDLE: TcHandle = TcHandle { major: 0xffff, minor: 0 };

fn theirs(bytes: &[u8]) -> RouteNetlinkMessage {
    match NetlinkMessage::<RouteNetlinkMessage>::deserialize(bytes).unwrap().payload {
        NetlinkPayload::InnerMessage(inner) => inner,
        other => panic!("{other:?}"),
    }
}

fn hooks() -> [(Hook, Vec<TcAttribute>); 3] {
    let clsact = Hook::clsact(IfIndex(5));
    let block = |at: usize, number: u32| {
        TcAttribute::Other(DefaultNla::new(BLOCKS[at], number.to_ne_bytes().to_vec()))
    };
    [
        (clsact, vec![TcAttribute::Kind("clsact".into())]),
        (Hook { kind: HookKind::Ingress, ..clsact }, vec![TcAttribute::Kind("ingress".into())]),
        (
            Hook { ingress_block: Some(22), egress_block: Some(23), ..clsact },
            vec![TcAttribute::Kind("clsact".into()), block(0, 22), block(1, 23)],
        ),
    ]
}

#[test]
fn our_requests_are_read_by_the_others() {
    for (hook, attributes) in hooks() {
        let bytes = written(&Add(&hook));
        let RouteNetlinkMessage::NewQueueDiscipline(new) = theirs(&bytes) else { panic!("{hook:?}") };
        let header = TcHeader { index: 5, handle: HANDLE, parent: TcHandle::CLSACT, ..TcHeader::default() };
        assert_eq!((new.header, new.attributes), (header.clone(), attributes.clone()));

        let payload = &bytes[16..];
        let neli = Tcmsg::from_bytes_with_input(&mut Cursor::new(payload), payload.len()).unwrap();
        assert_eq!((*neli.tcm_ifindex(), *neli.tcm_handle()), (5, 0xffff_0000));
        assert_eq!((*neli.tcm_parent(), *neli.tcm_info()), (0xffff_fff1, 0));

        let RouteNetlinkMessage::DelQueueDiscipline(del) = theirs(&written(&Delete(&hook))) else {
            panic!("{hook:?}")
        };
        assert_eq!((del.header, del.attributes), (header, attributes[..1].to_vec()));
    }
    for (link, index) in [(None, 0), (Some(IfIndex(7)), 7)] {
        let RouteNetlinkMessage::GetQueueDiscipline(get) = theirs(&written(&Dump { link })) else {
            panic!("{link:?}")
        };
        assert_eq!((get.header.index, get.attributes), (index, vec![]));
    }
}

#[test]
fn their_qdiscs_are_read_by_us() {
    for (hook, attributes) in hooks() {
        let header = TcHeader { index: 5, handle: HANDLE, parent: TcHandle::CLSACT, ..TcHeader::default() };
        let theirs = TcMessage::from_parts(header, attributes);
        let mut theirs = NetlinkMessage::new(
            NetlinkHeader::default(),
            NetlinkPayload::from(RouteNetlinkMessage::NewQueueDiscipline(theirs)),
        );
        theirs.finalize();
        let mut bytes = vec![0; theirs.buffer_len()];
        theirs.serialize(&mut bytes);
        assert_eq!(decode(&message(&bytes)), Ok(Some(hook)));
    }
}

#[test]
fn the_kernels_qdiscs_mean_the_same_to_both() {
    let mut count = 0;
    for name in ["tc-qdisc-dump.reply", "tc-qdisc-dump-dev.reply"] {
        for bytes in captured(name) {
            if message(&bytes).header.kind != 36 {
                continue;
            }
            let RouteNetlinkMessage::NewQueueDiscipline(theirs) = theirs(&bytes) else { panic!("{name}") };
            let ours = decode(&message(&bytes)).unwrap();
            let mut seen = None;
            let mut blocks = [None, None];
            for attr in &theirs.attributes {
                match attr {
                    TcAttribute::Kind(kind) if kind == "clsact" => seen = Some(HookKind::Clsact),
                    TcAttribute::Kind(kind) if kind == "ingress" => seen = Some(HookKind::Ingress),
                    TcAttribute::Other(nla) => {
                        use netlink_packet_core::Nla;
                        let mut value = [0; 4];
                        for (at, block) in blocks.iter_mut().enumerate() {
                            if nla.kind() == BLOCKS[at] {
                                nla.emit_value(&mut value);
                                *block = Some(u32::from_ne_bytes(value));
                            }
                        }
                    }
                    _ => {}
                }
            }
            let link = IfIndex(theirs.header.index as u32);
            let [ingress_block, egress_block] = blocks;
            assert_eq!(ours, seen.map(|kind| Hook { link, kind, ingress_block, egress_block }), "{name}");
            count += usize::from(ours.is_some());
        }
    }
    assert!(count > 0, "no hook among the captured qdiscs");
}

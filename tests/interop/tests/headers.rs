//! Message headers and acknowledgements, against netlink-packet-core and neli.

use std::io::Cursor;
use std::num::NonZeroI32;

use interop::{PORT, SEQ, captured, written};
use neli::FromBytes;
use neli::nl::Nlmsghdr;
use neli::types::Buffer;
use netlink_packet_core::{Emitable, ErrorMessage, NetlinkBuffer, NetlinkHeader, Parseable};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Ack, Flags, Header, Message};
use smartnic_netlink::genl::GetFamily;
use smartnic_netlink::rtnl::link;
use smartnic_netlink::uapi::netlink::NLMSG_ERROR;

/// What both of the others read in the header of a message, in one form.
type Seen = (u32, u16, u16, u32, u32);

fn seen_by_packet_core(bytes: &[u8]) -> Seen {
    let header = NetlinkHeader::parse(&NetlinkBuffer::new(&bytes)).unwrap();
    (header.length, header.message_type, header.flags, header.sequence_number, header.port_number)
}

fn seen_by_neli(bytes: &[u8]) -> Seen {
    let message = Nlmsghdr::<u16, Buffer>::from_bytes(&mut Cursor::new(bytes)).unwrap();
    (*message.nl_len(), *message.nl_type(), message.nl_flags().bits(), *message.nl_seq(), *message.nl_pid())
}

#[test]
fn our_headers_are_read_by_the_others() {
    let requests = [
        (written(&link::Dump), 18, Flags::REQUEST | Flags::DUMP),
        (written(&link::Get(link::Which::Index(IfIndex(3)))), 18, Flags::REQUEST | Flags::ACK),
        (written(&GetFamily { name: "devlink" }), 16, Flags::REQUEST | Flags::ACK),
    ];
    for (bytes, kind, flags) in requests {
        let expected = (bytes.len() as u32, kind, flags.bits(), SEQ, PORT);
        assert_eq!(seen_by_packet_core(&bytes), expected);
        assert_eq!(seen_by_neli(&bytes), expected);
    }
}

#[test]
fn their_headers_are_read_by_us() {
    let mut theirs = NetlinkHeader::default();
    (theirs.length, theirs.message_type, theirs.flags) = (16, 44, 0x605);
    (theirs.sequence_number, theirs.port_number) = (u32::MAX, 7);
    let mut bytes = vec![0; theirs.buffer_len()];
    theirs.emit(&mut bytes);
    let ours = Header { len: 16, kind: 44, flags: Flags::from_bits_retain(0x605), seq: u32::MAX, port: 7 };
    assert_eq!(Header::decode(&bytes), Ok(ours));
    assert_eq!(ours.encode(), bytes[..]);
}

#[test]
fn acknowledgements_mean_the_same() {
    let request = written(&link::Dump);
    for errno in [0, 1, 17, 95] {
        let mut theirs = ErrorMessage::default();
        theirs.code = NonZeroI32::new(-errno);
        theirs.header = request[..16].to_vec();
        let mut payload = vec![0; theirs.buffer_len()];
        theirs.emit(&mut payload);
        let header = Header { len: 0, kind: NLMSG_ERROR, flags: Flags::CAPPED, seq: SEQ, port: PORT };
        let ours = Ack::decode(&Message { header, payload: &payload }).unwrap();
        assert_eq!((ours.errno, ours.request), (errno, Header::decode(&request).unwrap()));
    }
}

#[test]
fn captured_headers_mean_the_same_to_all() {
    let mut count = 0;
    for name in
        ["rtnl-link-dump.reply", "tc-filter-dump.reply", "genl-getfamily.reply", "tc-filter-add-exists.reply"]
    {
        for bytes in captured(name) {
            let Header { len, kind, flags, seq, port } = Header::decode(&bytes).unwrap();
            let ours = (len, kind, flags.bits(), seq, port);
            assert_eq!(seen_by_packet_core(&bytes), ours, "{name}");
            count += 1;
        }
    }
    assert!(count > 10, "only {count} messages");
}

//! netlink-bindings. It reads attributes one by one, and keeps nothing.

use std::net::Ipv4Addr;

use netlink_bindings::tc::{ActAttrs, Attrs, FlowerAttrs, OpNewtfilterDo, OptionsMsg, TcGact, Tcmsg};
use smartnic_netlink::codec::{HEADER_LEN, Header};

use crate::Codec;

/// `RTM_NEWTFILTER`, and the flags of a request to add.
const KIND: u16 = 44;
const FLAGS: u16 = 0x605;
const VERBOSE: u32 = 16;
const TC_ACT_SHOT: i32 = 2;

pub(crate) struct Bindings;

impl Codec for Bindings {
    fn write(&mut self, bytes: &mut Vec<u8>) {
        // The crate writes what follows the message's header.
        bytes.extend_from_slice(&[0; HEADER_LEN]);
        let mut header = Tcmsg::new();
        header.ifindex = 7;
        header.handle = 1;
        header.parent = 0xffff_fff2;
        header.info = 10 << 16 | u32::from(0x0800_u16.to_be());
        let mut gact = TcGact::new();
        gact.action = TC_ACT_SHOT;
        OpNewtfilterDo::encode_request(bytes, &header)
            .push_kind(c"flower")
            .nested_options_flower()
            .push_key_ip_proto(6)
            .push_key_ipv4_src(Ipv4Addr::new(10, 1, 2, 0))
            .push_key_ipv4_src_mask(Ipv4Addr::new(255, 255, 255, 0))
            .push_key_ipv4_dst(Ipv4Addr::new(192, 0, 2, 7))
            .push_key_ipv4_dst_mask(Ipv4Addr::BROADCAST)
            .push_key_tcp_dst(443)
            .array_act()
            .entry_nested()
            .push_kind(c"gact")
            .nested_options_gact()
            .push_parms(gact)
            .end_nested()
            .end_nested()
            .end_array()
            .push_flags(VERBOSE)
            .push_key_eth_type(0x0800)
            .end_nested();
        let len = u32::try_from(bytes.len()).expect("a message");
        // The length stands first, the rest of the header behind it.
        let header = header_bytes(len);
        bytes[..HEADER_LEN].copy_from_slice(&header);
    }

    fn read(&mut self, bytes: &[u8]) -> usize {
        let payload = bytes.get(HEADER_LEN..).expect("a message");
        let (_, attrs) = OpNewtfilterDo::decode_request(payload);
        let mut met = 0;
        for attr in attrs {
            met += match attr.expect("an attribute") {
                Attrs::Options(OptionsMsg::Flower(options)) => {
                    options.map(|option| inner(&option.expect("an option"))).sum()
                }
                _ => 1,
            };
        }
        met
    }
}

fn inner(option: &FlowerAttrs<'_>) -> usize {
    let FlowerAttrs::Act(actions) = option else { return 1 };
    let of_action = |attr: ActAttrs<'_>| usize::from(!matches!(attr, ActAttrs::Pad(_)));
    let actions = (*actions).map(|action| action.expect("an action"));
    actions.map(|action| action.map(|attr| of_action(attr.expect("an attribute"))).sum::<usize>()).sum()
}

fn header_bytes(len: u32) -> [u8; HEADER_LEN] {
    let flags = smartnic_netlink::codec::Flags::from_bits_retain(FLAGS);
    Header { len, kind: KIND, flags, seq: 1, port: 1 }.encode()
}

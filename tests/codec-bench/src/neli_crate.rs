//! neli. It has no types for flower: attributes have numbers, and their payloads are bytes.

use std::io::Cursor;

use neli::consts::nl::NlmF;
use neli::consts::rtnl::{Rtm, Tca};
use neli::nl::{NlPayload, Nlmsghdr, NlmsghdrBuilder};
use neli::rtnl::{RtAttrHandle, Rtattr, RtattrBuilder, Tcmsg, TcmsgBuilder};
use neli::types::{Buffer, RtBuffer};
use neli::{FromBytes, ToBytes};
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::tc_gact::TCA_GACT_PARMS;

use crate::Codec;

const WHAT: &str = "the rule has a form in neli";
/// `TCA_CLS_FLAGS_VERBOSE`.
const VERBOSE: u32 = 16;
/// Of `TCA_OPTIONS`, for the nests in a filter.
const OPTIONS: u16 = 2;
const TC_ACT_SHOT: u32 = 2;

pub(crate) struct Neli;

type Attr = Rtattr<Tca, Buffer>;

fn attr(kind: u16, payload: impl ToBytes + neli::Size) -> Attr {
    RtattrBuilder::default().rta_type(Tca::from(kind)).rta_payload(payload).build().expect(WHAT)
}

/// An attribute that holds others.
fn nest(kind: u16, inner: &[Attr]) -> Attr {
    inner.iter().fold(attr(kind, Buffer::new()), |outer, attr| outer.nest(attr).expect(WHAT))
}

fn bytes(bytes: &[u8]) -> Buffer {
    Buffer::from(bytes)
}

impl Codec for Neli {
    fn write(&mut self, out: &mut Vec<u8>) {
        let parms: Vec<u8> = [0, 0, TC_ACT_SHOT, 0, 0].iter().flat_map(|word| word.to_ne_bytes()).collect();
        let options = nest(TCA_ACT_OPTIONS, &[attr(TCA_GACT_PARMS, bytes(&parms))]);
        let action = nest(1, &[attr(TCA_ACT_KIND, "gact"), options]);
        let keys = [
            attr(TCA_FLOWER_KEY_IP_PROTO, 6_u8),
            attr(TCA_FLOWER_KEY_IPV4_SRC, bytes(&[10, 1, 2, 0])),
            attr(TCA_FLOWER_KEY_IPV4_SRC_MASK, bytes(&[255, 255, 255, 0])),
            attr(TCA_FLOWER_KEY_IPV4_DST, bytes(&[192, 0, 2, 7])),
            attr(TCA_FLOWER_KEY_IPV4_DST_MASK, bytes(&[255; 4])),
            attr(TCA_FLOWER_KEY_TCP_DST, 443_u16.to_be()),
            nest(TCA_FLOWER_ACT, &[action]),
            attr(TCA_FLOWER_FLAGS, VERBOSE),
            attr(TCA_FLOWER_KEY_ETH_TYPE, 0x0800_u16.to_be()),
        ];
        let attrs = [attr(1, "flower"), nest(OPTIONS, &keys)];
        let message = TcmsgBuilder::default()
            .tcm_family(0)
            .tcm_ifindex(7)
            .tcm_handle(1)
            .tcm_parent(0xffff_fff2)
            .tcm_info(10 << 16 | u32::from(0x0800_u16.to_be()))
            .rtattrs(attrs.into_iter().collect::<RtBuffer<_, _>>())
            .build()
            .expect(WHAT);
        let message: Nlmsghdr<Rtm, Tcmsg> = NlmsghdrBuilder::default()
            .nl_type(Rtm::Newtfilter)
            .nl_flags(NlmF::REQUEST | NlmF::ACK | NlmF::CREATE | NlmF::EXCL)
            .nl_payload(NlPayload::Payload(message))
            .build()
            .expect(WHAT);
        let mut cursor = Cursor::new(std::mem::take(out));
        message.to_bytes(&mut cursor).expect(WHAT);
        *out = cursor.into_inner();
    }

    fn read(&mut self, bytes: &[u8]) -> usize {
        let message = Nlmsghdr::<Rtm, Tcmsg>::from_bytes(&mut Cursor::new(bytes)).expect("a message");
        let NlPayload::Payload(message) = message.nl_payload() else { panic!("a filter") };
        let mut met = 0;
        for attr in message.rtattrs().iter() {
            met += 1;
            if u16::from(*attr.rta_type()) == OPTIONS {
                met += count(&attr.get_attr_handle().expect("attributes"));
            }
        }
        met
    }
}

fn count(options: &RtAttrHandle<'_, Tca>) -> usize {
    let inner = |attr: &Attr| match u16::from(*attr.rta_type()) {
        TCA_FLOWER_ACT => {
            let actions: RtAttrHandle<'_, Tca> = attr.get_attr_handle().expect("actions");
            let action = |action: &Attr| {
                let attrs: RtAttrHandle<'_, Tca> = action.get_attr_handle().expect("an action");
                attrs.iter().count()
            };
            actions.iter().map(action).sum()
        }
        _ => 1,
    };
    options.iter().map(inner).sum()
}

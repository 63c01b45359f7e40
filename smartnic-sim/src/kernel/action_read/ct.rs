//! Connection tracking (`act_ct.c`).

use std::net::IpAddr;

use smartnic_core::flow::{ActionKind, Control, Ct, CtFlags, CtHelper, CtLabel, NatRange};
use smartnic_core::types::Masked;
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::tc_ct::*;

use super::parms;
use crate::errno::Errno;
use crate::kernel::answer::ExtAck;
use crate::kernel::table::{Policy, Request, Shape, Strictness, Table};

/// `ct_policy`.
const POLICY: [Policy; 16] = [
    (TCA_CT_PARMS, Shape::Bytes(SIZEOF_TC_CT), None),
    (TCA_CT_ACTION, Shape::U16, None),
    (TCA_CT_ZONE, Shape::U16, None),
    (TCA_CT_MARK, Shape::U32, None),
    (TCA_CT_MARK_MASK, Shape::U32, None),
    (TCA_CT_LABELS, Shape::AtMost(16), None),
    (TCA_CT_LABELS_MASK, Shape::AtMost(16), None),
    (TCA_CT_NAT_IPV4_MIN, Shape::U32, None),
    (TCA_CT_NAT_IPV4_MAX, Shape::U32, None),
    (TCA_CT_NAT_IPV6_MIN, Shape::Bytes(16), None),
    (TCA_CT_NAT_IPV6_MAX, Shape::Bytes(16), None),
    (TCA_CT_NAT_PORT_MIN, Shape::U16, None),
    (TCA_CT_NAT_PORT_MAX, Shape::U16, None),
    (TCA_CT_HELPER_NAME, Shape::Text(16), None),
    (TCA_CT_HELPER_FAMILY, Shape::U8, None),
    (TCA_CT_HELPER_PROTO, Shape::U8, None),
];

/// `tcf_ct_init`.
pub(super) fn read(
    request: &Request<'_>,
    attr: Option<&Attr<'_>>,
    ext: &mut ExtAck,
) -> Result<(ActionKind, Control), Errno> {
    let Some(attr) = attr else {
        ext.note.say("act_ct: Ct requires attributes to be passed");
        return Err(Errno::EINVAL);
    };
    let strictness = Strictness::Strict(TCA_CT_HELPER_PROTO);
    let table = Table::read(request, attr.nested(), &POLICY, strictness, ext)?;
    let Some((_, control)) = parms::<SIZEOF_TC_CT>(&table, TCA_CT_PARMS) else {
        ext.note.say("act_ct: Missing required ct parameters");
        return Err(Errno::EINVAL);
    };
    let flags = CtFlags::from_bits_retain(table.u16(TCA_CT_ACTION).unwrap_or(0));
    // IPv4 wins.
    let v4 = |attr| table.head::<4>(attr).map(IpAddr::from);
    let v6 = |attr| table.head::<16>(attr).map(IpAddr::from);
    let (min_ip, max_ip) = match v4(TCA_CT_NAT_IPV4_MIN) {
        Some(min) => (Some(min), v4(TCA_CT_NAT_IPV4_MAX)),
        None => (v6(TCA_CT_NAT_IPV6_MIN), v6(TCA_CT_NAT_IPV6_MAX)),
    };
    let (min_port, max_port) = (table.u16_be(TCA_CT_NAT_PORT_MIN), table.u16_be(TCA_CT_NAT_PORT_MAX));
    let mark = table.u32(TCA_CT_MARK);
    let mark_mask = table.u32(TCA_CT_MARK_MASK).unwrap_or(u32::MAX);
    let label = table.get(TCA_CT_LABELS).map(label);
    let label_mask = table.get(TCA_CT_LABELS_MASK).map_or(CtLabel([0xff; 16]), self::label);
    let helper = table.text(TCA_CT_HELPER_NAME).map(|name| CtHelper {
        name: name.to_owned(),
        family: table.u8(TCA_CT_HELPER_FAMILY),
        proto: table.u8(TCA_CT_HELPER_PROTO),
    });
    let ct = Ct {
        flags,
        zone: table.u16(TCA_CT_ZONE),
        mark: mark.map(|value| Masked { value, mask: mark_mask }),
        label: label.map(|value| Masked { value, mask: label_mask }),
        nat: NatRange { min_ip, max_ip, min_port, max_port },
        helper,
    };
    Ok((ActionKind::Ct(ct), control))
}

/// What is missing of a label is 0 (`nla_memcpy`).
fn label(attr: &Attr<'_>) -> CtLabel {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(attr.payload).for_each(|(to, from)| *to = *from);
    CtLabel(bytes)
}

//! Connection tracking (`tcf_ct_dump`).

use std::net::IpAddr;

use smartnic_core::flow::{Ct, CtFlags, CtHelper, NatRange};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::tc_ct::*;

pub(super) fn write(e: &mut Encoder<'_>, ct: &Ct, common: [i32; 5]) {
    e.u16(TCA_CT_ACTION, ct.flags.bits());
    if !ct.flags.contains(CtFlags::CLEAR) {
        parameters(e, ct);
    }
    e.attr_fixed(TCA_CT_PARMS, &common);
}

fn parameters(e: &mut Encoder<'_>, ct: &Ct) {
    if let Some(mark) = ct.mark {
        e.u32(TCA_CT_MARK, mark.value);
        e.u32(TCA_CT_MARK_MASK, mark.mask);
    }
    if let Some(label) = ct.label {
        e.attr(TCA_CT_LABELS, &label.value.0);
        e.attr(TCA_CT_LABELS_MASK, &label.mask.0);
    }
    e.u16(TCA_CT_ZONE, ct.zone.unwrap_or(0));
    let NatRange { min_ip, max_ip, min_port, max_port } = ct.nat;
    let addresses = [
        (min_ip, TCA_CT_NAT_IPV4_MIN, TCA_CT_NAT_IPV6_MIN),
        (max_ip, TCA_CT_NAT_IPV4_MAX, TCA_CT_NAT_IPV6_MAX),
    ];
    for (address, v4, v6) in addresses {
        match address {
            Some(IpAddr::V4(address)) => e.attr(v4, &address.octets()),
            Some(IpAddr::V6(address)) => e.attr(v6, &address.octets()),
            None => {}
        }
    }
    for (attr, port) in [(TCA_CT_NAT_PORT_MIN, min_port), (TCA_CT_NAT_PORT_MAX, max_port)] {
        if let Some(port) = port {
            e.u16_be(attr, port);
        }
    }
    if let Some(CtHelper { name, family, proto }) = &ct.helper {
        e.text(TCA_CT_HELPER_NAME, name);
        e.u8(TCA_CT_HELPER_FAMILY, family.unwrap_or(0));
        e.u8(TCA_CT_HELPER_PROTO, proto.unwrap_or(0));
    }
}

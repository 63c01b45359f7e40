//! Connection tracking (`struct tc_ct`).

use std::net::IpAddr;

use smartnic_core::flow::{ActionKind, Ct, CtFlags, CtHelper, CtLabel, NatRange};
use smartnic_core::types::{MaskValue, Masked};

use super::{Gen, Options, control};
use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::tc_ct::*;

pub(super) const KIND: &str = "ct";

/// Writes the attributes in the order in which tc does; what is done and the parameters come last.
pub(super) fn encode(encoder: &mut Encoder<'_>, ct: &Ct, common: Gen) {
    if let Some(zone) = ct.zone {
        encoder.u16(TCA_CT_ZONE, zone);
    }
    if let Some(mark) = ct.mark {
        encoder.u32(TCA_CT_MARK, mark.value);
        encoder.u32(TCA_CT_MARK_MASK, mark.mask);
    }
    if let Some(label) = ct.label {
        encoder.attr(TCA_CT_LABELS, &label.value.0);
        encoder.attr(TCA_CT_LABELS_MASK, &label.mask.0);
    }
    let NatRange { min_ip, max_ip, min_port, max_port } = ct.nat;
    let addresses = [
        (min_ip, TCA_CT_NAT_IPV4_MIN, TCA_CT_NAT_IPV6_MIN),
        (max_ip, TCA_CT_NAT_IPV4_MAX, TCA_CT_NAT_IPV6_MAX),
    ];
    for (address, v4, v6) in addresses {
        match address {
            Some(IpAddr::V4(address)) => encoder.attr(v4, &address.octets()),
            Some(IpAddr::V6(address)) => encoder.attr(v6, &address.octets()),
            None => {}
        }
    }
    for (port, attr) in [(min_port, TCA_CT_NAT_PORT_MIN), (max_port, TCA_CT_NAT_PORT_MAX)] {
        port.into_iter().for_each(|port| encoder.u16_be(attr, port));
    }
    if let Some(CtHelper { name, family, proto }) = &ct.helper {
        family.iter().for_each(|family| encoder.u8(TCA_CT_HELPER_FAMILY, *family));
        proto.iter().for_each(|proto| encoder.u8(TCA_CT_HELPER_PROTO, *proto));
        encoder.text(TCA_CT_HELPER_NAME, name);
    }
    encoder.u16(TCA_CT_ACTION, ct.flags.bits());
    encoder.attr_fixed(TCA_CT_PARMS, &common);
}

/// Nothing if it is without parameters, or has addresses of both kinds.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut ct = Ct::default();
    let mut params = None;
    let mut known = true;
    let (mut mark, mut mark_mask) = (None, None);
    let (mut label, mut label_mask) = (None, None);
    let (mut helper, mut family, mut proto) = (None, None, None);
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_CT_PARMS => params = Some(attr.fixed::<Gen>()?),
            TCA_CT_ACTION => ct.flags = CtFlags::from_bits_retain(attr.u16()?),
            TCA_CT_ZONE => ct.zone = Some(attr.u16()?),
            TCA_CT_MARK => mark = Some(attr.u32()?),
            TCA_CT_MARK_MASK => mark_mask = Some(attr.u32()?),
            TCA_CT_LABELS => label = Some(read_label(&attr)),
            TCA_CT_LABELS_MASK => label_mask = Some(read_label(&attr)),
            TCA_CT_NAT_IPV4_MIN => known &= once(&mut ct.nat.min_ip, attr.array::<4>()?.into()),
            TCA_CT_NAT_IPV4_MAX => known &= once(&mut ct.nat.max_ip, attr.array::<4>()?.into()),
            TCA_CT_NAT_IPV6_MIN => known &= once(&mut ct.nat.min_ip, attr.array::<16>()?.into()),
            TCA_CT_NAT_IPV6_MAX => known &= once(&mut ct.nat.max_ip, attr.array::<16>()?.into()),
            TCA_CT_NAT_PORT_MIN => ct.nat.min_port = Some(attr.u16_be()?),
            TCA_CT_NAT_PORT_MAX => ct.nat.max_port = Some(attr.u16_be()?),
            TCA_CT_HELPER_NAME => helper = Some(attr.text()?.to_owned()),
            TCA_CT_HELPER_FAMILY => family = Some(attr.u8()?),
            TCA_CT_HELPER_PROTO => proto = Some(attr.u8()?),
            _ => {}
        }
    }
    let Some(params) = params.filter(|_| known) else { return Ok(None) };
    // Without a mask every bit is set, and a mask alone sets none.
    ct.mark = mark.map(|value| Masked { value, mask: mark_mask.unwrap_or(u32::ONES) });
    ct.label = label.map(|value| Masked { value, mask: label_mask.unwrap_or(CtLabel::ONES) });
    ct.helper = helper.map(|name| CtHelper { name, family, proto });
    Ok(Some(Options { kind: ActionKind::Ct(ct), control: control::read(params.action) }))
}

/// False if there is a value already.
fn once(slot: &mut Option<IpAddr>, value: IpAddr) -> bool {
    slot.replace(value).is_none()
}

/// A label; the kernel fills up what is missing of it with zeros.
fn read_label(attr: &Attr<'_>) -> CtLabel {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(attr.payload).for_each(|(to, from)| *to = *from);
    CtLabel(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Gen>(), super::SIZEOF_TC_CT);
    }
}

//! The outer header of a tunnel: set, unset (`struct tc_tunnel_key`).

use std::net::IpAddr;

use smartnic_core::flow::{ActionKind, GeneveOption, TunnelOpts, TunnelSet};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attrs, Encoder, WireError};
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::tc_tunnel_key::*;

pub(super) const KIND: &str = "tunnel_key";

const GENEVE: u16 = TCA_TUNNEL_KEY_ENC_OPTS_GENEVE as u16;
const VXLAN: u16 = TCA_TUNNEL_KEY_ENC_OPTS_VXLAN as u16;
const ERSPAN: u16 = TCA_TUNNEL_KEY_ENC_OPTS_ERSPAN as u16;
const GENEVE_CLASS: u16 = TCA_TUNNEL_KEY_ENC_OPT_GENEVE_CLASS as u16;
const GENEVE_TYPE: u16 = TCA_TUNNEL_KEY_ENC_OPT_GENEVE_TYPE as u16;
const GENEVE_DATA: u16 = TCA_TUNNEL_KEY_ENC_OPT_GENEVE_DATA as u16;
const VXLAN_GBP: u16 = TCA_TUNNEL_KEY_ENC_OPT_VXLAN_GBP as u16;
const ERSPAN_VER: u16 = TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_VER as u16;
const ERSPAN_INDEX: u16 = TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_INDEX as u16;
const ERSPAN_DIR: u16 = TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_DIR as u16;
const ERSPAN_HWID: u16 = TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_HWID as u16;

/// `struct tc_tunnel_key`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    common: Gen,
    /// Which: `TCA_TUNNEL_KEY_ACT_SET` or `_RELEASE`.
    t_action: i32,
}

/// Writes the attributes in the order in which tc does; the parameters come last.
pub(super) fn encode(
    encoder: &mut Encoder<'_>,
    set: Option<&TunnelSet>,
    common: Gen,
) -> Result<(), WireError> {
    let Some(set) = set else {
        // tc says this of an unset too; the kernel does not look at it.
        encoder.u8(TCA_TUNNEL_KEY_NO_CSUM, 0);
        encoder.attr_fixed(
            TCA_TUNNEL_KEY_PARMS,
            &Params { common, t_action: TCA_TUNNEL_KEY_ACT_RELEASE as i32 },
        );
        return Ok(());
    };
    let addresses = [
        (set.src_ip, TCA_TUNNEL_KEY_ENC_IPV4_SRC, TCA_TUNNEL_KEY_ENC_IPV6_SRC),
        (set.dst_ip, TCA_TUNNEL_KEY_ENC_IPV4_DST, TCA_TUNNEL_KEY_ENC_IPV6_DST),
    ];
    for (address, v4, v6) in addresses {
        match address {
            Some(IpAddr::V4(address)) => encoder.attr(v4, &address.octets()),
            Some(IpAddr::V6(address)) => encoder.attr(v6, &address.octets()),
            None => {}
        }
    }
    if let Some(id) = set.key_id {
        encoder.u32_be(TCA_TUNNEL_KEY_ENC_KEY_ID, id);
    }
    if let Some(port) = set.dst_port {
        encoder.u16_be(TCA_TUNNEL_KEY_ENC_DST_PORT, port);
    }
    if let Some(opts) = &set.opts {
        encode_opts(encoder, opts)?;
    }
    if let Some(tos) = set.tos {
        encoder.u8(TCA_TUNNEL_KEY_ENC_TOS, tos);
    }
    if let Some(ttl) = set.ttl {
        encoder.u8(TCA_TUNNEL_KEY_ENC_TTL, ttl);
    }
    if let Some(no_csum) = set.no_csum {
        encoder.u8(TCA_TUNNEL_KEY_NO_CSUM, no_csum.into());
    }
    if set.no_frag {
        encoder.flag(TCA_TUNNEL_KEY_NO_FRAG);
    }
    encoder.attr_fixed(TCA_TUNNEL_KEY_PARMS, &Params { common, t_action: TCA_TUNNEL_KEY_ACT_SET as i32 });
    Ok(())
}

/// The tunnel's own options; tc marks nests of some kinds and not of others.
fn encode_opts(encoder: &mut Encoder<'_>, opts: &TunnelOpts) -> Result<(), WireError> {
    const OPTS: u16 = TCA_TUNNEL_KEY_ENC_OPTS;
    match opts {
        TunnelOpts::Geneve(list) => encoder.nest(OPTS, |encoder| {
            for GeneveOption { class, kind, data } in list {
                encoder.nest(GENEVE, |encoder| {
                    class.iter().for_each(|class| encoder.u16_be(GENEVE_CLASS, *class));
                    kind.iter().for_each(|kind| encoder.u8(GENEVE_TYPE, *kind));
                    if !data.is_empty() {
                        encoder.attr(GENEVE_DATA, data);
                    }
                });
            }
        }),
        TunnelOpts::Vxlan { gbp } => encoder.nest(OPTS | NLA_F_NESTED, |encoder| {
            encoder.nest(VXLAN | NLA_F_NESTED, |encoder| {
                gbp.iter().for_each(|gbp| encoder.u32(VXLAN_GBP, *gbp));
            });
        }),
        TunnelOpts::Erspan { version, index, direction, hwid } => {
            encoder.nest(OPTS | NLA_F_NESTED, |encoder| {
                encoder.nest(ERSPAN | NLA_F_NESTED, |encoder| {
                    version.iter().for_each(|version| encoder.u8(ERSPAN_VER, *version));
                    index.iter().for_each(|index| encoder.u32_be(ERSPAN_INDEX, *index));
                    direction.iter().for_each(|direction| encoder.u8(ERSPAN_DIR, *direction));
                    hwid.iter().for_each(|hwid| encoder.u8(ERSPAN_HWID, *hwid));
                });
            });
        }
        TunnelOpts::Gtp { .. } | TunnelOpts::Pfcp { .. } => {
            let why = "no kernel sets options of this kind of tunnel";
            return Err(WireError::Unwritable { what: "TCA_TUNNEL_KEY_ENC_OPTS", why });
        }
    }
    Ok(())
}

/// Nothing if it does something that has no name here, or has addresses or options of several kinds.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut set = TunnelSet::default();
    let mut params = None;
    let mut known = true;
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_TUNNEL_KEY_PARMS => params = Some(attr.fixed::<Params>()?),
            TCA_TUNNEL_KEY_ENC_IPV4_SRC => known &= once(&mut set.src_ip, attr.array::<4>()?.into()),
            TCA_TUNNEL_KEY_ENC_IPV6_SRC => known &= once(&mut set.src_ip, attr.array::<16>()?.into()),
            TCA_TUNNEL_KEY_ENC_IPV4_DST => known &= once(&mut set.dst_ip, attr.array::<4>()?.into()),
            TCA_TUNNEL_KEY_ENC_IPV6_DST => known &= once(&mut set.dst_ip, attr.array::<16>()?.into()),
            TCA_TUNNEL_KEY_ENC_KEY_ID => set.key_id = Some(attr.u32_be()?),
            TCA_TUNNEL_KEY_ENC_DST_PORT => set.dst_port = Some(attr.u16_be()?),
            TCA_TUNNEL_KEY_ENC_TOS => set.tos = Some(attr.u8()?),
            TCA_TUNNEL_KEY_ENC_TTL => set.ttl = Some(attr.u8()?),
            TCA_TUNNEL_KEY_NO_CSUM => set.no_csum = Some(attr.u8()? != 0),
            TCA_TUNNEL_KEY_NO_FRAG => set.no_frag = true,
            TCA_TUNNEL_KEY_ENC_OPTS => match decode_opts(attr.nested())? {
                Some(opts) => known &= once(&mut set.opts, opts),
                None => known = false,
            },
            _ => {}
        }
    }
    let Some(Params { common, t_action }) = params else { return Ok(None) };
    let kind = match u32::try_from(t_action) {
        Ok(TCA_TUNNEL_KEY_ACT_SET) if known => ActionKind::TunnelSet(set),
        Ok(TCA_TUNNEL_KEY_ACT_RELEASE) => ActionKind::TunnelUnset,
        _ => return Ok(None),
    };
    Ok(Some(Options { kind, control: control::read(common.action) }))
}

/// False if there is a value already.
fn once<T>(slot: &mut Option<T>, value: T) -> bool {
    slot.replace(value).is_none()
}

fn decode_opts(list: Attrs<'_>) -> Result<Option<TunnelOpts>, WireError> {
    let mut opts = None;
    for attr in list {
        let attr = attr?;
        match (attr.kind(), &mut opts) {
            (GENEVE, Some(TunnelOpts::Geneve(list))) => decode_geneve(attr.nested(), list)?,
            (GENEVE, None) => {
                let mut list = Vec::new();
                decode_geneve(attr.nested(), &mut list)?;
                opts = Some(TunnelOpts::Geneve(list));
            }
            (VXLAN, None) => {
                let gbp = attr.nested().find(VXLAN_GBP)?.map(|attr| attr.u32()).transpose()?;
                opts = Some(TunnelOpts::Vxlan { gbp });
            }
            (ERSPAN, None) => opts = Some(decode_erspan(attr.nested())?),
            _ => return Ok(None),
        }
    }
    Ok(opts)
}

/// Kernels tell all options in one nest, tools each in its own: an option begins with its class.
fn decode_geneve(attrs: Attrs<'_>, list: &mut Vec<GeneveOption>) -> Result<(), WireError> {
    let first = list.len();
    for attr in attrs {
        let attr = attr?;
        if list.len() == first || attr.kind() == GENEVE_CLASS {
            list.push(GeneveOption::default());
        }
        let Some(option) = list.last_mut() else { continue };
        match attr.kind() {
            GENEVE_CLASS => option.class = Some(attr.u16_be()?),
            GENEVE_TYPE => option.kind = Some(attr.u8()?),
            GENEVE_DATA => option.data = attr.payload.to_vec(),
            _ => {}
        }
    }
    if list.len() == first {
        list.push(GeneveOption::default());
    }
    Ok(())
}

fn decode_erspan(attrs: Attrs<'_>) -> Result<TunnelOpts, WireError> {
    let (mut version, mut index) = (None, None);
    let (mut direction, mut hwid) = (None, None);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            ERSPAN_VER => version = Some(attr.u8()?),
            ERSPAN_INDEX => index = Some(attr.u32_be()?),
            ERSPAN_DIR => direction = Some(attr.u8()?),
            ERSPAN_HWID => hwid = Some(attr.u8()?),
            _ => {}
        }
    }
    Ok(TunnelOpts::Erspan { version, index, direction, hwid })
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Params>(), super::SIZEOF_TC_TUNNEL_KEY);
    }
}

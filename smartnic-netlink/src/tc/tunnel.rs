//! Options of a tunnel's header, which flower's keys and the action `tunnel_key` hold in the same form.

use smartnic_core::flow::{GeneveOption, TunnelOpts};

use crate::codec::{Attr, AttrSet, Attrs, Encoder, Inner, WireError};
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::pkt_cls::*;

static GENEVE: AttrSet = AttrSet::flat(TCA_FLOWER_KEY_ENC_OPT_GENEVE_NAMES);
static VXLAN: AttrSet = AttrSet::flat(TCA_FLOWER_KEY_ENC_OPT_VXLAN_NAMES);
static ERSPAN: AttrSet = AttrSet::flat(TCA_FLOWER_KEY_ENC_OPT_ERSPAN_NAMES);
static GTP: AttrSet = AttrSet::flat(TCA_FLOWER_KEY_ENC_OPT_GTP_NAMES);
static PFCP: AttrSet = AttrSet::flat(TCA_FLOWER_KEY_ENC_OPT_PFCP_NAMES);

/// The names of the attributes in flower's keys.
pub(super) static KEY: AttrSet = AttrSet {
    names: TCA_FLOWER_KEY_ENC_OPTS_NAMES,
    nests: &[
        (TCA_FLOWER_KEY_ENC_OPTS_GENEVE, Inner::Set(&GENEVE)),
        (TCA_FLOWER_KEY_ENC_OPTS_VXLAN, Inner::Set(&VXLAN)),
        (TCA_FLOWER_KEY_ENC_OPTS_ERSPAN, Inner::Set(&ERSPAN)),
        (TCA_FLOWER_KEY_ENC_OPTS_GTP, Inner::Set(&GTP)),
        (TCA_FLOWER_KEY_ENC_OPTS_PFCP, Inner::Set(&PFCP)),
    ],
};

/// Writes options into an attribute of the number `kind`. Like tc, it marks every nest but those of Geneve, and
/// gives each option of Geneve a nest of its own, which the kernel wants.
pub(super) fn encode(encoder: &mut Encoder<'_>, kind: u16, opts: &TunnelOpts) {
    match opts {
        TunnelOpts::Geneve(options) => encoder.nest(kind, |encoder| {
            for option in options {
                encoder.nest(TCA_FLOWER_KEY_ENC_OPTS_GENEVE, |encoder| put_geneve(encoder, option));
            }
        }),
        _ => encoder.nest(kind | NLA_F_NESTED, |encoder| put(encoder, opts)),
    }
}

fn put_geneve(encoder: &mut Encoder<'_>, option: &GeneveOption) {
    if let Some(class) = option.class {
        encoder.u16_be(TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS, class);
    }
    put_u8(encoder, TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE, option.kind);
    if !option.data.is_empty() {
        encoder.attr(TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA, &option.data);
    }
}

fn put(encoder: &mut Encoder<'_>, opts: &TunnelOpts) {
    let kind = match opts {
        TunnelOpts::Geneve(_) => TCA_FLOWER_KEY_ENC_OPTS_GENEVE,
        TunnelOpts::Vxlan { .. } => TCA_FLOWER_KEY_ENC_OPTS_VXLAN,
        TunnelOpts::Erspan { .. } => TCA_FLOWER_KEY_ENC_OPTS_ERSPAN,
        TunnelOpts::Gtp { .. } => TCA_FLOWER_KEY_ENC_OPTS_GTP,
        TunnelOpts::Pfcp { .. } => TCA_FLOWER_KEY_ENC_OPTS_PFCP,
    };
    encoder.nest(kind | NLA_F_NESTED, |encoder| match opts {
        // Its options stand in nests of their own.
        TunnelOpts::Geneve(_) => {}
        TunnelOpts::Vxlan { gbp } => {
            if let Some(gbp) = gbp {
                encoder.u32(TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP, *gbp);
            }
        }
        TunnelOpts::Erspan { version, index, direction, hwid } => {
            put_u8(encoder, TCA_FLOWER_KEY_ENC_OPT_ERSPAN_VER, *version);
            if let Some(index) = index {
                encoder.u32_be(TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX, *index);
            }
            put_u8(encoder, TCA_FLOWER_KEY_ENC_OPT_ERSPAN_DIR, *direction);
            put_u8(encoder, TCA_FLOWER_KEY_ENC_OPT_ERSPAN_HWID, *hwid);
        }
        TunnelOpts::Gtp { pdu_type, qfi } => {
            put_u8(encoder, TCA_FLOWER_KEY_ENC_OPT_GTP_PDU_TYPE, *pdu_type);
            put_u8(encoder, TCA_FLOWER_KEY_ENC_OPT_GTP_QFI, *qfi);
        }
        TunnelOpts::Pfcp { kind, seid } => {
            put_u8(encoder, TCA_FLOWER_KEY_ENC_OPT_PFCP_TYPE, *kind);
            if let Some(seid) = seid {
                encoder.attr(TCA_FLOWER_KEY_ENC_OPT_PFCP_SEID, &seid.to_be_bytes());
            }
        }
    });
}

fn put_u8(encoder: &mut Encoder<'_>, kind: u16, value: Option<u8>) {
    if let Some(value) = value {
        encoder.u8(kind, value);
    }
}

/// Reads options. Nothing if they are not of the forms that are known here; whoever asks keeps the attribute then.
pub(super) fn decode(attr: &Attr<'_>) -> Option<TunnelOpts> {
    let mut nests = attr.nested();
    let first = nests.next()?.ok()?;
    if first.kind() == TCA_FLOWER_KEY_ENC_OPTS_GENEVE {
        return geneve(attr.nested()).ok().flatten().map(TunnelOpts::Geneve);
    }
    let alone = nests.next().is_none();
    let opts = match first.kind() {
        TCA_FLOWER_KEY_ENC_OPTS_VXLAN => vxlan(first.nested()),
        TCA_FLOWER_KEY_ENC_OPTS_ERSPAN => erspan(first.nested()),
        TCA_FLOWER_KEY_ENC_OPTS_GTP => gtp(first.nested()),
        TCA_FLOWER_KEY_ENC_OPTS_PFCP => pfcp(first.nested()),
        _ => Ok(None),
    };
    opts.ok().flatten().filter(|_| alone)
}

/// Requests hold a nest for each option. A kernel answers with one nest for all, in which a number that is not
/// greater than the one before it begins the next option.
fn geneve(nests: Attrs<'_>) -> Result<Option<Vec<GeneveOption>>, WireError> {
    let mut options = Vec::new();
    for nest in nests {
        let nest = nest?;
        if nest.kind() != TCA_FLOWER_KEY_ENC_OPTS_GENEVE {
            return Ok(None);
        }
        let mut option = GeneveOption::default();
        let mut last = 0;
        for attr in nest.nested() {
            let attr = attr?;
            if attr.kind() <= last {
                options.push(std::mem::take(&mut option));
            }
            last = attr.kind();
            match last {
                TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS => option.class = Some(attr.u16_be()?),
                TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE => option.kind = Some(attr.u8()?),
                TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA => option.data = attr.payload.to_vec(),
                _ => return Ok(None),
            }
        }
        options.push(option);
    }
    Ok(Some(options))
}

fn vxlan(attrs: Attrs<'_>) -> Result<Option<TunnelOpts>, WireError> {
    let mut gbp = None;
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP => gbp = Some(attr.u32()?),
            _ => return Ok(None),
        }
    }
    Ok(Some(TunnelOpts::Vxlan { gbp }))
}

fn erspan(attrs: Attrs<'_>) -> Result<Option<TunnelOpts>, WireError> {
    let (mut version, mut index, mut direction, mut hwid) = (None, None, None, None);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            TCA_FLOWER_KEY_ENC_OPT_ERSPAN_VER => version = Some(attr.u8()?),
            TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX => index = Some(attr.u32_be()?),
            TCA_FLOWER_KEY_ENC_OPT_ERSPAN_DIR => direction = Some(attr.u8()?),
            TCA_FLOWER_KEY_ENC_OPT_ERSPAN_HWID => hwid = Some(attr.u8()?),
            _ => return Ok(None),
        }
    }
    Ok(Some(TunnelOpts::Erspan { version, index, direction, hwid }))
}

fn gtp(attrs: Attrs<'_>) -> Result<Option<TunnelOpts>, WireError> {
    let (mut pdu_type, mut qfi) = (None, None);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            TCA_FLOWER_KEY_ENC_OPT_GTP_PDU_TYPE => pdu_type = Some(attr.u8()?),
            TCA_FLOWER_KEY_ENC_OPT_GTP_QFI => qfi = Some(attr.u8()?),
            _ => return Ok(None),
        }
    }
    Ok(Some(TunnelOpts::Gtp { pdu_type, qfi }))
}

fn pfcp(attrs: Attrs<'_>) -> Result<Option<TunnelOpts>, WireError> {
    let (mut kind, mut seid) = (None, None);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            TCA_FLOWER_KEY_ENC_OPT_PFCP_TYPE => kind = Some(attr.u8()?),
            TCA_FLOWER_KEY_ENC_OPT_PFCP_SEID => seid = Some(attr.array().map(u64::from_be_bytes)?),
            _ => return Ok(None),
        }
    }
    Ok(Some(TunnelOpts::Pfcp { kind, seid }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Flags, Message};

    /// The attribute that `write` makes, and what is read from it.
    fn read(write: impl FnOnce(&mut Encoder<'_>)) -> Option<TunnelOpts> {
        let mut buf = Vec::new();
        let mut encoder = Encoder::message(&mut buf, 44, Flags::REQUEST, 1, 0);
        write(&mut encoder);
        encoder.finish().unwrap();
        let message = Message::decode(&buf).unwrap();
        decode(&Attrs::new(message.payload).next().unwrap().unwrap())
    }

    #[test]
    fn the_one_nest_of_a_kernel_holds_all_options_of_geneve() {
        let options: Vec<_> = [(1, 2, vec![3; 4]), (1, 2, vec![4; 8])]
            .map(|(class, kind, data)| option(class, kind, data))
            .into();
        let kernel = |encoder: &mut Encoder<'_>| {
            encoder.nest(84, |encoder| {
                encoder.nest(1, |encoder| options.iter().for_each(|option| put_geneve(encoder, option)));
            });
        };
        assert_eq!(read(kernel), Some(TunnelOpts::Geneve(options.clone())));
    }

    fn option(class: u16, kind: u8, data: Vec<u8>) -> GeneveOption {
        GeneveOption { class: Some(class), kind: Some(kind), data }
    }

    #[test]
    fn options_of_other_forms_are_not_understood() {
        assert_eq!(read(|encoder| encoder.nest(84, |_| {})), None);
        // Two kinds in one, a kind and a number that are not known, a wrong length.
        let mixed = |encoder: &mut Encoder<'_>| {
            encoder.nest(84, |encoder| {
                encoder.nest(2, |encoder| encoder.u32(1, 5));
                encoder.nest(1, |encoder| encoder.u8(2, 5));
            });
        };
        assert_eq!(read(mixed), None);
        for (kind, number, bytes) in [(9, 1, &[0; 4][..]), (2, 7, &[0; 4]), (5, 2, &[0; 4]), (1, 1, &[0])] {
            let odd = |encoder: &mut Encoder<'_>| {
                encoder.nest(84, |encoder| encoder.nest(kind, |encoder| encoder.attr(number, bytes)));
            };
            assert_eq!(read(odd), None, "{kind} {number}");
        }
    }
}

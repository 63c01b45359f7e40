//! Options of a tunnel's header (`fl_set_enc_opt`). Whether they are complete is looked at later.

use smartnic_core::flow::{GeneveOption, TunnelOpts};
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::pkt_cls::*;

use crate::errno::Errno;
use crate::kernel::answer::ExtAck;
use crate::kernel::table::{Policy, Request, Shape, Strictness, Table};

const GENEVE: &[Policy] = &[
    (TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS, Shape::U16, None),
    (TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE, Shape::U8, None),
    (TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA, Shape::AtMost(127), None),
];
const VXLAN: &[Policy] = &[(TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP, Shape::U32, None)];
const ERSPAN: &[Policy] = &[
    (TCA_FLOWER_KEY_ENC_OPT_ERSPAN_VER, Shape::U8, None),
    (TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX, Shape::U32, None),
    (TCA_FLOWER_KEY_ENC_OPT_ERSPAN_DIR, Shape::U8, None),
    (TCA_FLOWER_KEY_ENC_OPT_ERSPAN_HWID, Shape::U8, None),
];
const GTP: &[Policy] = &[
    (TCA_FLOWER_KEY_ENC_OPT_GTP_PDU_TYPE, Shape::U8, None),
    (TCA_FLOWER_KEY_ENC_OPT_GTP_QFI, Shape::U8, None),
];
const PFCP: &[Policy] = &[
    (TCA_FLOWER_KEY_ENC_OPT_PFCP_TYPE, Shape::U8, None),
    (TCA_FLOWER_KEY_ENC_OPT_PFCP_SEID, Shape::Bytes(8), None),
];

/// Reads the options in an attribute; nothing if there are none.
pub(super) fn read(
    request: &Request<'_>,
    attr: &Attr<'_>,
    ext: &mut ExtAck,
) -> Result<Option<TunnelOpts>, Errno> {
    let mut read = None;
    for nest in attr.nested() {
        let Ok(nest) = nest else { break };
        let kind = nest.kind();
        match (&mut read, kind) {
            (Some(TunnelOpts::Geneve(options)), TCA_FLOWER_KEY_ENC_OPTS_GENEVE) => {
                options.push(geneve(request, &nest, ext)?);
            }
            (None, TCA_FLOWER_KEY_ENC_OPTS_GENEVE) => {
                read = Some(TunnelOpts::Geneve(vec![geneve(request, &nest, ext)?]));
            }
            (None, _) => read = Some(other(request, &nest, ext)?),
            (Some(_), _) => {
                ext.note.say(match kind {
                    TCA_FLOWER_KEY_ENC_OPTS_GENEVE => "Duplicate type for geneve options",
                    TCA_FLOWER_KEY_ENC_OPTS_VXLAN => "Duplicate type for vxlan options",
                    TCA_FLOWER_KEY_ENC_OPTS_ERSPAN => "Duplicate type for erspan options",
                    TCA_FLOWER_KEY_ENC_OPTS_GTP => "cls_flower: Duplicate type for gtp options",
                    TCA_FLOWER_KEY_ENC_OPTS_PFCP => "cls_flower: Duplicate type for pfcp options",
                    _ => "Unknown tunnel option type",
                });
                return Err(Errno::EINVAL);
            }
        }
    }
    Ok(read)
}

fn geneve(request: &Request<'_>, nest: &Attr<'_>, ext: &mut ExtAck) -> Result<GeneveOption, Errno> {
    let table = Table::read(request, nest.nested(), GENEVE, Strictness::Liberal, ext)?;
    let data = table.get(TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA);
    Ok(GeneveOption {
        class: table.u16_be(TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS),
        kind: table.u8(TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE),
        data: data.map(|data| data.payload.to_vec()).unwrap_or_default(),
    })
}

/// The kinds that came after Geneve are checked strictly, and their nests must be marked.
fn other(request: &Request<'_>, nest: &Attr<'_>, ext: &mut ExtAck) -> Result<TunnelOpts, Errno> {
    let policy = match nest.kind() {
        TCA_FLOWER_KEY_ENC_OPTS_VXLAN => VXLAN,
        TCA_FLOWER_KEY_ENC_OPTS_ERSPAN => ERSPAN,
        TCA_FLOWER_KEY_ENC_OPTS_GTP => GTP,
        TCA_FLOWER_KEY_ENC_OPTS_PFCP => PFCP,
        _ => {
            ext.note.say("Unknown tunnel option type");
            return Err(Errno::EINVAL);
        }
    };
    if !nest.is_marked_nested() {
        ext.blame(request.offset(nest), "NLA_F_NESTED is missing");
        return Err(Errno::EINVAL);
    }
    let most = policy.iter().map(|(kind, _, _)| *kind).max().unwrap_or_default();
    let table = Table::read(request, nest.nested(), policy, Strictness::Strict(most), ext)?;
    Ok(match nest.kind() {
        TCA_FLOWER_KEY_ENC_OPTS_VXLAN => {
            TunnelOpts::Vxlan { gbp: table.u32(TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP) }
        }
        TCA_FLOWER_KEY_ENC_OPTS_ERSPAN => TunnelOpts::Erspan {
            version: table.u8(TCA_FLOWER_KEY_ENC_OPT_ERSPAN_VER),
            index: table.head(TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX).map(u32::from_be_bytes),
            direction: table.u8(TCA_FLOWER_KEY_ENC_OPT_ERSPAN_DIR),
            hwid: table.u8(TCA_FLOWER_KEY_ENC_OPT_ERSPAN_HWID),
        },
        TCA_FLOWER_KEY_ENC_OPTS_GTP => TunnelOpts::Gtp {
            pdu_type: table.u8(TCA_FLOWER_KEY_ENC_OPT_GTP_PDU_TYPE),
            qfi: table.u8(TCA_FLOWER_KEY_ENC_OPT_GTP_QFI),
        },
        _ => TunnelOpts::Pfcp {
            kind: table.u8(TCA_FLOWER_KEY_ENC_OPT_PFCP_TYPE),
            seid: table.head(TCA_FLOWER_KEY_ENC_OPT_PFCP_SEID).map(u64::from_be_bytes),
        },
    })
}

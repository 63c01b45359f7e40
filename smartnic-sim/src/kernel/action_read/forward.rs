//! gact and mirred: what becomes of a packet (`act_gact.c`, `act_mirred.c`).

use smartnic_core::flow::{ActionKind, Chance, ChanceKind, Control, MirredBlock, MirredTarget};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::tc_gact::*;
use smartnic_netlink::uapi::tc_mirred::*;

use super::{options, parms, word};
use crate::errno::Errno;
use crate::kernel::answer::ExtAck;
use crate::kernel::table::{Request, Shape};

/// `tcf_gact_init`.
pub(super) fn gact(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Result<(ActionKind, Control), Errno> {
    let policy = [
        (TCA_GACT_PARMS, Shape::Bytes(SIZEOF_TC_GACT), None),
        (TCA_GACT_PROB, Shape::Bytes(SIZEOF_TC_GACT_P), None),
    ];
    let table = options(request, attr, &policy)?;
    let (_, control) = parms::<SIZEOF_TC_GACT>(&table, TCA_GACT_PARMS).ok_or(Errno::EINVAL)?;
    let Some(chance) = table.head::<SIZEOF_TC_GACT_P>(TCA_GACT_PROB) else {
        return Ok((ActionKind::Gact, control));
    };
    let [kind, one_of] = [[chance[0], chance[1]], [chance[2], chance[3]]].map(u16::from_ne_bytes);
    let kind = match u32::from(kind) {
        PGACT_NONE => ChanceKind::None,
        PGACT_NETRAND => ChanceKind::Netrand,
        PGACT_DETERM => ChanceKind::Determ,
        _ => return Err(Errno::EINVAL),
    };
    let other = super::control(word(&chance, 4) as i32);
    Ok((ActionKind::GactRandom(Chance { kind, control: other, one_of }), control))
}

/// `tcf_mirred_init`.
pub(super) fn mirred(
    request: &Request<'_>,
    attr: Option<&Attr<'_>>,
    ext: &mut ExtAck,
) -> Result<(ActionKind, Control), Errno> {
    if attr.is_none() {
        ext.note.say("act_mirred: Mirred requires attributes to be passed");
        return Err(Errno::EINVAL);
    }
    let policy =
        [(TCA_MIRRED_PARMS, Shape::Bytes(SIZEOF_TC_MIRRED), None), (TCA_MIRRED_BLOCKID, Shape::U32, None)];
    let table = options(request, attr, &policy)?;
    let Some((bytes, control)) = parms::<SIZEOF_TC_MIRRED>(&table, TCA_MIRRED_PARMS) else {
        ext.note.say("act_mirred: Missing required mirred parameters");
        return Err(Errno::EINVAL);
    };
    let link = IfIndex(word(&bytes, 24));
    let block = table.u32(TCA_MIRRED_BLOCKID);
    if block.is_some() && link.0 != 0 {
        ext.note.say("act_mirred: Cannot specify Block ID and dev simultaneously");
        return Err(Errno::EINVAL);
    }
    let (redirect, ingress) = match word(&bytes, 20) as i32 {
        TCA_EGRESS_REDIR => (true, false),
        TCA_EGRESS_MIRROR => (false, false),
        TCA_INGRESS_REDIR => (true, true),
        TCA_INGRESS_MIRROR => (false, true),
        _ => return Ok((ActionKind::ByIndex("mirred".to_owned()), control)),
    };
    let target = MirredTarget { dev: link.into(), ingress };
    let kind = match block {
        Some(block) => ActionKind::MirredBlock(MirredBlock { block, redirect, ingress }),
        None if redirect => ActionKind::Redirect(target),
        None => ActionKind::Mirror(target),
    };
    Ok((kind, control))
}

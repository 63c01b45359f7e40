//! Changes of headers (`act_pedit.c`).

use smartnic_core::flow::{ActionKind, Control, Pedit, PeditCommand, PeditHeader, PeditKey};
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::tc_pedit::*;

use super::{control, options, word};
use crate::errno::Errno;
use crate::kernel::answer::ExtAck;
use crate::kernel::table::{Request, Shape, Strictness, Table};

const HTYPE: u16 = TCA_PEDIT_KEY_EX_HTYPE as u16;
const CMD: u16 = TCA_PEDIT_KEY_EX_CMD as u16;

/// `tcf_pedit_init`.
pub(super) fn read(
    request: &Request<'_>,
    attr: Option<&Attr<'_>>,
    ext: &mut ExtAck,
) -> Result<(ActionKind, Control), Errno> {
    let mut refuse = |text: &'static str| {
        ext.note.say(text);
        Err(Errno::EINVAL)
    };
    if attr.is_none() {
        return refuse("act_pedit: Pedit requires attributes to be passed");
    }
    let policy = [
        (TCA_PEDIT_PARMS, Shape::Bytes(SIZEOF_TC_PEDIT_SEL), None),
        (TCA_PEDIT_PARMS_EX, Shape::Bytes(SIZEOF_TC_PEDIT_SEL), None),
        (TCA_PEDIT_KEYS_EX, Shape::Nested, None),
    ];
    let table = options(request, attr, &policy)?;
    let Some(params) = table.get(TCA_PEDIT_PARMS).or_else(|| table.get(TCA_PEDIT_PARMS_EX)) else {
        return refuse("act_pedit: Missing required TCA_PEDIT_PARMS or TCA_PEDIT_PARMS_EX pedit attribute");
    };
    let (selector, keys) = params.payload.split_at_checked(SIZEOF_TC_PEDIT_SEL).ok_or(Errno::EINVAL)?;
    let (count, flags) = (usize::from(selector[20]), selector[21]);
    let mut keys: Vec<PeditKey> = keys.chunks_exact(SIZEOF_TC_PEDIT_KEY).take(count).map(key).collect();
    if keys.len() < count {
        let text = "act_pedit: Length of TCA_PEDIT_PARMS or TCA_PEDIT_PARMS_EX pedit attribute is invalid";
        ext.blame(request.offset(params), text);
        return Err(Errno::EINVAL);
    }
    let extended = table.get(TCA_PEDIT_KEYS_EX);
    if let Some(nest) = extended {
        headers(request, nest, &mut keys, ext)?;
    }
    let kind = ActionKind::Pedit(Pedit { keys, extended: extended.is_some(), flags });
    Ok((kind, control(word(selector, 8) as i32)))
}

fn key(bytes: &[u8]) -> PeditKey {
    PeditKey {
        mask: u32::from_be(word(bytes, 0)),
        value: u32::from_be(word(bytes, 4)),
        offset: word(bytes, 8) as i32,
        at: word(bytes, 12),
        offmask: word(bytes, 16),
        shift: word(bytes, 20),
        ..PeditKey::default()
    }
}

/// `tcf_pedit_keys_ex_parse`.
fn headers(
    request: &Request<'_>,
    nest: &Attr<'_>,
    keys: &mut [PeditKey],
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let policy = [
        (HTYPE, Shape::U16, Some(u64::from(TCA_PEDIT_HDR_TYPE_MAX))),
        (CMD, Shape::U16, Some(u64::from(TCA_PEDIT_CMD_MAX))),
    ];
    let mut left = keys.iter_mut();
    for attr in nest.nested() {
        let Ok(attr) = attr else { break };
        let Some(key) = left.next() else {
            ext.note.say("act_pedit: Can't parse more extended keys than requested");
            return Err(Errno::EINVAL);
        };
        if attr.kind() != TCA_PEDIT_KEY_EX {
            ext.blame(request.offset(&attr), "Unknown attribute, expected extended key");
            return Err(Errno::EINVAL);
        }
        let silent = &mut ExtAck::default();
        let table = Table::read(request, attr.nested(), &policy, Strictness::Liberal, silent)?;
        let (Some(header), Some(command)) = (table.u16(HTYPE), table.u16(CMD)) else {
            ext.note.say("Missing required attribute");
            return Err(Errno::EINVAL);
        };
        key.header = match u32::from(header) {
            TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK => PeditHeader::Network,
            TCA_PEDIT_KEY_EX_HDR_TYPE_ETH => PeditHeader::Eth,
            TCA_PEDIT_KEY_EX_HDR_TYPE_IP4 => PeditHeader::Ip4,
            TCA_PEDIT_KEY_EX_HDR_TYPE_IP6 => PeditHeader::Ip6,
            TCA_PEDIT_KEY_EX_HDR_TYPE_TCP => PeditHeader::Tcp,
            TCA_PEDIT_KEY_EX_HDR_TYPE_UDP => PeditHeader::Udp,
            _ => PeditHeader::Unknown(header),
        };
        key.command = match u32::from(command) {
            TCA_PEDIT_KEY_EX_CMD_SET => PeditCommand::Set,
            TCA_PEDIT_KEY_EX_CMD_ADD => PeditCommand::Add,
            _ => PeditCommand::Unknown(command),
        };
    }
    if left.next().is_some() {
        ext.note.say("act_pedit: Not enough extended keys to parse");
        return Err(Errno::EINVAL);
    }
    Ok(())
}

//! What the kinds of action check of their own values (`init` in `net/sched/act_*.c`), and the form in which they hold
//! them.

use smartnic_core::flow::{
    ActionKind, ChanceKind, Csum, Ct, CtFlags, CtLabel, NatRange, Pedit, PeditCommand, PeditHeader,
    TunnelOpts, TunnelSet,
};

use crate::errno::Errno;
use crate::note::Note;

/// The most bytes of a tunnel's options (`IP_TUNNEL_OPTS_MAX`).
const MAX_OPTIONS: usize = 255;

/// Helpers of connection tracking that this kernel has, with their protocols.
const HELPERS: [(&str, &[u8]); 6] =
    [("ftp", &[6]), ("irc", &[6]), ("pptp", &[6]), ("tftp", &[17]), ("amanda", &[17]), ("sip", &[6, 17])];

/// Checks values that every face can ask for.
pub(super) fn check(kind: &ActionKind, note: &mut Note) -> Result<(), Errno> {
    let (text, errno) = match kind {
        ActionKind::VlanPush(tag) | ActionKind::VlanModify(tag) => {
            let known = tag.protocol.is_none_or(|protocol| protocol.is_vlan());
            return match known {
                _ if tag.id >= 0xfff => Err(Errno::ERANGE),
                false => Err(Errno::EPROTONOSUPPORT),
                true => Ok(()),
            };
        }
        ActionKind::TunnelSet(set) => return tunnel(set, note),
        ActionKind::Ct(ct) => return connection(ct, note),
        ActionKind::Pedit(pedit) => return changes(pedit, note),
        // There are no actions but those of rules: of an index alone the kernel makes an action that does nothing, or
        // none.
        ActionKind::ByIndex(kind) => match kind.as_str() {
            "mirred" => ("act_mirred: Unknown mirred option", Errno::EINVAL),
            "tunnel_key" => ("Unknown tunnel key action", Errno::EINVAL),
            "pedit" => ("act_pedit: Pedit requires keys to be passed", Errno::EINVAL),
            "csum" | "gact" => return Ok(()),
            _ => return Err(Errno::EINVAL),
        },
        _ => return Ok(()),
    };
    note.say(text);
    Err(errno)
}

fn tunnel(set: &TunnelSet, note: &mut Note) -> Result<(), Errno> {
    let same = set.src_ip.zip(set.dst_ip).is_some_and(|(src, dst)| src.is_ipv4() == dst.is_ipv4());
    let (text, errno) = match &set.opts {
        Some(TunnelOpts::Geneve(list)) => {
            let data = || list.iter().map(|option| option.data.len());
            let length = data().map(|length| 4 + length).sum::<usize>();
            let whole = list
                .iter()
                .all(|option| option.class.is_some() && option.kind.is_some() && !option.data.is_empty());
            match () {
                () if list.is_empty() => ("Empty list of tunnel options", Errno::EINVAL),
                () if !whole => ("Missing tunnel key geneve option class, type or data", Errno::EINVAL),
                () if data().any(|length| length < 4) => {
                    ("Tunnel key geneve option data is less than 4 bytes long", Errno::ERANGE)
                }
                () if data().any(|length| length % 4 != 0) => {
                    ("Tunnel key geneve option data is not a multiple of 4 bytes long", Errno::ERANGE)
                }
                () if data().any(|length| length > 128) => ("", Errno::ERANGE),
                () if length > MAX_OPTIONS => ("Tunnel options exceeds max size", Errno::EINVAL),
                () => return addresses(same, note),
            }
        }
        Some(TunnelOpts::Vxlan { gbp: None }) => ("Missing tunnel key vxlan option gbp", Errno::EINVAL),
        Some(TunnelOpts::Erspan { version, index, direction, hwid }) => match version {
            None => ("Missing tunnel key erspan option ver", Errno::EINVAL),
            Some(1) if index.is_none() => ("Missing tunnel key erspan option index", Errno::EINVAL),
            Some(2) if direction.is_none() || hwid.is_none() => {
                ("Missing tunnel key erspan option dir or hwid", Errno::EINVAL)
            }
            Some(1 | 2) => return addresses(same, note),
            Some(_) => ("Tunnel key erspan option ver is incorrect", Errno::EINVAL),
        },
        Some(TunnelOpts::Gtp { .. } | TunnelOpts::Pfcp { .. }) => {
            ("Cannot set tunnel options for unknown tunnel type", Errno::EINVAL)
        }
        Some(TunnelOpts::Vxlan { gbp: Some(_) }) | None => return addresses(same, note),
    };
    if !text.is_empty() {
        note.say(text);
    }
    Err(errno)
}

fn addresses(same: bool, note: &mut Note) -> Result<(), Errno> {
    if same {
        return Ok(());
    }
    note.say("Missing either ipv4 or ipv6 src and dst");
    Err(Errno::EINVAL)
}

fn connection(ct: &Ct, note: &mut Note) -> Result<(), Errno> {
    if ct.flags.contains(CtFlags::CLEAR) {
        return Ok(());
    }
    if ct.flags.contains(CtFlags::NAT | CtFlags::NAT_SRC | CtFlags::NAT_DST) {
        note.say("act_ct: dnat and snat can't be enabled at the same time");
        return Err(Errno::EOPNOTSUPP);
    }
    let Some(helper) = &ct.helper else { return Ok(()) };
    let proto = helper.proto.unwrap_or(6);
    if HELPERS.iter().any(|(name, protos)| *name == helper.name && protos.contains(&proto)) {
        return Ok(());
    }
    note.say("act_ct: Failed to add helper");
    Err(Errno::EINVAL)
}

fn changes(pedit: &Pedit, note: &mut Note) -> Result<(), Errno> {
    let odd = |header: &PeditHeader| matches!(header, PeditHeader::Unknown(_));
    let strange =
        pedit.keys.iter().any(|key| odd(&key.header) || matches!(key.command, PeditCommand::Unknown(_)));
    let text = match () {
        () if pedit.keys.is_empty() => "act_pedit: Pedit requires keys to be passed",
        () if strange => return Err(Errno::ERANGE),
        () if pedit.keys.iter().any(|key| key.offmask == 0 && key.offset % 4 != 0) => {
            "act_pedit: Offsets must be on 32bit boundaries"
        }
        () => return Ok(()),
    };
    note.say(text);
    Err(Errno::EINVAL)
}

/// Brings the values into the form in which the kernel holds them, and tells them.
pub(super) fn normalise(kind: &mut ActionKind) {
    match kind {
        ActionKind::ByIndex(name) if name == "csum" => *kind = ActionKind::Csum(Csum::empty()),
        ActionKind::ByIndex(name) if name == "gact" => *kind = ActionKind::Gact,
        ActionKind::GactRandom(chance) if chance.kind == ChanceKind::None => *kind = ActionKind::Gact,
        ActionKind::GactRandom(chance) => chance.one_of = chance.one_of.max(1),
        ActionKind::TunnelSet(set) => {
            set.no_csum.get_or_insert(false);
            for byte in [&mut set.tos, &mut set.ttl] {
                *byte = byte.filter(|byte| *byte != 0);
            }
            set.dst_port = set.dst_port.filter(|port| *port != 0);
            set.opts = set.opts.as_ref().map(TunnelOpts::as_kept);
        }
        ActionKind::Ct(ct) if ct.flags.contains(CtFlags::CLEAR) => {
            *ct = Ct { flags: ct.flags, ..Ct::default() };
        }
        ActionKind::Ct(ct) => {
            ct.zone.get_or_insert(0);
            ct.mark = ct.mark.filter(|mark| mark.mask != 0);
            ct.label = ct.label.filter(|label| label.mask != CtLabel([0; 16]));
            normal_range(ct);
            if let Some(helper) = &mut ct.helper {
                // The kernel tells the helper's own family, which is any.
                helper.family = Some(0);
                helper.proto.get_or_insert(6);
            }
        }
        ActionKind::Pedit(pedit) => {
            for key in &mut pedit.keys {
                key.shift = key.shift.min(31);
                if !pedit.extended {
                    (key.header, key.command) = (PeditHeader::Network, PeditCommand::Set);
                }
            }
        }
        _ => {}
    }
}

fn normal_range(ct: &mut Ct) {
    let sides = CtFlags::NAT_SRC | CtFlags::NAT_DST;
    if !ct.flags.contains(CtFlags::NAT) || !ct.flags.intersects(sides) {
        ct.nat = NatRange::default();
        return;
    }
    let NatRange { min_ip, max_ip, min_port, max_port } = ct.nat;
    // A last address of the other kind is not looked at.
    let max_ip = max_ip.filter(|max| min_ip.is_some_and(|min| min.is_ipv4() == max.is_ipv4()));
    ct.nat = NatRange {
        min_ip,
        max_ip: max_ip.or(min_ip),
        min_port,
        max_port: max_port.filter(|_| min_port.is_some()).or(min_port),
    };
}
